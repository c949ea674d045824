"""Bars cut out of the engraved pages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from tests.webapp.factories import make_file, make_piece
from tests.webapp.takes import BARS, SCORE
from tests.webapp.test_playing import POSITIONS
from webapp import excerpts
from webapp.models import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def engraved(compose):
    """A piece whose twelve bars stand in six systems on two pages."""
    piece = compose()
    bars = [
        {"id": i, "page": i // 6, "x": 80.0 + i % 2 * 400, "y": 200.0 + i % 6 // 2 * 600}
        | {"sx": 400.0, "sy": 360.0, "top": 160.0 + i % 6 // 2 * 600}
        | {"position": 4.0 * i, "seconds": 2.0 * i}
        for i in range(BARS)
    ]
    told = POSITIONS | {"bars": bars, "height": 2400.0}
    make_file(piece, "positions.json", json.dumps(told).encode(), "positions")
    for page in (1, 2):
        make_file(piece, f"score-{page}.svg", b"<svg/>", "svg")
    return piece


def test_new_bars_stand_between_one_before_and_one_after(engraved):
    """Whole systems, so that a clef is seen: of bars 7 and 8 also those of 6 and 9."""
    excerpt = excerpts.cut(engraved, 7, 8)

    assert excerpt is not None
    first, second, third = excerpt.strips
    assert (7, 8) == excerpt[:2]
    assert first.picture.endswith("score-1.svg")
    assert second.picture.endswith("score-2.svg")
    assert second.y + second.height < third.y + 660
    # From over the ink of the one to as far below it as nothing else stands.
    assert (1320.0, 660.0) == (first.y, first.height)


def test_only_what_is_new_is_marked(engraved):
    """One outline for each system it stands in."""
    first, second, third = excerpts.cut(engraved, 7, 8).strips

    assert ("", "") == (first.new, third.new)
    assert "M80.0 148.0H880.0V590.0H80.0Z" == second.new


def test_the_line_over_what_is_new_runs_through_no_note(engraved):
    """However high its notes are; over staves without any it keeps its distance."""
    path = Path(settings.MEDIA_ROOT, engraved.files["positions"])
    told = json.loads(path.read_text())
    told["bars"][7]["top"], told["bars"][9]["top"] = 90.0, 800.0
    path.write_text(json.dumps(told))

    lines = [strip.edge for strip in excerpts.cut(engraved, 7, 9).strips]

    edges = [float(y) for y in re.findall(r"M80.0 ([\d.]+)", "".join(lines))]
    assert 90 - 20 < edges[0] < 90
    assert 760 - 20 < edges[1] < 770


def test_of_what_is_new_to_the_end_the_beginning_is_shown(engraved):
    """Six bars of it."""
    excerpt = excerpts.cut(engraved, 2)

    assert (2, 7) == excerpt[:2]


def test_dense_music_fills_four_systems_at_most(engraved):
    """A bar on each; the rest is a touch away."""
    path = Path(settings.MEDIA_ROOT, engraved.files["positions"])
    told = json.loads(path.read_text())
    for i, bar in enumerate(told["bars"]):
        bar.update(x=80.0, y=200.0 + i % 6 * 300, sx=800.0, sy=200.0, top=190.0 + i % 6 * 300)
    path.write_text(json.dumps(told))

    excerpt = excerpts.cut(engraved, 5)

    # Bar 4, which is old, and three new ones.
    assert (5, 7) == excerpt[:2]
    assert 3 == sum(strip.new.count("M") for strip in excerpt.strips)


def test_no_system_loses_a_staff_to_the_next(compose, engraved):
    """However high the ink of that one."""
    path = Path(settings.MEDIA_ROOT, engraved.files["positions"])
    told = json.loads(path.read_text())
    told["bars"][4]["top"] = 700.0  # beside the second system, which ends at 1160
    path.write_text(json.dumps(told))

    strip = excerpts.cut(engraved, 3, 3).strips[-1]

    assert strip.y + strip.height > 1160


def test_no_system_loses_its_lowest_notes(engraved):
    """Where the next one's ink reaches up beside them."""
    path = Path(settings.MEDIA_ROOT, engraved.files["positions"])
    told = json.loads(path.read_text())
    told["bars"][4]["top"] = 1200.0
    for bar in told["bars"][2:4]:
        bar["foot"] = 1330.0
    path.write_text(json.dumps(told))

    _, strip, after = excerpts.cut(engraved, 3, 4).strips

    assert 1330 < strip.y + strip.height < 1400
    assert 1330 == after.y


def test_the_last_bar_has_none_after_it(engraved):
    """And the first none before it."""
    assert (12, 12) == excerpts.cut(engraved, 12, 12)[:2]
    assert (1, 1) == excerpts.cut(engraved, 1, 1)[:2]


def test_without_a_score_there_is_nothing_to_cut(compose):
    """Nor where the engraving left no places."""
    assert excerpts.cut(compose(), 5) is None


def test_a_take_shows_what_is_new_in_it(bob, engraved):
    """Not the first page, which is the same in all."""
    fields = {"parent": engraved, "source": SCORE, "score": SCORE, "batch": uuid4()}
    child = make_piece(Status.SUCCEEDED, from_bar=9, to_bar=9, owner="bob", **fields)
    child.files = engraved.files
    child.save()

    page = bob.get(f"/sets/{child.batch}/").text

    assert 'aria-label="Take 1: bar 9 in the score"' in page
    assert 'aria-label="As it was: bar 9 in the score"' in page
    assert "score-1.svg" not in page
