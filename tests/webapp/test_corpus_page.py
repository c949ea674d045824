"""The page of a corpus: verdicts in words, pictures, and how far its reading is."""

from __future__ import annotations

import pytest

from tests.webapp.factories import make_corpus_file, make_empty_corpus, make_intake
from webapp import holdings
from webapp.models import Stage, Status, Verdict

pytestmark = pytest.mark.django_db


def test_verdicts_are_said_in_words_the_refused_first(staff):
    """The reason stands beside the file."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid")
    drums = [{"code": "drums_left_out", "values": {"n": 2}}]
    make_corpus_file(corpus, "bach/b.mid", Verdict.REMARKED, remarks=drums)
    why = {"code": "file_unreadable", "values": {"file": "z.mid", "reason": "it is empty"}}
    make_corpus_file(corpus, "bach/z.mid", Verdict.REFUSED, remarks=[why])
    holdings.settle(corpus)

    page = staff.get(corpus.get_absolute_url()).text

    assert "z.mid cannot be read as music: it is empty." in page
    assert "2 drum notes left out" in page
    assert page.index("bach/z.mid") < page.index("bach/a.mid")
    assert "1 composer · 2 pieces · 200 notes · 2 minutes · 1 file refused" in page


def test_the_reason_is_said_in_russian_too(staff):
    """Sentence and reason alike."""
    corpus = make_empty_corpus()
    why = {"code": "file_unreadable", "values": {"file": "z.mid", "reason": "it is empty"}}
    make_corpus_file(corpus, "bach/z.mid", Verdict.REFUSED, remarks=[why])

    page = staff.get(corpus.get_absolute_url(), headers={"Accept-Language": "ru"}).text

    assert "он пуст" in page


@pytest.mark.parametrize("wanted", ["refused", "remarked", "taken"])
def test_files_can_be_shown_by_verdict(staff, wanted):
    """The others are left out."""
    corpus = make_empty_corpus()
    for verdict in ("refused", "remarked", "taken"):
        make_corpus_file(corpus, f"bach/{verdict}.mid", verdict)

    page = staff.get(corpus.get_absolute_url(), {"verdict": wanted}).text

    assert [wanted] == [v for v in ("refused", "remarked", "taken") if f"bach/{v}.mid" in page]


def test_pictures_say_the_same_in_words(staff):
    """Who cannot see the bars reads the sentence."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid", pitches={"48": 10, "60": 80, "72": 10}, rhythm={"12": 3})
    holdings.settle(corpus)

    page = staff.get(corpus.get_absolute_url()).text

    assert "From C3 to C5; half of the notes lie from C4 to C4." in page
    assert "The next note comes most often after an eighth: 100 times in 100." in page
    assert 'x="0' not in page.partition("<svg")[0]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pictures_are_drawn_with_points_in_any_language(staff, language):
    """A comma in a coordinate would draw nothing."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid", pitches={"48": 7, "60": 80}, rhythm={"12": 3, "6": 1})
    holdings.settle(corpus)

    page = staff.get(corpus.get_absolute_url(), headers={"Accept-Language": language}).text

    rects = [part.split(">")[0] for part in page.split("<rect")[1:]]
    assert rects
    assert [] == [rect for rect in rects if "," in rect]


def test_a_name_from_outside_is_text(staff):
    """No file name is markup."""
    corpus = make_empty_corpus(title="<b>Ours</b>")
    make_corpus_file(corpus, "bach/<script>.mid", Verdict.REFUSED)

    page = staff.get(corpus.get_absolute_url()).text

    assert "<script>.mid" not in page
    assert "<b>Ours</b>" not in page


def test_the_page_asks_as_often_for_many_files_as_for_one(staff, django_assert_max_num_queries):
    """No query hides in the table."""
    corpus = make_empty_corpus()
    for n in range(30):
        make_corpus_file(corpus, f"bach/{n}.mid")

    with django_assert_max_num_queries(16):
        staff.get(corpus.get_absolute_url())


@pytest.mark.parametrize(
    ("status", "fields", "words"),
    [
        ("queued", {}, "Waiting for the machine to be free"),
        ("running", {"stage": Stage.READING, "done": 3, "total": 9}, "3 of 9 files."),
        (
            "running",
            {"stage": Stage.FETCHING, "done": 500_000, "total": 2_000_000},
            "0.5 of 2.0 MB.",
        ),
        ("succeeded", {"n_taken": 5, "n_refused": 1}, "5 files were taken, 1 was refused."),
        ("cancelled", {}, "Cancelled before the end."),
    ],
)
def test_how_far_it_is_stands_on_the_page(staff, status, fields, words):
    """In words, and without a timer's help."""
    corpus = make_empty_corpus()
    make_intake(corpus, status, **fields)

    assert words in staff.get(corpus.get_absolute_url(), {"fragment": 1}).text


def test_the_last_fragment_says_that_it_is_the_last(staff):
    """The page stops asking."""
    corpus = make_empty_corpus()
    intake = make_intake(corpus, Status.RUNNING)
    address = corpus.get_absolute_url()
    assert "data-final" not in staff.get(address, {"fragment": 1}).text

    intake.delete()

    assert "data-final" in staff.get(address, {"fragment": 1}).text


def test_twins_are_remarked_on(staff):
    """The same bytes under two names count twice, and one should know."""
    corpus = make_empty_corpus()
    make_corpus_file(corpus, "bach/a.mid", sha256="same")
    make_corpus_file(corpus, "bach/b.mid", sha256="same")

    holdings.settle(corpus)

    twin = corpus.files.get(path="bach/b.mid")
    assert (Verdict.REMARKED, ["the same file as bach/a.mid"]) == (
        twin.verdict,
        holdings.said_of(twin),
    )
    assert [] == holdings.said_of(corpus.files.get(path="bach/a.mid"))
