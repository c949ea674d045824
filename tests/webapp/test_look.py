"""Rules of the style sheets, the scripts and the words that no page may break."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.webapp.factories import make_file, make_piece
from webapp.models import Status

STATIC = Path(settings.BASE_DIR, "static")
LOCALE = Path(settings.BASE_DIR, "webapp", "locale", "ru", "LC_MESSAGES")
SHEETS = sorted(STATIC.glob("css/*.css"))

RAW = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:oklch|rgb|hsl)\(|[\d.]+(?:px|rem|ms)\b")
SIDES = re.compile(
    r"(?<![-\w])(?:left|right|top|bottom|width|height|(?:margin|padding)-(?:left|right))\s*:"
)
FORBIDDEN = re.compile(r"box-shadow|text-shadow|gradient\(|@keyframes")

HEAVIEST = 150_000  # bytes of the first page before any sound is asked for


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_raw_values_stand_in_one_file(sheet):
    """A colour, a size or a time is a token; em, %, ch and lh follow the type they stand in."""
    if sheet.name != "tokens.css":
        assert [] == RAW.findall(sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_there_are_no_shadows_no_gradients_and_no_physical_sides(sheet):
    """Space and type make the order, in whichever direction a script runs."""
    text = re.sub(r"@media [^{]*", "", sheet.read_text())

    assert [] == FORBIDDEN.findall(text)
    assert [] == SIDES.findall(text)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "scripts"), [("en", "latin"), ("ru", "latin|cyrillic")])
def test_the_first_page_is_light(client, language, scripts):
    """Page, styles, scripts, pictures and every font of the language, uncompressed."""
    for _ in range(4):
        make_file(make_piece(Status.SUCCEEDED, is_example=True), "piece.mp3", b"m", "mp3")
    page = client.get("/", headers={"Accept-Language": language}).text

    linked = {STATIC / path for path in re.findall(r'/static/([^"]+)"', page)}
    linked |= set(STATIC.glob("img/*.svg"))
    name = re.compile(rf"eb-garamond-({scripts})-(normal|italic)\.woff2")
    linked |= {font for font in STATIC.glob("fonts/*") if name.fullmatch(font.name)}
    weight = len(page.encode()) + sum(file.stat().st_size for file in linked)

    assert weight < HEAVIEST


def test_every_text_has_its_russian():
    """No empty translation, none that was only guessed."""
    blocks = (LOCALE / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]

    assert [] == [block for block in blocks if re.search(r'^msgstr(\[\d\])? ""$', block, re.M)]
    assert [] == [block for block in blocks if "fuzzy" in block]


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
def test_the_compiled_words_are_those_of_the_source(tmp_path):
    """Whoever changes the .po compiles it."""
    fresh = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", fresh, LOCALE / "django.po"], check=True)

    assert fresh.read_bytes() == (LOCALE / "django.mo").read_bytes()
