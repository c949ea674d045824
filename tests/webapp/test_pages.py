"""The pages everyone sees but a piece's own, as the server writes them: without JavaScript."""

from __future__ import annotations

import re

import pytest

from tests.webapp.factories import make_checkpoint, make_file, make_piece, make_primer
from webapp.models import Piece, Status

pytestmark = pytest.mark.django_db

ASKED = {"notes": "120", "temperature": "1.2", "seed": "42"}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")


def asked(shelf, **changes: str) -> dict[str, str]:
    """Return what a browser sends for the form."""
    return ASKED | {"checkpoint": shelf.checkpoint.pk, "primer": shelf.primer.pk} | changes


class TestHome:
    """GET and POST /: the form, and what plays under it."""

    def test_it_offers_the_defaults_of_the_library(self, client, shelf):
        """100 notes at temperature 1.0, and no seed: the server draws one."""
        page = client.get("/").text

        assert re.search(r'name="notes" value="100" min="16" max="4000"', page)
        assert re.search(r'name="temperature" value="1\.0"', page)
        assert not re.search(r'name="seed" value', page)

    def test_it_makes_a_piece_and_goes_to_it(self, client, shelf):
        """POST / works without a script: a row, a redirect, and a cookie for the owner."""
        answer = client.post("/", asked(shelf))

        piece = Piece.objects.get()
        assert f"/pieces/{piece.pk}/" == answer.headers["Location"]
        assert {"notes": 120, "temperature": 1.2, "seed": 42}.items() <= piece.config.items()
        assert piece.owner
        assert "owner" in answer.cookies

    def test_a_visitor_stays_the_same_owner(self, alice, shelf):
        """The second piece belongs to whom the first belongs to."""
        alice.post("/", asked(shelf))
        alice.post("/", asked(shelf))

        assert ["alice", "alice"] == [piece.owner for piece in Piece.objects.all()]

    def test_an_empty_seed_and_opening_are_drawn(self, client, shelf):
        """Both are written back into the row."""
        client.post("/", asked(shelf, seed="", primer=""))

        piece = Piece.objects.get()
        assert isinstance(piece.config["seed"], int)
        assert shelf.primer == piece.primer

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("notes", "5", "A number from 16 to 4,000, please."),
            ("temperature", "hot", "A number from 0.1 to 2.0, please."),
            ("seed", "-1", "A number from 0 to 4,294,967,295, please."),
        ],
    )
    def test_a_wrong_number_is_told_with_its_bounds(self, client, shelf, field, value, words):
        """What was typed stays in its field, the sentence stands under it, no row is made."""
        answer = client.post("/", asked(shelf, **{field: value}))

        assert 422 == answer.status_code
        assert words in answer.text
        assert f'id="id_{field}_error"' in answer.text
        assert f'name="{field}" value="{value}"' in answer.text
        assert 0 == Piece.objects.count()

    def test_a_full_queue_is_told_in_a_sentence(self, alice, shelf):
        """Ten pieces of one visitor may wait; the eleventh is refused, the form kept."""
        for _ in range(10):
            make_piece(owner="alice")

        answer = alice.post("/", asked(shelf))

        assert "You have 10 pieces waiting already." in answer.text
        assert 10 == Piece.objects.count()

    def test_an_address_fills_the_form(self, client, shelf):
        """The link of a piece carries its settings."""
        page = client.get("/", {"notes": "333", "seed": "7", "primer": shelf.primer.pk}).text

        assert 'name="notes" value="333"' in page
        assert 'name="seed" value="7"' in page
        assert f'<option value="{shelf.primer.pk}" selected>' in page

    def test_an_example_plays_before_anything_is_pressed(self, client, shelf):
        """MP3 comes first, and nothing is loaded until it is played."""
        piece = make_piece(Status.SUCCEEDED, is_example=True)
        make_file(piece, "piece.ogg", b"o", "ogg")
        make_file(piece, "piece.mp3", b"m", "mp3")

        page = client.get("/").text

        assert 'preload="none"' in page
        assert 0 < page.index("piece.mp3") < page.index("piece.ogg")

    def test_it_names_whose_work_the_model_learned_from(self, client, shelf):
        """Once, however many models share it."""
        make_checkpoint()

        assert 1 == client.get("/").text.count("Bernd Krueger, piano-midi.de")

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: None, "There is no model here yet"),
            (make_checkpoint, "There is no opening here yet"),
        ],
    )
    def test_an_empty_site_says_what_to_do(self, client, make, words):
        """No form that could only fail: the command that fills the shelves."""
        make()

        page = client.get("/").text

        assert words in page
        assert "manage.py stock" in page
        assert 'name="notes"' not in page


