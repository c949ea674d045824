"""Openings in the browser: looked for in the list, looked at on their page, cut."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.webapp.factories import make_checkpoint, make_notes_checkpoint, make_primer
from tests.webapp.own_openings import OPENING
from webapp.models import Piece

pytestmark = pytest.mark.django_db


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
        assert '<option value="k1--2-3" selected>Mozart, bars 2 to 3: Sonata' in answer.text
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
