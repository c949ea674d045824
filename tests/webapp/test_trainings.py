"""Trainings as staff ask for them: begun, estimated, watched, ended; and nobody else may."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.urls import reverse

from generator.config import NotesTrainingConfig, TrainingConfig
from generator.errors import ChoiceError
from generator.models.shape import SHAPES
from tests.webapp.factories import again, make_corpus, make_notes_checkpoint, make_training
from webapp import curves, jobs, openapi, pace, training_form, training_orders, trainings
from webapp.models import Corpus, Intake, Status, Training

pytestmark = pytest.mark.django_db

FIGURES = [
    {
        "epoch": n,
        "loss": 3.0 / n,
        "accuracy": 0.2 * n,
        "val_loss": held,
        "val_accuracy": 0.1 * n,
        "seconds": 9.0,
        "speed": speed,
    }
    for n, held, speed in ((1, 4.0, 100.0), (2, 3.5, 500.0), (3, 3.7, 510.0))
]


@pytest.fixture
def corpus() -> Corpus:
    """Store music by two composers."""
    return make_corpus(chopin=20_000, mozart=10_000)


@pytest.fixture
def gauged(settings: Any, tmp_path: Any) -> None:
    """A machine that was found to teach the LSTM 5,000 notes a second."""
    settings.CACHE_ROOT = tmp_path
    pace.gauge_file().parent.mkdir()
    pace.gauge_file().write_text('{"lstm": 5000.0}')


def order(corpus: Corpus, **more: Any) -> dict[str, Any]:
    """Return what the form is sent with."""
    chosen = {"corpora": str(corpus.pk), "composer": "chopin", "recipe": "notes"}
    return chosen | {"network": "lstm"} | more


# Beginning one.


def test_a_training_is_begun_from_the_page(staff, corpus):
    """What was chosen stands in the row, and what was not is the library's default."""
    chosen = order(corpus, epochs="7", patience="3", width="64")

    answer = staff.post(reverse("training-new"), chosen)

    training = Training.objects.get()
    assert (302, training.get_absolute_url()) == (answer.status_code, answer["Location"])
    expected = NotesTrainingConfig(epochs=7, patience=3, width=64).to_dict()
    assert expected == training.config
    assert ([corpus], [corpus.folder]) == (list(training.corpora.all()), training.corpus)
    assert ("chopin", "notes", "staff") == (
        training.composer,
        training.recipe,
        training.owner.username,
    )


def test_no_training_begins_while_music_comes_in(staff, corpus):
    """It would learn from half of it: the page says so, and nothing is stored."""
    Intake.objects.create(corpus=corpus)

    page = staff.post(reverse("training-new"), order(corpus))

    assert 422 == page.status_code
    assert f"{corpus.title} is being read." in page.text
    assert not Training.objects.exists()


def test_what_the_recipe_does_not_know_is_passed_over(staff, corpus):
    """Without a script all fields are on the page."""
    chosen = order(corpus, recipe="chords", network="transformer", focus="9", min_count="5")

    staff.post(reverse("training-new"), chosen)

    training = Training.objects.get()
    assert TrainingConfig(min_count=5).to_dict() == training.config
    assert "lstm" == training.network


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("epochs", "0", "A number from 1 to 1,000, please."),
        ("learning_rate", "2", "A number from 1e-06 to 1, please."),
        ("width", "33", "width is 33, and must be one of 32, 64, 96, …, 768."),
        ("composer", "mozart", "There is no music by Mozart in what is chosen."),
        ("corpora", [], "Choose at least one corpus."),
    ],
)
def test_the_page_says_what_cannot_be_and_names_the_bound(staff, field, value, says):
    """The form comes back with 422, and nothing is begun."""
    corpus = make_corpus(chopin=9)
    make_corpus("Other", mozart=9)

    answer = staff.post(reverse("training-new"), order(corpus) | {field: value})

    assert 422 == answer.status_code
    assert says in answer.content.decode()
    assert not Training.objects.exists()


def test_a_model_of_another_network_is_no_start(staff, corpus):
    """Neither from the page nor from the service."""
    start = make_notes_checkpoint(network="transformer", name="wide")

    answer = staff.post(reverse("training-new"), order(corpus, start=start.pk))

    assert "A training cannot go on from wide: its network is transformer." in (
        answer.content.decode()
    )
    with pytest.raises(ChoiceError):
        trainings.start(composer="chopin", corpora=[corpus], recipe="notes", start=start)


