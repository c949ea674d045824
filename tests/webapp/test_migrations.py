"""A site of an earlier version keeps what it had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The rows of version 1, written as it wrote them; then the upgrade, and the way back.
UPGRADE = """
import django, json
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

def models(state):
    call_command("migrate", "webapp", state, verbosity=0)
    executor = MigrationExecutor(connection)
    target = [node for node in executor.loader.graph.nodes if node[1].startswith(state)]
    return executor.loader.project_state(target).apps

Primer = models("0001").get_model("webapp", "Primer")
facts = {"name": "k545", "title": "Sonata", "composer": "Mozart", "licence": "CC0"}
Primer.objects.create(**facts, attribution="Us", chords=[[0, 1, [60], 76]])
print(json.dumps(models("0002").get_model("webapp", "Primer").objects.get().opening))
print(json.dumps(models("0001").get_model("webapp", "Primer").objects.get().chords))
"""


def test_an_opening_is_kept_whole(tmp_path):
    """Its chords and what is known of it stand in one place, and the way back loses nothing."""
    own = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "IMPROMPTU_HOME": str(tmp_path)}

    said = subprocess.run(
        [sys.executable, "-c", UPGRADE],
        check=True,
        cwd=ROOT,
        env=os.environ | own | {"DATABASE_URL": ""},
        capture_output=True,
        text=True,
    ).stdout

    assert said.splitlines() == [
        '{"name": "k545", "title": "Sonata", "composer": "Mozart", "attribution": "Us", '
        '"licence": "CC0", "chords": [[0, 1, [60], 76]]}',
        "[[0, 1, [60], 76]]",
    ]
