"""Openings on a worker: a visitor's file is read and judged, then engraved and played."""

from __future__ import annotations

import io
import json
from pathlib import Path

import mido
import pytest

from tests.worker.factories import make_checkpoint, make_primer
from webapp import cuts, openings, queue, services
from webapp.models import Primer, Status, Upload
from worker import openings as work
from worker import sweeping
from worker.lifecycle import carry_out

pytestmark = pytest.mark.slow


def song(n: int = 24) -> bytes:
    """Return quarter notes in 3/4 after an upbeat, of rising loudness."""
    metre = mido.MetaMessage("time_signature", numerator=3, denominator=4)
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="A waltz"), metre])
    for i in range(n):
        rest = 960 if i == 0 else 0
        word = {"note": 60 + i % 9}
        track.append(mido.Message("note_on", velocity=60 + i, time=rest, **word))
        track.append(mido.Message("note_off", time=480, **word))
    file = io.BytesIO()
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(file=file)
    return file.getvalue()


def brought(site, content: bytes) -> Upload:
    """Store an upload as the web does."""
    primer = Primer.objects.create(name="waltz-1", title="waltz", owner="alice", is_offered=False)
    row = Upload(primer=primer, owner="alice")
    row.dropped = str(site.home / "intakes" / str(row.pk) / "waltz.mid")
    Path(row.dropped).parent.mkdir(parents=True)
    Path(row.dropped).write_bytes(content)
    row.save()
    return row


def test_a_file_becomes_an_opening_that_can_be_seen_and_heard(site):
    """Its bars are counted as they are printed, and a cut of it begins where it should."""
    row = brought(site, song())

    carry_out(Upload, str(row.pk), work.bring)

    row.refresh_from_db()
    primer = row.primer
    assert (Status.SUCCEEDED, "A waltz", True) == (row.status, primer.title, primer.is_offered)
    assert [("tempo_unsaid", 120)] == [(r["code"], r["values"]["qpm"]) for r in primer.remarks]
    assert (0, 8) == cuts.bars(primer.opening)
    assert openings.is_whole(primer)
    assert all((site.media / path).stat().st_size > 100 for path in primer.file_paths())
    bars = json.loads((site.media / primer.files["positions"]).read_text())["bars"]
    assert 9 == len(bars)
    assert not Path(row.dropped).exists()
    assert [] == list(primer.folder.glob("show-*"))


def test_a_file_that_is_no_music_is_refused_with_its_name(site):
    """The reason stands in the row; the file is gone, and nothing is offered."""
    row = brought(site, b"Dear friend")

    carry_out(Upload, str(row.pk), work.bring)

    row.refresh_from_db()
    assert (Status.FAILED, "file_unreadable") == (row.status, row.error_code)
    assert "waltz.mid" == row.error_values["file"]
    assert not row.primer.is_offered
    assert not Path(row.dropped).exists()


def test_without_musescore_it_can_be_chosen_all_the_same(site, monkeypatch, tmp_path):
    """Picture and sound are for who looks and listens."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MUSESCORE", "")
    row = brought(site, song())

    carry_out(Upload, str(row.pk), work.bring)

    row.refresh_from_db()
    assert (Status.SUCCEEDED, True) == (row.status, row.primer.is_offered)
    assert "mp3" in row.primer.files
    assert not openings.is_whole(row.primer)


def test_one_that_was_deleted_meanwhile_leaves_nothing(site, monkeypatch):
    """No folder, and no row that comes back."""
    row = brought(site, song(3))
    monkeypatch.setattr(work.bringing, "bring", _deleting(row, work.bringing.bring))

    carry_out(Upload, str(row.pk), work.bring)

    assert not Primer.objects.exists()
    assert not row.primer.folder.exists()


def _deleting(row, bring):
    def both(path):
        found = bring(path)
        Primer.objects.all().delete()
        return found

    return both


def test_free_playing_is_heard_and_not_printed(site):
    """As a corpus may have it: no bars, and so no page."""
    primer = make_primer()
    Primer.objects.update(opening=primer.opening | {"is_free": True})

    assert work.show(primer.pk)

    primer.refresh_from_db()
    assert {"mp3", "ogg"} == set(primer.files)
    assert openings.is_whole(primer)
    assert [] == openings.lacking()


def test_an_idle_site_shows_its_openings_one_after_the_other(site):
    """Neither cuts nor what nobody has read; not while somebody waits for a piece."""
    primer = make_primer()
    cuts.cut(primer, 1, 2)
    Primer.objects.create(name="unread", title="unread", owner="alice", is_offered=False)
    assert ["scale"] == openings.lacking()

    sweeping.show_an_opening()
    assert 1 == queue.length(queue.PREPARATION)

    queue.redis().flushall()
    model = make_checkpoint(site.home / "checkpoints" / "chance")
    services.compose(notes=24, seed=1, primer=primer, checkpoint=model)
    sweeping.show_an_opening()
    assert 0 == queue.length(queue.PREPARATION)
