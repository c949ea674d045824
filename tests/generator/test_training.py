"""Teaching the 40-note network: it learns, it is reproducible, and a killed training goes on."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from generator import checkpoint

pytestmark = pytest.mark.slow

EPOCHS = 4


def command(corpora, to, *more):
    """Return the command that trains on the little corpus."""
    return [
        sys.executable, "-m", "generator", "train", "--corpus", str(corpora), "--composer", "tiny",
        "--min-count", "1", "--batch-size", "16", "--epochs", str(EPOCHS), "--json",
        "--to", str(to), "--resume", str(to / "resume"), *more,
    ]  # fmt: skip


def started(corpora, to):
    """Start the training with a pipe to its standard input, as the worker does."""
    return subprocess.Popen(
        command(corpora, to), stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


def lines(output):
    """Return the JSON objects that a training wrote."""
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def trained(corpora, tmp_path_factory):
    """Train to the end, undisturbed; return the folder and what was told."""
    to = tmp_path_factory.mktemp("trained")
    done = subprocess.run(
        command(corpora, to), capture_output=True, check=True, stdin=subprocess.DEVNULL
    )
    return to, lines(done.stdout)


def test_it_learns(trained):
    """Five kinds of token are soon known better than by chance."""
    to, _ = trained
    history = json.loads((to / "history.json").read_text())

    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["loss"] < np.log(5) + 0.05


def test_it_tells_of_every_file_and_epoch_and_then_of_the_checkpoint(trained):
    """Reading, fitting and the last line, as the worker expects them."""
    to, told = trained

    assert {"stage": "reading", "done": 2, "total": 2} in told
    assert [1, 2, 3, 4] == [line["epoch"]["epoch"] for line in told if "epoch" in line]
    assert {"checkpoint": str(to), "hash": checkpoint.load(to).hash} == told[-1]
    assert (to / "accuracy.png").exists()
    assert (to / "loss.png").exists()


def test_a_killed_training_goes_on_as_if_it_had_not_been(trained, corpora, tmp_path):
    """Kill -9 after the second epoch: the figures of all four are those of the undisturbed one."""
    with started(corpora, tmp_path) as process:
        for line in process.stdout:
            if json.loads(line).get("epoch", {}).get("epoch") == 2:
                process.send_signal(signal.SIGKILL)
    subprocess.run(
        command(corpora, tmp_path), capture_output=True, check=True, stdin=subprocess.DEVNULL
    )

    figures = [
        [(row["epoch"], row["loss"], row["val_loss"]) for row in rows]
        for rows in (
            json.loads((folder / "history.json").read_text()) for folder in (trained[0], tmp_path)
        )
    ]
    assert figures[0] == figures[1]
    assert checkpoint.load(trained[0]).weights.keys() == checkpoint.load(tmp_path).weights.keys()
    for name, array in checkpoint.load(trained[0]).weights.items():
        np.testing.assert_array_equal(array, checkpoint.load(tmp_path).weights[name])


def test_it_ends_when_whoever_started_it_is_gone(corpora, tmp_path):
    """Standard input closes, and the training does not write on beside the next attempt."""
    with started(corpora, tmp_path) as process:
        process.stdout.readline()
        process.stdin.close()

        assert 1 == process.wait(timeout=60)
    assert not (tmp_path / "card.json").exists()


def test_another_trainings_state_is_refused(trained, corpora):
    """Other settings cannot go on from this state; the sentence says so, as a code for the web."""
    to, _ = trained

    refused = subprocess.run(
        command(corpora, to, "--seed", "5"),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert 1 == refused.returncode
    assert "resume_other" == lines(refused.stdout)[-1]["error"]["code"]
    assert b"holds the state of another training" in refused.stderr
