"""Music is taken in by a real worker: whole, in spite of bad files, kills and broken downloads."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from generator import corpus as library
from tests.worker.factories import song, zipped
from webapp import corpora, holdings, jobs, queue
from webapp.models import Corpus, CorpusFile, Intake, Primer, Status, Verdict

BOTH = f"{queue.GENERATION},{queue.PREPARATION}"  # the sweep runs in the first

pytestmark = pytest.mark.slow


def new_corpus(home: Path) -> Corpus:
    """Store a corpus with nothing in it."""
    corpus = Corpus(title="A test", attribution="Us", licence="CC0")
    corpus.folder = str(home / "corpora" / str(corpus.pk))
    corpus.path.mkdir(parents=True)
    corpus.save()
    return corpus


def bring(
    home: Path, dropped: dict[str, bytes], composer: str = "", corpus: Corpus | None = None
) -> Intake:
    """Store the intake of files that have just been uploaded."""
    corpus = corpus or new_corpus(home)
    intake = Intake(corpus=corpus, composer=composer)
    intake.dropped = str(intake.folder / "dropped")
    for number, (name, content) in enumerate(dropped.items()):
        place = Path(intake.dropped, f"{number:04}", name)
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    intake.save()
    queue.enqueue(intake)
    return intake


def fetched(home: Path, url: str) -> Intake:
    """Store a corpus that is to be downloaded."""
    corpus = corpora.create(
        title="A test", source="fetched", attribution="Us", licence="CC0", url=url
    )
    return corpus.intakes.get()


def verdicts(intake: Intake) -> dict[str, str]:
    return {file.path: file.verdict for file in intake.corpus.files.all()}


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def serve() -> Iterator[Callable[[bytes], Served]]:
    """Return a way to serve one file over HTTP until the test ends."""
    servers: list[ThreadingHTTPServer] = []

    def start(content: bytes) -> Served:
        served = Served(content)
        server = ThreadingHTTPServer(("127.0.0.1", 0), served.handler())
        served.url = f"http://127.0.0.1:{server.server_address[1]}/music.zip"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return served

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class Served:
    """A file on a server that hangs up after ``gives`` bytes, and knows where to go on."""

    def __init__(self, content: bytes) -> None:
        self.content, self.url = content, ""
        self.gives: int | None = None
        self.asked: list[str | None] = []

    def handler(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                served.asked.append(wanted)
                start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
                end = len(served.content)
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
                self.send_header("ETag", '"one"')
                self.send_header("Content-Length", str(end - start))
                self.end_headers()
                self.wfile.write(served.content[start:][: served.gives])

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class TestUploads:
    def test_a_zip_with_three_bad_files_gives_the_good_ones(self, site):
        """Each file has its verdict; the refused ones are nowhere a training would look."""
        good = song(*range(48, 72))
        intake = bring(
            site.home,
            {
                "music.zip": zipped(
                    {
                        "Chopin/one.mid": good,
                        "Chopin/two.MID": song(*range(50, 80)),
                        "bach/three.midi": good,
                        "bach/text.mid": b"Dear friend",
                        "bach/empty.mid": b"",
                        "chopin2/cut.mid": good[:100],
                        "read.me": b"not looked at",
                    }
                )
            },
        )
        site.start_worker(queue.PREPARATION)

        site.wait_for(intake, lambda row: row.is_final, "ends")

        assert (Status.SUCCEEDED, 3, 3) == (intake.status, intake.n_taken, intake.n_refused)
        assert {
            "chopin/one.mid": Verdict.REMARKED,  # the same as Bach's
            "chopin/two.mid": Verdict.TAKEN,
            "bach/three.mid": Verdict.TAKEN,
            "bach/text.mid": Verdict.REFUSED,
            "bach/empty.mid": Verdict.REFUSED,
            "chopin2/cut.mid": Verdict.REFUSED,
        } == verdicts(intake)
        corpus = intake.corpus
        assert ["bach/three.mid", "chopin/one.mid", "chopin/two.mid"] == files_in(corpus.path)
        assert not intake.folder.exists()

    def test_the_fingerprint_is_that_of_what_a_training_reads(self, site):
        """Page and library mean the same music; the summary counts the same notes."""
        members = {f"chopin/{n}.mid": song(*range(40 + n, 70 + n)) for n in range(3)}
        intake = bring(site.home, {"music.zip": zipped(members | {"chopin/bad.mid": b"bad"})})
        site.start_worker(queue.PREPARATION)
        site.wait_for(intake, lambda row: row.is_final, "ends")
        corpus = Corpus.objects.get()

        reading = library.read_notes([corpus.path])

        assert reading.fingerprint == corpus.fingerprint
        assert sum(len(piece.notes) for piece in reading.pieces) == corpus.summary["notes"]
        assert {"pieces": 3, "notes": 90, "minutes": 0.8} == corpus.summary["composers"]["chopin"]
        assert 90 == sum(corpus.summary["pitches"].values())

    def test_single_files_are_by_whom_is_said(self, site):
        """Two of one name are two works; MusicXML becomes MIDI beside them."""
        from tests.generator.corpus.test_verdicts import MUSICXML  # noqa: PLC0415

        intake = bring(
            site.home,
            {"a.mid": song(60, 62, 64), "b.musicxml": MUSICXML.encode()},
            composer="Erik Satie",
        )
        twin = Path(intake.dropped, "0009", "a.mid")
        twin.parent.mkdir()
        twin.write_bytes(song(65, 67))
        site.start_worker(queue.PREPARATION)

        site.wait_for(intake, lambda row: row.is_final, "ends")

        places = ["erik satie/a (2).mid", "erik satie/a.mid", "erik satie/b.mid"]
        assert places == files_in(intake.corpus.path)
        assert places == sorted(verdicts(intake))

    def test_a_hostile_zip_is_refused_and_the_rest_is_taken(self, site):
        """It gets a verdict of its own, and nothing of it is anywhere."""
        intake = bring(
            site.home,
            {
                "evil.zip": zipped({"../../out.mid": song(60), "chopin/in.mid": song(61)}),
                "bomb.zip": zipped({"a/b.mid": bytes(9_000_000)}),
                "good.mid": song(*range(60, 70)),
            },
            composer="bach",
        )
        site.start_worker(queue.PREPARATION)

        site.wait_for(intake, lambda row: row.is_final, "ends")

        refused = CorpusFile.objects.get(path="evil.zip")
        assert (Status.SUCCEEDED, 2) == (intake.status, intake.n_refused)
        assert ["archive_climbs"] == [told["code"] for told in refused.remarks]
        assert ["bach/good.mid"] == files_in(intake.corpus.path)
        assert [] == [
            path for path in site.home.rglob("*.mid") if path.name in ("out.mid", "in.mid")
        ]

    def test_a_later_file_takes_the_place_of_an_earlier_one_if_it_is_good(self, site):
        """A refused one leaves the earlier where it is, and is told of beside it."""
        intake = bring(site.home, {"a.mid": song(60, 62)}, composer="bach")
        site.start_worker(queue.PREPARATION)
        site.wait_for(intake, lambda row: row.is_final, "ends")
        corpus = intake.corpus
        for content in (song(60, 62, 64), b"bad"):
            later = bring(site.home, {"a.mid": content}, composer="bach", corpus=corpus)
            site.wait_for(later, lambda row: row.is_final, "ends")

        assert song(60, 62, 64) == (corpus.path / "bach/a.mid").read_bytes()
        assert [3] == [file.notes for file in holdings.taken(corpus)]
        assert 1 == corpus.files.filter(verdict=Verdict.REFUSED).count()


class TestFolders:
    def test_a_folder_is_read_where_it_is(self, site, tmp_path):
        """Nothing is written there; what is gone the next time is forgotten."""
        folder = tmp_path / "music"
        (folder / "Bach").mkdir(parents=True)
        (folder / "Bach" / "one.mid").write_bytes(song(60, 62, 64))
        (folder / "Bach" / "bad.mid").write_bytes(b"bad")
        (folder / "Bach" / "score.musicxml").write_bytes(b"<score/>")
        before = files_in(folder)
        corpus = corpora.create(
            title="Ours", source="folder", folder=str(folder), attribution="Us", licence="CC0"
        )
        intake = corpus.intakes.get()
        site.start_worker(queue.PREPARATION)
        site.wait_for(intake, lambda row: row.is_final, "ends")

        assert before == files_in(folder)
        corpus.refresh_from_db()
        assert library.read_notes([folder]).fingerprint == corpus.fingerprint
        assert {"Bach/one.mid": "taken", "Bach/bad.mid": "refused"} == {
            path: verdict
            for path, verdict in verdicts(intake).items()
            if path != "Bach/score.musicxml"
        }

        (folder / "Bach" / "bad.mid").unlink()
        again = corpora.read_again(corpus)
        site.wait_for(again, lambda row: row.is_final, "ends")
        assert {"Bach/one.mid", "Bach/score.musicxml"} == set(verdicts(again))


class TestLosses:
    def test_another_worker_finishes_what_a_killed_one_began(self, site):
        """The same verdicts, the same counts, each file once; no process is left behind."""
        members = {f"chopin/{n:03}.mid": song(*range(30, 90)) + bytes(n % 2) for n in range(400)}
        members |= {f"chopin/bad-{n}.mid": b"bad" for n in range(3)}
        intake = bring(site.home, {"music.zip": zipped(members)})
        first = site.start_worker(BOTH)
        site.wait_for(intake, lambda row: row.n_taken > 20, "has taken some")
        first.kill()
        assert not intake.is_final

        site.start_worker(BOTH)
        site.sweep_until(intake, lambda row: row.is_final, "ends")

        assert (Status.SUCCEEDED, 2, 1) == (intake.status, intake.attempt, intake.n_lost)
        assert (400, 3, 403) == (intake.n_taken, intake.n_refused, intake.corpus.files.count())
        assert 400 == len(files_in(intake.corpus.path))

    def test_a_cancelled_intake_keeps_what_it_took(self, site):
        """And the page's sums are right."""
        members = {f"chopin/{n:03}.mid": song(*range(30, 90)) for n in range(400)}
        intake = bring(site.home, {"music.zip": zipped(members)})
        site.start_worker(queue.PREPARATION)
        site.wait_for(intake, lambda row: row.n_taken > 5, "has taken some")

        jobs.cancel(Intake, intake.pk)
        site.wait_for(intake, lambda row: row.is_final, "ends")

        corpus = Corpus.objects.get()
        n_taken = holdings.taken(corpus).count()
        assert Status.CANCELLED == intake.status
        assert 5 < n_taken == corpus.summary["pieces"] == len(files_in(corpus.path)) < 400

    def test_a_download_goes_on_where_it_broke_off(self, site, serve):
        """It fails with a sentence, and trying again asks for the rest alone."""
        served = serve(zipped({"chopin/one.mid": song(*range(40, 80)), "cover": bytes(300_000)}))
        served.gives = 100_000
        intake = fetched(site.home, served.url)
        site.start_worker(queue.PREPARATION)
        site.wait_for(intake, lambda row: row.is_final, "fails")
        assert (Status.FAILED, "host_cut_off") == (intake.status, intake.error_code)

        served.gives = None
        again = corpora.again(intake)
        site.wait_for(again, lambda row: row.is_final, "ends")

        assert [None, "bytes=100000-"] == served.asked
        assert (Status.SUCCEEDED, 1) == (again.status, again.n_taken)

    def test_a_host_that_is_gone_is_said_to_be(self, site):
        """The sentence says what to do instead."""
        intake = fetched(site.home, "http://127.0.0.1:9/music.zip")
        site.start_worker(queue.PREPARATION)

        site.wait_for(intake, lambda row: row.is_final, "fails")

        assert "host_gone" == intake.error_code


def test_a_composers_openings_are_offered(site):
    """Those of the works that were taken, with whom to name; and taken back again."""
    members = {"satie/a.mid": song(*range(50, 90)), "satie/bad.mid": b"bad"}
    intake = bring(site.home, {"music.zip": zipped(members)})
    site.start_worker(queue.PREPARATION)
    site.wait_for(intake, lambda row: row.is_final, "ends")
    corpus = intake.corpus

    offer = corpora.offer_openings(corpus, "satie")
    site.wait_for(offer, lambda row: row.is_final, "ends")

    assert (Status.SUCCEEDED, 1, 0) == (offer.status, offer.n_taken, offer.n_refused)
    primer = Primer.objects.get()
    assert ("Satie", "Us", "CC0", True) == (
        *(primer.composer, primer.attribution, primer.licence, primer.is_offered),
    )
    assert 1 == corpora.withdraw_openings(corpus, "satie")
    shutil.rmtree(corpus.path)
