"""A zip of music, music itself, and a server that does what real ones do."""

import io
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mido
import pytest


@pytest.fixture
def midi_bytes():
    """Return a function that writes pitches, a quarter each, as a MIDI file."""

    def write(*pitches: int) -> bytes:
        track = mido.MidiTrack()
        for pitch in pitches:
            track.append(mido.Message("note_on", note=pitch, velocity=80, time=0))
            track.append(mido.Message("note_off", note=pitch, velocity=0, time=480))
        file = io.BytesIO()
        mido.MidiFile(tracks=[track], ticks_per_beat=480).save(file=file)
        return file.getvalue()

    return write


@pytest.fixture
def make_zip(tmp_path):
    """Return a function that writes members, by name, into a zip."""

    def make(members: dict[str, bytes], *, name: str = "music.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return make


@dataclass
class Server:
    """What a server holds, how it behaves, and what it was asked."""

    url: str = ""
    content: bytes = b""
    etag: str | None = '"one"'
    status: int | None = None  # answers this, whatever it is asked
    gives: int | None = None  # bytes of the body after which it hangs up
    knows_ranges: bool = True
    says_length: bool = True
    asked: list[str | None] = field(default_factory=list)  # the Range of each request


@pytest.fixture
def server():
    """Serve one file over HTTP on a free port, and end with the test."""
    held = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            held.asked.append(self.headers.get("Range"))
            if held.status:
                self.send_error(held.status)
                return
            start = self._start()
            if start >= len(held.content) > 0:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(held.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self._send(start)

        def _start(self):
            asked = self.headers.get("Range")
            if not (asked and held.knows_ranges and self.headers.get("If-Range") == held.etag):
                return 0
            return int(asked.removeprefix("bytes=").removesuffix("-"))

        def _send(self, start):
            body = held.content[start:]
            self.send_response(206 if start else 200)
            if start:
                end = len(held.content)
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
            if held.etag:
                self.send_header("ETag", held.etag)
            if held.says_length:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: held.gives])

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        held.url = f"http://127.0.0.1:{http.server_address[1]}/music.zip"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield held
        http.shutdown()
        thread.join()


@pytest.fixture
def raw_midi():
    """Return a function that joins tracks, each the bytes of its messages, to a MIDI file."""

    def join(*tracks: bytes, ticks: int = 480, n_tracks: int | None = None) -> bytes:
        n_tracks = len(tracks) if n_tracks is None else n_tracks
        header = b"MThd\0\0\0\6\0\1" + n_tracks.to_bytes(2) + ticks.to_bytes(2)
        chunks = [b"MTrk" + len(track).to_bytes(4) + track for track in tracks]
        return header + b"".join(chunks)

    return join
