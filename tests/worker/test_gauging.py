"""How fast this machine learns, measured before anything was trained."""

import pytest

from webapp import pace
from worker import gauging

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def cache(tmp_path, settings):
    """A folder of its own, where nothing was measured yet."""
    settings.CACHE_ROOT = tmp_path
    return tmp_path


def test_a_network_is_taught_noise_and_its_speed_is_kept():
    """In notes a second; a second asking measures nothing again."""
    gauging.gauge("lstm")

    speed = pace.gauged()["lstm"]
    assert 50 < speed < 1_000_000

    kept = pace.gauge_file().stat().st_mtime_ns
    gauging.gauge("lstm")
    assert kept == pace.gauge_file().stat().st_mtime_ns


def test_what_cannot_be_measured_is_left(caplog):
    """A network that nobody knows is not measured, and the log says why."""
    gauging.gauge("brass")

    assert {} == pace.gauged()
    assert "brass was not gauged" in caplog.text
