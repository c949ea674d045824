"""What a piece has of the music it was learned from, and how much of that is usual."""

import zipfile
from dataclasses import replace
from itertools import pairwise, takewhile
from pathlib import Path

import numpy as np
import pytest

from generator import originality
from generator.corpus import read_notes
from generator.errors import CheckpointError
from generator.grid import GridScore, Metre
from generator.originality import Line, Run, is_too_close

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
SETS = [DATASETS / "classical-music-midi", DATASETS / "chopin-first-editions"]


def tune(rng, n=300, *, n_pitches=40, name="tune") -> GridScore:
    """Return ``n`` notes by chance, one after another, sometimes two at once."""
    onsets = np.cumsum(rng.choice([0, 6, 12, 24], size=n))
    pitches = 20 + rng.integers(0, n_pitches, size=n)
    rows = np.column_stack([onsets, pitches, rng.choice([6, 12, 24], n), rng.integers(1, 127, n)])
    return GridScore(notes=in_order(rows), name=name, composer="chance")


def in_order(rows) -> np.ndarray:
    """Return rows in order of onset and pitch, none twice."""
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    return rows[np.concatenate([[True], (np.diff(rows[:, :2], axis=0) != 0).any(axis=1)])]


def joined(*pieces: GridScore, gap=1) -> GridScore:
    """Return the notes of ``pieces`` one after another, each ``gap`` steps after the last."""
    rows, begin = [], 0
    for piece in pieces:
        rows.append(piece.notes + np.array([begin - piece.notes[0, 0], 0, 0, 0]))
        begin = int(rows[-1][-1, 0]) + gap
    return GridScore(notes=np.concatenate(rows), name="joined")


