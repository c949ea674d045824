"""GET /pieces/<id>/, as the server writes it, and what its owner may do there."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.webapp.factories import again, make_file, make_piece
from webapp.models import FINAL, Piece, Status

pytestmark = pytest.mark.django_db


def versions(page: str) -> dict[str, str]:
    """Return the version of every part of a piece's page."""
    return dict(re.findall(r'data-part="(\w+)" data-version="(\w+)"', page))


class TestPiece:
    """GET /pieces/<id>/, whole or as a fragment."""

    def test_a_running_piece_says_how_far_it_is(self, client):
        """The stage, the count and the share done; and a link for who has no script."""
        piece = make_piece(Status.RUNNING, stage="composing", done=43, total=100)

        page = client.get(piece.get_absolute_url()).text

        assert "Composing" in page
        assert "43 of 100 notes." in page
        assert '<progress max="1" value="0.430"' in page
        assert "Refresh to see how far it is" in page
        assert "<live-fragment" in page

    @pytest.mark.parametrize("status", FINAL)
    def test_a_final_piece_is_not_asked_for_again(self, client, status):
        """The page has no element that polls, and the fragment says that it is the last."""
        piece = make_piece(status)

        assert "live-fragment" not in client.get(piece.get_absolute_url()).text
        assert " data-final" in client.get(piece.get_absolute_url() + "?fragment=1").text

    def test_the_fragment_is_the_same_parts_and_nothing_else(self, client):
        """Page and fragment come from one template."""
        piece = make_piece(Status.SUCCEEDED)
        url = piece.get_absolute_url()

        page, fragment = client.get(url), client.get(url + "?fragment=1")

        assert versions(page.text) == versions(fragment.text)
        assert fragment.text.lstrip().startswith("<div data-fragment")
        assert "no-store" in fragment.headers["Cache-Control"]

    def test_a_part_changes_its_version_only_when_it_changes(self, alice):
        """A new CSRF token is no change; a step of progress changes the status alone."""
        piece = make_piece(Status.RUNNING, stage="composing", done=1, total=9, owner="alice")
        url = piece.get_absolute_url() + "?fragment=1"
        before = versions(alice.get(url).text)
        assert before == versions(alice.get(url).text)

        Piece.objects.update(done=2)
        after = versions(alice.get(url).text)

        assert {"status"} == {name for name in before if before[name] != after[name]}

    def test_the_score_is_there_before_the_sound(self, client):
        """While it sounds, the pages and their downloads are shown already."""
        piece = make_piece(Status.RUNNING, stage="sounding")
        for number in (1, 2):
            make_file(piece, f"score-{number}.svg", b"<svg/>", "svg")
            make_file(piece, f"score-{number}.png", b"p", "png")

        page = client.get(piece.get_absolute_url()).text

        assert 'alt="Score of Sonata in C, page 2 of 2"' in page
        assert "PNG 2</a>" in page
        assert "<audio" not in page

    def test_it_says_what_was_asked_for(self, client):
        """In words that a musician would use, with the numbers beside them."""
        piece = make_piece(Status.SUCCEEDED, n_skipped=3)

        page = client.get(piece.get_absolute_url()).text

        assert "100 notes by the machine; with the opening 1 bar, 0:01" in page
        assert "free (1.0)" in page
        assert '<data value="7">7</data>' in page
        assert "continued by “After Chopin” from bar 1" in page
        assert "The model did not know 3 notes and chords of the opening" in page
        assert "Written out by us CC0" in page

    def test_it_can_be_composed_again(self, client):
        """The link carries model, opening, length, temperature, breadth and seed."""
        piece = make_piece(Status.SUCCEEDED)

        page = client.get(piece.get_absolute_url()).text

        link = f"/?checkpoint={piece.checkpoint_id}&amp;primer={piece.primer_id}"
        assert f"{link}&amp;notes=100&amp;temperature=1.0&amp;top_p=1.0&amp;seed=7" in page

    def test_another_is_made_by_changing_something_first_and_the_check_comes_last(self, client):
        """What proves the seed stands with the facts, under a name that promises nothing new."""
        page = client.get(make_piece(Status.SUCCEEDED).get_absolute_url()).text

        order = ("Make another", "Change something…", "Remix: the same", "At five temperatures")
        order += ("Use only its seed", "What was asked for", "Check: does its recipe")
        places = [page.rindex(words) for words in order]
        assert sorted(places) == places

    def test_files_are_told_by_what_they_are_for(self, client):
        """To read, to hear, to work on."""
        piece = make_piece(Status.SUCCEEDED)
        for name, kind in (("piece.mid", "midi"), ("score.pdf", "pdf"), ("piece.mp3", "mp3")):
            make_file(piece, name, b"x", kind)

        page = client.get(piece.get_absolute_url()).text

        groups = re.findall(r"<dt>(To \w+(?: on)?)</dt>\s*<dd[^>]*>(.*?)</dd>", page)
        found = {purpose: re.findall(r">(\w+)</a>", links) for purpose, links in groups}
        assert {"To read": ["PDF"], "To hear": ["MP3"], "To work on": ["MIDI"]} == found

    def test_who_sees_it_is_said_beside_the_title_and_changed_there(self, alice, bob):
        """Once on the page, and for its owner alone."""
        piece = make_piece(Status.SUCCEEDED, owner="alice")
        page = alice.get(piece.get_absolute_url()).text
        head = page[: page.index('data-part="score"')]
        assert "Everyone can see it in the gallery" in head
        assert 1 == page.count("Make it private") == head.count("Make it private")
        assert "Make it private" not in bob.get(piece.get_absolute_url()).text

        alice.post(f"{piece.get_absolute_url()}change/", {"private": "1"})

        page = alice.get(piece.get_absolute_url()).text
        assert "Only you can see it" in page
        assert "<share-piece" not in page

    def test_a_failure_is_a_sentence_and_what_is_kept(self, client):
        """The sentence names the package; the MIDI that was made can be taken away."""
        values = {"tool": "MuseScore", "package": "musescore3"}
        piece = make_piece(Status.FAILED, error_code="tool_missing", error_values=values)
        make_file(piece, "piece.mid", b"MThd", "midi")

        page = client.get(piece.get_absolute_url()).text

        assert "musescore3" in page
        assert "What could be made is kept" in page
        assert "piece.mid?download" in page
        assert "Try again with these settings" in page

    def test_a_title_cannot_become_a_tag(self, client):
        """Whatever a row says is text."""
        piece = make_piece(Status.SUCCEEDED, title="<b>bold</b>")

        assert "<b>bold" not in client.get(piece.get_absolute_url()).text

    def test_there_is_no_page_for_a_piece_that_is_not_there(self, client):
        """A well-formed id of nothing is a 404, on a page of ours."""
        answer = client.get(f"/pieces/{uuid.uuid4()}/")

        assert 404 == answer.status_code
        assert "Nothing stands at this address" in answer.text


class TestOwner:
    """Cancelling and deleting, by whom the piece belongs to."""

    def test_the_owner_cancels(self, alice):
        """A running piece is asked to stop, and says so."""
        piece = make_piece(Status.RUNNING, owner="alice")

        answer = alice.post(f"{piece.get_absolute_url()}cancel/", follow=True)

        assert again(piece).cancel_requested
        assert "Stopping at the next step" in answer.text

    def test_the_owner_deletes(self, alice):
        """It is nowhere, and the gallery says so."""
        piece = make_piece(Status.SUCCEEDED, owner="alice")

        answer = alice.post(f"{piece.get_absolute_url()}delete/", follow=True)

        assert not Piece.objects.exists()
        assert "“Sonata in C” is deleted." in answer.text

    @pytest.mark.parametrize("deed", ["cancel", "delete"])
    def test_nobody_else_may(self, bob, deed):
        """Neither does Bob see the button, nor does the address obey him."""
        piece = make_piece(Status.RUNNING, owner="alice")

        answer = bob.post(f"{piece.get_absolute_url()}{deed}/")

        assert 403 == answer.status_code
        assert f"/{deed}/" not in bob.get(piece.get_absolute_url()).text
        assert not again(piece).cancel_requested
