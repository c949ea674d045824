"""What a caller may choose, within which limits, and what is taken where nothing was said.

Only the standard library is imported here, so that a web form can show and
check the very limits that the library holds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self

from generator.errors import ChoiceError


class Range(NamedTuple):
    """A closed interval."""

    low: float
    high: float


SEED = Range(0, 2**32 - 1)
BARS = Range(8, 128)
TEMPERATURE = Range(0.1, 2.0)
# How a training of either recipe is listened to.
EARS = {"patience": Range(1, 1000), "audition": Range(1, 1000)}
RECIPES = ("chords", "notes")
NETWORKS = ("lstm", "transformer")

# The checkpoint that composes where none is named: a folder of generator/pretrained/.
DEFAULT_CHECKPOINT = "lstm"

TOKENS_A_BAR = 8  # in the 40-note recipe every token lasts half a beat of a 4/4 bar
DEFAULT_BARS = 32  # offered for the notes recipe, which counts in bars
DEFAULT_NOTES = {"chords": 100, "notes": 600}
#: At 1 the published recipe draws from all; in a note of four parts the unlikely adds up.
DEFAULT_TOP_P = {"chords": 1.0, "notes": 0.95}

# Music to learn from: what is published, and what of a file is read at most.
PUBLISHED_URL = "https://storage.yandexcloud.net/academy.ai/classical-music-midi.zip"
PUBLISHED_TITLE = "Classical piano music"
PUBLISHED_ATTRIBUTION = "MIDI files by Bernd Krueger, http://www.piano-midi.de"
PUBLISHED_LICENCE = "CC BY-SA 3.0 DE"
MIDI_SUFFIXES = (".mid", ".midi")
MUSICXML_SUFFIXES = (".musicxml", ".mxl", ".xml")
MOST_BYTES = {"midi": 2_000_000, "musicxml": 8_000_000}  # the notes below fit in 1 MB of MIDI
MOST_NOTES = 100_000  # in one file; the longest of the published set has 17,225
MOST_MINUTES = 180
MOST_READING_S = 60.0  # for one file, MusicXML included; MIDI takes hundredths
MOST_READING_BYTES = 1_500_000_000  # of memory, for one file
MOST_ZIP_BYTES = 200_000_000
# Of a file that is to begin pieces: what is begun with, what else can be chosen, how long it is
# read at most while others wait for their pieces.
OPENING_BARS = 4  # an upbeat is not counted
CHOICE_BARS = 64
CHOICE_NOTES = 2000
MOST_OPENING_S = 30.0
MOST_FILES = 20_000  # in one zip or folder
# A checkpoint as one file: what it may hold, what it is called, how large it may be.
CHECKPOINT_FILES = (
    *("card.json", "history.json", "originality.npz", "weights.npz"),
    *("accuracy.png", "loss.png"),
)
EXCHANGED = ".impromptu"
MOST_EXCHANGED = 256_000_000  # bytes
# Pieces from one click; and the temperatures of a strip, one for each word of the scale.
TAKES = Range(1, 8)
STRIP = (0.5, 0.75, 1.0, 1.3, 1.7)
WAYS = 4  # offered where a piece is gone on with, or some of its bars are rewritten
# What a piece can be played on, as numbers of General MIDI from 0; each is in every SoundFont.
INSTRUMENTS = {"grand": 0, "bright": 1, "upright": 3, "harpsichord": 6}
DEFAULT_INSTRUMENT = "grand"

# What the 40-note recipe knows nothing of: it has no rhythm, no pedal and one composer.
NOTES_ALONE = ("composer", "pitch_temperature", "rhythm_temperature", "pedal", "rubato")


@dataclass(frozen=True)
class _Limited:
    """Base of a config: each field named in LIMITS is a number in its range, or None by default."""

    LIMITS: ClassVar[dict[str, Range]] = {}

    def __post_init__(self) -> None:
        may_be_none = {field.name for field in fields(self) if field.default is None}
        for name, limits in self.LIMITS.items():
            value = getattr(self, name)
            if value is not None or name not in may_be_none:
                check(name, value, limits)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build from ``values``; keys that are not fields, and nulls, are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{k: v for k, v in values.items() if k in known and v is not None})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class GenerationConfig(_Limited):
    """How a piece is composed. What the 40-note recipe does not know, it passes over."""

    notes: int = DEFAULT_NOTES["chords"]  # after the opening: tokens, or notes in the notes recipe
    bars: int | None = None  # after the opening; wins over notes, an ending may add two
    temperature: float = 1.0  # 1 is the model's own distribution; above it, wilder
    pitch_temperature: float | None = None  # of which notes; None is temperature
    rhythm_temperature: float | None = None  # of when and how long; None is temperature
    top_p: float = 1.0  # nucleus mass; 1 keeps every token
    composer: str = ""  # in whose manner; empty is the checkpoint's own
    pedal: bool = True
    rubato: bool = True
    seed: int = 0

    LIMITS: ClassVar = {
        "notes": Range(16, 4000),
        "bars": BARS,
        "temperature": TEMPERATURE,
        "pitch_temperature": TEMPERATURE,
        "rhythm_temperature": TEMPERATURE,
        "top_p": Range(0.01, 1.0),
        "seed": SEED,
    }

    @classmethod
    def for_model(
        cls,
        given: Mapping[str, Any],
        *,
        recipe: str,
        composer: str,
        composers: Sequence[str] = (),
    ) -> Self:
        """Build what ``given`` asks of one model; what is left out or null is the model's own.

        Parameters
        ----------
        given : mapping
            Fields of this class, as they were asked for.
        recipe, composer, composers
            As the model's card says them; ``composer`` is the one it takes by itself.

        Raises
        ------
        ChoiceError
            For a value out of its range, or one that the model cannot follow.
        """
        asked = {name: value for name, value in given.items() if value is not None}
        for name, value in asked.items():
            check_known(name, value, recipe=recipe, composers=composers or (composer,))
        length = {"notes": asked.get("notes", default_notes(recipe))}
        if recipe == "chords":
            length = {"notes": notes_for_bars(asked["bars"])} if "bars" in asked else length
            return cls.from_dict(asked | length)
        usual = {"composer": composer, "top_p": DEFAULT_TOP_P[recipe]}
        return cls.from_dict(usual | asked | length)


@dataclass(frozen=True, kw_only=True)
class TrainingConfig(_Limited):
    """How the network of the 40-note recipe is trained; the defaults are as published."""

    epochs: int = 100
    batch_size: int = 256
    min_count: int = 100  # tokens that occur fewer times are dropped
    test_share: float = 0.2  # of the windows, drawn at random
    patience: int | None = None  # epochs without a better one, after which it ends; None: never
    audition: int | None = None  # epochs from one audition to the next; None: none is held
    seed: int = 0

    LIMITS: ClassVar = {
        "epochs": Range(1, 1000),
        "batch_size": Range(1, 4096),
        "min_count": Range(1, 100_000),
        "test_share": Range(0.01, 0.9),
        **EARS,
        "seed": SEED,
    }


@dataclass(frozen=True, kw_only=True)
class NotesTrainingConfig(_Limited):
    """How a network of the notes recipe is trained."""

    network: str = "lstm"
    width: int | None = None  # numbers in a state; None is the network's own, or its start's
    depth: int | None = None  # levels, one above the other; None likewise
    epochs: int = 20
    streams: int = 32  # pieces read side by side
    steps: int = 128  # notes of each between two changes of the weights
    learning_rate: float = 0.002  # the highest; it rises, then falls along a cosine
    weight_decay: float = 0.01
    dropout: float = 0.1
    averaging: float = 0.99  # of the averaged weights that a batch leaves as they are; 0 is none
    focus: float = 0.5  # share of the epochs, the last ones, that read the composer's music twice
    held_out_share: float = 0.06  # of the notes, by work, where the corpus has no list of its own
    patience: int | None = None  # epochs without a better one, after which it ends; None: never
    audition: int | None = None  # epochs from one audition to the next; None: none is held
    seed: int = 0

    LIMITS: ClassVar = {
        "width": Range(32, 768),
        "depth": Range(1, 8),
        "epochs": Range(1, 1000),
        "streams": Range(1, 1024),
        "steps": Range(16, 4096),
        "learning_rate": Range(1e-6, 1.0),
        "weight_decay": Range(0.0, 1.0),
        "dropout": Range(0.0, 0.9),
        "averaging": Range(0.0, 0.9999),
        "focus": Range(0.0, 1.0),
        "held_out_share": Range(0.0, 0.5),
        **EARS,
        "seed": SEED,
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = (int(bound) for bound in self.LIMITS["width"])
        if self.width and self.width % low:  # the heads of a Transformer share it
            choices = f"{low}, {2 * low}, {3 * low}, …, {high}"
            raise ChoiceError("not_a_choice", field="width", value=self.width, choices=choices)


def check(field: str, value: object, limits: Range) -> None:
    """Raise :class:`ChoiceError` unless ``value`` is a finite number within ``limits``."""
    is_nan = isinstance(value, float) and math.isnan(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or is_nan:
        raise ChoiceError("not_a_number", field=field, value=str(value)[:80])
    if not limits.low <= value <= limits.high:
        low, high = (f"{bound:,}" for bound in limits)
        raise ChoiceError("out_of_range", field=field, value=str(value)[:80], low=low, high=high)


def check_known(field: str, value: object, *, recipe: str, composers: Sequence[str]) -> None:
    """Raise :class:`ChoiceError` unless a model of ``recipe`` can follow ``value`` of ``field``."""
    told = {"field": field, "value": str(value)[:80]}
    if recipe == "chords" and field in NOTES_ALONE:
        raise ChoiceError("not_in_recipe", **told)
    if field == "composer" and value not in composers:
        raise ChoiceError("not_a_choice", **told, choices=", ".join(composers))
    if field in ("pedal", "rubato") and not isinstance(value, bool):
        raise ChoiceError("not_a_choice", **told, choices="true, false")


def as_asked(values: Mapping[str, Any], recipe: str) -> dict[str, Any]:
    """Return a config's ``values`` as one may ask for them again: null where they say nothing."""
    if recipe == "chords":
        return {**values, **dict.fromkeys(NOTES_ALONE)}
    return {**values, "notes": None if values.get("bars") else values.get("notes")}


def default_notes(recipe: str) -> int:
    """Return how many notes ``recipe`` composes where no length is said."""
    return DEFAULT_NOTES[recipe]


def notes_for_bars(bars: int) -> int:
    """Return how many tokens of the 40-note recipe fill ``bars``."""
    check("bars", bars, BARS)
    return bars * TOKENS_A_BAR


def seed_of_take(seed: int, take: int) -> int:
    """Return the seed of a take: the first has the seed itself, the others seeds that follow.

    Examples
    --------
    >>> seed_of_take(7, 0), seed_of_take(7, 1) == seed_of_take(7, 1)
    (7, True)
    """
    if take == 0:
        return seed
    return random.Random(f"{seed} {take}").randrange(int(SEED.high) + 1)  # noqa: S311 - chance


def draw_opening(names: Sequence[str], seed: int) -> str:
    """Return the opening that ``seed`` draws, whatever the order of ``names``."""
    return random.Random(seed).choice(sorted(names))  # noqa: S311 - chance, not secrecy
