"""Several pieces in one zip, and several deleted at once."""

import io
import zipfile

import pytest

from tests.webapp.factories import make_file, make_piece
from tests.webapp.orders import body
from webapp import packing
from webapp.models import Piece, Status

pytestmark = pytest.mark.django_db


def make(title, **fields):
    """Store a piece of Alice's with a sound."""
    piece = make_piece(Status.SUCCEEDED, title=title, **{"owner": "alice"} | fields)
    make_file(piece, "piece.mp3", b"m" * 600_000, "mp3")
    return piece


def send(client, action, pieces):
    """Send the form of the gallery."""
    ids = [piece.pk for piece in pieces]
    return client.post("/pieces/several/", {"action": action, "piece": ids}, follow=True)


def test_a_zip_holds_a_folder_for_each(alice):
    """Named by its title, with a number where two are called the same."""
    pieces = [make("Waltz"), make("WALTZ"), make("Вальс: ночь")]

    r = send(alice, "zip", pieces)

    archive = zipfile.ZipFile(io.BytesIO(body(r)))
    assert archive.testzip() is None
    assert 3 == len({name.casefold() for name in archive.namelist()})
    assert "Вальс ночь/piece.mp3" in archive.namelist()
    assert b"m" * 600_000 == archive.read("Вальс ночь/piece.mp3")
    assert 'attachment; filename="Impromptu.zip"' == r["Content-Disposition"]
    assert "private, no-store" == r["Cache-Control"]


@pytest.mark.parametrize("title", ["../../etc/passwd", "..", "C:\\x", "/", "a/../..", "\0"])
def test_no_title_leads_out_of_the_folder(alice, title):
    """Whoever unpacks it is safe."""
    (name,) = zipfile.ZipFile(io.BytesIO(body(send(alice, "zip", [make(title)])))).namelist()

    folder, _, file = name.partition("/")
    assert "piece.mp3" == file
    assert folder.strip(" .")
    assert not set('\\/:\0"') & set(folder)
    assert not folder.startswith(".")


def test_it_is_sent_in_parts(alice):
    """No part is larger than a block and what a zip says of a file."""
    r = send(alice, "zip", [make("Waltz")])

    assert max(len(part) for part in r.streaming_content) < packing.BLOCK + 1000
    r.close()


def test_too_much_is_refused_in_a_sentence(alice, monkeypatch):
    """Too many, too large, none; nothing is deleted."""
    pieces = [make(str(number)) for number in range(3)]
    monkeypatch.setattr(packing, "LARGEST", 1)
    assert "2 MB of files" in send(alice, "zip", pieces).text
    monkeypatch.setattr(packing, "MOST", 2)

    for action in ("zip", "delete"):
        assert "3 pieces are chosen" in send(alice, action, pieces).text
        assert "No piece is chosen." in send(alice, action, []).text
    assert 3 == Piece.objects.count()


def test_several_are_deleted_and_had_back(alice):
    """One notice undoes it all."""
    pieces = [make("One"), make("Two"), make("Three", owner="bob")]

    page = send(alice, "delete", pieces).text

    assert "2 pieces are deleted." in page
    assert [pieces[2]] == list(Piece.objects.all())
    answer = alice.post("/pieces/restore/", {"piece": [p.pk for p in pieces]}, follow=True)
    assert "2 pieces are back." in answer.text
    assert 3 == Piece.objects.count()


@pytest.mark.parametrize("address", ["/pieces/several/", "/pieces/restore/"])
def test_what_is_no_id_is_not_found(alice, address):
    """No error of ours."""
    assert 404 == alice.post(address, {"piece": "x"}).status_code


def test_boxes_stand_at_ones_own_pieces_alone(alice, bob):
    """Where one looks at one's own."""
    make("Waltz")

    assert 'form="several"' in alice.get("/pieces/?mine=1").text
    assert 'form="several"' not in alice.get("/pieces/").text
    assert 'form="several"' not in bob.get("/pieces/?mine=1").text
