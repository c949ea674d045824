"""Models as files: the same bytes each time, and nothing is stored before a worker looked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.webapp.factories import make_kept_checkpoint
from webapp.models import Checkpoint, Import, Status

pytestmark = pytest.mark.django_db


def test_the_same_model_is_the_same_file(client, shelf):
    """Byte for byte, under a name that says which it is."""
    row = make_kept_checkpoint(name="mine")
    (row.path / "stray.txt").write_text("not of the model")
    (row.path / "loss.png").write_bytes(b"png")

    first, second = (client.get(f"/models/{row.pk}/export") for _ in range(2))

    content = b"".join(first)
    assert content == b"".join(second)
    assert f'filename="mine-{row.pk[:8]}.impromptu"' in first.headers["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert ["card.json", "history.json", "loss.png", "weights.npz"] == names


def test_who_has_the_file_is_not_sent_it_again(client, shelf):
    """It never changes, so its name is known from the row."""
    row = make_kept_checkpoint()
    first = client.get(f"/models/{row.pk}/export")
    etag = first.headers["ETag"]
    first.close()

    assert (
        304 == client.get(f"/models/{row.pk}/export", headers={"If-None-Match": etag}).status_code
    )


def test_a_model_whose_folder_is_gone_is_no_file(client, shelf):
    """404, and no half of one."""
    assert 404 == client.get(f"/models/{shelf.checkpoint.pk}/export").status_code


class TestBringing:
    """POST /models/import/."""

    def test_a_file_is_laid_aside_for_a_worker(self, staff, own_site):
        """No model is stored, whatever it is; the page of what becomes of it follows."""
        file = SimpleUploadedFile("../../model.impromptu", b"anything")

        answer = staff.post("/models/import/", {"file": file})

        row = Import.objects.get()
        assert row.get_absolute_url() == answer.headers["Location"]
        assert ("model.impromptu", Status.QUEUED) == (row.name, row.status)
        assert own_site / "checkpoints" == Path(row.dropped).parent
        assert b"anything" == Path(row.dropped).read_bytes()
        assert not Checkpoint.objects.exists()

    def test_without_a_file_it_is_said(self, staff):
        """422."""
        answer = staff.post("/models/import/")

        assert 422 == answer.status_code
        assert "Choose the file of a model first." in answer.text

    def test_visitors_bring_nothing(self, alice):
        """They are led to the log-in."""
        file = SimpleUploadedFile("model.impromptu", b"anything")

        assert "/admin/login/" in alice.post("/models/import/", {"file": file}).headers["Location"]
        assert not Import.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"status": Status.QUEUED}, "Waiting for the machine"),
            ({"status": Status.FAILED, "error_code": "import_pickle"}, "may hold code"),
            ({"status": Status.SUCCEEDED}, "is whole, and here"),
        ],
    )
    def test_the_page_says_what_became_of_it(self, staff, fields, words):
        """It waits, it is refused with its sentence, or it is here."""
        if fields["status"] != Status.QUEUED:
            fields = fields | {"finished_at": "2026-01-01T00:00:00Z"}
        if fields["status"] == Status.SUCCEEDED:
            fields = fields | {"checkpoint": make_kept_checkpoint(is_offered=False)}
        row = Import.objects.create(
            name="m", dropped="/nowhere", error_values={"file": "m"}, **fields
        )

        assert words in staff.get(row.get_absolute_url()).text
        assert words in staff.get(f"{row.get_absolute_url()}?fragment=1").text