def test_a_training_goes_on_from_a_model(staff, corpus):
    """The row names whose weights it begins from."""
    start = make_notes_checkpoint()

    staff.post(reverse("training-new"), order(corpus, start=start.pk))

    assert start == Training.objects.get().start


def test_without_music_the_page_says_what_a_corpus_is(staff):
    """And there is no form to press in vain."""
    text = staff.get(reverse("training-new")).content.decode()

    assert "There is no music to learn from yet." in text
    assert "<fieldset" not in text


# How long it will take.


def test_before_anything_was_trained_the_estimate_owns_to_be_from_elsewhere(staff, corpus, broker):
    """A figure from another machine is said to be one, and a worker is asked for one of ours."""
    answer = staff.post(reverse("training-new") + "?fragment=1", order(corpus, estimate="1"))

    text = answer.content.decode()
    assert "About" in text
    assert "as measured on another machine" in text
    assert "2 pieces with 30,000 notes" in text
    assert not Training.objects.exists()
    message = json.loads(broker.lindex("preparation", 0))
    assert "worker.gauge" == message["headers"]["task"]

    staff.post(reverse("training-new") + "?fragment=1", order(corpus, estimate="1"))
    assert 1 == broker.llen("preparation")


def test_the_estimate_is_what_was_measured_here_by_then(staff, corpus, gauged):
    """A smaller network and the published recipe are reckoned from it."""
    text = staff.post(reverse("training-new") + "?fragment=1", order(corpus, estimate="1")).text

    assert "5,000 notes a second" in text
    assert "as measured on this machine" in text
    assert pace.Pace(5000.0, "gauged") == pace.known("notes", "lstm", pace.USUAL["lstm"])
    assert pace.known("notes", "lstm", (64, 1)).speed > 5000
    published = pace.known("chords", "lstm", pace.USUAL["lstm"])
    there = pace.ELSEWHERE
    expected = 5000 * there["chords", "lstm"] / there["notes", "lstm"]
    assert expected == pytest.approx(published.speed)


@pytest.mark.parametrize("kept", ["", "[]", "{", "null"])
def test_a_damaged_measurement_is_none(settings, tmp_path, kept):
    """It is measured again."""
    settings.CACHE_ROOT = tmp_path
    pace.gauge_file().parent.mkdir()
    pace.gauge_file().write_text(kept)

    assert {} == pace.gauged()


def test_the_estimate_is_what_the_last_trainings_measured(corpus):
    """The first epoch, in which the network is compiled, does not count."""
    config = NotesTrainingConfig(epochs=10, focus=0.5)
    make_training(
        Status.CANCELLED, recipe="notes", config=NotesTrainingConfig().to_dict(), figures=FIGURES
    )

    told = pace.estimate(
        corpora=[corpus], composer="chopin", recipe="notes", network="lstm", config=config
    )

    assert pace.Pace(505.0, "here") == told.pace
    work = 10 * (30_000 + 0.5 * 20_000) * (1 - config.held_out_share)
    assert work / 505 * pace.BESIDE + pace.BEGINNING_S == pytest.approx(told.seconds)


def test_a_network_of_another_size_is_scaled(corpus):
    """A smaller one is faster than the one that was measured, and it is said to be reckoned."""
    make_training(
        Status.SUCCEEDED, recipe="notes", config=NotesTrainingConfig().to_dict(), figures=FIGURES
    )

    small = pace.known("notes", "lstm", (64, 1))

    assert "scaled" == small.source
    assert small.speed > 505


def test_only_the_composers_tokens_count_in_the_published_recipe(corpus):
    """Four fifths of the windows are learned; the other composers are not read."""
    config = TrainingConfig(epochs=2)

    told = pace.estimate(
        corpora=[corpus], composer="mozart", recipe="chords", network="lstm", config=config
    )

    assert (1, 10_000) == (told.n_pieces, told.n_notes)
    windows = 2 * 10_000 * pace.TOKENS_A_NOTE * 0.8
    assert windows / told.pace.speed * pace.BESIDE + pace.BEGINNING_S == told.seconds


