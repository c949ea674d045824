"""What of a playing score the server writes: the marks, the roll, another instrument."""

from __future__ import annotations

import json
import re

import pytest

from tests.webapp.factories import again, make_file, make_piece
from webapp import counting, places, queue, roll, works
from webapp.models import Status

pytestmark = pytest.mark.django_db

SCORE = {
    "notes": [[float(i), 1.0, 60 + i, 76] for i in range(8)],
    "tempo_qpm": 60.0,
    "tempi": [[4.0, 120.0]],
    "time_signatures": [[0.0, 4, 4]],
    "seam": 5.0,
}
RUN = {"length": 3, "begin_note": 5, "work": "chpn-p7.mid", "composer": "chopin"}
RUN |= {"first_bar": 2, "last_bar": 3, "piece_first_bar": 2, "piece_last_bar": 2}


def place(number: int, x: float, position: float, **more: float) -> dict:
    """Return a place on the first page, in the one system it has."""
    at = {"id": number, "page": 0, "x": x, "y": 500.0, "sx": 0.0, "sy": 360.0}
    return at | {"position": position, "seconds": position} | more


POSITIONS = {
    "width": 1000.0,
    "height": 1400.0,
    "segments": [place(i, 100.0 + 100 * i, float(i)) for i in range(8)],
    "bars": [place(0, 80.0, 0.0, sx=400.0, top=420.0), place(1, 480.0, 4.0, sx=400.0, top=300.0)],
}


@pytest.fixture
def piece(db):
    """A finished piece of two bars, with its places and its sound."""
    piece = make_piece(Status.SUCCEEDED, score=SCORE, originality=RUN)
    make_file(piece, "positions.json", json.dumps(POSITIONS).encode(), "positions")
    make_file(piece, "score-1.svg", b"<svg/>", "svg")
    make_file(piece, "piece.mp3", b"m", "mp3")
    return piece


def test_the_seam_stands_before_the_first_note_of_the_machine(piece):
    """Within a bar it is beside the note, and higher than the ink above the bar."""
    seam = places.marks(piece)[0].seam

    assert 585.0 == seam.x
    assert seam.y < 300
    assert seam.y2 > 860


def test_a_seam_at_a_bar_line_stands_on_it(piece):
    """Where the first note is the first of its bar."""
    piece.score = SCORE | {"seam": 4.0}

    assert 480.0 == places.marks(piece)[0].seam.x


def test_the_shared_run_is_bracketed_from_its_first_note_to_its_last(piece):
    """Three notes, from the sixth on."""
    mark = places.marks(piece)[0]

    assert ["600.0", "830.0"] == re.findall(r"(?:^M|H)([\d.]+)", mark.shared)
    assert "end" == mark.words_at[2]


def test_a_seam_at_the_beginning_of_a_line_leaves_the_bars_number(piece):
    """It stands in the margin, where the strokes of the machine's lines are."""
    piece.score = SCORE | {"seam": 0.0}

    assert places.marks(piece)[0].seam.x < 80.0 - 50


def test_a_bracket_keeps_clear_of_the_words_at_the_seam(piece):
    """A run that begins there stands a line higher."""
    near, words_y = places.marks(piece)[0], 300 - places.AWAY
    piece.score = SCORE | {"seam": None}
    alone = places.marks(piece)[0]

    assert near.words_at.y < alone.words_at.y <= words_y


def test_rewritten_bars_are_bracketed_and_said(piece, client):
    """Over the second bar alone; in words for who sees no bracket."""
    piece.from_bar = piece.to_bar = 2
    piece.save()

    mark = places.marks(piece)[0]
    page = client.get(piece.get_absolute_url()).text

    assert ["480.0", "880.0"] == re.findall(r"(?:^M|H)([\d.]+)", mark.rewritten)
    assert mark.rewritten_at.y < 300 - places.AWAY
    assert "Written anew: bar 2." in page
    assert "bar 2, marked on the score; all else is as it was" in page
    assert ">rewritten</text>" in page


def test_words_stand_under_their_bracket_and_clear_of_those_at_the_seam(piece):
    """Over it a system's pedal is marked; the bracket begins where the machine does."""
    piece.score, piece.from_bar, piece.to_bar = SCORE | {"seam": 4.0}, 2, 2
    wide = [place(0, 80.0, 0.0, sx=400.0, top=420.0), place(1, 480.0, 4.0, sx=900.0, top=300.0)]
    make_file(piece, "wide.json", json.dumps(POSITIONS | {"bars": wide}).encode(), "positions")

    mark = places.marks(piece)[0]

    line = float(re.search(r"V([\d.]+)H", mark.rewritten)[1])
    assert line < mark.rewritten_at.y < 300
    assert mark.rewritten_at.x >= mark.seam.x + places.WORDS


def test_words_longer_than_their_bracket_stand_beside_it(piece):
    """Over the ink of the bars there, which may be higher than what is bracketed."""
    at_line_start = [place(i, 100.0 + 100 * i, float(i)) for i in range(8)]
    bars = [place(0, 80.0, 0.0, sx=1200.0, top=420.0), place(1, 1280.0, 4.0, sx=900.0, top=200.0)]
    told = POSITIONS | {"width": 2400.0, "segments": at_line_start, "bars": bars}
    make_file(piece, "wide.json", json.dumps(told).encode(), "positions")
    piece.score = SCORE | {"seam": None}
    piece.originality = RUN | {"begin_note": 0}

    mark = places.marks(piece)[0]

    assert ("start", 330.0 + places.TICK) == (mark.words_at.anchor, mark.words_at.x)
    assert mark.words_at.y <= 420 - places.AWAY
    piece.originality = RUN | {"begin_note": 0, "length": 4}
    assert places.marks(piece)[0].words_at.x > mark.words_at.x


