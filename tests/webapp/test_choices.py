"""What a visitor chooses of a model that knows rhythm: by the API, by the form, on the pages."""

from __future__ import annotations

import re

import pytest

from tests.webapp.conftest import Shelf
from tests.webapp.factories import (
    make_checkpoint,
    make_notes_checkpoint,
    make_piece,
    make_primer,
)
from tests.webapp.orders import faults, order
from webapp.models import Piece, Status

pytestmark = pytest.mark.django_db

CHOSEN = {
    "composer": "beeth",
    "bars": 16,
    "temperature": 0.9,
    "pitch_temperature": 0.8,
    "rhythm_temperature": 1.2,
    "top_p": 0.95,
    "pedal": False,
    "rubato": False,
    "seed": 7,
}
RHYTHM = {
    name: CHOSEN[name] for name in CHOSEN if name not in ("bars", "temperature", "top_p", "seed")
}


@pytest.fixture
def shelf(db) -> Shelf:
    """Store an active model that knows rhythm, and an opening."""
    return Shelf(make_notes_checkpoint(is_active=True), make_primer())


@pytest.fixture
def published(shelf):
    """Store the 40-note recipe beside it."""
    return make_checkpoint()


def sent(shelf, **changes):
    """Return what a browser sends for the form, all boxes ticked."""
    usual = {"bars": "32", "temperature": "1.0", "composer": "chopin", "pedal": "on"}
    return usual | {"rubato": "on", "checkpoint": shelf.checkpoint.pk, "top_p": "1.0"} | changes


class TestApi:
    """POST /api/pieces, GET /api/checkpoints."""

    def test_what_is_left_out_is_the_models_own(self, client, shelf):
        """600 notes in the manner of Chopin, one temperature, with pedal and rubato."""
        parameters = order(client, {"seed": 7}).json()["parameters"]

        assert {
            "checkpoint": shelf.checkpoint.hash,
            "primer": shelf.primer.name,
            "composer": "chopin",
            "notes": 600,
            "bars": None,
            "temperature": 1.0,
            "pitch_temperature": None,
            "rhythm_temperature": None,
            "top_p": 0.95,
            "pedal": True,
            "rubato": True,
            "seed": 7,
        } == parameters

    def test_what_is_chosen_is_written_back_and_can_be_sent_again(self, client, shelf):
        """Bars decide, so that no number of notes is said."""
        first = order(client, CHOSEN | {"notes": 100}).json()["parameters"]

        assert CHOSEN | {"notes": None} == {name: first[name] for name in (*CHOSEN, "notes")}
        assert first == order(client, first).json()["parameters"]
        assert CHOSEN.items() <= Piece.objects.first().config.items()

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("composer", "liszt", "composer is liszt, and must be one of bach, beeth, chopin."),
            ("composer", 3, "composer is 3, and must be text."),
            ("pitch_temperature", 2.5, "pitch_temperature is 2.5, and must be from 0.1 to 2.0."),
            ("rhythm_temperature", "1", "rhythm_temperature is 1, and must be a number."),
            ("pedal", "yes", "pedal is yes, and must be one of true, false."),
            ("rubato", 0, "rubato is 0, and must be one of true, false."),
            ("bars", 200, "bars is 200, and must be from 8 to 128."),
        ],
    )
    def test_a_bad_choice_is_named_with_what_is_good(self, client, shelf, field, value, says):
        """422, and no piece."""
        r = order(client, {field: value})

        (fault,) = r.json()["errors"]
        assert (422, field, says) == (r.status_code, fault["field"], fault["message"])
        assert not Piece.objects.exists()

    @pytest.mark.parametrize("field", RHYTHM)
    def test_the_40_note_recipe_refuses_what_it_does_not_know(self, client, published, field):
        """By the name of the field; null it takes."""
        asked = {"checkpoint": published.hash, field: RHYTHM[field]}
        r = order(client, asked)

        assert (422, [field]) == (r.status_code, faults(r))
        assert f"the 40-note recipe knows no {field}." in r.json()["errors"][0]["message"]
        assert 202 == order(client, asked | {field: None}).status_code

    def test_all_that_a_model_refuses_is_told_at_once(self, client, published):
        """Beside what is wrong for any model."""
        asked = {"checkpoint": published.hash, "notes": 1, "pedal": True, "composer": "bach"}

        assert {"notes", "pedal", "composer"} == set(faults(order(client, asked)))

    def test_a_model_tells_what_it_knows(self, client, published):
        """Recipe, network, composers with the default one, sources and licence."""
        models = client.get("/api/checkpoints").json()["checkpoints"]

        told = {"recipe", "network", "composers", "composer", "figures", "attribution", "licence"}
        assert [["bach", "beeth", "chopin"], ["chopin"]] == [one["composers"] for one in models]
        assert all(told <= set(one) for one in models)


