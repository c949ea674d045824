"""Remix, use seed, use all: plain addresses that fill the form, and what it says of that."""

import re

import pytest

from tests.webapp.factories import again, make_primer, make_tweakable
from webapp.models import Piece
from webapp.templatetags import tweaking

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(db):
    """A piece that is done, by a model that knows bars; alice's."""
    return make_tweakable()


def test_a_remix_is_all_but_the_seed(client, piece):
    """Use all carries it; use seed carries nothing else."""
    page = client.get(piece.get_absolute_url()).text
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/\?[^"]+)"', page)]

    whole, remix, seed = links[:3]
    assert whole.replace("&seed=7", "") == remix
    assert f"/?seed=7&of={piece.pk}" == seed
    assert 'name="seed" value' not in client.get(remix).text
    assert 'name="temperature" value="0.9"' in client.get(remix).text
    assert f'name="parent" value="{piece.pk}"' in client.get(whole).text


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (tweaking.all_url, "and its seed is kept: only what you change will be different"),
        (tweaking.remix_url, "but the seed, which is new"),
        (tweaking.seed_url, "everything else is as it was here"),
    ],
)
def test_the_form_says_what_was_filled_in_from_which_piece(client, piece, link, words):
    """In one line, with a way back to the piece; a private one is not spoken of."""
    page = client.get(link(piece)).text
    (line,) = re.findall(r"<p [^>]*data-filled>(.*?)</p>", page, re.DOTALL)
    assert words in line
    assert f'<a href="{piece.get_absolute_url()}">' in line

    Piece.objects.update(is_private=True)
    assert "data-filled" not in client.get(link(piece)).text


def test_the_further_choices_open_for_what_is_not_as_usual(client, piece):
    """A seed that the line speaks of does not open them."""
    assert '<details class="compose__more">' in client.get(tweaking.all_url(piece)).text

    for unusual in ({"top_p": 1.0}, {"pedal": False}, {"rhythm_temperature": 0.5}):
        other = again(piece)
        other.config = piece.config | unusual
        opened = client.get(tweaking.all_url(other)).text
        assert '<details class="compose__more" open>' in opened, unusual


def test_all_of_a_piece_is_all_of_it(client, piece):
    """Composed again as the form comes, it is asked for as before: a breadth of 1 too."""
    piece.config = piece.config | {"top_p": 1.0, "rubato": False}
    form = client.get(tweaking.all_url(piece)).context["form"]

    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    client.post("/", sent)

    made = Piece.objects.latest("created_at")
    assert (piece.config, piece.primer) == (made.config, made.primer)


def test_what_continues_another_is_not_promised_to_be_the_same(client, piece):
    """Its seed began at a bar; the form begins at the opening."""
    piece.from_bar = 4
    piece.save()

    assert "it is composed anew from its opening" in client.get(tweaking.all_url(piece)).text


@pytest.mark.parametrize(
    ("name", "words"),
    [("primer", "belongs to somebody else"), ("checkpoint", "not offered any more")],
)
def test_what_cannot_be_chosen_any_more_is_told(client, piece, name, words):
    """A form that begins with something else says so, once."""
    link = tweaking.all_url(piece)
    assert words not in client.get(link).text

    gone = getattr(piece, f"{name}_id")
    assert 1 == client.get(link.replace(f"{name}={gone}", f"{name}=nothing")).text.count(words)


def test_an_opening_of_someone_else_is_told(client, piece):
    """Theirs is not named, and the form begins with one of the house."""
    Piece.objects.update(primer=make_primer(name="own", title="Mine", owner="alice"))
    piece.refresh_from_db()

    page = client.get(tweaking.all_url(piece)).text
    assert "belongs to somebody else" in page
    assert "Mine" not in re.sub(r"<p [^>]*data-filled>.*?</p>", "", page)
