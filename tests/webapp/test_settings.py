"""What every answer carries, and how the database is opened."""

import re

import pytest
from django.db import connection


@pytest.mark.parametrize("address", ["/healthz", "/api/openapi.json", "/nothing/here"])
def test_every_answer_is_guarded(client, db, address):
    """No foreign script, no guessing of kinds, no frame around us."""
    r = client.get(address)

    policy = r["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert ("nosniff", "DENY", "same-origin") == (
        r["X-Content-Type-Options"],
        r["X-Frame-Options"],
        r["Referrer-Policy"],
    )


def test_a_host_that_is_not_ours_is_refused(client):
    """Whoever points a name of theirs at us gets nothing."""
    assert 400 == client.get("/healthz", headers={"host": "evil.example"}).status_code


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite")
def test_sqlite_waits_and_does_not_upgrade_late():
    """IMMEDIATE transactions, and 20 seconds of patience."""
    with connection.cursor() as cursor:
        (timeout,) = cursor.execute("PRAGMA busy_timeout").fetchone()

    assert (20_000, "IMMEDIATE") == (timeout, connection.transaction_mode)


def test_no_template_writes_a_script_into_a_page(settings):
    """The policy would stop it, and the page would not work."""
    pages = (settings.BASE_DIR / "templates").rglob("*.html")

    for page in pages:
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", page.read_text()), page
