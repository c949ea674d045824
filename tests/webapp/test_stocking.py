"""What ships is on the shelves after the first start, once."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from generator.config import DEFAULT_CHECKPOINT
from generator.errors import CheckpointError
from tests.webapp.factories import CHORDS, SCORE, make_checkpoint
from webapp import checkpoints, services
from webapp.models import Checkpoint, Piece, Primer, Status
from webapp.stocking import Stock, stock

pytestmark = pytest.mark.django_db

CARD = {
    "hash": "c0ffee",
    "name": "chopin-chords",
    "title": "After Chopin",
    "recipe": "chords",
    "network": "lstm",
    "composer": "chopin",
}
OPENING = {
    "name": "k545",
    "title": "Sonata in C",
    "composer": "Mozart",
    "attribution": "Written out by us",
    "licence": "CC0",
    "chords": CHORDS,
}


@pytest.fixture
def shipped(settings, tmp_path):
    """A model, an opening and an example, as they lie in the product."""
    settings.PRETRAINED_ROOT = tmp_path / "pretrained"
    settings.OPENINGS_ROOT = tmp_path / "openings"
    settings.EXAMPLES_ROOT = tmp_path / "examples"
    write(tmp_path / "pretrained" / "chopin" / "card.json", CARD)
    write(tmp_path / "openings" / "k545.json", OPENING)
    example = {
        "title": "First",
        "checkpoint": "c0ffee",
        "primer": "k545",
        "config": {"notes": 100, "seed": 1},
        "score": SCORE,
    }
    folder = tmp_path / "examples" / "first"
    write(folder / "piece.json", example)
    for page in (1, 2, 10):
        (folder / f"score-{page}.svg").write_text("<svg/>")
    (folder / "piece.mp3").write_bytes(b"ID3")
    (folder / "notes.txt").write_text("not for the page")
    return tmp_path


def write(file, value):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value))


def test_the_first_start_stores_all_that_ships(shipped, settings):
    """The model is active, and the example is a piece like any other, with its files."""
    assert Stock(1, 1, 1) == stock()

    piece = Piece.objects.get()
    assert Checkpoint.objects.get(is_active=True) == piece.checkpoint
    assert (Status.SUCCEEDED, True, SCORE) == (piece.status, piece.is_example, piece.score)
    assert OPENING == piece.primer.opening
    assert {"mp3", "svg"} == set(piece.files)
    assert [f"{piece.pk}/0/score-{n}.svg" for n in (1, 2, 10)] == piece.files["svg"]
    assert all((settings.MEDIA_ROOT / path).is_file() for path in piece.file_paths())


def test_a_second_start_changes_nothing(shipped):
    """Also not what was done meanwhile: files that were added, a model that was chosen."""
    stock()
    Piece.objects.update(n_skipped=5)
    checkpoints.activate(make_checkpoint(title="Mine"))
    before = [list(model.objects.values()) for model in (Piece, Checkpoint, Primer)]

    stock()

    assert before == [list(model.objects.values()) for model in (Piece, Checkpoint, Primer)]


def ship(shipped, name, **facts):
    """Put one more model among those that ship."""
    card = CARD | {"hash": f"hash of {name}", "name": name} | facts
    write(shipped / "pretrained" / name / "card.json", card)


def active():
    return Checkpoint.objects.get(is_active=True).name


def test_of_several_models_the_default_composes(shipped):
    """Whatever its place among the folders."""
    for name in ("a-model", DEFAULT_CHECKPOINT, "z-model"):
        ship(shipped, name)

    stock()

    assert DEFAULT_CHECKPOINT == active()


def test_what_a_card_knows_is_stored(shipped):
    """Composers to choose from, and the recipe that they belong to."""
    ship(shipped, "z-model", recipe="notes", composers=["bach", "chopin"])

    stock()

    assert ["bach", "chopin"] == Checkpoint.objects.get(name="z-model").composers
    assert [] == Checkpoint.objects.get(name="chopin-chords").composers


def test_a_new_default_takes_over_from_an_older_one(shipped):
    """The site went on with what shipped before, because nobody had said otherwise."""
    stock()
    assert "chopin-chords" == active()
    ship(shipped, DEFAULT_CHECKPOINT)

    stock()

    assert DEFAULT_CHECKPOINT == active()


@pytest.mark.parametrize("is_ours", [True, False], ids=["ships", "trained here"])
def test_what_a_person_chose_stays_the_default(shipped, is_ours):
    """Also one that ships: it was chosen, and did not only happen to be there."""
    stock()
    chosen = Checkpoint.objects.get() if is_ours else make_checkpoint(name="mine")
    checkpoints.activate(chosen)
    ship(shipped, DEFAULT_CHECKPOINT)

    stock()

    assert chosen.name == active()


def test_a_new_version_takes_the_place_of_what_lay_in_its_folder(shipped):
    """The old row stays for its pieces, and is offered no more: its weights are gone."""
    stock()
    checkpoints.activate(Checkpoint.objects.get())
    write(shipped / "pretrained" / "chopin" / "card.json", CARD | {"hash": "newer"})

    stock()

    old, new = (Checkpoint.objects.get(hash=name) for name in ("c0ffee", "newer"))
    assert (False, False) == (old.is_offered, old.is_active)
    assert (True, True, True) == (new.is_offered, new.is_active, new.is_chosen)


def test_files_that_were_lost_come_back(shipped, settings):
    """The folder of files may be emptied; what ships is copied again."""
    stock()
    (settings.MEDIA_ROOT / Piece.objects.get().files["mp3"]).unlink()

    stock()

    assert (settings.MEDIA_ROOT / Piece.objects.get().files["mp3"]).is_file()


def test_an_example_whose_model_is_not_here_is_left_out(shipped):
    """The others are stored all the same."""
    (shipped / "pretrained" / "chopin" / "card.json").unlink()

    assert Stock(0, 1, 0) == stock()


def test_the_command_says_what_is_there(shipped):
    """``manage.py stock``, as make run calls it."""
    said = StringIO()

    call_command("stock", stdout=said)

    assert "1 models, 1 openings, 1 examples\n" == said.getvalue()


def test_openings_of_ones_own_are_offered_beside_those_that_ship(shipped, tmp_path):
    """What staff called one of them stays, and a name that ships is not taken from it."""
    own = tmp_path / "own"
    write(own / "mz 311.json", OPENING | {"name": "mz 311", "title": "Klaviersonate"})
    write(own / "k545.json", OPENING | {"title": "Not the shipped one"})
    write(own / "empty.json", OPENING | {"chords": []})
    (own / "none.json").write_text("[1")
    stock()
    said, complained = StringIO(), StringIO()

    call_command("stock", openings=own, stdout=said, stderr=complained)
    Primer.objects.filter(name="mz-311").update(title="Sonata in D")
    call_command("stock", openings=own, stdout=said, stderr=complained)

    assert {"k545": "Sonata in C", "mz-311": "Sonata in D"} == dict(
        Primer.objects.values_list("name", "title")
    )
    assert "1 openings\n" * 2 == said.getvalue()
    refused = [line.split()[0] for line in complained.getvalue().splitlines()]
    assert ["empty.json", "k545.json", "none.json"] * 2 == refused


def test_a_folder_without_openings_is_said_so(tmp_path):
    """A wrong path is not taken for success."""
    with pytest.raises(CommandError, match="holds no opening that can be offered"):
        call_command("stock", openings=tmp_path)


@pytest.mark.parametrize("card", [None, "{", "[]", '{"hash": "x"}'])
def test_a_folder_that_is_no_checkpoint_is_refused(tmp_path, card):
    """With the reason, and nothing is stored."""
    if card is not None:
        (tmp_path / "card.json").write_text(card)

    with pytest.raises(CheckpointError):
        checkpoints.register(tmp_path)
    assert not Checkpoint.objects.exists()


def test_only_one_model_is_active(shipped):
    """Making one active lets the other go, and whoever had chosen it."""
    one, other = make_checkpoint(is_active=True, is_chosen=True), make_checkpoint()

    checkpoints.activate(other)

    assert [other] == list(Checkpoint.objects.filter(is_active=True))
    assert [other] == list(Checkpoint.objects.filter(is_chosen=True))
    assert services.active_checkpoint() == other != one
