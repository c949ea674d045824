"""The page of takes: what is new in each, what was before, and what becomes of the others."""

import html
import re
from uuid import uuid4

import pytest
from django.utils.timezone import now

from tests.webapp.factories import again, make_file, make_tweakable
from tests.webapp.takes import SCORE, at, newest
from webapp import comparing
from webapp.models import Piece, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(db):
    """A piece of twelve bars that is done; alice's."""
    return make_tweakable(score=SCORE)


@pytest.fixture
def takes(bob, piece):
    """Four ways to rewrite two bars; bob's."""
    bob.post(at(piece, "rewrite"), {"from_bar": "5", "to_bar": "6"})
    return newest(4)


def address(takes):
    return f"/sets/{takes[0].batch}/"


def finish(take):
    fields = {"status": Status.SUCCEEDED, "score": SCORE, "finished_at": now()}
    Piece.objects.filter(pk=take.pk).update(**fields)
    make_file(again(take), "piece.mp3", b"m", "mp3")


def test_each_is_shown_as_it_is_ready(bob, takes):
    """The page asks again until all are final."""
    finish(takes[0])

    page = bob.get(address(takes)).text

    assert "<live-fragment" in page
    assert "1 of 4 is ready." in page
    assert 1 == page.count("<audio")
    # 5 s before bar 5, which begins after 8 s
    assert 'data-begin="3.0"' in page


def test_the_old_bars_stand_beside_the_new(bob, takes, piece):
    """To compare, and to go back to."""
    make_file(piece, "piece.mp3", b"m", "mp3")

    page = bob.get(address(takes)).text

    assert "As it was" in page
    assert "Back to how it was" in page


def test_a_part_changes_only_for_the_take_that_changes(bob, takes):
    """A sound that plays is not cut off when another take is done."""
    versions = re.compile(r'data-part="([-\w]+)" data-version="(\w+)"')
    url = address(takes) + "?fragment=1"
    before = dict(versions.findall(bob.get(url).text))

    finish(takes[1])
    after = dict(versions.findall(bob.get(url).text))

    changed = {name for name in before if before[name] != after[name]}
    assert {"status", str(takes[1].pk)} == changed


def test_one_is_kept_and_the_others_go(bob, alice, takes):
    """By whom they belong to, and by nobody else."""
    kept = {"piece": str(takes[2].pk)}

    assert 403 == alice.post(address(takes) + "keep/", kept).status_code
    assert 404 == bob.post(address(takes) + "keep/", {"piece": "none"}).status_code
    bob.post(address(takes) + "keep/", kept)

    found = set(Piece.objects.filter(batch=takes[0].batch).values_list("pk", flat=True))
    assert {takes[2].pk} == found


def test_choosing_one_deletes_none(bob, alice, takes):
    """What clears the others away is offered on its page: how many go, and that they come back."""
    chosen = {"piece": str(takes[2].pk)}
    assert 403 == alice.post(address(takes) + "choose/", chosen).status_code
    assert 404 == bob.post(address(takes) + "choose/", {"piece": "none"}).status_code

    answer = bob.post(address(takes) + "choose/", chosen, follow=True)

    assert takes[2].get_absolute_url() == answer.redirect_chain[-1][0]
    assert 4 == Piece.objects.filter(batch=takes[0].batch).count()
    assert "This take is chosen, and 3 others stay as well." in answer.text
    assert f'action="{address(takes)}keep/"' in answer.text
    assert f'name="piece" value="{takes[2].pk}"' in answer.text
    assert "Delete the 3 other takes" in answer.text
    assert "For ten minutes you can have that back." in answer.text
    assert "Delete the 3 other takes" not in bob.get(takes[2].get_absolute_url()).text


def test_where_there_are_no_others_nothing_is_offered(bob, takes):
    """It is opened, and that is all."""
    bob.post(address(takes) + "keep/", {"piece": str(takes[2].pk)})

    page = bob.get(address(takes)).text
    answer = bob.post(address(takes) + "choose/", {"piece": str(takes[2].pk)}, follow=True)

    assert "Choose this one" not in page
    assert "This take is chosen" not in answer.text


