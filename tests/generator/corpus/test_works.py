"""Which files are one work, and what is held out."""

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from generator import corpus
from generator.corpus.works import HELD_OUT, RUN_NOTES, runs, split, work_name, works
from generator.grid import GridScore

DATASETS = Path(__file__).parents[4] / "shared/datasets"

ONE_WORK = [
    ("mozart", "mz_331_1.mid", "mz_331_3.mid"),
    ("beeth", "appass_1.mid", "appass_3.mid"),
    ("schubert", "schub_d960_1.mid", "schub_d960_4.MID"),
    ("debussy", "DEB_CLAI.MID", "deb_menu.mid"),
    ("borodin", "bor_ps1.mid", "bor_ps7.mid"),
    ("chopin", "chpn_op35_1.mid", "chpn_op35_4.mid"),
    ("chopin", "058-1-BH-001.mid", "058-1-BH-004.mid"),
    ("chopin", "chpn_op10_e01.mid", "010-1b-Sm-001.mid"),
    ("chopin", "chpn_op53.mid", "053-1-BH.mid"),
    ("chopin", "chpn-p4.mid", "028-1-AC-004.mid"),
    ("chopin", "034_2-1-BH-002.mid", "chpn_op34_2.mid"),
    ("chopin", "072-1-MEIf-001-nocturne.mid", "072-2-XX-001.mid"),
]
TWO_WORKS = [
    ("chopin", "chpn-p1.mid", "chpn-p2.mid"),
    ("chopin", "chpn_op10_e01.mid", "chpn_op10_e05.mid"),
    ("chopin", "006-1b-Sm-001.mid", "006-1b-Sm-002.mid"),
    ("chopin", "chpn_op7_1.mid", "chpn_op7_2.mid"),
    ("chopin", "034_1-1-BH.mid", "034_2-1-BH-002.mid"),
    ("mozart", "mz_330_1.mid", "mz_331_1.mid"),
    ("mendelssohn", "mendel_op19_1.mid", "mendel_op19_2.mid"),
    ("bach", "bach_846.mid", "bach_847.mid"),
]


def piece(name="a.mid", *, composer="chopin", seed=None, n_notes=60, key=0):
    """Return a made-up piece; the same seed makes the same music, in any key."""
    rng = np.random.default_rng(crc32(name.encode()) if seed is None else seed)
    pitches = rng.integers(20, 60, n_notes) + key
    notes = np.column_stack(
        [np.arange(n_notes) * 12, pitches, np.full(n_notes, 12), np.full(n_notes, 64)]
    )
    return GridScore(notes=notes, composer=composer, name=name)


class TestNames:
    @pytest.mark.parametrize(("composer", "one", "two"), ONE_WORK)
    def test_of_movements_and_editions_are_one(self, composer, one, two):
        """A sonata is one work, a suite is, and a work in both sets."""
        assert work_name(piece(one, composer=composer)) == work_name(piece(two, composer=composer))

    @pytest.mark.parametrize(("composer", "one", "two"), TWO_WORKS)
    def test_of_pieces_in_a_collection_differ(self, composer, one, two):
        """Preludes, studies and mazurkas are works of their own."""
        assert work_name(piece(one, composer=composer)) != work_name(piece(two, composer=composer))

    def test_of_two_composers_differ(self):
        """Both have an opus 1."""
        one, two = piece("a.mid", composer="chopin"), piece("a.mid", composer="liszt")

        assert work_name(one) != work_name(two)


class TestRuns:
    def test_are_the_same_in_any_key(self):
        """Intervals are compared, and no pitches."""
        assert (runs(piece(seed=1).notes) == runs(piece(seed=1, key=7).notes)).all()

    def test_need_forty_notes(self):
        """Of n notes there are n - 39, and of fewer than 40 none."""
        counts = [len(runs(piece(seed=1, n_notes=n).notes)) for n in (0, 1, 39, 40, 60)]

        assert [0, 0, 0, 1, 21] == counts


class TestWorks:
    def test_with_a_run_in_common_are_one(self):
        """Another name, another key and another rhythm do not hide 40 notes."""
        one, two = piece("a.mid", seed=1), piece("b.mid", seed=2, key=3)
        two.notes[10:50, 1] = one.notes[5:45, 1] + 4
        two.notes[:, 0] *= 2

        assert [[0, 1]] == works([one, two])

    def test_with_less_in_common_are_two(self):
        """39 notes may be chance."""
        one, two = piece("a.mid", seed=1), piece("b.mid", seed=2)
        two.notes[10:49, 1] = one.notes[5:44, 1]
        two.notes[[9, 49], 1] = 1

        assert [[0], [1]] == works([one, two])

    def test_join_over_a_third(self):
        """What is one work with the same is one work."""
        one, two = piece("x_1.mid", seed=1), piece("y.mid", seed=2)
        between = piece("x_2.mid", seed=2, key=5)

        assert [[0, 1, 2]] == works([one, two, between])

    def test_hold_every_piece_once(self):
        """In order of the first of each."""
        pieces = [piece(name) for name in ("s_1.mid", "a.mid", "s_2.mid", "b.mid")]

        assert [[0, 2], [1], [3]] == works(pieces)


