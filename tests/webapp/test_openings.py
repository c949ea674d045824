"""Openings in the browser: looked for, cut, brought; a visitor's own is nobody else's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from tests.webapp.conftest import owner_client
from tests.webapp.factories import (
    make_checkpoint,
    make_notes_checkpoint,
    make_piece,
    make_primer,
)
from webapp import accounts, jobs, openings, ownership
from webapp.models import Piece, Primer, Upload

pytestmark = pytest.mark.django_db

NOTES = [[float(i), 1.0, 60 + i, 70] for i in range(16)]
OPENING = {"notes": NOTES, "chords": [], "work": [], "title": "Mine", "composer": "", "key": -1}


def sent(content=b"MThd", name="a tune.mid", **words):
    """Return what a form sends."""
    return {"file": SimpleUploadedFile(name, content, "audio/midi"), **words}


def bring(client, **words):
    """Upload a file, and return the opening that it will be."""
    answer = client.post("/openings/upload/", sent(**words))
    assert 302 == answer.status_code, answer.text
    return Primer.objects.get(name=answer["Location"].split("/")[2])


def judged(primer, *remarks):
    """Let an upload be read as a worker would."""
    upload = jobs.claim(Upload, primer.upload.pk)
    openings.keep(upload, OPENING, list(remarks))
    jobs.succeed(upload)
    primer.refresh_from_db()
    return primer


@pytest.fixture
def own(alice):
    """An opening of Alice's that was read."""
    return judged(bring(alice))


class TestTheList:
    def test_ones_own_come_first_then_the_houses_by_composer(self, alice, own):
        """Each under its composer."""
        make_primer(title="Fugue", composer="Bach")
        make_primer(title="Rondo", composer="Mozart")

        page = alice.get("/openings/").text

        said = ("Your own<", ">Mine<", ">Bach<", ">Fugue<", ">Mozart<", ">Rondo<")
        places = [page.index(words) for words in said]
        assert sorted(places) == places

    def test_a_long_one_is_searched_by_title_and_composer(self, client):
        """In any spelling of capitals and accents, all words of it."""
        for i in range(13):
            make_primer(title=f"Étude {i}", composer="Chopin")
        make_primer(title="Rondo", composer="Mozart")

        found = client.get("/openings/?q=etude+CHOPIN+12").text

        assert "Étude 12" in found
        assert "Étude 11" not in found
        assert "Rondo" not in found
        assert 'type="search"' in client.get("/openings/").text

    def test_nothing_found_is_said(self, client, shelf):
        """With the way back."""
        assert "No opening is called like that." in client.get("/openings/?q=zzz").text

    def test_it_asks_as_often_for_many_as_for_one(self, client, shelf):
        """No query hides in the loop."""
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get("/openings/")
            counts.append(len(queries))
            make_primer(), make_primer()

        assert counts[0] == counts[1] <= 4


