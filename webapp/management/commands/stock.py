"""``manage.py stock``: the models, openings and examples that ship, into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from webapp.stocking import stock


class Command(BaseCommand):
    """Store what ships with the product; a second run changes nothing."""

    help = "Store the models, openings and example pieces that ship with the product."

    def handle(self, *args: Any, **options: Any) -> None:
        found = stock()
        self.stdout.write(
            f"{found.checkpoints} models, {found.primers} openings, {found.examples} examples"
        )