def test_the_usual_sizes_are_the_librarys():
    """The web may not ask the library, and says the same."""
    assert {name: (s.width, s.depth) for name, s in SHAPES.items()} == pace.USUAL


# Watching it.


def test_the_page_shows_stage_epoch_time_left_speed_and_both_curves(staff):
    """With the best epoch marked, and every number again in a table."""
    training = make_training(
        Status.RUNNING, recipe="notes", config=NotesTrainingConfig(epochs=20).to_dict(),
        stage="fitting", done=30, total=200, speed=1234.5, left_s=150.0, figures=FIGURES,
    )  # fmt: skip

    text = staff.get(training.get_absolute_url()).content.decode()

    for said in ("Learning", "Epoch 4 of 20", "2 minutes left", "1,234 notes a second"):
        assert said in text
    assert 4 == text.count("<polyline")
    assert "at best 3.500, in epoch 2" in text
    assert "3.700" in text
    assert "<live-fragment" in text


def test_the_fragment_ends_the_asking_when_the_training_is_final(staff):
    """The last answer says that it is the last."""
    running, done = make_training(Status.RUNNING), make_training(Status.SUCCEEDED)

    assert "data-final" not in _fragment(staff, running)
    assert "data-final" in _fragment(staff, done)


def test_an_early_end_is_told_on_the_page(staff):
    """Whether it was asked for or patience was lost."""
    facts = {"recipe": "notes", "config": NotesTrainingConfig(epochs=20).to_dict()}
    asked = make_training(Status.SUCCEEDED, figures=FIGURES, keeps_best=True, **facts)
    patient = make_training(Status.SUCCEEDED, figures=FIGURES, **facts)

    assert "ended when it was asked to, after 3 of 20 epochs. The best, epoch 2" in _fragment(
        staff, asked
    )
    assert "Its patience ended it after 3 of 20 epochs" in _fragment(staff, patient)


def test_a_failed_training_says_why_and_what_to_do(staff):
    """In words; the figures up to there are kept."""
    training = make_training(
        Status.FAILED, error_code="training_diverged", error_values={"epoch": 4}, figures=FIGURES
    )

    text = _fragment(staff, training)

    assert "In epoch 4 the loss was no number any more" in text
    assert "Train again with a lower one" in text
    assert "<polyline" in text


def test_auditions_are_played_from_files_that_staff_alone_get(staff, client, settings):
    """With ranges, so that a browser can seek."""
    training = make_training(Status.RUNNING, figures=FIGURES)
    name = f"{training.pk}/1/audition-1.mp3"
    place = settings.MEDIA_ROOT / name
    place.parent.mkdir(parents=True)
    place.write_bytes(b"0123456789")
    training.auditions = [{"epoch": 1, "opening": "K. 545", "seed": 0, "files": {"mp3": name}}]
    training.save()
    url = reverse("training-file", args=[training.pk, "audition-1.mp3"])

    part = staff.get(url, headers={"Range": "bytes=2-4"})

    assert (206, b"234") == (part.status_code, b"".join(part.streaming_content))
    assert url in _fragment(staff, training)
    assert 404 == staff.get(url.replace("audition-1", "audition-2")).status_code
    assert 302 == client.get(url).status_code


def test_what_runs_stands_first_in_the_list(staff):
    """Then what waits, then what is done, the newest first."""
    done, waits, runs = (
        make_training(status, composer=name)
        for status, name in (
            (Status.SUCCEEDED, "bach"),
            (Status.QUEUED, "haydn"),
            (Status.RUNNING, "grieg"),
        )
    )

    text = staff.get(reverse("training-list")).content.decode()

    places = [text.index(str(row.pk)) for row in (runs, waits, done)]
    assert sorted(places) == places


def test_an_empty_list_offers_the_one_thing_to_do(staff):
    """To begin the first."""
    assert "Begin the first one" in staff.get(reverse("training-list")).content.decode()


# Ending it.


def test_a_running_training_is_asked_to_keep_its_best(staff):
    """It is not cancelled: its worker brings it to an end that succeeds."""
    training = make_training(Status.RUNNING, figures=FIGURES)

    staff.post(reverse("training-end", args=[training.pk]), {"keep": "1"})

    stored = again(training)
    assert (True, False) == (stored.keeps_best, stored.cancel_requested)
    assert "Comes to an end, and keeps the best epoch" in _fragment(staff, training)


