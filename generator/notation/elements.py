"""The small parts that every piece of the file is made of."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

UNPRINTABLE = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def put(parent: ET.Element, tag: str, value: object, **attributes: str) -> None:
    """Add a child that holds ``value`` as text."""
    ET.SubElement(parent, tag, attributes).text = str(value)


def printable(words: str) -> str:
    """Return ``words`` on one line, without what XML or a page cannot hold."""
    return " ".join(UNPRINTABLE.sub(" ", words).split())