class TestForm:
    """POST /, as a browser sends it with and without a script."""

    def test_everything_chosen_reaches_the_row(self, client, shelf):
        """A box that is not ticked is not sent."""
        body = sent(shelf, composer="bach", bars="16", pitch_temperature="0.8", seed="5")
        del body["pedal"]

        client.post("/", body)

        config = Piece.objects.get().config
        assert {"bars": 16, "composer": "bach", "pitch_temperature": 0.8}.items() <= config.items()
        assert {
            "rhythm_temperature": None,
            "pedal": False,
            "rubato": True,
        }.items() <= config.items()

    def test_bars_win_over_notes_that_stand_beside_them(self, client, shelf):
        """Without a script both fields are on the page, and one of them may hold nonsense."""
        client.post("/", sent(shelf, notes="5"))

        assert 32 == Piece.objects.get().config["bars"]

    @pytest.mark.parametrize(
        ("length", "expected"),
        [({"notes": "", "bars": ""}, (600, 32)), ({"notes": "200", "bars": ""}, (200, None))],
    )
    def test_without_bars_the_notes_count_and_without_either_32_bars(
        self, client, shelf, length, expected
    ):
        """What is left empty is filled in by the server."""
        client.post("/", sent(shelf, **length))

        config = Piece.objects.get().config
        assert expected == (config["notes"], config["bars"])

    def test_the_40_note_recipe_passes_over_what_it_does_not_know(self, client, shelf, published):
        """Right or wrong: without a script those fields are sent too."""
        body = sent(
            shelf, checkpoint=published.pk, notes="120", bars="9999", rhythm_temperature="9"
        )

        client.post("/", body)

        config = Piece.objects.get().config
        assert (120, None, "") == (config["notes"], config["bars"], config["composer"])

    def test_a_composer_whom_the_model_does_not_know_is_said_by_name(self, client, shelf):
        """Where two models know different ones, and no script keeps them apart."""
        make_notes_checkpoint(composers=["chopin", "liszt"])

        answer = client.post("/", sent(shelf, composer="liszt"))

        assert 422 == answer.status_code
        assert "This model does not know Liszt." in answer.text

    def test_it_offers_32_bars_and_every_composer_in_full(self, client, published):
        """In the order of their names; the model's own is chosen."""
        page = client.get("/").text
        names = re.findall(r'<option value="\w+"(?: selected)?>(\w+)</option>', page)

        assert ["Bach", "Beethoven", "Chopin"] == names
        assert '<option value="chopin" selected>' in page
        assert re.search(r'name="bars" value="32" min="8" max="128"', page)
        assert "Rhythm, dynamics and bars · LSTM" in page
        assert "Even eighth notes · 40-note recipe" in page

    def test_each_model_tells_the_script_what_it_knows(self, client, published):
        """Which fields go with it, and whom it may be asked for."""
        page = client.get("/").text

        knows = "[&quot;bach&quot;, &quot;beeth&quot;, &quot;chopin&quot;]"
        assert f'data-recipe="notes" data-composer="chopin" data-composers="{knows}"' in page
        assert 'data-recipe="chords" data-composer="chopin"' in page

    def test_models_that_would_read_alike_are_told_by_title(self, client, shelf):
        """Two trainings of one recipe and network."""
        make_notes_checkpoint(title="Trained in May")

        assert "Rhythm, dynamics and bars · LSTM · Trained in May" in client.get("/").text

    def test_a_site_with_the_40_note_recipe_alone_asks_for_nothing_else(self, client):
        """No composer, no bars, no pedal; nothing to explain."""
        make_checkpoint()
        make_primer()

        page = client.get("/").text

        assert 'name="notes"' in page
        assert [] == re.findall(r'name="(?:composer|bars|pedal|rubato|pitch_temperature)"', page)
        assert "<noscript>" not in page

    def test_what_an_address_says_is_chosen_and_seen(self, client, shelf):
        """A choice among the further ones opens them."""
        page = client.get("/", {"composer": "bach", "pedal": "0", "rubato": "1"}).text

        assert '<option value="bach" selected>' in page
        assert re.search(r'<input type="checkbox" name="pedal"[^>]*id="id_pedal">', page)
        assert "checked" not in re.search(r'<input[^>]*name="pedal"[^>]*>', page)[0]
        assert "checked" in re.search(r'<input[^>]*name="rubato"[^>]*>', page)[0]
        assert '<details class="compose__more" open>' in page
        assert '<details class="compose__more">' in client.get("/").text

    def test_a_wrong_number_among_the_further_choices_opens_them(self, client, shelf):
        """Nobody has to look for it."""
        answer = client.post("/", sent(shelf, rhythm_temperature="9"))

        assert '<details class="compose__more" open>' in answer.text
        assert "A number from 0.1 to 2.0, please." in answer.text


