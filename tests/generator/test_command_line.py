"""What ``python -m generator generate`` takes, and what it answers to what it cannot do."""

from __future__ import annotations

import shutil

import pytest

from generator import checkpoint
from generator.__main__ import _folder, _parser, _settings, main
from generator.config import DEFAULT_CHECKPOINT, GenerationConfig
from generator.errors import CheckpointError

NOTES = {"recipe": "notes", "composer": "chopin", "composers": ["bach", "chopin"]}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--no-pedal"], "pedal is False, and the 40-note recipe knows no pedal."),
        (["--composer", "chopin"], "composer is chopin, and the 40-note recipe knows no composer."),
        (["--rhythm-temperature", "1"], "the 40-note recipe knows no rhythm_temperature."),
        (["--bars", "3"], "bars is 3, and must be from 8 to 128."),
        (["--temperature", "nan"], "temperature is nan, and must be a number."),
        (["--checkpoint", "none"], "There is no checkpoint at none. Give a folder, or one of"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_that_names_the_field(tmp_path, capsys, words, says):
    """Exit status 1, and no file."""
    status = main(["generate", "--checkpoint", "chopin-40", *words, "--to", str(tmp_path / "to")])

    assert 1 == status
    assert says in capsys.readouterr().err
    assert not (tmp_path / "to").exists()


def test_every_choice_reaches_the_model():
    """As the web takes them; what is not said is the model's own."""
    words = ["--composer", "bach", "--bars", "16", "--pitch-temperature", "0.7", "--no-rubato"]
    choices = _parser().parse_args(["generate", *words, "--to", "somewhere"])

    expected = GenerationConfig(
        notes=600,
        bars=16,
        composer="bach",
        pitch_temperature=0.7,
        top_p=0.95,
        rubato=False,
        seed=5,
    )
    assert expected == _settings(NOTES, choices, 5)


def test_a_checkpoint_is_a_folder_or_the_name_of_one_that_ships(tmp_path, monkeypatch):
    """Without a choice it is the default; a folder of that name comes first."""
    shipped = checkpoint.PRETRAINED / "chopin-40"
    shutil.copytree(shipped, tmp_path / "chopin-40")

    assert checkpoint.PRETRAINED / DEFAULT_CHECKPOINT == _folder(None)
    assert shipped == _folder("chopin-40")
    assert tmp_path == _folder(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert checkpoint.load(_folder("chopin-40")).hash == checkpoint.load(shipped).hash
    assert not _folder("chopin-40").is_absolute()


@pytest.mark.parametrize("choice", ["nowhere", "../chopin-40", "no/such/folder"])
def test_anything_else_is_answered_with_the_names_that_ship(choice):
    """No path leads out of the shelf by a name."""
    with pytest.raises(CheckpointError, match=r"one of those that ship: .*chopin-40"):
        _folder(choice)