def part(piece: GridScore, begin: int, end: int, *, higher=0) -> GridScore:
    """Return some notes of ``piece``, in another key and at another loudness."""
    onsets, pitches, durations, velocities = piece.notes[begin:end].T
    rows = np.column_stack([onsets, pitches + higher, durations, velocities // 2 + 1])
    return replace(piece, notes=rows)


def links(piece: GridScore) -> list[tuple[int, int, int]]:
    """Return the links of a piece that lies on the classes, in plain Python."""
    rows = piece.notes.tolist()
    return [(b[0] - a[0], b[1] - a[1], b[2]) for a, b in pairwise(rows)]


def n_alike(mine: list, theirs: list) -> int:
    """Return how many links of the two are the same from the first on."""
    pairs = zip(mine, theirs, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def by_hand(piece: GridScore, works: list[GridScore], begin: int = 0) -> int:
    """Return the notes of the longest run, trying every place in every work."""
    mine, longest = links(piece), 0
    for theirs in map(links, works):
        for i in range(begin, len(mine)):
            for j in range(len(theirs)):
                n = 0
                while (
                    mine[i + n : i + n + 1] and mine[i + n : i + n + 1] == theirs[j + n : j + n + 1]
                ):
                    n += 1
                longest = max(longest, n)
    return longest + 1 if longest else 0


@pytest.fixture(scope="module")
def works() -> list[GridScore]:
    """Return five tunes, the third in 3/4."""
    rng = np.random.default_rng(5)
    made = [tune(rng, name=f"tune {i}") for i in range(5)]
    made[2] = replace(made[2], metres=(Metre(0, 3, 4),))
    return made


@pytest.mark.parametrize("n", [17, 18, 19, 20])
def test_a_copy_in_another_key_is_found_with_its_bars(works, n):
    """17 notes of the third tune, a fifth higher and softer, are told as 17, and where."""
    before, after = (tune(np.random.default_rng(i), 50) for i in (90, 91))
    piece = joined(before, part(works[2], 100, 100 + n, higher=7), after)
    there, here = works[2].notes[100 : 100 + n, 0] // 72, piece.notes[:, 0] // 96

    run = originality.build(works).longest_run(piece)

    begin = len(before.notes)
    assert run == Run(
        length=n,
        work="tune 2",
        composer="chance",
        first_bar=1 + there[0],
        last_bar=1 + there[-1],
        piece_first_bar=1 + here[begin],
        piece_last_bar=1 + here[begin + n - 1],
        begin_note=begin,
    )


def test_the_opening_is_not_counted(works):
    """A run may not begin in the opening; what is left of it after the opening counts."""
    opening, after = part(works[0], 30, 70), tune(np.random.default_rng(90), 50)
    index = originality.build(works)
    piece = joined(opening, after)

    counted = [index.longest_run(piece, begin=begin).length for begin in (0, 10, 40)]

    assert [40, 30, by_hand(piece, works, 40)] == counted


def test_the_index_finds_what_trying_every_place_finds():
    """On small tunes of few pitches and lengths, the longest run is that found by hand."""
    rng = np.random.default_rng(11)
    for n_pitches in (2, 3, 5, 12, 40):
        works = [tune(rng, 60, n_pitches=n_pitches) for _ in range(4)]
        piece = tune(rng, 40, n_pitches=n_pitches)
        index = originality.build(works)

        found = [index.longest_run(piece, begin=begin).length for begin in (0, 15)]

        assert [by_hand(piece, works, begin) for begin in (0, 15)] == found


def test_a_run_never_crosses_from_one_work_into_the_next(works):
    """The end of one tune with the beginning of the next is no run, though they touch."""
    piece = joined(part(works[0], len(works[0].notes) - 9, 999), part(works[1], 0, 12))

    assert 12 == originality.build(works[:2]).longest_run(piece).length


@pytest.mark.parametrize("number", [0, 3, 4])
def test_a_whole_work_is_found_whole(works, number):
    """A piece that is a work of the corpus shares all of its notes, also the last of all."""
    run = originality.build(works).longest_run(works[number])

    whole = len(works[number].notes), f"tune {number}", 0
    assert whole == (run.length, run.work, run.begin_note)


def test_a_tune_upside_down_is_another_tune(works):
    """Where every interval goes the other way nothing is copied, though the rhythm is."""
    onsets, pitches, durations, velocities = works[0].notes.T
    struck_alone = np.concatenate([[True], np.diff(onsets) > 0])
    rows = np.column_stack([onsets, pitches, durations, velocities])[struck_alone]
    upright = replace(works[0], notes=rows)
    mirrored = replace(works[0], notes=np.abs(rows - np.array([0, 80, 0, 0])))

    index = originality.build([upright])

    assert len(rows) == index.longest_run(upright).length
    assert 10 > index.longest_run(mirrored).length


def test_the_first_of_equally_long_runs_is_told(works):
    """Of two copies of 12 notes, that which comes first in the piece is named."""
    piece = joined(part(works[4], 50, 62), part(works[1], 80, 92))

    run = originality.build(works).longest_run(piece)

    assert (12, "tune 4", 0) == (run.length, run.work, run.begin_note)


@pytest.mark.parametrize("n", [0, 1])
def test_a_piece_without_two_notes_shares_nothing(works, n):
    """No note, or one, is no run, and the answer says so."""
    assert Run() == originality.build(works).longest_run(part(works[0], 0, n))


def test_an_index_of_nothing_finds_nothing(works):
    """Without works no run is found, and works without notes are passed over."""
    empty = replace(works[0], notes=works[0].notes[:0], name="empty")

    assert Run() == originality.build([]).longest_run(works[0])
    assert ("tune 1",) == originality.build([empty, works[1]]).names


def test_an_index_read_again_gives_the_same_answers(works, tmp_path):
    """Written and read, the index finds the same run, and names whom to name."""
    index = originality.build(works, attribution="Chance, by nobody")
    index.save(tmp_path / "originality.npz")

    again = originality.load(tmp_path / "originality.npz")

    piece = joined(part(works[2], 10, 90), tune(np.random.default_rng(4)))
    assert index.longest_run(piece) == again.longest_run(piece)
    assert index.longest_run(works[1]) == again.longest_run(works[1])
    assert "Chance, by nobody" == again.attribution


def test_the_same_works_give_the_same_file(works, tmp_path):
    """A checkpoint is named by its content, so no time of day is in the index."""
    for name in ("one.npz", "two.npz"):
        originality.build(works).save(tmp_path / name)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.npz") as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {member.date_time for member in archive.infolist()}


def test_a_missing_or_damaged_index_is_said(works, tmp_path):
    """Nothing there, something else there, or half of it: each ends in its sentence."""
    path = tmp_path / "originality.npz"
    with pytest.raises(CheckpointError, match="is not there"):
        originality.load(path)
    originality.build(works).save(path)
    for content in (path.read_bytes()[:500], b"no index at all"):
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match="is damaged"):
            originality.load(path)


def test_the_line_compares_no_work_with_itself():
    """Three tunes share 9 notes with a neighbour; that each equals itself is not counted."""
    rng = np.random.default_rng(3)
    tunes = [tune(rng, 120, name=f"tune {i}") for i in range(3)]
    lent = part(tunes[0], 20, 29)
    tunes[1:] = [replace(joined(one, lent), name=one.name) for one in tunes[1:]]

    assert Line(median=9.0, p90=9.0, maximum=9) == originality.line(tunes, tunes)


def test_works_that_share_forty_notes_are_one_work():
    """A tune that borrows 60 notes of another is another edition of it, no copy."""
    rng = np.random.default_rng(3)
    tunes = [tune(rng, 120, name=f"tune {i}") for i in range(3)]
    edition = replace(joined(part(tunes[0], 20, 80, higher=2), tunes[1]), name="edition")

    measured = originality.line([tunes[0], edition], [*tunes, edition])

    assert 8 > measured.maximum


def test_a_piece_is_too_close_above_the_most_that_works_share():
    """What real works share is allowed; one note more is not."""
    line = Line(median=9.0, p90=14.0, maximum=24)

    assert [False, True] == [is_too_close(Run(length=n), line) for n in (24, 25)]
    assert line == Line.from_dict(line.to_dict())


@pytest.mark.skipif(
    not all(f.is_dir() for f in SETS), reason="the data sets are not on this machine"
)
def test_real_works_lie_on_the_line_that_is_written():
    """Chopin's works of both sets share 9 notes with another in the median, and 24 at most."""
    works = read_notes(SETS, ["chopin"]).pieces

    assert Line(median=9.0, p90=14.0, maximum=24) == originality.line(works, works)
