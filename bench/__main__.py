"""`python -m bench [NAME ...]`: measure, print a table, write `bench/results.json`.

With names, those rows alone are measured, and the others of the file are kept.
A row is a module of `bench.rows` with a function `measure`, which returns one
or more rows; the module's name chooses it. One that lacks what it needs, such
as a corpus, raises `Unavailable` and is left as it was.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench import Unavailable, rows
from bench.measuring import Row

RESULTS = Path(__file__).parent / "results.json"


def main(arguments: list[str]) -> int:
    """Measure what was asked for; return the exit status."""
    known = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    asked = [name.replace("-", "_") for name in parser.parse_args(arguments).names]
    names = asked or known
    if unknown := set(names) - set(known):
        parser.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(known)}")

    measured: list[Row] = []
    print(_line("name", "ratio", "low", "high", "ours", "theirs", "unit"))
    for name in names:
        measured += _measured(name)
    _write(measured)
    return 0 if measured else 1


def _measured(name: str) -> list[Row]:
    """Measure the rows of one module, and print each."""
    try:
        found = importlib.import_module(f"bench.rows.{name}").measure()
    except Unavailable as reason:
        print(f"{name:<22} not measured: {reason}")
        return []
    found = [found] if isinstance(found, Row) else list(found)
    for row in found:
        figures = (row.ratio, row.low, row.high, row.ours, row.theirs)
        print(_line(row.name, *(f"{figure:.3g}" for figure in figures), row.unit), flush=True)
        print(f"  {row.what}")
    return found


def _line(name: str, *columns: str) -> str:
    return f"{name:<22}" + "".join(f"{column:>10}" for column in columns)


def _write(measured: Iterable[Row]) -> None:
    """Put the rows in the file, in the place of those of the same name."""
    before: list[dict[str, Any]] = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    kept = {entry["name"]: entry for entry in before}
    kept.update({row.name: row.to_dict() for row in measured})
    aside = RESULTS.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps([kept[name] for name in sorted(kept)], indent=1) + "\n")
    aside.replace(RESULTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
