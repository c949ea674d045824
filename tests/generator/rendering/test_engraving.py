"""Engraving: pages that are there, that can be read, and that fail in a sentence."""

import json
import os
import shutil
import stat
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.errors import RenderingError
from generator.notation import to_musicxml
from generator.rendering import musescore
from generator.rendering.drawing import lighten
from generator.rendering.engraving import engrave
from generator.score import Note, Origin, Score

ORIGIN = Origin(
    model="Chopin",
    opening="Sonata in C",
    attribution="Files by B. Krueger",
    temperature=1.0,
    top_p=1.0,
    seed=7,
)
TITLE = "Étude & <test>"
SCORE = Score(
    notes=tuple(Note(i * 0.5, 0.5, 48 + i * 11 % 36) for i in range(140)),
    tempo_qpm=87.3,
    seam=20.0,
    origin=ORIGIN,
)

needs_musescore = pytest.mark.skipif(
    not any(map(shutil.which, musescore.NAMES)), reason="MuseScore 3 is not installed"
)


def parse(xml):
    """Read what the code under test has just written."""
    return ET.fromstring(xml)  # noqa: S314 - our own


@pytest.fixture(name="musicxml")
def _musicxml(tmp_path):
    path = tmp_path / "piece.musicxml"
    path.write_bytes(to_musicxml(SCORE, title=TITLE))
    return path


@pytest.fixture(name="stand_in")
def _stand_in(tmp_path, monkeypatch):
    """Let a shell script stand where MuseScore would."""

    def install(script):
        path = tmp_path / "stand-in"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("MUSESCORE", str(path))

    return install