class TestPages:
    """A piece of such a model, on its own page and in the gallery."""

    @pytest.fixture
    def piece(self, shelf):
        """Store a piece with every choice made."""
        config = {"notes": 600, **CHOSEN}
        card = {"figures": {"originality": {"median": 5, "p90": 13, "maximum": 26}}}
        type(shelf.checkpoint).objects.update(card=card)
        run = {"length": 9, "work": "Nocturne", "composer": "chopin", "first_bar": 12}
        return make_piece(
            Status.SUCCEEDED, config=config, originality=run | {"last_bar": 13, "recomposed": 2}
        )

    def test_it_says_what_was_asked_for(self, client, piece):
        """The composer in full, bars, each temperature, and what is not played."""
        page = client.get(piece.get_absolute_url()).text

        for words in ("Beethoven", "16 bars", "calm (0.8)", "free (1.2)", "0.95"):
            assert f"<dd>{words}" in page, words
        assert "without pedal and rubato" in page
        assert "continued in the manner of Beethoven by “All composers” from bar 1" in page

    def test_while_it_is_composed_its_bars_are_counted(self, client, shelf):
        """A length in notes is counted in notes."""
        config = {"notes": 600, "bars": 32}
        piece = make_piece(
            Status.RUNNING, stage="composing", done=5, total=32, config=config | {"temperature": 1}
        )

        assert "5 of 32 bars." in client.get(piece.get_absolute_url()).text
        Piece.objects.update(config=config | {"bars": None, "temperature": 1})
        assert "5 of 32 notes." in client.get(piece.get_absolute_url()).text

    def test_it_says_how_new_it_is(self, client, piece):
        """The longest run, with the work and the bars; and that it was composed again."""
        page = client.get(piece.get_absolute_url()).text

        assert "9 notes: Chopin, Nocturne, bars 12 to 13" in page
        assert "It was composed again 2 times" in page
        assert "more than two real works share" not in page

    def test_too_long_a_run_is_said(self, client, piece):
        """It was kept after the third time; the line is that of real works."""
        Piece.objects.update(originality=piece.originality | {"length": 31, "last_bar": 12})

        page = client.get(piece.get_absolute_url()).text

        assert "31 notes: Chopin, Nocturne, bar 12<" in page
        assert "more than two real works share, which is 26 notes at most" in page

    def test_what_was_not_looked_for_is_not_told(self, client, piece):
        """A piece of the 40-note recipe, or of an earlier version."""
        Piece.objects.update(originality=None)

        assert "How new it is" not in client.get(piece.get_absolute_url()).text

    def test_it_can_be_composed_again(self, client, piece):
        """The link carries every choice, and leads to a form that holds them."""
        page = client.get(piece.get_absolute_url()).text
        link = re.search(r'href="(/\?[^"]+)"', page)[1].replace("&amp;", "&")

        assert "&composer=beeth&bars=16&temperature=0.9&pitch_temperature=0.8" in link
        assert "&rhythm_temperature=1.2&top_p=0.95&seed=7&pedal=0&rubato=0" in link
        assert "notes=" not in link
        form = client.get(link).text
        assert 'name="bars" value="16"' in form
        assert 'name="rhythm_temperature" value="1.2"' in form

    def test_a_length_in_notes_comes_back_as_one(self, client, piece):
        """As an order by the API may have it; the field is there for this model too."""
        played = {"pedal": True, "rubato": True}
        Piece.objects.update(config=piece.config | {"bars": None, "notes": 200} | played)

        page = client.get(piece.get_absolute_url()).text
        link = re.search(r'href="(/\?[^"]+)"', page)[1].replace("&amp;", "&")

        assert "&notes=200&" in link
        assert "&seed=7&parent=" in link  # what is played needs no word
        field = client.get(link).text.partition('name="notes" value="200"')[0][-200:]
        assert "data-recipe" not in field

    def test_the_gallery_names_composer_and_model(self, client, piece):
        """And in Russian in the case that the sentence asks for."""
        russian = client.get("/pieces/", headers={"Accept-Language": "ru"}).text

        assert "in the manner of Beethoven by “All composers”" in client.get("/pieces/").text
        assert "в манере Бетховена продолжает «All composers»" in russian


