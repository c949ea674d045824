"""The bytes of a MIDI file, read in one pass: what is struck, pedalled and counted.

Written for speed, since a corpus is read whole before each training. It agrees
with ``generator.canonical``, which reads through mido, on every note: the oldest
open note of a key closes first, data bytes above 127 count as 127, channel 10
is left out, and so is a note without an end. It is more patient with damage
that no note depends on, and less with lengths that a hostile file may claim.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from generator.errors import gettext_noop

MAX_QUARTERS = 100_000  # a piece of 14 hours at 120 quarter notes a minute

DRUM_CHANNEL = 9
SUSTAIN = 64  # the controller
PEDAL_DOWN = 64  # its values from here on

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, PRESSURE, SYSTEM = 0x80, 0x90, 0xB0, 0xC0, 0xD0, 0xF0
SYSEX, SYSEX_END, META = 0xF0, 0xF7, 0xFF
SYSTEM_DATA = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}

SET_TEMPO, TIME_SIGNATURE = 0x51, 0x58
#: Kinds of meta event that mido knows. It does not count the time before any other,
#: and what it does not count the yardstick's onsets lack.
KNOWN_META = frozenset([*range(8), 0x09, 0x20, 0x21, 0x2F, 0x51, 0x54, 0x58, 0x59, 0x7F])

HEADER_BYTES, CHUNK_HEADER_BYTES = 6, 8


class DamagedError(ValueError):
    """The bytes are no MIDI file; the message says why, as part of a sentence."""


@dataclass
class Events:
    """What a MIDI file holds, in ticks from its beginning."""

    ticks_a_quarter: int = 0
    notes: list[tuple[int, int, int, int]] = field(default_factory=list)  # in order of their ends
    tempi: list[tuple[int, int]] = field(default_factory=list)  # tick, microseconds a quarter
    metres: list[tuple[int, int, int]] = field(default_factory=list)  # tick, parts of the signature
    pedals: list[tuple[int, int, bool]] = field(default_factory=list)  # tick, channel, is down
    n_drums: int = 0  # notes of channel 10, which are left out
    n_unended: int = 0  # notes that are struck and never end, which are left out
    programs: dict[int, int] = field(default_factory=dict)  # the first of each channel


def events_of(content: bytes) -> Events:
    """Return what the bytes of a MIDI file hold, track by track.

    Raises
    ------
    DamagedError
        If they are no MIDI file, end early, count time in film frames, or
        last beyond ``MAX_QUARTERS``.
    """
    try:
        return _events(content)
    except IndexError:
        raise DamagedError(gettext_noop("it ends in the middle")) from None


def _events(content: bytes) -> Events:
    if not content:
        raise DamagedError(gettext_noop("it is empty"))
    if content[:4] != b"MThd":
        raise DamagedError(gettext_noop("it does not begin as a MIDI file does"))
    size = int.from_bytes(content[4:8])
    if size < HEADER_BYTES or len(content) < CHUNK_HEADER_BYTES + size:
        raise DamagedError(gettext_noop("its header is cut off"))

    n_tracks = int.from_bytes(content[10:12], signed=True)
    events = Events(ticks_a_quarter=int.from_bytes(content[12:14], signed=True))
    if events.ticks_a_quarter <= 0:
        raise DamagedError(gettext_noop("it counts no quarter notes"))

    at = CHUNK_HEADER_BYTES + size
    for _ in range(n_tracks):
        at = _read_track(content, at, events)
    return events


def _read_track(content: bytes, at: int, events: Events) -> int:
    """Add what the track at ``at`` holds to ``events``; return where it ends."""
    if content[at : at + 4] != b"MTrk":
        raise DamagedError(gettext_noop("a track is missing"))
    begin = at + CHUNK_HEADER_BYTES
    end = begin + int.from_bytes(content[at + 4 : begin])
    if end > len(content):
        raise DamagedError(gettext_noop("it ends in the middle of a track"))
    if _read_messages(content, begin, end, events) != end:
        raise DamagedError(gettext_noop("a track does not end where it says"))
    return end


def _read_messages(  # noqa: PLR0912, PLR0915
    content: bytes, at: int, end: int, events: Events
) -> int:
    """Read messages until ``end``. Long, because a call for each byte would cost the speed."""
    now, status, latest = 0, 0, MAX_QUARTERS * events.ticks_a_quarter
    sounding: dict[int, deque[tuple[int, int]]] = {}
    strike = events.notes.append
    while at < end:
        before = now
        byte = content[at]
        at += 1
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a length has no high bit
            now += byte
        else:
            ticks, at = _length(content, at - 1)
            now += ticks
        if now > latest:
            raise DamagedError(f"it is longer than {MAX_QUARTERS} quarter notes")

        byte = content[at]
        if byte >= 0x80:  # noqa: PLR2004 - a status; without one, the last holds on
            at += 1
            if byte == META:
                at, is_known = _read_meta(content, at, now, events)
                now = now if is_known else before
                continue
            status = byte
        kind = status & 0xF0
        if kind in (NOTE_ON, NOTE_OFF):
            pitch, velocity = content[at], content[at + 1]
            at += 2
            key = (status & 0x0F) << 8 | min(pitch, 127)
            if kind == NOTE_ON and velocity:
                sounding.setdefault(key, deque()).append((now, velocity))
            elif sounding.get(key):
                onset, velocity = sounding[key].popleft()
                if key >> 8 != DRUM_CHANNEL:
                    strike((onset, key & 0xFF, now - onset, min(velocity, 127)))
                else:
                    events.n_drums += 1
        elif kind == CONTROL:
            if content[at] == SUSTAIN and status & 0x0F != DRUM_CHANNEL:
                events.pedals.append((now, status & 0x0F, content[at + 1] >= PEDAL_DOWN))
            at += 2
        else:
            if kind == PROGRAM:
                events.programs.setdefault(status & 0x0F, content[at])
            at = _pass_over(content, at, status, is_running=byte != status)
    events.n_unended += sum(
        len(struck) for key, struck in sounding.items() if key >> 8 != DRUM_CHANNEL
    )
    return at


def _read_meta(content: bytes, at: int, now: int, events: Events) -> tuple[int, bool]:
    """Read the meta event whose kind stands at ``at``; return where it ends, and if it counts."""
    kind = content[at]
    size, at = _length(content, at + 1)
    body = content[at : at + size]
    if kind == SET_TEMPO and len(body) >= 3:  # noqa: PLR2004
        events.tempi.append((now, int.from_bytes(body[:3])))
    elif kind == TIME_SIGNATURE and len(body) >= 2 and body[1] < 8:  # noqa: PLR2004
        events.metres.append((now, body[0], 2 ** body[1]))
    return at + size, kind in KNOWN_META


def _pass_over(content: bytes, at: int, status: int, *, is_running: bool) -> int:
    """Return where a message ends that holds nothing of ours."""
    kind = status & 0xF0
    if kind in (PROGRAM, PRESSURE):
        return at + 1
    if kind not in (0, SYSTEM):
        return at + 2
    if is_running:
        raise DamagedError(gettext_noop("a message has no kind"))
    if status in (SYSEX, SYSEX_END):
        size, at = _length(content, at)
        return at + size
    if status not in SYSTEM_DATA:
        raise DamagedError(f"a message has the kind {status:#04x}, which is none")
    return at + SYSTEM_DATA[status]


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Return the number of variable length at ``at``, and where it ends."""
    value = 0
    for place in range(at, at + 5):  # a fifth byte is one too many, but some programs write it
        byte = content[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004
            return value, place + 1
    raise DamagedError(gettext_noop("a length has no end"))
