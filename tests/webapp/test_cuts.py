"""Bars that are cut out of an opening: numbered as printed, made once, and true to the notes."""

from __future__ import annotations

import pytest

from generator.opening import Opening
from tests.webapp.factories import make_primer
from webapp import cuts
from webapp.counting import Bars
from webapp.messages import Refused
from webapp.models import Primer

FACTS = {"composer": "Mozart", "attribution": "Us", "licence": "CC0"}


def opening(*onsets, work=(), metre=(3, 4), upbeat=0.0, **more):
    """Return an opening of quarter notes that rise by a semitone."""
    notes = [[onset, 1.0, 60 + i, 70 + i] for i, onset in enumerate(onsets)]
    later = [*notes, *([onset, 1.0, 40, 50] for onset in work)] if work else []
    facts = FACTS | {"name": "k1", "title": "Sonata", "time_signature": list(metre)}
    return facts | {"upbeat": upbeat, "tempo_qpm": 100.0, "key": 2, "chords": []} | {
        "notes": notes, "work": later, **more
    }  # fmt: skip


def primer(of):
    return make_primer(name="k1", title="Sonata", opening=of)


def sounding(cut):
    """Return onset in steps and pitch as the library puts them on the grid."""
    grid = Opening.from_dict(cut.opening).grid()
    return [(int(onset), int(pitch) + 21) for onset, pitch, *_ in grid.notes]


class TestBars:
    def test_an_upbeat_is_bar_0(self):
        """One quarter before the first bar line of three."""
        assert Bars(0, 2) == cuts.bars(opening(0, 1, 4, 6, upbeat=1.0))

    def test_an_upbeat_that_lacks_less_than_a_beat_is_printed_as_bar_1(self):
        """As the notation has it."""
        assert Bars(1, 2) == cuts.bars(opening(0, 2.5, upbeat=2.5))

    def test_what_is_begun_with_is_the_beginning_of_what_can_be_chosen(self):
        """Two bars of four."""
        of = opening(0, 1, 2, 3, work=(6, 9))

        assert (Bars(1, 4), Bars(1, 2)) == (cuts.bars(of), cuts.begun(of))

    def test_chords_alone_are_counted_too(self):
        """As in the openings that ship."""
        of = opening() | {"chords": [[0.0, 3.0, [60, 64], 76], [3.0, 3.0, [62], 76]]}

        assert Bars(1, 2) == cuts.bars(of) == cuts.begun(of)

    def test_free_playing_has_none(self):
        """And so there is nothing to choose."""
        assert cuts.bars(opening(0, is_free=True)) is None


@pytest.mark.django_db
class TestCut:
    def test_its_usual_bars_are_the_opening_itself(self):
        """Nothing is made."""
        whole = primer(opening(0, 1, 2, 3, work=(6,)))

        assert whole == cuts.cut(whole, 1, 2)
        assert 1 == Primer.objects.count()

    def test_it_holds_the_notes_of_its_bars_and_ends_at_their_end(self):
        """A rest at its beginning is counted; the machine begins at the next bar line."""
        whole = primer(opening(0, 3, 4, 7, 8, work=(9,)))

        made = cuts.cut(whole, 2, 3)

        assert [(0, 61), (24, 62), (96, 63), (120, 64)] == sounding(made)
        assert (0.0, 6.0) == (made.opening["upbeat"], made.opening["length"])
        made = cuts.cut(whole, 3, 4)
        assert [(24, 63), (48, 64), (72, 40)] == sounding(made)
        assert (2.0, 5.0) == (made.opening["upbeat"], made.opening["length"])

    def test_an_upbeat_can_be_left_out(self):
        """From bar 1 on."""
        whole = primer(opening(0, 1, 2, 3, 4, upbeat=1.0))

        assert [(0, 61), (24, 62), (48, 63), (72, 64)] == sounding(cuts.cut(whole, 1, 2))

    def test_the_40_note_recipe_reads_on_beyond_its_bars(self):
        """It counts no bars, and needs 40 notes and chords."""
        whole = primer(opening(0, 1, work=(3, 4, 6, 7)))

        assert [0.0, 1.0, 3.0, 4.0] == [c[0] for c in cuts.cut(whole, 2, 2).opening["chords"]]

    def test_it_is_made_once_and_stands_in_no_list(self):
        """Called by its bars; whose it is and whom to name stay the same."""
        whole = primer(opening(0, 3, 6))
        whole.owner = "alice"
        whole.save()

        made = cuts.cut(whole, 2, 3)

        assert made == cuts.cut(whole, 2, 3)
        assert ("k1--2-3", "Sonata, bars 2 to 3", False, "alice", whole) == (
            *(made.name, made.title, made.is_offered, made.owner, made.source),
        )
        assert ("Mozart", "Written out by us") == (made.composer, made.attribution)
        assert "Sonata, bar 2" == cuts.cut(whole, 2, 2).title

    def test_it_follows_an_opening_that_was_written_anew(self):
        """As the openings that ship do, with a new version."""
        whole = primer(opening(0, 3, 6))
        cuts.cut(whole, 2, 3)
        whole.opening = opening(0, 4, 6)
        whole.save()

        assert [(24, 61), (72, 62)] == sounding(cuts.cut(whole, 2, 3))

    def test_a_long_name_stays_short_enough(self):
        """And its own."""
        names = {
            cuts.cut(make_primer(name="k" * 75 + end, opening=opening(0, 3, 6)), 2, 3).name
            for end in ("ab", "cd")
        }

        assert 2 == len(names)
        assert {80} == {len(name) for name in names}

    @pytest.mark.parametrize(
        ("bars", "words"),
        [
            ((0, 2), "from_bar is 0, and this opening has bars 1 to 4."),
            ((1, 5), "to_bar is 5, and this opening has bars 1 to 4."),
            ((3, 2), "The last bar, 2, comes before the first, 3."),
            ((3, 3), "Nothing begins in bars 3 to 3."),
        ],
    )
    def test_bars_that_are_not_there_are_refused(self, bars, words):
        """With what there is."""
        with pytest.raises(Refused) as refused:
            cuts.cut(primer(opening(0, 3, 9)), *bars)

        assert words in str(refused.value)
        assert 1 == Primer.objects.count()
