"""The line by which a piece is known in a list, cut out of a page that is drawn here."""

import numpy as np
import pytest
from PIL import Image

from generator.rendering import incipit, pixels

DPI = 150
SCALE = DPI / pixels.SVG_DPI
TOPS = (300, 600, 900)  # rows of the page at which the systems' staves begin
STAVES, BAR = 120, 260  # rows of a system's staves, columns of a bar
LEFT = 100
QUARTERS = 4.0  # in a bar


@pytest.fixture
def page():
    """Three systems of four bars: lines at the edges of their staves, and bar lines."""
    drawn = np.full((1754, 1240), 255, np.uint8)
    for top in TOPS:
        drawn[[top, top + STAVES], LEFT : LEFT + 4 * BAR] = 0
        for x in range(LEFT, LEFT + 5 * BAR, BAR):
            drawn[top : top + STAVES, x] = 0
    return drawn


def places(tops=TOPS):
    """Say where the bars of that page stand, with nothing above their staves."""
    bars = [
        {
            **{"page": 0, "x": (LEFT + i * BAR) / SCALE, "y": top / SCALE},
            **{"sx": BAR / SCALE, "sy": STAVES / SCALE, "top": top / SCALE},
            "position": QUARTERS * (4 * line + i),
        }
        for line, top in enumerate(tops)
        for i in range(4)
    ]
    return {"bars": bars, "segments": [dict(bar) for bar in bars]}


def draw(page, positions, folder, **fields):
    """Return the line as it is seen, in colours."""
    path = incipit.draw([page], positions, folder / "line.png", dpi=DPI, **fields)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def red(line):
    """The columns that have the colour of the seam."""
    is_red = (line[..., 0] > 120) & (line[..., 1] < 80)
    return np.flatnonzero(is_red.any(axis=0))


def dark(line):
    return (line < 100).all(axis=2)


def test_it_is_the_system_that_holds_the_seam(page, tmp_path):
    """With the seam in its colour, where the machine takes over: at the second bar of four."""
    page[620:640, LEFT + 2 * BAR + 30 : LEFT + 2 * BAR + 50] = 0  # a note of the second system

    line = draw(page, places(), tmp_path, seam=QUARTERS * 5)

    share = red(line).mean() / line.shape[1]
    assert 0.2 < share < 0.35
    assert dark(line)[:, 474:490].sum() > 100


def test_a_seam_at_the_end_of_a_system_shows_the_next(page, tmp_path):
    """Of the last bar alone one could not tell one piece from another."""
    page[920:940, LEFT + BAR + 30 : LEFT + BAR + 50] = 0  # a note of the third system

    line = draw(page, places(), tmp_path, seam=QUARTERS * 7)

    assert red(line).max() < 20  # all of it is the machine's: a stroke in the margin
    assert dark(line)[30:90, 250:320].any()


def test_bars_that_were_rewritten_come_before_the_seam(page, tmp_path):
    """Such a piece begins to be its own where they are."""
    page[930:990, LEFT + 30 : LEFT + 50] = 0

    line = draw(page, places(), tmp_path, begin=QUARTERS * 8, seam=QUARTERS)

    assert red(line).max() < 20
    assert dark(line)[30:90, 40:90].any()


def test_an_opening_is_its_first_system_without_a_mark(page, tmp_path):
    """Nothing in it is a machine's."""
    line = draw(page, places(), tmp_path)

    assert not red(line).size
    assert 900 == line.shape[1]


def test_neither_high_notes_nor_the_pedal_are_cut(page, tmp_path):
    """Above the staves as high as the page says, below them over a gap of blank rows."""
    positions = places()
    page[505:525, 400:420] = 0  # a note far above the second system, but farther from the first
    page[750:770, 400:440] = 0  # a pedal mark, 30 rows under the staves

    line = draw(page, positions, tmp_path, seam=QUARTERS * 4)

    rows = dark(line)[:, 275:300].any(axis=1)
    marks = int((np.diff(rows.astype(int)) == 1).sum())
    assert 4 == marks  # the note, two lines of the staves, the pedal
    assert not dark(line)[[0, -1]].any()


def test_free_notes_of_the_next_system_are_left_out_and_a_far_pedal_is_not(page, tmp_path):
    """Notes under a beam hang together with no staff, and reach higher than a pedal stands."""
    page[755:870, 600:620] = 0  # nearer to the third system's staves
    page[840:844, 300:440] = 0  # the pedal of the second, farther from it than that
    on_mark = (370 / SCALE, 842 / SCALE)

    line = draw(page, places(), tmp_path, seam=QUARTERS * 4, pedals=[[on_mark]])

    below = dark(line)[np.flatnonzero(dark(line)[:, 700])[-1] + 2 :]
    assert not below[:, 420:470].any()
    assert below[:, 220:280].any()


def test_what_other_systems_reach_in_with_is_left_out(page, tmp_path):
    """A pedal mark from above and a high note from below, in rows that this system needs."""
    positions = places()
    page[440:600, 400:420] = 0  # its own, as high as the pedal of the first system
    page[450:470, 900:920] = 0
    page[720:820, 400:420] = 0  # and as low as the notes of the third
    page[800:900, 900:920] = 0

    line = draw(page, positions, tmp_path, seam=QUARTERS * 4)

    staves = np.flatnonzero(dark(line)[:, 600])
    assert not dark(line)[: staves[0], 650:760].any()
    assert not dark(line)[staves[-1] + 2 :, 650:760].any()
