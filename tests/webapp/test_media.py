"""Files, whole and in part: what a player needs to seek in a sound."""

import io
import zipfile
from email.utils import formatdate

import pytest

from tests.webapp.factories import make_file, make_piece
from tests.webapp.orders import body
from webapp.models import Status

pytestmark = pytest.mark.django_db

SOUND = bytes(range(256)) * 600  # over two blocks


@pytest.fixture
def piece(db):
    """A piece with a sound of its own."""
    piece = make_piece(Status.SUCCEEDED, title="Sonata: “C”")
    make_file(piece, "piece.mp3", SOUND, "mp3")
    return piece


def get(client, piece, **headers):
    return client.get(f"/pieces/{piece.pk}/files/piece.mp3", headers=headers)


def test_a_file_is_sent_whole(client, piece):
    """With what a player needs to know: its length, its kind, and that parts may be had."""
    r = get(client, piece)

    assert 200 == r.status_code
    assert SOUND == body(r)
    assert (str(len(SOUND)), "audio/mpeg", "bytes", "nosniff") == tuple(
        r[name]
        for name in ("Content-Length", "Content-Type", "Accept-Ranges", "X-Content-Type-Options")
    )


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-1", 0, 2),
        ("bytes=0-", 0, len(SOUND)),
        ("bytes=100000-", 100000, len(SOUND)),
        ("bytes=5-5", 5, 6),
        ("bytes=-10", len(SOUND) - 10, len(SOUND)),
        ("bytes=-999999999", 0, len(SOUND)),
        ("bytes=10-999999999", 10, len(SOUND)),
        ("Bytes= 0-1", 0, 2),
    ],
)
def test_a_part_is_sent_as_it_was_asked_for(client, piece, asked, start, stop):
    """206, those bytes and no others, and where they lie."""
    r = get(client, piece, Range=asked)

    assert 206 == r.status_code
    assert SOUND[start:stop] == body(r)
    assert f"bytes {start}-{stop - 1}/{len(SOUND)}" == r["Content-Range"]
    assert str(stop - start) == r["Content-Length"]


@pytest.mark.parametrize("asked", [f"bytes={len(SOUND)}-", "bytes=-0", "bytes=99999999-100000000"])
def test_a_part_beyond_the_end_is_refused(client, piece, asked):
    """416, with the length there is."""
    r = get(client, piece, Range=asked)

    assert (416, f"bytes */{len(SOUND)}") == (r.status_code, r["Content-Range"])


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-4", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,4-5", f"bytes={'9' * 4999}-"],
)
def test_what_cannot_be_understood_asks_for_the_whole(client, piece, asked):
    """RFC 9110: such a header is ignored."""
    r = get(client, piece, Range=asked)

    assert (200, len(SOUND)) == (r.status_code, len(body(r)))


def test_if_range_holds_while_the_file_is_the_same(client, piece):
    """By its tag or its date; otherwise the whole is sent anew."""
    first = get(client, piece)
    body(first)

    def status(condition):
        r = get(client, piece, Range="bytes=0-1", If_Range=condition)
        body(r)
        return r.status_code

    assert [206, 206] == [status(first["ETag"]), status(first["Last-Modified"])]
    old = formatdate(0, usegmt=True)
    assert [200, 200, 200] == [status('"other"'), status(f"W/{first['ETag']}"), status(old)]


def test_head_tells_all_but_the_bytes(client, piece):
    """Also the length, and not of a part: ranges are for GET."""
    r = client.head(f"/pieces/{piece.pk}/files/piece.mp3", headers={"Range": "bytes=0-1"})

    assert (200, str(len(SOUND)), b"") == (r.status_code, r["Content-Length"], r.content)
    assert "bytes" == r["Accept-Ranges"]


def test_a_file_that_the_browser_has_is_not_sent_again(client, piece):
    """304 for its tag."""
    first = get(client, piece)
    body(first)

    assert 304 == get(client, piece, If_None_Match=first["ETag"]).status_code


def test_a_download_has_a_name_that_says_what_it_is(client, piece):
    """The title, as far as a file name can hold it."""
    r = client.get(f"/pieces/{piece.pk}/files/piece.mp3?download")
    body(r)

    assert 'attachment; filename="Sonata C.mp3"' == r["Content-Disposition"]


@pytest.mark.parametrize(
    "name", ["piece.wav", "..%2Fpiece.mp3", "%2e%2e", "piece.mp3%00", "../../../etc/passwd"]
)
def test_only_what_the_row_names_is_served(client, piece, name):
    """The name in the address is never a path."""
    assert 404 == client.get(f"/pieces/{piece.pk}/files/{name}").status_code


def test_a_row_cannot_name_what_lies_outside(client, piece, tmp_path):
    """Should a row be wrong, the file is still not sent."""
    (tmp_path / "secret_key").write_text("secret")
    piece.files = {"mp3": "../../secret_key"}
    piece.save()

    assert 404 == client.get(f"/pieces/{piece.pk}/files/secret_key").status_code


def test_a_file_that_is_gone_is_not_found(client, piece, settings):
    """Deleted between the reading of the row and of the file."""
    piece.files = {"mp3": "gone/piece.mp3"}
    piece.save()

    assert 404 == get(client, piece).status_code


def test_private_files_are_their_owners(alice, bob, client, piece):
    """404 for anyone else, as for the piece."""
    type(piece).objects.filter(pk=piece.pk).update(owner="alice", is_private=True)

    assert [404, 404] == [get(other, piece).status_code for other in (bob, client)]
    assert SOUND == body(get(alice, piece))


def test_all_files_come_in_one_zip_that_is_always_the_same(client, piece):
    """Made when asked for, with a tag, so that it can be had in parts too."""
    make_file(piece, "score-1.png", b"page", "png")
    address = f"/pieces/{piece.pk}/files/piece.zip"

    first, second = client.get(address), client.get(address)

    content = body(first)
    assert content == body(second)
    assert first["ETag"] == second["ETag"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert ["piece.mp3", "score-1.png"] == archive.namelist()
        assert SOUND == archive.read("piece.mp3")
    part = client.get(address, headers={"Range": "bytes=0-3"})
    assert content[:4] == body(part)


def test_there_is_no_zip_before_the_end(client, db):
    """Half of a piece is not taken for the whole."""
    piece = make_piece(Status.RUNNING)
    make_file(piece, "piece.mid", b"MThd", "midi")

    assert 404 == client.get(f"/pieces/{piece.pk}/files/piece.zip").status_code


def test_a_drawing_opened_by_itself_can_do_nothing(client, piece):
    """An SVG is a document: it gets a sandbox."""
    make_file(piece, "score-1.svg", b"<svg/>", "svg")

    r = client.get(f"/pieces/{piece.pk}/files/score-1.svg")
    body(r)

    assert "sandbox" in r["Content-Security-Policy"]