@pytest.fixture(scope="module", name="engraving")
def _engraving(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engraved")
    path = folder / "piece.musicxml"
    path.write_bytes(to_musicxml(SCORE, title=TITLE))
    return engrave(path, folder)


@needs_musescore
class TestEngrave:
    def test_gives_every_form_of_the_page(self, engraving):
        """A short piece is one page as PNG, SVG and PDF, with its places and a thumbnail."""
        names = sorted(path.name for path in engraving.pdf.parent.iterdir())

        assert [
            "piece.musicxml",
            "piece.pdf",
            "positions.json",
            "score-1.png",
            "score-1.svg",
            "thumbnail.png",
        ] == names
        assert b"%PDF" == engraving.pdf.read_bytes()[:4]

    def test_the_page_is_black_on_white(self, engraving):
        """The picture needs no white ground behind it, and has ink."""
        with Image.open(engraving.png[0]) as image:
            page = np.asarray(image.convert("RGBA"))

        assert (1240, 255) == (page.shape[1], page[..., 3].min())
        assert 0.01 < (page[..., 0] < 128).mean() < 0.2

    def test_the_drawing_says_which_shape_is_a_note(self, engraving):
        """Classes survive, so that a page can colour notes; and the file stays small."""
        svg = engraving.svg[0].read_bytes()

        notes = [e for e in parse(svg).iter() if e.get("class") == "Note"]
        assert len(SCORE.notes) == len(notes)
        assert len(svg) < 200_000

    def test_bars_stand_where_they_sound(self, engraving):
        """Bar n of a 4/4 piece begins at quarter 4 n, whatever the tempo."""
        positions = json.loads(engraving.positions.read_text())

        assert [4.0 * i for i in range(18)] == [bar["position"] for bar in positions["bars"]]
        assert [0.5 * i for i in range(140)] == [
            segment["position"] for segment in positions["segments"][:140]
        ]

    def test_a_segment_stands_at_its_note(self, engraving):
        """The places are in the drawing's own units: each note head is at its segment."""
        positions = json.loads(engraving.positions.read_text())
        root = parse(engraving.svg[0].read_bytes())
        heads = {float(e.get("x", 0)) for e in root.iter() if e.get("class") == "Note"}

        # A head is 30 units wide, and its outline begins somewhere on its edge.
        far = [x for x in heads if min(abs(x - s["x"]) for s in positions["segments"]) > 30]
        assert [] == far

    def test_the_thumbnail_is_the_first_system(self, engraving):
        """Wide, low, light, and not the title."""
        with Image.open(engraving.thumbnail) as image:
            width, height = image.size
            first_row = np.asarray(image.convert("L"))[0]

        assert 900 == width
        assert 100 < height < 300
        assert first_row.min() > 128
        assert engraving.thumbnail.stat().st_size < 25_000

    def test_the_pdf_carries_the_origin(self, engraving):
        """A reader's document properties say where the piece comes from."""
        written = engraving.pdf.read_bytes().rsplit(b"/Subject <", 1)[1].split(b">")[0]

        assert ORIGIN.sentence() == bytes.fromhex(written.decode()).decode("utf-16")

    def test_an_empty_score_is_a_page(self, tmp_path):
        """Rests are enough ink."""
        path = tmp_path / "empty.musicxml"
        path.write_bytes(to_musicxml(Score(notes=()), title=""))

        assert 1 == len(engrave(path, tmp_path / "out").png)

    def test_a_long_piece_has_its_pages_in_order(self, tmp_path):
        """Pages are numbered without zeros, and a shorter piece leaves none behind."""
        path = tmp_path / "long.musicxml"
        notes = tuple(Note(i * 0.5, 0.5, 60 + i % 12) for i in range(400))
        path.write_bytes(to_musicxml(Score(notes=notes), title="Long"))

        n_pages = len(engrave(path, tmp_path).png)
        path.write_bytes(to_musicxml(Score(notes=notes[:8]), title="Short"))
        engrave(path, tmp_path)

        assert n_pages > 1
        assert ["score-1.png"] == [page.name for page in tmp_path.glob("score-*.png")]


class TestFailures:
    def test_a_missing_program_names_its_package(self, musicxml, tmp_path, monkeypatch):
        """The sentence tells what to install."""
        monkeypatch.setenv("MUSESCORE", str(tmp_path / "nowhere"))

        with pytest.raises(RenderingError, match="musescore3") as caught:
            engrave(musicxml, tmp_path / "out")

        assert "tool_missing" == caught.value.code

    def test_a_program_without_an_end_is_killed_with_its_children(
        self, musicxml, tmp_path, stand_in
    ):
        """After the limit neither the program nor what it started is alive."""
        child = tmp_path / "child.pid"
        stand_in(f"sleep 60 & echo $! > {child}; wait")

        with pytest.raises(RenderingError, match=r"after 0\.5 seconds") as caught:
            engrave(musicxml, tmp_path / "out", limit_s=0.5)

        assert "tool_slow" == caught.value.code
        assert _is_gone(int(child.read_text()))

    def test_a_failing_program_is_quoted(self, musicxml, tmp_path, stand_in):
        """Its own last words are in the sentence."""
        stand_in("echo cannot draw this >&2; exit 3")

        with pytest.raises(RenderingError, match="cannot draw this") as caught:
            engrave(musicxml, tmp_path / "out")

        assert "tool_failed" == caught.value.code

    def test_a_program_that_makes_nothing_is_found_out(self, musicxml, tmp_path, stand_in):
        """Exit status 0 is not believed."""
        stand_in("exit 0")

        with pytest.raises(RenderingError) as caught:
            engrave(musicxml, tmp_path / "out")

        assert "page_missing" == caught.value.code

    def test_a_blank_page_is_no_page(self, musicxml, tmp_path, stand_in):
        """White paper is told from music, and nothing of it is kept."""
        blank = tmp_path / "blank.png"
        Image.new("RGBA", (1240, 1754)).save(blank)
        drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>"
        places = "<score><element id='0' x='1' y='1' sx='9' sy='9'/><event elid='0'/></score>"
        stand_in(
            f'cp {blank} score-1.png; echo "{drawing}" > score-1.svg; touch score.pdf; '
            f'echo "{places}" | tee score.spos > score.mpos'
        )

        with pytest.raises(RenderingError, match=r"^Page 1 ") as caught:
            engrave(musicxml, tmp_path / "out")

        assert "page_blank" == caught.value.code
        assert [] == list((tmp_path / "out").iterdir())


class TestDrawing:
    def test_equal_glyphs_are_drawn_once(self):
        """Two note heads that differ by a rounding are one path, used twice."""
        svg = (
            b'<svg xmlns="http://www.w3.org/2000/svg">'
            b'<path class="Note" d="M10.04,20.01 L12.5,20 C1,2 3,4 5,6 "/>'
            b'<path class="Note" d="M30.06,50.01 L32.5,50 C21,32 23,34 25,36 "/></svg>'
        )

        root = parse(lighten(svg))

        kinds = [element.tag.split("}")[1] for element in root.iter()]
        assert (1, 2) == (kinds.count("path"), kinds.count("use"))


def _is_gone(pid: int) -> bool:
    """Wait for the kernel to reap a killed process, at most five seconds."""
    for _ in range(500):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return True
        os.sched_yield()
        time.sleep(0.01)
    return False
