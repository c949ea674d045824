"""What a caller may choose: the bounds, and the sentence behind each."""

import pytest

from generator.config import (
    BARS,
    NOTES_ALONE,
    GenerationConfig,
    NotesTrainingConfig,
    Range,
    check,
    default_notes,
    draw_opening,
    notes_for_bars,
)
from generator.errors import ChoiceError


@pytest.mark.parametrize(
    ("field", "value", "bounds"),
    [
        ("notes", 15, "from 16 to 4,000"),
        ("notes", 4001, "from 16 to 4,000"),
        ("notes", 10**400, "from 16 to 4,000"),
        ("temperature", 0.09, "from 0.1 to 2.0"),
        ("temperature", float("inf"), "from 0.1 to 2.0"),
        ("pitch_temperature", 2.5, "from 0.1 to 2.0"),
        ("rhythm_temperature", 0.0, "from 0.1 to 2.0"),
        ("bars", 129, "from 8 to 128"),
        ("top_p", 0.0, "from 0.01 to 1.0"),
        ("seed", -1, "from 0 to 4,294,967,295"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_bounds(field, value, bounds):
    """The sentence says which field, which value and both ends; nothing overflows."""
    with pytest.raises(ChoiceError, match=f"^{field} is .*, and must be {bounds}"):
        GenerationConfig(**{field: value})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("width", 16, "from 32 to 768"),
        ("width", 100, "one of 32, 64, 96, …, 768"),
        ("depth", 9, "from 1 to 8"),
        ("averaging", 1.0, "from 0.0 to 0.9999"),
    ],
)
def test_a_network_has_a_width_and_a_depth_within_limits(field, value, says):
    """None is the network's own."""
    assert NotesTrainingConfig().to_dict()[field] in (None, 0.99)
    with pytest.raises(ChoiceError, match=f"^{field} is {value}, and must be {says}"):
        NotesTrainingConfig(**{field: value})


@pytest.mark.parametrize("value", [float("nan"), "12", None, True, [1]])
def test_what_is_no_number_is_refused(value):
    """Neither NaN nor a truth value nor text passes for a number."""
    with pytest.raises(ChoiceError, match="must be a number"):
        check("notes", value, Range(16, 4000))


def test_the_ends_of_a_range_are_inside_it():
    """Sixteen notes and four thousand are both allowed."""
    assert [16, 4000] == [GenerationConfig(notes=n).notes for n in (16, 4000)]


def test_a_bar_is_eight_tokens():
    """Half a beat each, four beats; fewer than eight bars are refused."""
    assert 256 == notes_for_bars(32)
    with pytest.raises(ChoiceError, match=f"from {BARS.low} to {BARS.high}"):
        notes_for_bars(7)


def test_a_seed_draws_the_same_opening_in_whatever_order_they_come():
    """And not every seed the same."""
    names = ["k331", "k545", "k570"]

    assert draw_opening(names, 5) == draw_opening(names[::-1], 5)
    assert set(names) == {draw_opening(names, seed) for seed in range(20)}


NOTES = {"recipe": "notes", "composer": "chopin", "composers": ("bach", "chopin")}
CHORDS = {"recipe": "chords", "composer": "chopin"}


def test_what_is_not_said_is_what_the_model_does_by_itself():
    """600 notes or 100 of them, the model's own composer, the likely 95 % or all of them."""
    notes, chords = (GenerationConfig.for_model({}, **model) for model in (NOTES, CHORDS))

    assert GenerationConfig(notes=600, composer="chopin", top_p=0.95) == notes
    assert GenerationConfig(notes=100) == chords
    assert [100, 600] == [default_notes(recipe) for recipe in ("chords", "notes")]


def test_bars_win_over_notes_and_each_recipe_counts_them_its_own_way():
    """Eight tokens fill a bar of the one; the other counts bars by its own metre."""
    asked = {"notes": 50, "bars": 16}

    assert (128, 16) == length(GenerationConfig.for_model(asked, **CHORDS))
    assert (50, 16) == length(GenerationConfig.for_model(asked, **NOTES))


def length(config):
    return config.notes, config.bars


@pytest.mark.parametrize("field", NOTES_ALONE)
def test_what_the_40_note_recipe_does_not_know_is_refused_by_name(field):
    """Whatever its value; left out or null it is no fault."""
    with pytest.raises(ChoiceError, match=f"^{field} is .* the 40-note recipe knows no {field}"):
        GenerationConfig.for_model({field: 1}, **CHORDS)
    GenerationConfig.for_model({field: None}, **CHORDS)


def test_a_composer_whom_the_model_does_not_know_is_answered_with_those_it_does():
    """A model that names no list knows its own alone."""
    with pytest.raises(ChoiceError, match=r"composer is liszt, .* one of bach, chopin\."):
        GenerationConfig.for_model({"composer": "liszt"}, **NOTES)
    alone = {"recipe": "notes", "composer": "chopin"}

    assert "chopin" == GenerationConfig.for_model({"composer": "chopin"}, **alone).composer


def test_pedal_and_rubato_are_on_or_off():
    """Nothing in between, and no number for it."""
    off = GenerationConfig.for_model({"pedal": False, "rubato": False}, **NOTES)

    assert (False, False) == (off.pedal, off.rubato)
    with pytest.raises(ChoiceError, match="rubato is 1, and must be one of true, false"):
        GenerationConfig.for_model({"rubato": 1}, **NOTES)


def test_a_config_comes_back_from_plain_values():
    """As a row of the database holds it, of this version or of an earlier one."""
    config = GenerationConfig.for_model(
        {"bars": 32, "rhythm_temperature": 0.7, "pedal": False}, **NOTES
    )

    assert config == GenerationConfig.from_dict(config.to_dict())
    assert GenerationConfig(notes=40) == GenerationConfig.from_dict({"notes": 40, "bars": None})
