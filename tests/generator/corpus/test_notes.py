"""Reading a corpus into notes: which files, whose, and what if one is bad."""

import hashlib
from pathlib import Path

import pytest

from generator import canonical, corpus
from generator.corpus import reading as one_by_one
from generator.errors import CorpusError, Stopped

DATASETS = Path(__file__).parents[4] / "shared/datasets"
FINGERPRINT = "0ff1fe1e36ccb22d5dfa0f4ab9aa724cd24ac0263753104ecdb12e55a5be8408"
#: Of canonical.exact() of every file of both sets, as 32-bit numbers, by composer and name.
YARDSTICK_NOTES = "dbc8425e5d9af596477b4eecb3ba36f56327a62fe8d9053f843d588d63e8ee8b"


@pytest.fixture
def folder(tmp_path, midi_bytes):
    """Two works by Chopin, one of them in capitals, and one by Mozart."""
    files = {"chopin/b.mid": (60, 62), "more/Chopin/a.MIDI": (64,), "mozart/c.mid": (72,)}
    for name, pitches in files.items():
        _write(tmp_path / "corpus" / name, midi_bytes(*pitches))
    return tmp_path / "corpus"


class TestPieces:
    def test_come_by_composer_and_name(self, folder):
        """At any depth; the composer is the folder's name, in lower case."""
        pieces = corpus.read_notes([folder]).pieces

        told = [(piece.composer, piece.name) for piece in pieces]
        assert [("chopin", "a.MIDI"), ("chopin", "b.mid"), ("mozart", "c.mid")] == told

    def test_hold_the_notes(self, folder):
        """Two quarters, one after the other."""
        piece = corpus.read_notes([folder]).pieces[1]

        assert [[0, 39, 24, 80], [24, 41, 24, 80]] == piece.notes.tolist()

    def test_are_those_by_the_composers_asked_for(self, folder):
        """In any case."""
        pieces = corpus.read_notes([folder], ["MOZART"]).pieces

        assert ["c.mid"] == [piece.name for piece in pieces]

    def test_are_read_once_each(self, folder):
        """A folder inside another, or the same one twice, adds nothing."""
        once = corpus.read_notes([folder])
        twice = corpus.read_notes([folder, folder / "chopin", folder])

        assert once.hashes == twice.hashes

    def test_that_are_being_unpacked_are_passed_over(self, folder, midi_bytes):
        """A hidden folder may hold half a file."""
        _write(folder / ".unpack-1/chopin/half.mid", midi_bytes(60))

        assert 3 == len(corpus.read_notes([folder]).pieces)


class TestFingerprint:
    def test_is_that_of_the_files_and_not_of_their_names(self, folder):
        """Another name or place is the same music by the same composer."""
        before = corpus.read_notes([folder]).fingerprint
        (folder / "chopin/b.mid").rename(folder / "more/Chopin/z.mid")

        assert before == corpus.read_notes([folder]).fingerprint

    def test_tells_composers_apart(self, folder):
        """The same music by another is another corpus: the model is told who wrote it."""
        before = corpus.read_notes([folder]).fingerprint
        (folder / "mozart").rename(folder / "haydn")

        assert before != corpus.read_notes([folder]).fingerprint

    def test_changes_with_the_music(self, folder, midi_bytes):
        """One note more is another corpus."""
        before = corpus.read_notes([folder]).fingerprint
        _write(folder / "mozart/c.mid", midi_bytes(72, 74))

        assert before != corpus.read_notes([folder]).fingerprint


class TestRejects:
    def test_a_bad_file_and_goes_on(self, folder):
        """The reason is a sentence, and the others are read."""
        _write(folder / "chopin/bad.mid", b"no music")

        reading = corpus.read_notes([folder])

        assert 3 == len(reading.pieces) == len(reading.hashes)
        assert ["bad.mid"] == [rejected.name for rejected in reading.rejected]
        assert "bad.mid cannot be read as music: it does not begin as a MIDI file does." == str(
            reading.rejected[0].error
        )

    def test_a_file_without_notes(self, folder, midi_bytes):
        """Nothing can be learned from it."""
        _write(folder / "chopin/empty.mid", midi_bytes())

        told = [str(rejected.error) for rejected in corpus.read_notes([folder]).rejected]

        assert ["empty.mid cannot be read as music: it holds no notes."] == told

    def test_a_file_too_large_without_reading_it(self, folder, monkeypatch):
        """What unpacks to more than the limit is not even opened."""
        monkeypatch.setattr(one_by_one, "MAX_MEMBER_BYTES", 40)

        codes = [rejected.error.code for rejected in corpus.read_notes([folder]).rejected]

        assert ["file_too_large"] == codes

    def test_a_corpus_without_files(self, folder):
        """The sentence names whom it looked for, and where."""
        with pytest.raises(CorpusError, match=r"^No MIDI file by liszt was found in .+corpus\.$"):
            corpus.read_notes([folder], ["liszt"])

    def test_a_corpus_that_cannot_be_read(self, tmp_path):
        """The first reason stands for all."""
        _write(tmp_path / "liszt/bad.mid", b"")

        with pytest.raises(CorpusError, match=r"^No file by liszt could be read\. bad\.mid"):
            corpus.read_notes([tmp_path], ["liszt"])


class TestReport:
    def test_counts_every_file(self, folder):
        """From none to all."""
        told = []
        corpus.read_notes([folder], report=lambda *step: told.append(step))

        assert [("reading", done, 3) for done in range(4)] == told

    def test_may_stop_the_reading(self, folder):
        """What it raises reaches the caller."""

        def stop(*_):
            raise Stopped

        with pytest.raises(Stopped):
            corpus.read_notes([folder], report=stop)


@pytest.fixture(scope="module")
def reading():
    return corpus.read_notes([DATASETS])


@pytest.mark.skipif(not DATASETS.is_dir(), reason="the data sets are not there")
class TestDataSets:
    def test_are_read_as_the_yardstick_reads_them(self, reading):
        """Note for note, every twelfth file; the others are compared by a hash."""
        paths = sorted(
            (path for path in DATASETS.rglob("*") if path.suffix.lower() == ".mid"),
            key=lambda path: (path.parent.name, path.name),
        )

        for path, piece in list(zip(paths, reading.pieces, strict=True))[::12]:
            assert (path.parent.name, path.name) == (piece.composer, piece.name)
            assert (canonical.exact(path) == piece.notes).all(), path.name

    def test_hold_the_notes_that_the_yardstick_found(self, reading):
        """All 402 files, none played freely, against what was once read the slow way."""
        assert (402, ()) == (len(reading.pieces), reading.rejected)
        assert FINGERPRINT == reading.fingerprint

        notes = b"".join(piece.notes.astype("<i4").tobytes() for piece in reading.pieces)

        assert YARDSTICK_NOTES == hashlib.sha256(notes).hexdigest()


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
