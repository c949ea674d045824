"""Openings of one's own: brought by a visitor, nobody else's, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now

from tests.webapp.conftest import owner_client
from tests.webapp.factories import make_checkpoint, make_notes_checkpoint, make_piece, make_primer
from tests.webapp.own_openings import bring, judged, sent
from webapp import accounts, jobs, openings, ownership
from webapp.models import Piece, Primer, Upload

pytestmark = pytest.mark.django_db


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
        assert "What was taken, and what was left out" in page
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
