"""Fetching a corpus: from a server that is well, slow of memory, cut off or gone."""

import os
import socket

import pytest

from generator import corpus
from generator.errors import CorpusError, Stopped


@pytest.fixture
def held(server, make_zip, midi_bytes):
    """The server, with a zip of two works; random bytes keep it from packing small."""
    members = {
        "music/chopin/nocturne.mid": midi_bytes(60, 64, 67),
        "music/mozart/sonata.mid": midi_bytes(72, 76, 79),
        "music/cover.bin": os.urandom(300_000),
    }
    server.content = make_zip(members).read_bytes()
    return server


def names(files):
    return [f"{path.parent.name}/{path.name}" for path in files]


class TestFetch:
    def test_puts_each_composer_into_a_folder(self, held, tmp_path):
        """What was downloaded lies there unpacked, and nothing else does."""
        files = corpus.fetch(tmp_path / "corpus", url=held.url)

        assert ["chopin/nocturne.mid", "mozart/sonata.mid"] == names(files)
        left = {path.name for path in (tmp_path / "corpus").iterdir()}
        assert {"chopin", "mozart"} == {name for name in left if not name.endswith(".lock")}

    def test_tells_how_far_it_is_in_bytes_and_files(self, held, tmp_path):
        """The last word of each stage is that all of it is done."""
        told = {}

        def report(stage, done, total):
            told[stage] = (done, total)

        corpus.fetch(tmp_path, url=held.url, report=report)

        size = len(held.content)
        assert {"fetching": (size, size), "unpacking": (2, 2)} == told

    def test_takes_a_zip_that_is_already_here(self, make_zip, midi_bytes, tmp_path):
        """A zip given is unpacked without a download, and stays."""
        zip_file = make_zip({"chopin/waltz.mid": midi_bytes(60)})

        files = corpus.fetch(tmp_path / "corpus", zip_file=zip_file)

        assert ["chopin/waltz.mid"] == names(files)
        assert zip_file.exists()

    def test_names_a_zip_that_is_not_there(self, tmp_path):
        """The sentence names the file."""
        with pytest.raises(CorpusError, match=r"^.*gone\.zip is not there\.$"):
            corpus.fetch(tmp_path, zip_file=tmp_path / "gone.zip")


class TestResuming:
    def test_goes_on_where_it_was_cut_off(self, held, tmp_path):
        """The second fetch asks for the rest alone."""
        held.gives = 100_000
        with pytest.raises(CorpusError, match=r"after 100000 bytes.*What came is kept"):
            corpus.fetch(tmp_path, url=held.url)
        held.gives = None

        files = corpus.fetch(tmp_path, url=held.url)

        assert [None, "bytes=100000-"] == held.asked
        assert 2 == len(files)

    def test_goes_on_after_the_caller_stopped_it(self, held, tmp_path):
        """What came before the stop is kept."""

        def stop(*_):
            raise Stopped

        with pytest.raises(Stopped):
            corpus.fetch(tmp_path, url=held.url, report=stop)
        corpus.fetch(tmp_path, url=held.url)

        assert None is held.asked[0]
        assert held.asked[1].startswith("bytes=")

    def test_begins_again_when_the_file_has_changed(self, held, make_zip, midi_bytes, tmp_path):
        """Halves of two versions are never joined."""
        held.gives = 100_000
        with pytest.raises(CorpusError):
            corpus.fetch(tmp_path, url=held.url)
        held.gives, held.etag = None, '"two"'
        held.content = make_zip({"liszt/study.mid": midi_bytes(60)}).read_bytes()

        assert ["liszt/study.mid"] == names(corpus.fetch(tmp_path, url=held.url))

    def test_begins_again_where_the_server_knows_no_ranges(self, held, tmp_path):
        """An answer of 200 is the whole file, whatever was asked for."""
        held.gives = 100_000
        with pytest.raises(CorpusError):
            corpus.fetch(tmp_path, url=held.url)
        held.gives, held.knows_ranges = None, False

        assert 2 == len(corpus.fetch(tmp_path, url=held.url))

    def test_says_when_it_cannot_go_on(self, held, tmp_path):
        """Without the server's mark of the version, the next fetch begins anew, and says so."""
        held.gives, held.etag = 100_000, None
        with pytest.raises(CorpusError, match="fetching again begins anew"):
            corpus.fetch(tmp_path, url=held.url)
        held.gives = None

        corpus.fetch(tmp_path, url=held.url)

        assert [None, None] == held.asked

    def test_unpacks_what_is_whole_without_asking_for_more(self, held, tmp_path):
        """Stopped between download and unpacking, it asks for nothing but the end."""

        def stop(stage, *_):
            if stage == "unpacking":
                raise Stopped

        with pytest.raises(Stopped):
            corpus.fetch(tmp_path, url=held.url, report=stop)
        files = corpus.fetch(tmp_path, url=held.url)

        assert [None, f"bytes={len(held.content)}-"] == held.asked
        assert 2 == len(files)

    def test_begins_again_when_the_file_has_become_shorter(
        self, held, make_zip, midi_bytes, tmp_path
    ):
        """A range beyond the end is answered by 416, and the whole is asked for."""
        held.gives = 100_000
        with pytest.raises(CorpusError):
            corpus.fetch(tmp_path, url=held.url)
        held.gives = None
        held.content = make_zip({"liszt/study.mid": midi_bytes(60)}).read_bytes()

        assert ["liszt/study.mid"] == names(corpus.fetch(tmp_path, url=held.url))
        assert [None, "bytes=100000-", None] == held.asked