def test_what_goes_on_from_a_bar_is_not_called_rewritten(piece, client):
    """It has no last bar."""
    piece.from_bar = 2
    piece.save()

    assert "" == places.marks(piece)[0].rewritten
    assert "Written anew" not in client.get(piece.get_absolute_url()).text


def test_the_length_of_the_sound_is_known_before_it_is_fetched(piece, client):
    """In the words of the player, and on its slider: the notes, and how long they ring on."""
    page = client.get(piece.get_absolute_url()).text

    assert "<span data-at>0:00</span> / 0:07" in page
    assert 'max="7.4"' in page


@pytest.mark.parametrize("content", [b"", b"[]", b'{"bars": []}', b"{}"])
def test_places_that_cannot_be_read_leave_the_page_as_it_is(piece, client, content):
    """No mark is better than no page."""
    make_file(piece, "positions.json", content, "positions")

    page = client.get(piece.get_absolute_url())

    assert 200 == page.status_code
    assert 'class="marks"' not in page.text


def test_the_roll_follows_the_tempo(piece):
    """Twice as fast from the fifth quarter on; the opening and the machine apart."""
    drawn = roll.roll(SCORE)

    assert (6.0, 4.5) == (drawn.seconds, drawn.seam)
    assert (5, 3) == (drawn.opening.count("M"), drawn.machine.count("M"))
    assert drawn.machine.startswith("M4.50 ")
    assert ["M0.000", "M4.000"] == re.findall(r"M[\d.]+", drawn.bars)


def test_bar_lines_follow_a_pick_up_and_a_change_of_metre():
    """One quarter, then bars of three, then bars of two."""
    metres = [(0.0, 1, 4), (1.0, 3, 4), (7.0, 2, 4)]

    assert [0.0, 1.0, 4.0, 7.0, 9.0] == counting.bar_lines(metres, 10.5)


def test_the_seam_is_heard_from_four_seconds_before(piece, client):
    """From the beginning where there are no four."""
    page = client.get(piece.get_absolute_url()).text

    assert 'data-hear="0.5"' in page
    assert "piece.mp3#t=0.5" in page


def test_no_script_and_no_style_is_written_into_the_page(piece, client):
    """The policy of the site would not let it run."""
    page = client.get(piece.get_absolute_url()).text

    assert [] == re.findall(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page)


@pytest.fixture
def ask(piece, client, django_capture_on_commit_callbacks):
    """Ask for the piece on an instrument, as a visitor does; what is sent, is sent."""

    def ask_for(instrument):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"{piece.get_absolute_url()}sound/", {"instrument": instrument})

    return ask_for


def test_another_instrument_is_asked_for_once(piece, client, broker, ask):
    """Two clicks, one message; the page says that it is being played, and leads back."""
    answers = [ask("upright") for _ in range(2)]

    assert 1 == broker.llen(queue.GENERATION)
    assert f"{piece.get_absolute_url()}?instrument=upright" == answers[0].headers["Location"]
    assert "Look again" in client.get(answers[0].headers["Location"]).text


@pytest.mark.parametrize(("instrument", "status"), [("kazoo", 400), ("", 400), ("grand", 302)])
def test_what_cannot_be_played_on_is_not_asked_for(broker, ask, instrument, status):
    """An unknown instrument is refused; the usual one is there already."""
    answer = ask(instrument)

    assert (status, 0) == (answer.status_code, broker.llen(queue.GENERATION))


def test_a_private_piece_is_played_for_its_owner_alone(piece, client, alice, broker):
    """For others there is no such piece."""
    type(piece).objects.filter(pk=piece.pk).update(owner="alice", is_private=True)
    address = f"{piece.get_absolute_url()}sound/"

    assert 404 == client.post(address, {"instrument": "bright"}).status_code
    assert 302 == alice.post(address, {"instrument": "bright"}).status_code


def test_a_chosen_instrument_is_what_the_page_plays(piece, client):
    """Without a script, by the address."""
    make_file(piece, "piece-bright.mp3", b"b", "mp3-bright")

    page = client.get(f"{piece.get_absolute_url()}?instrument=bright").text

    assert re.search(r'<source src="[^"]+piece-bright\.mp3"', page)
    told = client.get(f"/api/pieces/{again(piece).pk}").json()["files"]["instruments"]
    assert told["bright"]["mp3"].endswith("piece-bright.mp3")
    assert told["harpsichord"] is None


@pytest.mark.parametrize(
    ("file", "composer", "said"),
    [
        ("067-1-Sam-002.mid", "chopin", "Op. 67 No. 2"),
        ("034_3-1-BH-003.mid", "chopin", "Op. 34 No. 3"),
        ("058-1-BH-003.mid", "chopin", "Op. 58, III"),
        ("019-1-PE.mid", "chopin", "Op. 19"),
        ("chpn-p7.mid", "chopin", "Op. 28 No. 7"),
        ("beethoven_opus10_3.mid", "beeth", "Op. 10 No. 1, III"),
        ("grieg_once_upon_a_time.mid", "grieg", "Once upon a time"),
        ("DEB_CLAI.MID", "debussy", "Clair de lune"),
        ("my own.mid", "", "My own"),
    ],
)
def test_a_work_is_named_as_a_musician_would(file, composer, said):
    """By its catalogue number where the name of the file tells it."""
    assert said == works.title(file, composer)
