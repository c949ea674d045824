"""The pieces that ship: small enough for a first page, and truly what they say they are."""

import json
from pathlib import Path

import pytest
import soundfile

from generator import checkpoint, generation, openings
from generator.config import DEFAULT_CHECKPOINT, GenerationConfig
from generator.score import Score

SHIPPED = sorted((Path(__file__).parents[2] / "webapp" / "examples").glob("*/piece.json"))


def test_there_are_three_or_four():
    """As many as a visitor looks at."""
    assert len(SHIPPED) in (3, 4)


@pytest.mark.parametrize("about", SHIPPED, ids=lambda path: path.parent.name)
def test_an_example_is_what_its_model_composes(about):
    """The model that ships, the opening, the choices and the seed give these very notes."""
    told = json.loads(about.read_text(encoding="utf-8"))
    model = checkpoint.load(checkpoint.PRETRAINED / DEFAULT_CHECKPOINT)

    again = generation.compose(
        model, openings.load(told["primer"]), GenerationConfig.from_dict(told["config"])
    )

    assert model.hash == told["checkpoint"]
    assert Score.from_dict(told["score"]) == again.score


@pytest.mark.parametrize("about", SHIPPED, ids=lambda path: path.parent.name)
def test_an_example_is_light_and_can_be_heard(about):
    """Under 500 kB with its page and its sound, which lasts as long as the notes and is loud."""
    sound, rate = soundfile.read(about.parent / "piece.mp3")
    score = Score.from_dict(json.loads(about.read_text(encoding="utf-8"))["score"])

    assert sum(path.stat().st_size for path in about.parent.iterdir()) < 500_000
    assert score.seconds <= len(sound) / rate <= score.seconds + 4
    assert 0.5 < abs(sound).max() <= 1
