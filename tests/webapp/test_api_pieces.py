"""Looking at pieces, cancelling and deleting them, by the JSON API."""

import pytest

from tests.webapp.factories import again, make_checkpoint, make_file, make_piece, make_primer
from tests.webapp.orders import body, faults, order
from webapp.models import FINAL, Status

pytestmark = pytest.mark.django_db

# Looking


def test_anyone_may_look_at_a_piece_by_its_id(stranger, shelf):
    """A client without cookies can follow what it ordered."""
    made = order(stranger).json()
    stranger.cookies.clear()

    r = stranger.get(f"/api/pieces/{made['id']}")

    assert (200, "queued") == (r.status_code, r.json()["status"])


def test_a_finished_piece_has_its_files_and_its_seam(client, shelf):
    """Addresses, not paths; one for every page."""
    piece = make_piece(Status.SUCCEEDED)
    make_file(piece, "piece.mid", b"MThd", "midi")
    make_file(piece, "score-1.png", b"1", "png")
    make_file(piece, "score-2.png", b"2", "png")

    shown = client.get(f"/api/pieces/{piece.pk}").json()

    base = f"/pieces/{piece.pk}/files/"
    assert (1.0, 1.0, None) == (shown["progress"], shown["seam"], shown["error"])
    assert f"{base}piece.mid" == shown["files"]["midi"]
    assert [f"{base}score-1.png", f"{base}score-2.png"] == shown["files"]["png"]
    assert (None, [], f"{base}piece.zip") == tuple(
        shown["files"][kind] for kind in ("flac", "svg", "zip")
    )
    assert shown["created_at"].endswith("Z")


def test_a_failed_piece_says_why_in_the_readers_language(client, shelf):
    """The row keeps a code; the sentence is made for the reader."""
    piece = make_piece(Status.FAILED, error_code="worker_lost", error_values={"times": 3})

    shown = client.get(f"/api/pieces/{piece.pk}").json()

    assert shown["error"].startswith("The worker stopped 3 times")


@pytest.mark.parametrize("address", ["/api/pieces/00000000-0000-0000-0000-000000000000", "/api/x"])
def test_what_is_not_there_is_said_in_json(client, db, address):
    """404, in the form of every other refusal."""
    r = client.get(address)

    assert (404, [None]) == (r.status_code, faults(r))


def test_an_address_names_the_methods_it_answers(client, db):
    """405, with Allow."""
    r = client.put("/api/pieces")

    assert (405, "GET, POST") == (r.status_code, r["Allow"])


def test_choices_lists_what_is_offered(client, shelf):
    """The active model first; what is withdrawn is not there."""
    make_checkpoint(is_offered=False)
    second = make_checkpoint()
    make_primer(is_offered=False)

    models = client.get("/api/checkpoints").json()["checkpoints"]
    openings = client.get("/api/primers").json()["primers"]

    assert [shelf.checkpoint.hash, second.hash] == [model["id"] for model in models]
    assert [shelf.primer.name] == [opening["id"] for opening in openings]


# Cancelling and deleting


@pytest.mark.parametrize("act", ["cancel", "delete"])
def test_only_the_owner_and_staff_may_change_a_piece(act, alice, bob, stranger, staff):
    """403 for another's; 404 where it is private, as if it were not there."""

    def try_to(client, piece):
        address = f"/api/pieces/{piece.pk}"
        if act == "delete":
            return client.delete(address).status_code
        return client.post(f"{address}/cancel").status_code

    done = 204 if act == "delete" else 200
    public, private = make_piece(owner="alice"), make_piece(owner="alice", is_private=True)

    assert [403, 403] == [try_to(client, public) for client in (stranger, bob)]
    assert [404, 404] == [try_to(client, private) for client in (stranger, bob)]
    assert [done, done] == [try_to(alice, piece) for piece in (public, private)]
    assert done == try_to(staff, make_piece(owner="alice"))


def test_a_piece_without_an_owner_is_nobodys(stranger, alice, shelf):
    """An example is not everyone's who has no cookie."""
    example = make_piece(Status.SUCCEEDED, owner="", is_example=True)

    for client in (stranger, alice):
        assert 403 == client.delete(f"/api/pieces/{example.pk}").status_code


def test_a_cancelled_piece_says_so_at_once(alice, shelf):
    """One that waits ends; one that runs is asked to."""
    waiting, running = make_piece(owner="alice"), make_piece(Status.RUNNING, owner="alice")

    answers = [alice.post(f"/api/pieces/{p.pk}/cancel").json() for p in (waiting, running)]

    assert ["cancelled", "running"] == [answer["status"] for answer in answers]
    assert again(running).cancel_requested


@pytest.mark.parametrize("status", FINAL)
def test_cancelling_a_finished_piece_leaves_it_as_it_is(alice, shelf, status):
    """A second press of the button is no fault."""
    piece = make_piece(status, owner="alice")

    r = alice.post(f"/api/pieces/{piece.pk}/cancel")

    assert (200, status) == (r.status_code, r.json()["status"])


def test_what_is_deleted_is_nowhere_and_can_be_had_back(alice, bob, shelf):
    """Neither the piece nor its files can be reached until its owner takes it back."""
    piece = make_piece(Status.SUCCEEDED, owner="alice")
    make_file(piece, "piece.wav", b"RIFF")
    address = f"/api/pieces/{piece.pk}"

    assert 204 == alice.delete(address).status_code

    assert [404, 404] == [
        alice.get(place).status_code for place in (address, f"/pieces/{piece.pk}/files/piece.wav")
    ]
    assert 404 == bob.post(f"{address}/restore").status_code
    assert str(piece.pk) == alice.post(f"{address}/restore").json()["id"]
    assert b"RIFF" == body(alice.get(f"/pieces/{piece.pk}/files/piece.wav"))


# What it costs


def test_a_list_takes_the_same_queries_however_long(client, shelf, django_assert_num_queries):
    """Keys and rows; two more where something still runs, for the estimate."""
    for _ in range(20):
        make_piece(Status.SUCCEEDED)

    with django_assert_num_queries(2):
        assert 20 == len(client.get("/api/pieces").json()["pieces"])


def test_a_page_with_open_pieces_asks_twice_more(alice, shelf, django_assert_num_queries):
    """The median of recent runs, and who waits."""
    for _ in range(5):
        make_piece(Status.QUEUED, owner="alice")

    with django_assert_num_queries(5):
        assert 5 == len(alice.get("/api/pieces").json()["pieces"])


def test_asking_how_it_goes_is_one_query_when_it_is_done(client, shelf, django_assert_num_queries):
    """The page asks often; the notes and the model's card stay where they are."""
    piece = make_piece(Status.SUCCEEDED)

    with django_assert_num_queries(1):
        client.get(f"/api/pieces/{piece.pk}")
