"""The pages of the models: for visitors what is offered, for staff all and what to do with it."""

from __future__ import annotations

import json

import pytest

from tests.webapp.factories import (
    again,
    make_file,
    make_kept_checkpoint,
    make_notes_checkpoint,
    make_piece,
)
from webapp.models import Checkpoint, Rehearsal, Status

pytestmark = pytest.mark.django_db

TOLD = [{"corpus": "five works", "notes": 7000, "bits_per_note": 2.26}]


@pytest.fixture
def hidden(shelf):
    """A model that is not offered yet."""
    return make_kept_checkpoint(title="In the making", is_offered=False, origin="trained")


def test_a_model_that_is_not_offered_is_there_for_staff_alone(client, staff, hidden):
    """In the list, on its own page, as a file and as a plot."""
    addresses = [hidden.get_absolute_url(), f"/models/{hidden.pk}/export"]

    assert "In the making" not in client.get("/models/").text
    assert [404, 404] == [client.get(address).status_code for address in addresses]
    assert "In the making" in staff.get("/models/").text
    for address in addresses:
        answer = staff.get(address)
        assert 200 == answer.status_code
        answer.close()
    assert "Not yet offered" in staff.get(hidden.get_absolute_url()).text


def test_a_page_says_what_a_model_learned_from_and_how_well(client, shelf):
    """Files, notes, composers, works held out, the figures with their works, and whom to name."""
    row = make_notes_checkpoint(
        card={
            "corpus": {"files": 402, "notes": 966945},
            "held_out": ["chopin/a.mid"],
            "figures": {"evaluations": TOLD},
            "attribution": "Somebody, who played it.",
            "licence": "CC BY-SA 3.0 DE",
        }
    )

    page = client.get(row.get_absolute_url()).text

    for words in ("402", "966,945", "Bach, Beethoven, Chopin", "five works", "2.26"):
        assert words in page
    assert "Somebody, who played it." in page
    assert "CC BY-SA 3.0 DE" in page


def test_curves_are_drawn_from_the_history(client, shelf):
    """As lines in the page, in words too, with the epoch that was best; gaps are passed over."""
    row = make_kept_checkpoint()
    rows = [{"epoch": n, "loss": 3 - n / 2, "val_loss": abs(n - 2) + 1} for n in (1, 2, 3)]
    rows += [{"epoch": 4, "loss": None, "val_loss": 0.1}, {"epoch": 5, "loss": 1.0}]
    (row.path / "history.json").write_text(json.dumps(rows))

    page = client.get(row.get_absolute_url()).text

    assert 2 == page.count("<polyline")
    assert "at best 1.000, in epoch 2" in page


@pytest.mark.parametrize("history", ["", "{}", "[]", '["x"]', '[{"epoch": "1"}]', "[[1]]"])
def test_a_history_that_tells_nothing_draws_nothing(client, shelf, history):
    """And breaks no page."""
    row = make_kept_checkpoint()
    (row.path / "history.json").write_text(history)

    answer = client.get(row.get_absolute_url())

    assert 200 == answer.status_code
    assert "<polyline" not in answer.text


def test_the_newest_public_piece_is_the_sample(client, shelf):
    """A private one, and one that is not done, are not heard."""
    heard = make_piece(Status.SUCCEEDED, title="Heard")
    make_file(heard, "piece.mp3", b"m", "mp3")
    make_piece(Status.SUCCEEDED, title="Secret", is_private=True)
    make_piece(Status.RUNNING, title="Half done")

    page = client.get("/models/").text

    assert "Heard" in page
    assert f"/pieces/{heard.pk}/files/piece.mp3" in page
    assert not {"Secret", "Half done"} & set(page.split("<"))


class TestComparing:
    """GET /models/compare/."""

    def test_two_models_stand_side_by_side(self, client, shelf):
        """What one of them lacks is said."""
        one = make_notes_checkpoint(title="One", card={"figures": {"evaluations": TOLD}})
        other = make_notes_checkpoint(title="Other", card={})

        page = client.get(f"/models/compare/?one={one.pk}&other={other.pk}").text

        assert "Bits a note: five works" in page
        assert "not measured" in page
        assert "do not tell which is better" in page

    def test_the_same_works_make_it_fair(self, client, shelf):
        """Only then are figures told to be comparable."""
        card = {"held_out": ["a"], "figures": {"evaluations": TOLD}}
        one, other = (make_notes_checkpoint(card=card) for _ in range(2))

        page = client.get(f"/models/compare/?one={one.pk}&other={other.pk}").text

        assert "their figures can be compared" in page

    def test_without_names_the_first_two_are_shown(self, client, shelf):
        """And with one model there is nothing to compare."""
        assert 404 == client.get("/models/compare/").status_code
        make_notes_checkpoint(title="Another")
        assert "Another" in client.get("/models/compare/").text

    def test_one_that_is_hidden_is_not_compared_by_visitors(self, client, hidden):
        """Its figures are nobody's yet."""
        make_notes_checkpoint()

        page = client.get(f"/models/compare/?one={hidden.pk}")

        assert "In the making" not in page.text


class TestFigures:
    """What stands beside a number."""

    @pytest.mark.parametrize(
        ("split", "label"), [("by work", "works held out"), ("windows", "windows dealt at random")]
    )
    def test_a_figure_says_what_it_was_taken_on(self, client, split, label):
        """Works that were held out whole are not called windows dealt at random."""
        figures = {"val_accuracy": 0.68, "split": split}
        made = make_notes_checkpoint(card={"figures": figures})

        assert label in client.get(made.get_absolute_url()).text