class TestGallery:
    """GET /pieces/."""

    def test_the_newest_stands_first(self, client):
        """In the order of asking, last first."""
        make_piece(Status.SUCCEEDED, title="The older")
        make_piece(Status.SUCCEEDED, title="The newer")

        page = client.get("/pieces/").text

        assert 0 < page.index("The newer") < page.index("The older")

    def test_a_second_page_goes_on_where_the_first_ended(self, client):
        """25 pieces are one page of 24, and one of one."""
        for number in range(25):
            make_piece(Status.SUCCEEDED, title=f"Piece {number}.")
        first = client.get("/pieces/").text

        second = client.get("/pieces/" + re.search(r'href="(\?cursor=[^"]+)"', first)[1]).text

        assert "Piece 1." in first
        assert "Piece 0." not in first
        assert "Piece 0." in second
        assert "Piece 1." not in second

    def test_a_cursor_of_someone_else_is_not_found(self, client):
        """An address that was cut on its way is a 404, not an error."""
        assert 404 == client.get("/pieces/?cursor=nonsense").status_code

    def test_an_empty_gallery_offers_the_one_thing_to_do(self, client):
        """It says what will be here."""
        assert "No piece has been composed here yet." in client.get("/pieces/").text

    def test_a_piece_is_shown_by_a_line_of_it(self, client):
        """The thumbnail has a text for who does not see it."""
        piece = make_piece(Status.SUCCEEDED)
        make_file(piece, "thumbnail.png", b"p", "thumbnail")

        assert 'alt="A line of Sonata in C"' in client.get("/pieces/").text

    def test_more_pieces_cost_no_more_queries(self, client, django_assert_num_queries):
        """The models to choose from, the keys of a page, its rows without their notes."""
        for _ in range(3):
            make_piece(Status.SUCCEEDED)

        with django_assert_num_queries(3):
            client.get("/pieces/")


class TestModels:
    """GET /models/."""

    def test_a_model_shows_its_figures_and_its_sources(self, client):
        """Rounded, shares as percentages, counts with separators; what is not known is left out."""
        figures = {"val_accuracy": 0.2376, "loss": 2.819, "n_tokens": 48107, "split": "windows"}
        make_checkpoint(card={"figures": figures, "attribution": "After piano-midi.de"})

        page = client.get("/models/").text

        assert "23.8 %" in page
        assert "2.82" in page
        assert "48,107" in page
        assert "After piano-midi.de" in page
        assert "split" not in page

    def test_no_model_is_said_so(self, client):
        """And what to do about it."""
        assert "manage.py stock" in client.get("/models/").text


class TestEveryPage:
    """What holds wherever one is."""

    def addresses(self) -> list[str]:
        """Return an address of every page, with something on each."""
        make_primer()
        done = make_piece(Status.SUCCEEDED, is_example=True, owner="alice")
        make_file(done, "piece.mp3", b"m", "mp3")
        running = make_piece(Status.RUNNING, stage="composing", owner="alice")
        pages = [row.get_absolute_url() for row in (done, running)]
        return ["/", "/pieces/", "/models/", "/nowhere/", *pages]

    def test_nothing_is_written_into_a_page_that_its_policy_forbids(self, alice):
        """No inline script, no inline style, no handler in an attribute."""
        for address in self.addresses():
            assert [] == INLINE.findall(alice.get(address).text), address

    def test_it_speaks_russian(self, alice):
        """The language of the browser is taken, and dates and numbers follow it."""
        for address in self.addresses():
            page = alice.get(address, headers={"Accept-Language": "ru"}).text
            assert '<html lang="ru">' in page, address
            assert "Сочинить" in page, address
            assert ">Compose<" not in page, address

    def test_the_language_is_chosen_and_kept(self, client, shelf):
        """The button under the name of the other language."""
        client.post("/i18n/setlang/", {"language": "ru", "next": "/pieces/"})

        assert "Пьесы" in client.get("/pieces/").text

    def test_every_image_and_player_has_a_text(self, alice):
        """For who hears the page read out."""
        for address in self.addresses():
            page = alice.get(address).text
            assert [] == re.findall(r"<img(?![^>]*alt=\"[^\"]+\")[^>]*>", page), address
            assert [] == re.findall(r"<audio(?![^>]*aria-label=)[^>]*>", page), address