class TestThePage:
    def test_says_what_is_known(self, client):
        """Composer, work, whom to name, tempo, metre, key, bars."""
        told = OPENING | {"tempo_qpm": 66.0, "time_signature": [2, 4]}
        primer = make_primer(title="Sonata", opening=told)

        page = client.get(primer.get_absolute_url()).text

        said = ("Sonata", "Mozart", "Written out by us", "CC0", "66 quarter notes a minute")
        for words in (*said, "2/4", "1 flat", "8 bars, 16 notes, 0:15"):
            assert words in page

    def test_choosing_bars_leads_to_the_form_with_them(self, client):
        """Named in the address, chosen in the list."""
        make_checkpoint(is_active=True)
        primer = make_primer(name="k1", title="Sonata", opening=OPENING)

        answer = client.post("/openings/k1/bars/", {"from_bar": 2, "to_bar": 3}, follow=True)

        assert [("/?primer=k1--2-3", 302)] == answer.redirect_chain
        assert '<option value="k1--2-3" selected>Mozart: Sonata, bars 2 to 3' in answer.text
        assert "k1--2-3" not in client.get("/").text
        asked = {"checkpoint": make_notes_checkpoint().pk, "temperature": 1}
        client.post("/", asked | {"primer": "k1--2-3"})
        assert primer == Piece.objects.get().primer.source

    def test_bars_too_short_for_a_model_are_refused_by_the_form(self, client):
        """The 40-note recipe reads 40 notes and chords; nothing is composed in vain."""
        make_primer(name="k1", title="Sonata", opening=OPENING)
        client.post("/openings/k1/bars/", {"from_bar": 2, "to_bar": 3})
        asked = {"checkpoint": make_checkpoint().pk, "temperature": 1, "primer": "k1--2-3"}

        answer = client.post("/", asked)

        assert (422, False) == (answer.status_code, Piece.objects.exists())
        assert "has 12 notes and chords that the model knows, and needs 40." in answer.text

    @pytest.mark.parametrize(
        ("bars", "words"),
        [
            ({"from_bar": 1, "to_bar": 9}, "A bar from 1 to 4, please."),
            ({"from_bar": 3, "to_bar": 2}, "The last bar, 2, comes before the first, 3."),
            ({"from_bar": "x", "to_bar": ""}, "A bar from 1 to 4, please."),
        ],
    )
    def test_bars_that_are_none_are_refused_with_the_bounds(self, client, bars, words):
        """On the same page."""
        make_primer(name="k1", opening=OPENING)

        answer = client.post("/openings/k1/bars/", bars)

        assert (422, True) == (answer.status_code, words in answer.text)

    def test_a_cut_is_shown_on_the_page_of_what_it_is_cut_from(self, client):
        """With its bars in the fields."""
        make_primer(name="k1", opening=OPENING)
        client.post("/openings/k1/bars/", {"from_bar": 2, "to_bar": 3})

        page = client.get("/openings/k1--2-3/", follow=True)

        assert [("/openings/k1/?from_bar=2&to_bar=3", 302)] == page.redirect_chain
        assert 'name="to_bar" value="3"' in page.text

    @pytest.mark.django_db(transaction=True)
    def test_what_is_looked_at_is_asked_for(self, client, broker):
        """Picture and sound, by a worker that visitors wait for; once."""
        primer = make_primer(opening=OPENING)

        client.get(primer.get_absolute_url())
        client.get(f"{primer.get_absolute_url()}?fragment=1")

        assert 1 == broker.llen("generation")


class TestBringing:
    def test_a_file_becomes_an_opening_once_it_is_read(self, alice):
        """Until then it is in no list, and its page says that it waits."""
        primer = bring(alice, title="", composer=" C.  Schumann ")

        page = alice.get(primer.get_absolute_url()).text
        assert "Waiting for the machine to be free" in page
        assert "a tune" not in alice.get("/openings/").text
        assert b"MThd" == Path(primer.upload.dropped).read_bytes()

        judged(primer, {"code": "drums_left_out", "values": {"n": 3}})
        page = alice.get(primer.get_absolute_url()).text
        assert "What was taken of your file" in page
        assert "3 drum notes left out." in page
        assert ("Mine", "C. Schumann") == (primer.title, primer.composer)
        assert "Yours: Mine" in self.form(alice)

    def form(self, client):
        make_checkpoint(is_active=True)
        make_primer()
        return client.get("/").text

    def test_a_refusal_is_said_on_its_page(self, alice):
        """One sentence, and the way to try another file."""
        primer = bring(alice)
        upload = jobs.claim(Upload, primer.upload.pk)
        jobs.fail(upload, "file_unreadable", {"file": "a tune.mid", "reason": "it is empty"})

        page = alice.get(primer.get_absolute_url()).text

        assert "a tune.mid cannot be read as music: it is empty." in page
        assert "Choose another file" in page
        assert "data-final" in alice.get(f"{primer.get_absolute_url()}?fragment=1").text

    def test_a_newcomer_is_given_the_cookie_to_own_it_by(self, client):
        """And finds it again."""
        primer = judged(bring(client))

        assert "Mine" in client.get("/openings/").text
        assert "Mine" not in Client().get("/openings/").text
        assert primer.owner

    def test_without_a_file_it_says_so(self, alice):
        """Nothing is stored."""
        answer = alice.post("/openings/upload/", {"title": "x"})

        assert (422, True) == (answer.status_code, "No file came." in answer.text)
        assert not Primer.objects.exists()

    def test_what_is_too_large_is_not_kept(self, alice, settings):
        """It is counted as it comes."""
        answer = alice.post("/openings/upload/", sent(b"x" * 8_000_001))

        assert (422, True) == (answer.status_code, "That is more than 8 MB" in answer.text)
        assert [] == list(Path(settings.UPLOADS_ROOT).iterdir())

    def test_three_files_may_wait(self, alice):
        """The fourth is refused; another's is not."""
        for _ in range(3):
            bring(alice)

        answer = alice.post("/openings/upload/", sent())

        assert (422, True) == (answer.status_code, "You have 3 files waiting" in answer.text)
        bring(owner_client("bob"))

    def test_a_name_that_climbs_stays_in_its_folder(self, alice, settings):
        """And nothing of a control character reaches the title."""
        primer = bring(alice, name="..\\..\\é\tvil.mid")

        dropped = Path(primer.upload.dropped)
        assert Path(settings.INTAKES_ROOT, str(primer.upload.pk)) == dropped.parent
        assert dropped.is_file()

    def test_another_site_cannot_bring_one(self, shelf):
        """The form's token is asked for."""
        assert 403 == Client(enforce_csrf_checks=True).post(
            "/openings/upload/", sent()
        ).status_code  # fmt: skip