class TestActs:
    """What staff do on a model's page."""

    def test_a_model_is_given_and_rolled_back(self, staff, hidden, shelf, tmp_path):
        """Each is one button."""
        make_kept_checkpoint()
        Checkpoint.objects.filter(pk=shelf.checkpoint.pk).update(folder=str(tmp_path))
        staff.post(f"/models/{hidden.pk}/activate/")
        assert again(hidden).is_active
        assert "is what visitors get now" in staff.get(hidden.get_absolute_url()).text

    def test_it_is_offered_and_withdrawn(self, staff, hidden):
        """Without becoming the one that visitors get."""
        staff.post(f"/models/{hidden.pk}/offer/")
        assert (True, False) == (again(hidden).is_offered, again(hidden).is_active)

        staff.post(f"/models/{hidden.pk}/offer/", {"withdraw": "1"})
        assert not again(hidden).is_offered

    def test_the_active_one_cannot_be_withdrawn(self, staff, shelf):
        """Or nobody could compose."""
        page = staff.post(
            f"/models/{shelf.checkpoint.pk}/offer/", {"withdraw": "1"}, follow=True
        ).text

        assert "Give them another model first" in page
        assert again(shelf.checkpoint).is_offered

    def test_it_rehearses_beside_the_active_one(self, staff, hidden, shelf):
        """And the page of the rehearsal follows."""
        answer = staff.post(f"/models/{hidden.pk}/rehearse/")

        row = Rehearsal.objects.get()
        assert (hidden, shelf.checkpoint) == (row.checkpoint, row.against)
        assert row.get_absolute_url() == answer.headers["Location"]

    def test_it_is_deleted_or_it_is_said_why_not(self, staff, hidden):
        """A piece holds it."""
        piece = make_piece(checkpoint=hidden)
        assert "pieces name it" in staff.post(f"/models/{hidden.pk}/delete/", follow=True).text
        piece.delete()

        staff.post(f"/models/{hidden.pk}/delete/")
        assert not Checkpoint.objects.filter(pk=hidden.pk).exists()

    @pytest.mark.parametrize("act", ["activate", "offer", "delete", "rehearse"])
    def test_visitors_are_led_to_the_log_in(self, alice, shelf, act):
        """And nothing happens."""
        answer = alice.post(f"/models/{shelf.checkpoint.pk}/{act}/")

        assert "/admin/login/" in answer.headers["Location"]
        assert not Rehearsal.objects.exists()
        assert Checkpoint.objects.filter(pk=shelf.checkpoint.pk, is_active=True).exists()


class TestRehearsalPage:
    """GET /rehearsals/<id>/."""

    @pytest.fixture
    def done(self, hidden, shelf, own_site):
        """A rehearsal that is done, of one pair."""
        folder = own_site / "media" / "r"
        folder.mkdir(parents=True)
        (folder / "piece.mp3").write_bytes(b"0123456789")
        stuck = {"silence": [], "one_note": [], "loop": [2]}
        told = {"n_pieces": 8, "overlap": 0.9, "low": 0.86, "high": 0.93, "told_apart": 0.7}
        told |= {"longest": 12, "stuck": stuck}
        lines = [
            {
                "name": "loop",
                "verdict": "warn",
                "code": "loop_some",
                "values": {"n": 1, "total": 8, "pieces": [2]},
            }
        ]
        row = make_piece(Status.SUCCEEDED)
        return Rehearsal.objects.create(
            checkpoint=hidden,
            against=shelf.checkpoint,
            status=Status.SUCCEEDED,
            finished_at=row.finished_at,
            figures={"one": told, "other": told, "lines": lines, "verdict": "warn", "music": None},
            pieces=[
                {
                    **{"opening": "A sonata", "composer": "Mozart", "seed": 1},
                    "one": {"files": {"mp3": "r/piece.mp3"}, "seconds": 61.0, "begins": 9.5},
                    "other": {"files": {}, "seconds": 62.0, "begins": 9.5},
                }
            ],
        )

    def test_it_says_what_was_found_in_words(self, staff, done):
        """The verdict, its sentence, the rule behind it, and a player from the seam on."""
        page = staff.get(done.get_absolute_url()).text

        assert "1 line warns" in page
        assert "1 of 8 pieces go in circles: 2." in page
        assert "Warns when a passage repeats for longer than any in Chopin." in page
        assert "piece.mp3#t=9.5" in page
        assert "Give it to visitors" in page

    def test_its_sound_can_be_sought_in(self, staff, done):
        """A part is sent as a part."""
        address = f"/rehearsals/{done.pk}/one/1/piece.mp3"

        answer = staff.get(address, headers={"Range": "bytes=2-4"})

        assert (206, b"234") == (answer.status_code, b"".join(answer))

    @pytest.mark.parametrize(
        "place", ["one/2/piece.mp3", "one/0/piece.mp3", "other/1/piece.mp3", "x/1/piece.mp3"]
    )
    def test_what_it_has_not_is_not_there(self, staff, done, place):
        """404."""
        assert 404 == staff.get(f"/rehearsals/{done.pk}/{place}").status_code

    def test_it_is_for_staff(self, alice, done):
        """Page and sound."""
        for address in (done.get_absolute_url(), f"/rehearsals/{done.pk}/one/1/piece.mp3"):
            assert "/admin/login/" in alice.get(address).headers["Location"]

    def test_a_fragment_says_when_it_is_the_last(self, staff, done):
        """So the page stops asking."""
        address = f"{done.get_absolute_url()}?fragment=1"
        assert "data-final" in staff.get(address).text

        Rehearsal.objects.update(status=Status.RUNNING, finished_at=None)
        assert "data-final" not in staff.get(address).text
