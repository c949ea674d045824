"""The two databases: four processes on SQLite, and the same rules on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 20
WRITERS = 4

# One writer: it stores jobs and leads each through its life, as fast as it can.
WRITER = f"""
import time, django
django.setup()
from django.db import transaction
from tests.webapp.factories import make_piece
from webapp import jobs
from webapp.models import Checkpoint, Piece, Primer, Status

fixed = {{"checkpoint": Checkpoint.objects.get(), "primer": Primer.objects.get()}}
end, n = time.monotonic() + {SECONDS}, 0
while time.monotonic() < end:
    # To read first and then write is what a transaction that is not IMMEDIATE fails at.
    with transaction.atomic():
        Piece.objects.filter(status=Status.QUEUED).count()
        piece = make_piece(**fixed)
    row = jobs.claim(Piece, piece.pk)
    assert jobs.beat(row, done=1, total=2)
    assert jobs.publish(row, files={{}})
    assert jobs.succeed(row)
    n += 1
print(n)
"""

PREPARE = """
import django
django.setup()
from django.core.management import call_command
from tests.webapp.factories import make_checkpoint, make_primer
call_command("migrate", verbosity=0)
make_checkpoint(), make_primer()
"""

COUNT = """
import django
django.setup()
from webapp.models import Piece, Status
print(Piece.objects.filter(status=Status.SUCCEEDED).count())
"""


def start(code: str, **variables: str) -> subprocess.Popen:
    own = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "DATABASE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | own | variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: subprocess.Popen) -> str:
    said, complaint = process.communicate(timeout=SECONDS + 60)
    assert (0, "") == (process.returncode, complaint)
    return said.strip()


@pytest.mark.slow
def test_four_processes_write_to_sqlite_and_none_finds_it_locked(tmp_path):
    """Each waits its turn, and every write that was acknowledged is there."""
    home = str(tmp_path)
    outcome(start(PREPARE, IMPROMPTU_HOME=home))

    writers = [start(WRITER, IMPROMPTU_HOME=home) for _ in range(WRITERS)]
    written = [int(outcome(writer)) for writer in writers]

    assert all(written)
    assert sum(written) == int(outcome(start(COUNT, IMPROMPTU_HOME=home)))


@pytest.mark.slow
def test_postgresql_keeps_the_same_rules(postgres_url):
    """The very tests of jobs, of lists and of what is kept hold there as on SQLite."""
    names = ("jobs", "gallery", "finding", "keeping", "cards", "titles", "comparing")
    tests = [f"tests/webapp/test_{name}.py" for name in names]
    words = ("-q", "-p", "no:cacheprovider", "--create-db", *tests)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        env=os.environ | {"DATABASE_URL": postgres_url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stdout
