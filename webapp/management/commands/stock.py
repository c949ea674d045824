"""``manage.py stock``: models, openings and examples, into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.stocking import stock, take_openings


class Command(BaseCommand):
    """Store what ships with the product, or openings of one's own; a second run changes nothing."""

    help = "Store the models, openings and example pieces that ship with the product."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--openings",
            type=Path,
            metavar="DIR",
            help="offer these too, as python -m generator openings wrote them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["openings"]:
            self._take(options["openings"])
            return
        found = stock()
        self.stdout.write(
            f"{found.checkpoints} models, {found.primers} openings, {found.examples} examples"
        )

    def _take(self, folder: Path) -> None:
        taken, refused = take_openings(folder)
        for name in refused:
            self.stderr.write(f"{name} is no opening, or is called as one that ships.")
        if not taken:
            raise CommandError(f"{folder} holds no opening that can be offered.")
        self.stdout.write(f"{taken} openings")
