"""Everything that can go wrong in this package, on one page.

    GeneratorError
    ├── ChoiceError        a value lies outside what the library accepts
    ├── CorpusError        the music given cannot be fetched, read or learned from
    ├── CheckpointError    a saved model cannot be used
    ├── PrimerError        an opening cannot be continued
    ├── TrainingError      a network does not learn
    ├── RenderingError     a tool outside Python is missing, failed or took too long
    └── Stopped            the caller asked for an early end

An error is a code with values; its English sentence is made here, and the web
says the same code in the reader's language. A sentence names the thing, the
value and the bound, and what to do where there is something to do.
"""

from __future__ import annotations

from typing import Any


def gettext_noop(sentence: str) -> str:
    """Mark ``sentence`` for the translators, who find it by this name."""
    return sentence


MESSAGES: dict[str, str] = {
    # choices
    "out_of_range": gettext_noop("{field} is {value}, and must be from {low} to {high}."),
    "not_a_number": gettext_noop("{field} is {value}, and must be a number."),
    "not_a_choice": gettext_noop("{field} is {value}, and must be one of {choices}."),
    "not_in_recipe": gettext_noop(
        "{field} is {value}, and the 40-note recipe knows no {field}. "
        "Leave it out, or choose another model."
    ),
    # corpus
    "address_refused": gettext_noop("{url} is no address of a zip: it must begin with https://."),
    "archive_climbs": gettext_noop(
        "{file} holds a member that leads out of its folder: {member}. Nothing was unpacked."
    ),
    "archive_crowded": gettext_noop("{file} holds {value} members, and at most {high} are taken."),
    "archive_damaged": gettext_noop("{file} is damaged at {member}: {reason}."),
    "archive_empty": gettext_noop("{file} holds no MIDI file."),
    "archive_encrypted": gettext_noop(
        "{member} in {file} is encrypted. Pack the files without a password."
    ),
    "archive_explodes": gettext_noop(
        "{file} unpacks to too much: at {member} it passes {high} bytes. Nothing was unpacked."
    ),
    "archive_repeats": gettext_noop("{file} holds {member} more than once."),
    "beats_few": gettext_noop(
        "The music was played in freely, and a beat can be heard in {low} strikes at least; "
        "it has {value}. Play more, or play to a beat."
    ),
    "beats_unclear": gettext_noop(
        "The music was played in freely, and no regular beat can be heard in it, "
        "so it cannot be put into bars."
    ),
    "composers_crowded": gettext_noop(
        "With this music the network would know {value} composers, and it tells at most {high} "
        "apart. Leave some of their folders out."
    ),
    "corpus_empty": gettext_noop("No MIDI file by {composer} was found in {folder}."),
    "corpus_short": gettext_noop(
        "The corpus has {n_tokens} tokens left, and a window needs more than {window}. "
        "Add more music, or lower the count below which a token is dropped."
    ),
    "corpus_unreadable": gettext_noop("No file by {composer} could be read. {reason}"),
    "fetch_busy": gettext_noop(
        "Another fetch is at work in {folder}. Wait until it ends, or choose another folder."
    ),
    "file_crowded": gettext_noop("{file} has {value} notes, and at most {high} are read."),
    "file_heavy": gettext_noop(
        "{file} was given up: reading it took more memory than one file may have."
    ),
    "file_is_musicxml": gettext_noop(
        "{file} is MusicXML, and nothing is written into a folder of the server. "
        "Upload it instead, and it is turned into MIDI."
    ),
    "file_missing": gettext_noop("{file} is not there."),
    "file_played_freely": gettext_noop(
        "{file} was played in freely: its notes do not lie on its beats, so it has no bars to read."
    ),
    "file_slow": gettext_noop("{file} was given up after {limit_s} seconds of reading."),
    "file_too_large": gettext_noop("{file} has {value} bytes, and at most {high} are read."),
    "file_too_long": gettext_noop("{file} lasts {value} minutes, and at most {high} are read."),
    "file_unreadable": gettext_noop("{file} cannot be read as music: {reason}."),
    "host_cut_off": gettext_noop(
        "The download of {url} was cut off after {done} bytes: {reason}. "
        "What came is kept; fetch again to go on from there."
    ),
    "host_cut_off_lost": gettext_noop(
        "The download of {url} was cut off after {done} bytes: {reason}. "
        "The server cannot go on where it stopped; fetching again begins anew."
    ),
    "host_gone": gettext_noop(
        "{host} cannot be reached: {reason}. If you have the zip, give it as a file instead."
    ),
    "host_refused": gettext_noop(
        "The server answered {status} for {url}. If you have the zip, give it as a file instead."
    ),
    "not_a_zip": gettext_noop("{file} is not a zip: {reason}."),
    # checkpoints
    "checkpoint_unknown": gettext_noop(
        "There is no checkpoint at {value}. Give a folder, or one of those that ship: {choices}."
    ),
    "checkpoint_replaced": gettext_noop(
        "The model that was asked for is not here any more: {folder} holds another now. "
        "Choose a model again."
    ),
    "checkpoint_missing": gettext_noop("{folder} holds no checkpoint: {file} is not there."),
    "checkpoint_damaged": gettext_noop("The checkpoint in {folder} is damaged: {reason}."),
    "checkpoint_format": gettext_noop(
        "The checkpoint in {folder} has format {value}, and this version reads format {known}."
    ),
    "start_other": gettext_noop(
        "A training cannot begin from {folder}: its {field} is {value}, and another was asked for. "
        "Choose another checkpoint to begin from."
    ),
    # checkpoints that come from elsewhere
    "import_array_broken": gettext_noop(
        "{file} is refused: the array {array} holds numbers that are none."
    ),
    "import_array_foreign": gettext_noop(
        "{file} is refused: the network that its card describes has no array {array}."
    ),
    "import_array_missing": gettext_noop("{file} is refused: the array {array} is missing."),
    "import_array_shape": gettext_noop(
        "{file} is refused: the array {array} is {value} large, and must be {wanted}."
    ),
    "import_array_type": gettext_noop(
        "{file} is refused: the array {array} is of type {value}, and plain numbers alone are read."
    ),
    "import_card": gettext_noop(
        "{file} is refused: what its card says of {field} cannot be a model's."
    ),
    "import_climbs": gettext_noop(
        "{file} is refused: {member} leads out of its folder. Nothing was unpacked."
    ),
    "import_damaged": gettext_noop(
        "{file} is damaged at {member}. Export the model once more, and try again."
    ),
    "import_encrypted": gettext_noop("{file} is refused: {member} is encrypted."),
    "import_explodes": gettext_noop(
        "{file} is refused: {member} unpacks to far more than it is packed. Nothing was unpacked."
    ),
    "import_foreign": gettext_noop(
        "{file} is refused: {member} is no part of a model of Impromptu. Nothing was unpacked."
    ),
    "import_format": gettext_noop(
        "{file} is refused: it has format {value}, and this version reads format {known}."
    ),
    "import_keras": gettext_noop(
        "{file} is refused: it is a model as Keras saves it, which may hold code. "
        "Export it from Impromptu, or train it here."
    ),
    "import_lacks": gettext_noop("{file} is refused: {member} is missing in it."),
    "import_mute": gettext_noop("{file} is refused: its model could not compose a single bar."),
    "import_network": gettext_noop(
        "{file} is refused: there is no network here like the one it describes ({value})."
    ),
    "import_not_a_zip": gettext_noop(
        "{file} is no model that Impromptu has exported: it is not a zip that can be read."
    ),
    "import_other_hash": gettext_noop(
        "{file} is refused: its content does not have the fingerprint that it states. "
        "It was changed or damaged since its export."
    ),
    "import_pickle": gettext_noop(
        "{file} is refused: it is a pickle, which may hold code. It was not opened."
    ),
    "import_repeats": gettext_noop("{file} is refused: it holds {member} more than once."),
    "import_too_large": gettext_noop("{file} is refused: {member} has more than {high} bytes."),
    "resume_other": gettext_noop(
        "{folder} holds the state of another training: its music or its settings differ. "
        "Choose an empty folder."
    ),
    # trainings
    "training_diverged": gettext_noop(
        "In epoch {epoch} the loss was no number any more, as it happens where the learning rate "
        "is too high. Train again with a lower one, or with another seed."
    ),
    # primers
    "primer_crowded": gettext_noop(
        "The first bars of {file} have {value} notes, and at most {high} can begin a piece."
    ),
    "primer_empty": gettext_noop("{file} holds no note, so it cannot begin a piece."),
    "primer_unknown": gettext_noop("There is no opening called {value}. There are: {choices}."),
    "primer_short": gettext_noop(
        "The opening {name} has {value} notes and chords that the model knows, and needs {low}."
    ),
    # rendering
    "page_blank": gettext_noop("Page {page} of the score came out blank."),
    "page_missing": gettext_noop("{tool} ended without a word, and made no page."),
    "sound_silent": gettext_noop(
        "The sound of the piece is silence. Check that {soundfont} holds a piano."
    ),
    "sound_too_long": gettext_noop(
        "The piece lasts {value} seconds, and at most {high} are turned into sound."
    ),
    "soundfont_damaged": gettext_noop(
        "The SoundFont {soundfont} cannot be played: it is damaged or holds no piano. "
        "Install fluid-soundfont-gm again, or name another file in SOUNDFONT."
    ),
    "tool_failed": gettext_noop("{tool} failed: {reason}"),
    "tool_missing": gettext_noop(
        "{tool} is missing. Install it with: sudo apt-get install {package}"
    ),
    "tool_slow": gettext_noop("{tool} was stopped after {limit_s} seconds without an end."),
    # ends
    "stopped": gettext_noop("Stopped on request."),
}