def test_every_ready_take_has_a_star(bob, takes):
    """That says whether it was given; the form leads back to the set, however the page was got."""
    for take in takes[:2]:
        finish(take)
    bob.post(f"/pieces/{takes[1].pk}/favourite/", {"liked": "1", "quiet": "1"})

    for page in (bob.get(address(takes)).text, bob.get(address(takes) + "?fragment=1").text):
        assert ["false", "true"] == re.findall(r'name="liked".*?aria-pressed="(\w+)"', page)
        back = re.findall(r'/favourite/".*?name="next" value="(.*?)"', page, re.DOTALL)
        assert [address(takes)] * 2 == back


def test_the_others_can_be_had_back(bob, takes, piece):
    """From the notice that says so; the piece they came out of was never gone."""
    answer = bob.post(address(takes) + "keep/", {"piece": str(takes[2].pk)}, follow=True)
    assert "This take is kept, and 3 others are deleted." in answer.text
    assert Piece.objects.filter(pk=piece.pk).exists()

    ids = re.findall(r'name="piece" value="([-0-9a-f]{36})"', answer.text)
    bob.post("/pieces/restore/", {"piece": ids})

    found = set(Piece.objects.filter(batch=takes[0].batch).values_list("pk", flat=True))
    assert {take.pk for take in takes} == found


def test_the_place_of_what_comes_at_the_end_is_there_before(bob, takes):
    """Nothing moves under a finger when the last is ready."""
    finish(takes[0])
    before = bob.get(address(takes)).text
    for take in takes[1:]:
        finish(take)
    after = bob.get(address(takes)).text

    assert 5 == before.count("take__presses") == after.count("take__presses")
    assert (0, 4) == (before.count("Choose this one"), after.count("Choose this one"))


@pytest.mark.parametrize(
    ("deed", "asked", "title"),
    [
        ("rewrite", {"from_bar": "5", "to_bar": "6"}, "Bars 5 to 6 in four ways"),
        ("rewrite", {"from_bar": "5"}, "Bar 5 in four ways"),
        ("go-on", {"from_bar": "5"}, "From bar 5 on, in four ways"),
        ("strip", {}, "At five temperatures"),
    ],
)
def test_the_heading_says_what_was_done(bob, piece, deed, asked, title):
    """In words, not in the terms of a workshop."""
    page = bob.post(at(piece, deed), asked, follow=True)

    assert f'<h1 class="page__title">{title}</h1>' in page.text


@pytest.mark.parametrize("deed", ["strip", "rewrite"])
def test_all_of_them_can_be_laid_side_by_side(bob, piece, deed):
    """Five at once: what was before is among them where bars of it were kept."""
    bob.post(at(piece, deed), {"from_bar": "5"})
    made = newest(5 if deed == "strip" else 4)
    for take in made:
        finish(take)

    page = html.unescape(bob.get(address(made)).text)

    laid = made if deed == "strip" else [piece, *made]
    assert f'href="{comparing.address(laid)}"' in page


def test_a_take_is_opened_by_a_plain_word(bob, takes):
    """And laid beside what was there before."""
    finish(takes[0])

    page = bob.get(address(takes)).text

    assert 4 == page.count("Open this one")
    assert 1 == page.count("Compare with how it was")
    # From the bar before the two that are new: bar 4 begins after 6 s.
    assert 'data-hear="6.00"' in page


def test_private_takes_are_their_owners(bob, alice, takes):
    """A set of which nothing can be seen is not there."""
    Piece.objects.update(is_private=True)

    assert 200 == bob.get(address(takes)).status_code
    assert 404 == alice.get(address(takes)).status_code
    assert 404 == bob.get(f"/sets/{uuid4()}/").status_code