def test_one_that_keeps_its_best_can_still_be_cancelled(staff):
    """At once, and without a model."""
    training = make_training(Status.RUNNING, keeps_best=True)

    staff.post(reverse("training-end", args=[training.pk]))

    assert again(training).cancel_requested


def test_one_that_has_not_begun_has_nothing_to_keep(staff):
    """It is cancelled, whatever was asked."""
    training = make_training(Status.QUEUED)

    assert trainings.end(training, keeps_best=True)

    assert Status.CANCELLED == again(training).status


def test_one_that_was_lost_and_waits_again_keeps_what_it_had():
    """Whoever takes it up finds the wish in the row."""
    training = make_training(Status.QUEUED, figures=FIGURES)

    trainings.end(training, keeps_best=True)

    assert (Status.QUEUED, True) == (
        again(training).status,
        jobs.claim(Training, training.pk).keeps_best,
    )


def test_one_that_has_ended_cannot_be_ended(staff):
    """And that is said."""
    training = make_training(Status.SUCCEEDED)

    answer = staff.post(reverse("training-end", args=[training.pk]), follow=True)

    assert "The training had ended already." in answer.content.decode()


# Whom it concerns.


@pytest.mark.parametrize("name", ["training-list", "training-new"])
def test_visitors_are_sent_to_log_in(client, alice, name):
    """And find no way there in the head of a page."""
    assert reverse("admin:login") in client.get(reverse(name))["Location"]
    assert reverse(name) not in client.get(reverse("piece-list")).content.decode()


def test_staff_find_the_way_in_the_head_of_every_page(staff):
    """Beside the pieces and the models."""
    assert reverse("training-list") in staff.get(reverse("piece-list")).content.decode()


# By the API.


def post(client, path: str, body: Any) -> Any:
    """Send JSON."""
    return client.post(path, json.dumps(body), content_type="application/json")


def test_the_api_begins_a_training(staff, corpus):
    """Answered with 202 and the training, whose keys are those described."""
    asked = {"corpora": [str(corpus.pk)], "composer": "chopin", "epochs": 3, "audition": 1}

    answer = post(staff, "/api/trainings", asked)

    told = answer.json()
    assert (202, f"/api/trainings/{told['id']}") == (answer.status_code, answer["Location"])
    assert ("queued", 3, "notes") == (told["status"], told["epochs"], told["recipe"])
    described = openapi.document()["components"]["schemas"]["Training"]["properties"]
    assert described.keys() == told.keys()
    assert told["id"] == staff.get(answer["Location"]).json()["id"]


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"epochs": 0}, "epochs", "must be from 1 to 1,000"),
        ({"epochs": 1.5}, "epochs", "must be a whole number"),
        ({"learning_rate": "fast"}, "learning_rate", "must be a number"),
        ({"recipe": "waltz"}, "recipe", "must be one of chords, notes"),
        ({"composer": "bach"}, "composer", "must be one of chopin, mozart"),
        ({"composer": None}, "composer", "must be text"),
        ({"corpora": []}, "corpora", "a list of 1 to 50"),
        ({"corpora": ["x"]}, "corpora", "There is no corpora called x"),
        ({"start": "x"}, "start", "There is no start called x"),
        ({"tempo": 3}, "tempo", "tempo is not known"),
        ({"recipe": "chords", "focus": 0.5}, "focus", "focus is not known"),
        ({"recipe": "chords", "network": "transformer"}, "network", "must be one of lstm"),
        ({"width": 40}, "width", "must be one of 32, 64, 96"),
    ],
)
def test_the_api_refuses_with_the_bound(staff, corpus, wrong, field, says):
    """422, the field, and a sentence."""
    asked = {"corpora": [str(corpus.pk)], "composer": "chopin"} | wrong

    answer = post(staff, "/api/trainings", asked)

    assert 422 == answer.status_code
    (fault,) = [one for one in answer.json()["errors"] if one["field"] == field]
    assert says in fault["message"]
    assert not Training.objects.exists()


