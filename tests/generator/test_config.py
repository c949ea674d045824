"""What a caller may choose: the bounds, and the sentence behind each."""

import pytest

from generator.config import BARS, GenerationConfig, Range, check, draw_opening, notes_for_bars
from generator.errors import ChoiceError


@pytest.mark.parametrize(
    ("field", "value", "bounds"),
    [
        ("notes", 15, "from 16 to 4,000"),
        ("notes", 4001, "from 16 to 4,000"),
        ("notes", 10**400, "from 16 to 4,000"),
        ("temperature", 0.09, "from 0.1 to 2.0"),
        ("temperature", float("inf"), "from 0.1 to 2.0"),
        ("top_p", 0.0, "from 0.01 to 1.0"),
        ("seed", -1, "from 0 to 4,294,967,295"),
    ],
)
def test_a_value_out_of_range_is_named_with_its_bounds(field, value, bounds):
    """The sentence says which field, which value and both ends; nothing overflows."""
    with pytest.raises(ChoiceError, match=f"^{field} is .*, and must be {bounds}"):
        GenerationConfig(**{field: value})


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
