"""What is said of a batch: each line by its rule, and nothing of what was not measured."""

import pytest

from generator.rehearsal import Measures, Side, judge
from generator.rehearsal.verdicts import overall

HELD_OUT = ["chopin/a.mid"]


def measures(**fields):
    """A batch of eight pieces that nobody can object to."""
    values = {
        **{"n_pieces": 8, "n_notes": 500, "overlap": 0.9, "low": 0.86, "high": 0.93},
        **{"overlaps": {}, "told_apart": 0.6, "longest": 12, "line": 24, "n_recomposed": 0},
        "stuck": {"silence": [], "one_note": [], "loop": []},
    }
    return Measures(**values | fields)


def card(bits=2.5, *, corpus="five works", notes=7000, held_out=HELD_OUT):
    """What a model says of itself."""
    told = [{"corpus": corpus, "notes": notes, "bits_per_note": bits}]
    return {"figures": {"evaluations": told}, "held_out": held_out}


def side(of_card=None, n_engraved=8, **fields):
    return Side(card=of_card or card(), measures=measures(**fields), n_engraved=n_engraved)


def said(ours, theirs=None):
    """Return verdict and code of each line, by its name."""
    return {line.name: (line.verdict, line.code) for line in judge(ours, theirs)}


def test_two_models_that_do_as_well_pass_in_every_line():
    """Nothing warns, and all is said."""
    lines = judge(side(), side())

    assert {"pass"} == {line.verdict for line in lines}
    assert "pass" == overall(lines)


@pytest.mark.parametrize(
    ("name", "code", "fields"),
    [
        ("likeness", "likeness_less", {"overlap": 0.8, "low": 0.78, "high": 0.85}),
        ("told_apart", "told_more", {"told_apart": 0.95}),
        ("copying", "copying_too_much", {"longest": 25}),
        ("silence", "silence_some", {"stuck": {"silence": [3], "one_note": [], "loop": []}}),
        ("one_note", "one_note_some", {"stuck": {"silence": [], "one_note": [1], "loop": []}}),
        ("loop", "loop_some", {"stuck": {"silence": [], "one_note": [], "loop": [2, 7]}}),
        ("engraving", "engraving_some", {"n_engraved": 7}),
        ("bits", "bits_more", {"of_card": card(2.56)}),
    ],
)
def test_one_fault_warns_in_its_own_line_alone(name, code, fields):
    """And the whole warns with it."""
    lines = judge(side(**fields), side())

    assert [(name, code)] == [(line.name, line.code) for line in lines if line.verdict == "warn"]
    assert "warn" == overall(lines)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("likeness", {"overlap": 0.84, "low": 0.80, "high": 0.861}),  # the intervals touch
        ("told_apart", {"told_apart": 0.89}),
        ("copying", {"longest": 24}),
        ("bits", {"of_card": card(2.54)}),
    ],
)
def test_what_lies_at_the_line_passes(name, fields):
    """A rule begins where it says."""
    assert "pass" == said(side(**fields), side())[name][0]


@pytest.mark.parametrize(
    "theirs",
    [card(2.5, corpus="other works"), card(2.5, notes=1), card(2.5, held_out=["b"])],
)
def test_figures_taken_on_different_works_are_not_compared(theirs):
    """The worse figure may be of the harder works."""
    assert ("unknown", "bits_other_works") == said(side(card(9.9)), side(theirs))["bits"]


def test_what_was_not_measured_neither_passes_nor_warns():
    """No music to compare with, no works kept, no MuseScore, no figure."""
    nothing = {"overlap": None, "low": None, "high": None, "told_apart": None, "longest": None}
    ours = Side(card={}, measures=measures(**nothing), n_engraved=None)

    verdicts = said(ours, side())

    unknown = {name for name, (verdict, _) in verdicts.items() if verdict == "unknown"}
    assert {"bits", "likeness", "told_apart", "copying", "engraving"} == unknown


def test_a_model_alone_is_not_called_better_than_nobody():
    """There is nothing to hold it against."""
    verdicts = said(side())

    assert ("unknown", "bits_alone") == verdicts["bits"]
    assert ("unknown", "likeness_alone") == verdicts["likeness"]