class TestFailures:
    def test_names_a_host_that_has_no_address(self, tmp_path):
        """The sentence names the host, and the way without it."""
        with pytest.raises(CorpusError, match=r"^nowhere\.invalid cannot be reached: .*the zip"):
            corpus.fetch(tmp_path, url="http://nowhere.invalid/music.zip")

    def test_names_a_host_that_refuses(self, tmp_path):
        """A port on which nobody listens."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]

        with pytest.raises(CorpusError, match=r"^127\.0\.0\.1 cannot be reached: Connection ref"):
            corpus.fetch(tmp_path, url=f"http://127.0.0.1:{port}/music.zip")

    def test_gives_up_on_a_host_that_says_nothing(self, tmp_path):
        """A server that takes the connection and stays silent is left after the time-out."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/music.zip"

            with pytest.raises(CorpusError, match="timed out"):
                corpus.fetch(tmp_path, url=url, timeout_s=0.1)

    @pytest.mark.parametrize("status", [403, 404, 500])
    def test_names_the_status(self, held, tmp_path, status):
        """What the server answered stands in the sentence."""
        held.status = status

        with pytest.raises(CorpusError, match=f"^The server answered {status} for "):
            corpus.fetch(tmp_path, url=held.url)

    def test_refuses_a_page_in_place_of_the_zip(self, held, tmp_path):
        """An HTML page is no zip, and is not gone on with."""
        held.content = b"<html>Moved</html>"
        with pytest.raises(CorpusError, match="is not a zip"):
            corpus.fetch(tmp_path, url=held.url)

        assert [] == list(tmp_path.glob("*.part"))

    @pytest.mark.parametrize("says_length", [True, False])
    def test_refuses_more_than_the_limit(self, held, tmp_path, says_length):
        """The limit holds for what is announced, and for what comes."""
        held.says_length = says_length

        with pytest.raises(CorpusError, match="at most 1000 are read") as caught:
            corpus.fetch(tmp_path, url=held.url, max_bytes=1000)

        assert "file_too_large" == caught.value.code
        assert [] == list(tmp_path.glob("*.part"))

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/a.zip", "music.zip"])
    def test_asks_by_http_alone(self, tmp_path, url):
        """A file of this machine is no address."""
        with pytest.raises(CorpusError, match="is no address of a zip"):
            corpus.fetch(tmp_path, url=url)

    def test_lets_one_fetch_at_a_time_write(self, held, tmp_path):
        """A second fetch into the same folder says that one is at work."""
        refused = []

        def report(*_):
            if not refused:
                with pytest.raises(CorpusError, match="Another fetch is at work") as caught:
                    corpus.fetch(tmp_path, url=held.url)
                refused.append(caught.value)

        corpus.fetch(tmp_path, url=held.url, report=report)

        assert 1 == len(refused)
