"""What a supervisor asks: alive, and ready."""

import pytest

from webapp import health


def test_a_site_that_answers_is_alive(client):
    """No database, no broker: this process alone."""
    r = client.get("/healthz")

    assert (200, b"ok\n") == (r.status_code, r.content)


@pytest.mark.django_db
def test_a_site_without_broker_and_workers_is_not_ready(client):
    """503, and which part it is."""
    r = client.get("/readyz")

    assert 503 == r.status_code
    assert {"database": True, "broker": False, "workers": False, "disk": True} == r.json()


@pytest.mark.django_db
def test_a_broker_alone_is_not_enough(client, broker):
    """Somebody has to empty the queues."""
    r = client.get("/readyz")

    assert 503 == r.status_code
    assert (True, False) == (r.json()["broker"], r.json()["workers"])


@pytest.mark.django_db
def test_a_full_disk_is_not_ready(client, monkeypatch):
    """A piece needs room."""
    monkeypatch.setattr(health, "LEAST_FREE", 2**80)

    assert not client.get("/readyz").json()["disk"]
