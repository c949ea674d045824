"""A sound without what is written into it: for who should not know where it comes from."""

from __future__ import annotations

HEAD, TAIL = 10, 128  # bytes of an ID3v2 header, and of an ID3v1 tag at the end
FOOTER = 0x10  # the flag that says that an ID3v2 tag has a footer, as long as its header


def untagged(mp3: bytes) -> bytes:
    r"""Return an MP3 without its ID3 tags: what is left is sound alone.

    Source: id3.org, "ID3 tag version 2.4.0 - Main Structure", section 3. A size is four
    bytes of seven bits.

    >>> tag = b"ID3" + bytes([4, 0, 0]) + bytes([0, 0, 0, 5]) + b"model"
    >>> untagged(tag + bytes([0xFF, 0xFB]) + b"sound" + b"TAG" + bytes(125))
    b'\xff\xfbsound'
    """
    while mp3[:3] == b"ID3" and len(mp3) > HEAD:
        size = 0
        for byte in mp3[6:HEAD]:
            size = size << 7 | byte & 0x7F
        mp3 = mp3[HEAD + size + (HEAD if mp3[5] & FOOTER else 0) :]
    if mp3[-TAIL : -TAIL + 3] == b"TAG":
        mp3 = mp3[:-TAIL]
    return mp3
