"""Writes the origin of a piece into its PDF, where readers show a document's subject."""

from __future__ import annotations

import re
from pathlib import Path

TRAILER = re.compile(
    rb"trailer\s*<<(?P<entries>.*?)>>\s*startxref\s+(?P<xref>\d+)\s+%%EOF\s*$", re.DOTALL
)


def write_origin(pdf: Path, *, title: str, origin: str) -> bool:
    """Append the document information to a PDF, as an update that leaves the rest as it is.

    Returns
    -------
    bool
        False where the file has no plain cross-reference table; it is not changed then.
    """
    before = pdf.read_bytes()
    trailer = TRAILER.search(before, max(0, len(before) - 2048))
    size = trailer and re.search(rb"/Size\s+(\d+)", trailer["entries"])
    root = trailer and re.search(rb"/Root\s+\d+\s+\d+\s+R", trailer["entries"])
    if not (trailer and size and root):
        return False

    number = int(size[1])  # the first that is free
    entries = {"Title": title, "Subject": origin, "Creator": "Impromptu"}
    body = b"".join(b"/%s %s\n" % (k.encode(), _text(v)) for k, v in entries.items() if v)
    info = b"%d 0 obj\n<<\n%s>>\nendobj\n" % (number, body)
    start = len(before) + 1
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
    ending = b"trailer\n<<\n/Size %d\n%s\n/Info %d 0 R\n/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n" % (
        number + 1,
        root[0],
        number,
        trailer["xref"],
        start + len(info),
    )
    pdf.write_bytes(before + b"\n" + info + table + ending)
    return True


def _text(words: str) -> bytes:
    return b"<" + (b"\xfe\xff" + words.encode("utf-16-be")).hex().encode() + b">"
