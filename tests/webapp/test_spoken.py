"""Titles and names in the language of the page; what is stored stays as it is."""

import pytest
from django.utils import translation

from generator import checkpoint, openings
from tests.webapp.factories import again, make_notes_checkpoint, make_piece, make_primer
from webapp.models import Status
from webapp.spoken import everywhere, spoken

SONATA = "Sonata in F major, K. 332, first movement"
RUSSIAN = {"headers": {"Accept-Language": "ru"}}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (f"Impromptu after {SONATA}", "Экспромт на тему Сонаты фа мажор, K. 332, первая часть"),
        ("Impromptu no. 2 (take 3) after Mine", "Экспромт № 2 (вариант 3) на тему «Mine»"),
        ("Impromptu (bar 22)", "Экспромт (такт 22)"),
        (
            f"Impromptu (bars 3 to 9, take 1) after {SONATA}, bar 4",
            "Экспромт (такты 3\N{EN DASH}9, вариант 1)"
            " на тему Сонаты фа мажор, K. 332, первая часть, такт 4",
        ),
        (f"{SONATA}, bar 3", "Соната фа мажор, K. 332, первая часть, такт 3"),
        ("Valse no. 2 (bar 9)", "Valse № 2 (такт 9)"),
        ("Valse", "Valse"),
        ("Models", "Models"),
        ("", ""),
    ],
)
def test_a_title_of_ours_is_said_in_russian(title, said):
    """What its owner wrote is not, even if the site has that word; in English nothing changes."""
    with translation.override("ru"):
        assert said == spoken(title)
    with translation.override("en"):
        assert title == spoken(title)


def test_all_that_ships_has_a_russian_name():
    """Openings and their composers, and the models."""
    house = [openings.load(name) for name in openings.names()]
    names = {name for one in house for name in (one.title, one.composer)}
    names |= {checkpoint.load(folder).card["title"] for folder in checkpoint.PRETRAINED.iterdir()}
    with translation.override("ru"):
        assert [] == [name for name in names if spoken(name) == name]
        assert [] == [one.title for one in house if "«" in spoken(f"Impromptu after {one.title}")]


def test_a_name_is_looked_for_in_every_language():
    """English first, each once."""
    assert f"{SONATA} Соната фа мажор, K. 332, первая часть" == everywhere(SONATA)
    assert "Valse" == everywhere("Valse")


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def piece(self, db):
        """Alice's, with a title of ours."""
        opening = make_primer(title=SONATA, composer="Wolfgang Amadeus Mozart")
        title = f"Impromptu after {SONATA}"
        return make_piece(
            Status.SUCCEEDED,
            checkpoint=make_notes_checkpoint(),
            primer=opening,
            title=title,
            owner="alice",
        )

    def test_a_page_says_it_in_its_language(self, piece, client):
        """The gallery and the piece; what the API gives is what is stored."""
        for place in ("/pieces/", piece.get_absolute_url()):
            page = client.get(place, **RUSSIAN).text.replace("\N{NO-BREAK SPACE}", " ")
            assert "Экспромт на тему Сонаты фа мажор" in page
            assert "Sonata in F major" not in page
        assert piece.title == client.get(f"/api/pieces/{piece.pk}", **RUSSIAN).json()["title"]

    @pytest.mark.parametrize("word", ["соната", "Моцарт", "мажор", "sonata"])
    def test_it_is_found_by_words_of_either_language(self, piece, client, word):
        """Among the pieces and among the openings."""
        assert piece.get_absolute_url() in client.get("/pieces/", {"q": word}).text
        assert piece.primer.get_absolute_url() in client.get("/openings/", {"q": word}).text

    def test_saving_what_the_page_said_changes_nothing(self, piece, alice):
        """A note alone is new; another title is taken as it is written."""
        change = f"/pieces/{piece.pk}/change/"
        with translation.override("ru"):
            said = spoken(piece.title)
        alice.post(change, {"title": said, "note": "Вечером"}, **RUSSIAN)
        assert (piece.title, "Вечером") == (again(piece).title, again(piece).note)

        alice.post(change, {"title": "Вальс"}, **RUSSIAN)
        assert "Вальс" == again(piece).title