#: What is worth knowing of a file that was taken: of one, and of several.
REMARKS: dict[str, tuple[str, str]] = {
    "drums_left_out": ("{n} drum note left out", "{n} drum notes left out"),
    "beyond_keys_left_out": (
        "{n} note beyond the piano's keys left out",
        "{n} notes beyond the piano's keys left out",
    ),
    "unended_left_out": (
        "{n} note without an end left out",
        "{n} notes without an end left out",
    ),
    "other_instruments": (
        "{n} part for another instrument is read as the piano's",
        "{n} parts for other instruments are read as the piano's",
    ),
    "same_as": ("the same file as {file}", "the same file as {file}"),
    "from_musicxml": (
        "turned from MusicXML into MIDI; repeats are not played",
        "turned from MusicXML into MIDI; repeats are not played",
    ),
    "metre_unsaid": (
        "no time signature, so it is counted in 4/4",
        "no time signature, so it is counted in 4/4",
    ),
    "beats_estimated": (
        "played in freely: its beats were found by ear, {qpm} a minute, {beats} to the bar",
        "played in freely: its beats were found by ear, {qpm} a minute, {beats} to the bar",
    ),
    "tempo_unsaid": (
        "no tempo, so it is played at {qpm} quarter notes a minute",
        "no tempo, so it is played at {qpm} quarter notes a minute",
    ),
    "other_tempi": (
        "{n} change of tempo left out: all is played as it begins",
        "{n} changes of tempo left out: all is played as it begins",
    ),
    "after_bar": (
        "{n} note after bar {bar} left out: there are {high} bars to choose from at most",
        "{n} notes after bar {bar} left out: there are {high} bars to choose from at most",
    ),
    "after_metre": (
        "{n} note after bar {bar} left out, as the metre changes there",
        "{n} notes after bar {bar} left out, as the metre changes there",
    ),
    "after_crowd": (
        "{n} note after bar {bar} left out: there are {high} notes to choose from at most",
        "{n} notes after bar {bar} left out: there are {high} notes to choose from at most",
    ),
    "evenly_played": (
        "all notes are equally loud, so they are played with a touch of our own",
        "all notes are equally loud, so they are played with a touch of our own",
    ),
    "evenly_loud": (
        "all notes are equally loud, so nothing is learned from it of loudness",
        "all notes are equally loud, so nothing is learned from it of loudness",
    ),
}


class GeneratorError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    code : str
        A key of ``MESSAGES``.
    **values
        What the sentence names; plain values, so that they can be stored.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return MESSAGES[self.code].format(**self.values)


class ChoiceError(GeneratorError):
    """A value lies outside what the library accepts; ``values["field"]`` names it."""


class CorpusError(GeneratorError):
    """The music given cannot be fetched, read or learned from."""


class CheckpointError(GeneratorError):
    """A saved model is missing, damaged or of another format."""


class PrimerError(GeneratorError):
    """An opening is unknown, or too short to be continued."""


class TrainingError(GeneratorError):
    """A network does not learn."""


class RenderingError(GeneratorError):
    """MuseScore, FluidSynth or the SoundFont is missing, failed or took too long."""


class Stopped(GeneratorError):
    """The caller asked for an early end; what was done so far is kept."""

    def __init__(self) -> None:
        super().__init__("stopped")
