"""What other sites are told of a piece."""

import re

import pytest

from tests.webapp.factories import make_file, make_piece
from webapp import keeping
from webapp.models import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(db):
    """A finished piece of Alice's with its picture."""
    piece = make_piece(Status.SUCCEEDED, owner="alice", title='"Night" <b>')
    make_file(piece, "card.png", b"png", "card")
    make_file(piece, "piece.mp3", b"mp3", "mp3")
    return piece


def told(client, piece):
    """Return the properties that a page tells."""
    page = client.get(piece.get_absolute_url(), headers={"host": "localhost"}).text
    return dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', page))


def test_a_link_has_a_title_a_description_and_a_picture(client, piece):
    """Whole addresses, and words that no markup gets out of."""
    facts = told(client, piece)

    base = f"http://localhost/pieces/{piece.pk}/"
    assert "&quot;Night&quot; &lt;b&gt;" == facts["og:title"]
    assert facts["og:description"].startswith("Begun as Sonata in C, continued by a machine")
    assert (base, f"{base}files/card.png") == (facts["og:url"], facts["og:image"])
    assert ("1200", "630") == (facts["og:image:width"], facts["og:image:height"])


def test_the_owners_note_describes_it(client, piece):
    """On one line, and no longer than is shown."""
    keeping.change(piece, note="Written\n\nat night. " + "x" * 400)

    description = told(client, piece)["og:description"]

    assert description.startswith("Written at night. ")
    assert 200 == len(description)


def test_a_private_piece_tells_nothing(alice, piece):
    """Not even to its owner's browser, which may hand the page on."""
    keeping.change(piece, is_private=True)

    facts = told(alice, piece)

    assert "noindex" == facts["robots"]
    assert [] == [name for name in facts if name.startswith(("og:", "twitter:", "description"))]


def test_a_piece_without_a_picture_tells_the_rest(client, db):
    """One that still waits has none."""
    facts = told(client, make_piece())

    assert "og:title" in facts
    assert "og:image" not in facts


def test_the_link_stands_in_the_page(client, piece):
    """To be copied without a script."""
    page = client.get(piece.get_absolute_url(), headers={"host": "localhost"}).text

    assert f'value="http://localhost/pieces/{piece.pk}/" readonly' in page