class TestWhoseItIs:
    def test_no_way_in_is_another_s(self, own, bob, client, staff):
        """Page, files, bars, deletion; staff may look."""
        place = own.get_absolute_url()

        for other in (bob, client):
            assert 404 == other.get(place).status_code
            assert 404 == other.get(f"{place}files/piece.mp3").status_code
            assert 404 == other.post(f"{place}bars/", {"from_bar": 1, "to_bar": 1}).status_code
            assert 404 == other.post(f"{place}delete/").status_code
            assert "Mine" not in other.get("/openings/?q=mine").text
            assert f'value="{own.pk}"' not in other.get(f"/?primer={own.pk}").text
        assert 200 == staff.get(place).status_code

    def test_no_one_else_begins_a_piece_with_it(self, own, alice, bob):
        """By the form or by the API; its cuts neither."""
        checkpoint, house = make_notes_checkpoint(is_active=True), make_primer()
        alice.post(f"{own.get_absolute_url()}bars/", {"from_bar": 1, "to_bar": 1})
        asked = {"checkpoint": checkpoint.pk, "temperature": 1}

        for name in (own.pk, f"{own.pk}--1-1"):
            assert 422 == bob.post("/", asked | {"primer": name}).status_code
            body = {"primer": name}
            assert 422 == bob.post("/api/pieces", body, "application/json").status_code
            assert 302 == alice.post("/", asked | {"primer": name}).status_code
        drawn = {bob.post("/", asked) and Piece.objects.latest("created_at").primer for _ in "abc"}
        assert {house} == drawn

    def test_everyone_sees_it_in_a_piece_that_begins_with_it(self, own, bob):
        """Its title stands there, and no link to its page."""
        make_checkpoint(is_active=True)
        piece = make_piece("succeeded", owner="alice", primer=own)

        page = bob.get(piece.get_absolute_url()).text

        assert "Mine" in page
        assert own.get_absolute_url() not in page

    def test_the_houses_cannot_be_deleted_from_here(self, client):
        """There is no button, and no way."""
        primer = make_primer()

        assert 403 == client.post(f"{primer.get_absolute_url()}delete/").status_code


