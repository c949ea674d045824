"""Notes for tests to print, and the page that is made of them."""

import xml.etree.ElementTree as ET

from generator.notation import to_musicxml
from generator.score import Note, Score


def parse(xml):
    """Read what the code under test has just written."""
    return ET.fromstring(xml)  # noqa: S314 - our own


def line(pitches, step=0.5, start=0.0, duration=None):
    """Notes one after the other, ``step`` quarters apart."""
    return tuple(Note(start + i * step, duration or step, pitch) for i, pitch in enumerate(pitches))


def page(notes, **fields):
    """Print ``notes`` as a score with these fields; return the root of its MusicXML."""
    words = {key: fields.pop(key) for key in ("subtitle", "seam_label") if key in fields}
    score = Score(notes=tuple(sorted(notes)), **fields)
    return parse(to_musicxml(score, title=fields.pop("title", "Test"), **words))