class TestSplit:
    def test_is_told_by_its_seed(self):
        """The same seed draws the same works, another draws others."""
        pieces = [piece(f"n{i}.mid", seed=i) for i in range(40)]

        assert split(pieces, seed=1) == split(pieces, seed=1)
        assert split(pieces, seed=1) != split(pieces, seed=2)

    def test_gives_every_piece_to_one_side(self):
        """In rising order."""
        pieces = [piece(f"n{i}.mid", seed=i) for i in range(40)]

        train, held_out = split(pieces, share=0.2)

        assert list(range(40)) == sorted(train + held_out)
        assert 8 == len(held_out)
        assert sorted(held_out) == held_out

    def test_draws_of_every_composer(self):
        """A share of each; but who has one work keeps it."""
        pieces = [piece(f"n{i}.mid", composer=f"c{i % 3}", seed=i) for i in range(60)]
        pieces.append(piece("alone.mid", composer="alone", seed=99))

        drawn = [pieces[i].composer for i in split(pieces, share=0.1).held_out]

        assert {"c0": 2, "c1": 2, "c2": 2} == {name: drawn.count(name) for name in set(drawn)}

    def test_keeps_works_whole(self):
        """No movement of a sonata stays behind."""
        pieces = [piece(f"s{i}_{k}.mid", seed=10 * i + k) for i in range(20) for k in range(3)]

        held_out = split(pieces, share=0.1).held_out

        assert 6 == len(held_out)
        assert [3, 3] == [
            sum(i // 3 == work for i in held_out) for work in {i // 3 for i in held_out}
        ]

    def test_holds_out_what_is_named(self):
        """With all of its work, in any case of letters; other names are passed over."""
        pieces = [piece(name) for name in ("s_1.MID", "a.mid", "s_2.mid")]

        assert ([1], [0, 2]) == split(pieces, held_out=["chopin/S_2", "chopin/z"])

    def test_of_no_share_holds_nothing_out(self):
        """To learn from everything, once the choices are made."""
        assert ([0, 1], []) == split([piece("chpn-p6.mid"), piece("b.mid")], share=0)

    def test_leaves_something_to_learn_from(self):
        """One work alone is learned from, though it is named."""
        assert ([0], []) == split([piece("chpn-p6.mid")])


@pytest.fixture(scope="module")
def pieces():
    return corpus.read_notes([DATASETS]).pieces


@pytest.mark.skipif(not DATASETS.is_dir(), reason="the data sets are not there")
class TestDataSets:
    def test_share_no_run_of_forty_notes(self, pieces):
        """In any key, with a search that knows nothing of works or hashes."""
        train, held_out = split(pieces)

        learned = set().union(*(_runs(pieces[i]) for i in train))

        assert set() == learned & set().union(*(_runs(pieces[i]) for i in held_out))

    def test_have_two_mazurkas_that_are_one(self, pieces):
        """Op. 6 No. 5 and Op. 7 No. 5 are the same piece."""
        (work,) = [w for w in works(pieces) if "006-1b-Sm-005.mid" in {pieces[i].name for i in w}]

        assert {"006-1b-Sm-005.mid", "007-1-KI-005.mid"} == {pieces[i].name for i in work}

    def test_hold_out_what_the_module_says(self, pieces):
        """Every name is there; five works and ten of Chopin's, and 5 to 7 % of all notes."""
        held_out = [pieces[i] for i in split(pieces).held_out]
        n_notes = [sum(len(piece.notes) for piece in side) for side in (held_out, pieces)]

        names = {f"{piece.composer}/{piece.name[:-4]}".casefold() for piece in held_out}
        assert {name.casefold() for name in HELD_OUT} <= names
        assert 0.05 < n_notes[0] / n_notes[1] < 0.07
        flat = [piece.is_flat for piece in held_out if piece.composer == "chopin"]
        assert (5, 10) == (flat.count(False), flat.count(True))

    def test_draw_whole_works_by_any_seed(self, pieces):
        """No run of 40 notes stands on both sides, whatever is drawn."""
        train, held_out = split(pieces, held_out=(), seed=3)

        learned = set().union(*(_runs(pieces[i]) for i in train))

        assert set() == learned & set().union(*(_runs(pieces[i]) for i in held_out))


def _runs(piece):
    """Return every run of 40 notes, as the intervals between them."""
    intervals = (np.diff(piece.notes[:, 1]) + 100).astype(np.uint8).tobytes()
    return {intervals[i : i + RUN_NOTES - 1] for i in range(len(intervals) - RUN_NOTES + 2)}