def test_the_api_is_for_staff(stranger, alice, corpus):
    """403 for all three calls."""
    training = make_training(Status.RUNNING)
    address = f"/api/trainings/{training.pk}"

    for answer in (
        post(stranger, "/api/trainings", {}),
        stranger.get(address),
        post(stranger, f"{address}/cancel", {}),
        alice.get(address),
    ):
        assert 403 == answer.status_code
        assert "Only staff may do this." in answer.json()["errors"][0]["message"]


def test_the_api_cancels_or_keeps_the_best(staff):
    """By one word in the body; none cancels."""
    one, other = make_training(Status.RUNNING), make_training(Status.RUNNING)

    post(staff, f"/api/trainings/{one.pk}/cancel", {"keep_best": True})
    staff.post(f"/api/trainings/{other.pk}/cancel", content_type="application/json")

    assert (True, False) == (again(one).keeps_best, again(one).cancel_requested)
    assert (False, True) == (again(other).keeps_best, again(other).cancel_requested)
    wrong = post(staff, f"/api/trainings/{one.pk}/cancel", {"keep_best": "yes"})
    assert 422 == wrong.status_code
    assert 404 == staff.get(f"/api/trainings/{uuid.uuid4()}").status_code


@pytest.mark.parametrize("name", training_orders.NUMBERS)
def test_the_limits_are_the_librarys(name):
    """In the description of the API, and in the form where the form has it."""
    described = openapi.document()["components"]["schemas"]["TrainingOrder"]["properties"][name]
    limits = (NotesTrainingConfig.LIMITS | TrainingConfig.LIMITS)[name]

    assert limits == (described["minimum"], described["maximum"])
    field: Any = training_form.TrainingForm.base_fields.get(name)
    assert field is None or limits == (field.min_value, field.max_value)


# The drawing.


def test_a_curve_stands_where_its_figures_say():
    """The axis is as long as the training will be; what is better lies lower, for a loss."""
    chart = curves.chart(FIGURES, "loss", epochs=11, best=2, auditions=[1, 9])

    held = next(line for line in chart.lines if line.name == "held")
    places = [tuple(map(float, pair.split(","))) for pair in held.points.split()]
    assert [curves.LEFT, curves.LEFT + 30.8, curves.LEFT + 61.6] == [x for x, _ in places]
    assert places[1][1] > places[2][1] > places[0][1]
    assert (2, *places[1], 3.5) == chart.best
    assert [1] == [mark.epoch for mark in chart.heard]
    assert all(curves.TOP <= y <= chart.floor for _, y in places)


def test_a_flat_curve_and_one_of_one_epoch_can_be_drawn():
    """Neither has a span of its own."""
    flat = [FIGURES[0] | {"loss": 2.0, "val_loss": 2.0, "epoch": n} for n in (1, 2)]

    assert curves.chart(flat, "loss", epochs=2, best=1)
    assert curves.chart(flat[:1], "loss", epochs=1, best=1)
    assert curves.chart([], "loss", epochs=5, best=1) is None


def test_the_axis_has_round_numbers():
    """And as many as can be read."""
    chart = curves.chart(FIGURES, "accuracy", epochs=100, best=2)

    assert [0.1, 0.2, 0.3, 0.4, 0.5, 0.6] == [tick.value for tick in chart.y_ticks]
    assert [1, 20, 40, 60, 80, 100] == [tick.value for tick in chart.x_ticks]


def test_a_model_made_here_is_offered_to_nobody_at_first(tmp_path):
    """Until staff say so; taken in again it stays as they left it."""
    from webapp import checkpoints  # noqa: PLC0415
    from webapp.models import Checkpoint  # noqa: PLC0415

    facts = ("hash", "name", "title", "recipe", "network", "composer")
    (tmp_path / "card.json").write_text(json.dumps(dict.fromkeys(facts, "x")))
    made = checkpoints.register(tmp_path, origin=Checkpoint.Origin.TRAINED)
    assert (False, "trained") == (made.is_offered, made.origin)

    checkpoints.activate(made)

    assert checkpoints.register(tmp_path).is_offered
    assert "trained" == again(made).origin


def _fragment(staff, training: Training) -> str:
    text = staff.get(training.get_absolute_url() + "?fragment=1").content.decode()
    return re.sub(r"\s+", " ", text)