class TestWhatBecomesOfIt:
    def test_deleted_it_is_gone_with_its_files(self, own, alice):
        """And its cuts."""
        own.folder.mkdir(parents=True)
        alice.post(f"{own.get_absolute_url()}bars/", {"from_bar": 1, "to_bar": 1})

        answer = alice.post(f"{own.get_absolute_url()}delete/", follow=True)

        assert "“Mine” is deleted." in answer.text
        assert not Primer.objects.exists()

    def test_of_a_piece_it_stays_and_leaves_the_list(self, own, alice):
        """The piece can be composed again; when it is gone, so is the opening."""
        piece = make_piece(primer=own, owner="alice")

        alice.post(f"{own.get_absolute_url()}delete/")

        assert own.pk not in alice.get("/").text
        assert own == Primer.objects.get()
        piece.delete()
        self.after(days=2)
        assert not Primer.objects.exists()

    def after(self, **time):
        Primer.objects.update(created_at=now() - timedelta(**time))
        openings.sweep()

    def test_a_refused_upload_is_swept_after_a_day(self, alice):
        """With what lay aside of it; one that waits is not."""
        refused, waiting = bring(alice), bring(alice)
        jobs.fail(jobs.claim(Upload, refused.upload.pk), "internal", {})

        self.after(hours=23)
        assert 2 == Primer.objects.count()
        self.after(hours=25)

        assert waiting == Primer.objects.get()

    def test_a_cut_that_nothing_was_made_of_is_swept_after_a_week(self, own, alice):
        """One that a piece begins with stays, and so does the opening."""
        for bar in (1, 2):
            alice.post(f"{own.get_absolute_url()}bars/", {"from_bar": bar, "to_bar": bar})
        make_piece(primer=Primer.objects.get(name=f"{own.pk}--2-2"))

        self.after(days=8)

        assert {own.pk, f"{own.pk}--2-2"} == {row.pk for row in Primer.objects.all()}

    def test_an_account_takes_it_over_and_takes_it_away(self, own, alice, django_user_model):
        """What a piece still needs belongs to nobody then, and is in no list."""
        user = django_user_model.objects.create_user("anna")
        accounts.take_over("alice", user.pk)
        own.refresh_from_db()
        assert ownership.account_owner(user.pk) == own.owner == own.upload.owner
        make_piece(primer=own)

        accounts.delete(user.pk)

        own.refresh_from_db()
        assert (openings.NOBODY, False) == (own.owner, own.is_offered)
        assert [] == list(openings.house())


class TestTheApi:
    def test_a_file_is_sent_and_its_opening_asked_for(self, alice, bob):
        """The body is the file; whoever owns it sees what was said of it."""
        answer = alice.post("/api/primers?name=tune.mid", b"MThd", "application/octet-stream")
        assert (202, "queued") == (answer.status_code, answer.json()["status"])
        primer = Primer.objects.get()
        assert "tune.mid" == Path(primer.upload.dropped).name

        judged(primer, {"code": "drums_left_out", "values": {"n": 3}})

        told = alice.get(answer["Location"]).json()
        assert ("succeeded", [1, 4], [1, 4], ["3 drum notes left out"]) == (
            *(told["status"], told["bars"], told["begins_with"], told["remarks"]),
        )
        assert 404 == bob.get(answer["Location"]).status_code
        assert [] == alice.get("/api/primers").json()["primers"]

    def test_bars_are_cut_and_begun_with(self, alice, own):
        """By the name that comes back."""
        make_checkpoint(is_active=True)
        place = f"/api/primers/{own.pk}/cuts"

        made = alice.post(place, {"from_bar": 2, "to_bar": 3}, "application/json").json()

        assert (f"{own.pk}--2-3", [1, 2]) == (made["id"], made["bars"])
        asked = {"primer": made["id"]}
        assert 202 == alice.post("/api/pieces", asked, "application/json").status_code

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"from_bar": 2}, "to_bar"),
            ({"from_bar": 2, "to_bar": True}, "to_bar"),
            ({"from_bar": 9, "to_bar": 9}, "from_bar"),
            ({"from_bar": 1, "to_bar": 2, "bars": 3}, "bars"),
        ],
    )
    def test_bars_that_are_none_are_told(self, client, body, field):
        """Each with its field."""
        make_primer(name="k1", opening=OPENING)

        answer = client.post("/api/primers/k1/cuts", body, "application/json")

        assert (422, field) == (answer.status_code, answer.json()["errors"][0]["field"])

    @pytest.mark.parametrize(
        ("content", "kind", "status"),
        [
            (b"", "application/octet-stream", 422),
            (b"MThd", "text/plain", 415),
            (b"x" * 8_000_001, "audio/midi", 413),
        ],
    )
    def test_what_is_no_file_is_refused(self, client, content, kind, status):
        """With a sentence; nothing is stored."""
        answer = client.post("/api/primers", content, kind)

        assert (status, 1) == (answer.status_code, len(answer.json()["errors"]))
        assert not Primer.objects.exists()

    def test_it_has_the_keys_that_are_described(self, client):
        """As the list of openings has its own."""
        make_primer(name="k1", opening=OPENING)

        described = client.get("/api/openapi.json").json()["components"]["schemas"]["Opening"]

        assert set(described["properties"]) == set(client.get("/api/primers/k1").json())