class TestModels:
    """GET /models/."""

    FIGURES = {
        "evaluations": [
            {
                "corpus": "published set, 5 unseen works",
                "notes": 8066,
                "bits_per_note": 3.874,
                "bits": {"onset": 0.45, "pitch": 2.449, "duration": 0.976, "velocity": 1.02},
                "top1": {"onset": 0.89, "pitch": 0.375},
            }
        ],
        "likeness": {"mean_overlap": 0.84, "low": 0.82, "high": 0.86, "ceiling": 0.91},
        "originality": {"median": 5, "p90": 13, "maximum": 26},
    }

    def test_it_shows_bits_per_note_with_parts_and_corpus(self, client):
        """And how often the likeliest was right, where that is known."""
        make_notes_checkpoint(card={"figures": self.FIGURES})

        page = client.get("/models/").text

        assert re.search(r"published set, 5 unseen works\s*· 8,066 notes", page)
        assert "<td>3.87</td>" in page
        assert '<th scope="row">Which key</th><td>2.45</td><td>37.5 %</td>' in page
        assert '<th scope="row">How long</th><td>0.98</td><td></td>' in page

    def test_it_shows_likeness_and_the_line_of_originality(self, client):
        """Each named as what it is; what is absent is left out."""
        make_notes_checkpoint(card={"figures": self.FIGURES})

        page = client.get("/models/").text

        assert "most likely from 0.82 to 0.86</dt><dd>0.84" in page
        assert "Likeness of real ones to each other</dt><dd>0.91" in page
        assert "random notes" not in page
        assert "26 notes" in page

    def test_it_names_whom_a_model_may_be_asked_for(self, client):
        """Its own first."""
        make_notes_checkpoint()

        words = "Goes on in the manner of Chopin, or as one chooses: Bach, Beethoven."
        assert words in client.get("/models/").text

    @pytest.mark.parametrize("figures", [{}, None, {"evaluations": [{}]}, {"likeness": {}}])
    def test_a_card_without_figures_is_no_fault(self, client, figures):
        """A model in the making may have none."""
        make_notes_checkpoint(card={"figures": figures})

        assert "Bits a note" not in client.get("/models/").text
