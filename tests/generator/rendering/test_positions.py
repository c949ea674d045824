"""Where the cursor goes: MuseScore's places, at the seconds that the MIDI file has."""

import json
from itertools import pairwise

import pytest

from generator.rendering import piece
from generator.score import Clock, Note, Pedal, Score, Tempo, TimeSignature

pytestmark = pytest.mark.slow


def engraved(score, tmp_path, kind="positions"):
    """Return the places of a score that the real programs made."""
    made = piece.render(score, tmp_path, title="Places")
    return json.loads(made[kind].read_text())


def struck(score):
    """Return every onset of a score with the second it sounds at."""
    clock = Clock(score)
    return {(n.onset, round(clock.seconds_at(n.onset), 3)) for n in score.notes}


def told(places):
    """Return every place of a page with its second."""
    return {(place["position"], place["seconds"]) for place in places["segments"]}


@pytest.mark.parametrize(
    "score",
    [
        Score(
            notes=tuple(Note(2.0 + i, 1.0, 60 + i % 9) for i in range(22)),
            time_signatures=(TimeSignature(0.0, 3, 4),),
        ),
        Score(
            notes=tuple(Note(float(i), 1.0, 60 + i % 9) for i in range(24)),
            time_signatures=(TimeSignature(0.0, 4, 4), TimeSignature(12.0, 3, 4)),
        ),
        Score(
            notes=tuple(Note(float(i), 1.0, 60 + i % 9) for i in range(24)),
            tempi=(Tempo(8.0, 60.0), Tempo(16.5, 171.3)),
        ),
    ],
    ids=["a pick-up bar", "a change of signature", "a change of tempo"],
)
@pytest.mark.parametrize("kind", ["positions", "positions_narrow"])
def test_every_onset_has_its_place_and_its_second(score, kind, tmp_path):
    """On the printed page and on the phone's."""
    places = engraved(score, tmp_path, kind)

    assert struck(score) <= told(places)
    order = [(p["page"], round(p["y"] / 5), p["x"]) for p in places["segments"]]
    assert sorted(order) == order
    assert all(a["seconds"] <= b["seconds"] for a, b in pairwise(places["segments"]))


def test_the_bars_of_a_changed_signature_begin_where_they_sound(tmp_path):
    """Three bars of four, then bars of three."""
    notes = tuple(Note(float(i), 1.0, 60 + i % 9) for i in range(24))
    metres = (TimeSignature(0.0, 4, 4), TimeSignature(12.0, 3, 4))

    places = engraved(Score(notes=notes, time_signatures=metres), tmp_path)

    assert [0, 4, 8, 12, 15, 18, 21] == [bar["position"] for bar in places["bars"]]


def test_a_tie_over_a_page_keeps_the_time(tmp_path):
    """What is held over the turn is no new onset, and what comes after it is in its place."""
    running = [Note(i * 0.5, 0.5, 72 + i % 5) for i in range(480)]
    held = [Note(i * 4.0 + 2.0, 4.0, 48 + i % 7) for i in range(59)]
    score = Score(notes=tuple(sorted([*running, *held])))

    places = engraved(score, tmp_path)

    turns = [b for a, b in pairwise(places["bars"]) if a["page"] != b["page"]]
    assert turns
    assert struck(score) <= told(places)
    for bar in turns:  # a note is held into each first bar of a page
        assert 0 == bar["position"] % 4
        first = next(p for p in places["segments"] if p["position"] >= bar["position"])
        assert (bar["page"], bar["position"]) == (first["page"], first["position"])


def test_a_bar_tells_how_high_its_ink_reaches(tmp_path):
    """Far above the staff where the notes are, and the page tells its size."""
    notes = [Note(float(i), 1.0, 72) for i in range(4)]
    notes += [Note(4.0 + i, 1.0, 93) for i in range(4)]

    places = engraved(Score(notes=tuple(notes)), tmp_path)

    low, high = places["bars"][:2]
    assert high["top"] < low["top"] <= low["y"]
    assert (2976, 4210) == (round(places["width"]), round(places["height"]))


def test_a_bar_tells_how_low_the_ink_of_its_system_reaches(tmp_path):
    """Under the lowest notes, to the pedal below them; high notes of the next are not its own."""
    notes = [Note(i / 2, 0.5, 84 if i % 2 else 88) for i in range(96)]
    notes += [Note(i / 2, 0.5, 28 if i < 48 else 52) for i in range(96)]
    pedals = tuple(Pedal(2.0 * i, 1.8) for i in range(24))

    bars = engraved(Score(notes=tuple(sorted(notes)), pedals=pedals), tmp_path)["bars"]

    under = [bar["foot"] - bar["y"] - bar["sy"] for bar in bars]
    assert under[0] > 150
    assert 50 < under[-1] < 150
    assert all(bar["foot"] < after["y"] for bar, after in pairwise(bars) if bar["y"] < after["y"])
