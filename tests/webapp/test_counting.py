"""Bars and seconds, as the web counts them, are those of the music library."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings

from generator.notation.metre import bar_at, cut_upbeat, lay_bars
from generator.notation.musicxml import to_musicxml
from generator.score import Note, Score, Tempo, TimeSignature
from tests.webapp.factories import make_piece
from webapp import counting
from webapp.models import Status

METRES = {
    "common time": [(0.0, 4, 4)],
    "a waltz": [(0.0, 3, 4)],
    "a pick-up of an eighth": [(0.0, 1, 8), (0.5, 6, 8)],
    "a pick-up in the metre that follows": [(0.0, 1, 4), (1.0, 3, 4)],
    "a change": [(0.0, 4, 4), (16.0, 3, 4)],
    "a change within a bar": [(0.0, 4, 4), (6.0, 3, 4)],
}


@pytest.mark.parametrize("metres", METRES.values(), ids=METRES.keys())
@pytest.mark.parametrize("onset", [0.0, 0.5, 1.0, 5.5, 16.0, 17.25, 40.0])
def test_a_bar_has_the_number_that_is_printed(metres, onset):
    """A pick-up is bar 0."""
    bars = lay_bars([TimeSignature(*metre) for metre in metres], 48)
    printed = bars.index(bar_at(bars, onset * 24)) + (0 if bars[0].is_short else 1)

    assert printed == counting.bar_at(metres, onset)


@pytest.mark.parametrize("metres", METRES.values(), ids=METRES.keys())
@pytest.mark.parametrize("begin", [0.0, 0.25, 0.5, 0.99, 1.0, 2.5, 3.0, 5.0])
def test_silence_before_the_first_note_is_no_bar(metres, begin):
    """Where whole beats of it are silent the first bar is an upbeat, and printed as bar 0."""
    whole = lay_bars([TimeSignature(*metre) for metre in metres], 48)
    bars = cut_upbeat(whole, [Note(begin, 1, 60)])
    printed = whole.index(bar_at(whole, 17.25 * 24)) + (0 if bars[0].is_short else 1)

    assert printed == counting.bar_at(metres, 17.25, begin=begin)


def test_without_metres_it_is_common_time():
    """As older rows have it."""
    assert 3 == counting.bar_at((), 8.0)


@pytest.mark.parametrize("tempi", [(), (Tempo(0.0, 90.0), Tempo(2.0, 60.0), Tempo(50.0, 30.0))])
def test_a_piece_lasts_as_long_as_it_is_played(tempi):
    """Its rubato counted, up to the last note."""
    score = Score(notes=(Note(0, 1, 60), Note(3, 2.5, 64)), tempo_qpm=100.0, tempi=tempi)

    assert pytest.approx(score.seconds) == counting.seconds(score.to_dict())


def test_no_notes_last_no_time():
    """A piece that waits has none."""
    assert 0 == counting.seconds({"notes": [], "tempo_qpm": 120.0})


@pytest.fixture
def turca():
    """A shipped piece that begins with an upbeat, as the opening of K. 331's last movement does."""
    path = Path(settings.EXAMPLES_ROOT, "1-k331-3", "piece.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_every_page_names_the_bar_that_is_printed(client, turca):
    """After an upbeat too: where the machine takes over, in lists as well; what is shared."""
    music = to_musicxml(Score.from_dict(turca["score"]), title="Alla turca")
    engraved = ET.fromstring(music)  # noqa: S314 - it is our own
    measures = engraved.findall("part/measure")
    styles = [measure.findtext("barline/bar-style") for measure in measures]
    printed = measures[styles.index("light-light") + 1].get("number")
    last = max(int(measure.get("number")) for measure in measures if _strikes(measure))
    run = turca["originality"] | {"length": 2, "begin_note": _first_of_the_machine(turca["score"])}
    piece = make_piece(Status.SUCCEEDED, is_example=True, score=turca["score"], originality=run)

    assert "9" == printed
    assert counting.Bars(0, last) == counting.bars(turca["score"])
    for address in ("/", "/pieces/", piece.get_absolute_url()):
        assert f"from bar {printed}<" in client.get(address).text
    assert "Here it is in bar 9, marked" in client.get(piece.get_absolute_url()).text


def _first_of_the_machine(score):
    return next(i for i, note in enumerate(score["notes"]) if note[0] >= score["seam"])


def _strikes(measure):
    """Whether a note begins in it: not all are held from the bar before."""
    ties = [[tie.get("type") for tie in note.iter("tie")] for note in measure.iter("note")]
    return any(
        note.find("pitch") is not None and "stop" not in tied
        for note, tied in zip(measure.iter("note"), ties, strict=True)
    )
