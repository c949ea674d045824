"""Reading a corpus: which files, in which order, how often, and what if one is bad."""

import json
import shutil
from pathlib import Path

import pytest

from generator import corpus
from generator.corpus import reading
from generator.errors import CorpusError, Stopped

CORPUS = Path(__file__).parents[4] / "shared/datasets/classical-music-midi"


@pytest.fixture
def folder(tmp_path, midi_bytes):
    """Two works by Chopin, one of them in capitals, and one by Mozart."""
    files = {"chopin/b.mid": (60, 62), "chopin/a.MID": (64,), "mozart/c.mid": (72,)}
    for name, pitches in files.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(midi_bytes(*pitches))
    return tmp_path / "corpus"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A cache that the first test of this module fills: loading music21 takes seconds."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cache(folder, kept, tmp_path):
    """A cache of this test's own in which the three works are."""
    for composer in ("chopin", "mozart"):
        corpus.read([folder], composer, cache=kept)
    return shutil.copytree(kept, tmp_path / "cache")


def pitches(result):
    return [[chord.pitches for chord in work.chords] for work in result.works]


class TestFind:
    def test_selects_by_the_folder_and_sorts_by_name(self, folder):
        """The name of a file says nothing of its composer; its folder does, in any case."""
        assert ["a.MID", "b.mid"] == [path.name for path in corpus.find(folder, "Chopin")]

    def test_looks_at_any_depth_and_at_the_folder_itself(self, folder):
        """The corpus, a folder above it and the composer's own folder all do."""
        found = corpus.find(folder, "chopin")

        assert found == corpus.find(folder.parent, "chopin")
        assert found == corpus.find(folder / "chopin", "chopin")

    def test_passes_over_what_is_being_unpacked(self, folder, midi_bytes):
        """A hidden folder may hold half a file."""
        aside = folder / ".unpack-1/chopin/half.mid"
        aside.parent.mkdir(parents=True)
        aside.write_bytes(midi_bytes(60))

        assert 2 == len(corpus.find(folder, "chopin"))


class TestRead:
    def test_reads_each_work_in_order_of_name(self, folder):
        """A work has its name, its composer, the hash of its file and its chords."""
        result = corpus.read([folder], "chopin")

        assert ["a.MID", "b.mid"] == [work.name for work in result.works]
        assert [[(64,)], [(60,), (62,)]] == pitches(result)
        assert ({"chopin"}, ()) == ({work.composer for work in result.works}, result.rejected)

    def test_tells_how_far_it_is_file_by_file(self, folder):
        """From none to all."""
        told = []

        corpus.read([folder], "chopin", report=lambda *words: told.append(words))

        assert [("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)] == told

    def test_reads_a_file_once_that_two_folders_hold(self, folder, cache):
        """The corpus and a part of it, both named, give every work once."""
        result = corpus.read([folder / "chopin", folder], "chopin", cache=cache)

        assert ["a.MID", "b.mid"] == [work.name for work in result.works]

    def test_goes_on_after_a_file_that_is_no_music(self, folder, cache):
        """It is named with its reason, and the others are read."""
        (folder / "chopin/a.MID").write_bytes(b"MThd and then nothing")

        result = corpus.read([folder], "chopin", cache=cache)

        assert ["b.mid"] == [work.name for work in result.works]
        (rejected,) = result.rejected
        assert "a.MID" == rejected.name
        assert str(rejected.error).startswith("a.MID cannot be read as music: ")

    def test_says_when_no_file_can_be_read(self, folder):
        """A corpus of one bad file is none."""
        (folder / "mozart/c.mid").write_bytes(b"no music")

        with pytest.raises(CorpusError, match=r"^No file by mozart could be read\. c\.mid "):
            corpus.read([folder], "mozart")

    def test_says_when_there_is_no_file(self, folder):
        """The sentence names the composer and the folder."""
        with pytest.raises(CorpusError, match=r"^No MIDI file by bach was found in .*corpus\.$"):
            corpus.read([folder], "bach")

    def test_ends_when_the_caller_stops_it(self, folder):
        """A stop after the first file reaches the caller, and what was read is kept."""
        cache = folder.parent / "cache"

        def stop(stage, done, total):
            if done == 1:
                raise Stopped

        with pytest.raises(Stopped):
            corpus.read([folder], "chopin", cache=cache, report=stop)

        assert 1 == len(list(cache.glob("*.json")))

    def test_knows_the_same_files_again_by_their_fingerprint(self, folder, cache):
        """It depends on the bytes of the files, and not on their names or order."""
        before = corpus.read([folder], "chopin", cache=cache).fingerprint
        (folder / "chopin/b.mid").rename(folder / "chopin/0.mid")

        assert before == corpus.read([folder], "chopin", cache=cache).fingerprint

        (folder / "mozart/c.mid").rename(folder / "chopin/c.mid")
        assert before != corpus.read([folder], "chopin", cache=cache).fingerprint


class TestCache:
    def test_gives_the_same_as_a_first_reading(self, folder, cache):
        """Floats, pitches and order come back as they were, and no file is read again."""
        told = []

        again = corpus.read([folder], "chopin", cache=cache, report=lambda *w: told.append(w))

        assert corpus.read([folder], "chopin") == again
        assert [("reading", 2, 2)] == told

    def test_knows_a_file_by_its_bytes(self, folder, midi_bytes, cache):
        """A file that changed is read again, whatever its name."""
        (folder / "mozart/c.mid").write_bytes(midi_bytes(48))

        assert [[(48,)]] == pitches(corpus.read([folder], "mozart", cache=cache))

    def test_reads_again_for_another_version_of_the_reader(self, folder, cache, monkeypatch):
        """What an older reader kept is not what a newer one would read."""
        n_kept = len(list(cache.iterdir()))
        monkeypatch.setattr(reading, "READER_VERSION", reading.READER_VERSION + 1)

        corpus.read([folder], "mozart", cache=cache)

        assert n_kept + 1 == len(list(cache.iterdir()))

    def test_reads_again_what_is_damaged(self, folder, midi_bytes, tmp_path):
        """A cache cut short by a full disk is no music, and is mended."""
        damages = ["", "[[0.0, 1.0", "[[1, 2]]", "{}", "[]", "7"]
        for n in range(len(damages)):
            (folder / f"mozart/{n}.mid").write_bytes(midi_bytes(50 + n))
        (folder / "mozart/c.mid").unlink()
        first = corpus.read([folder], "mozart", cache=tmp_path)
        for path, damage in zip(sorted(tmp_path.glob("*.json")), damages, strict=True):
            path.write_text(damage)

        assert first == corpus.read([folder], "mozart", cache=tmp_path)
        assert [1] * 6 == [len(json.loads(path.read_text())) for path in tmp_path.glob("*.json")]
