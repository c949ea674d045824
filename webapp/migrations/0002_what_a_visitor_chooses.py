"""Composers to choose from, originality, and openings as a whole."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

FACTS = ("name", "title", "composer", "attribution", "licence")


def keep_the_whole_opening(apps: Any, schema_editor: Any) -> None:
    """Put together what stood in columns; stocking adds what else is known."""
    for primer in apps.get_model("webapp", "Primer").objects.all():
        primer.opening = {name: getattr(primer, name) for name in FACTS}
        primer.opening |= {"chords": primer.chords}
        primer.save(update_fields=["opening"])


def keep_the_chords(apps: Any, schema_editor: Any) -> None:
    """Go back to the chords alone."""
    for primer in apps.get_model("webapp", "Primer").objects.all():
        primer.chords = primer.opening.get("chords", [])
        primer.save(update_fields=["chords"])


class Migration(migrations.Migration):
    dependencies = [("webapp", "0001_initial")]

    operations = [
        migrations.AddField("checkpoint", "composers", models.JSONField(blank=True, default=list)),
        migrations.AddField("checkpoint", "is_chosen", models.BooleanField(default=False)),
        migrations.AddField("piece", "originality", models.JSONField(blank=True, null=True)),
        migrations.AddField("primer", "opening", models.JSONField(default=dict)),
        migrations.RunPython(keep_the_whole_opening, keep_the_chords),
        migrations.RemoveField("primer", "chords"),
    ]
