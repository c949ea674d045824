"""What the notes so far say about the next one.

A network on its own must learn from nothing that music repeats itself: that the
left hand goes on as in the bar before, that the theme comes back. This module
looks back and says so in plain facts, all from the past alone:

- where in the bar and the beat we are, and which keys are held;
- what was struck half a bar, one, two, four and eight bars ago;
- what followed when the last few notes were last heard, as they are or
  transposed (the longest run that was heard before, at its latest place);
- what is struck at the same place when a passage is heard again: once a run of
  notes is recognised, its distance in time is kept for a while.

:class:`Past` is told one note after the other. Before a note's pitch is known it
answers :meth:`Past.ahead`, after that :meth:`Past.within`. Training, evaluation
and composing all ask the same class.

Conventions
-----------
Sets of keys are whole numbers of 88 bits, the lowest key the lowest bit. Ids are
those of ``generator.recipes.notes``; a field that has nothing to say is -1.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from generator.grid import Metre
from generator.recipes.notes import LONGEST, SHIFT_ID

ORDERS = (2, 3, 4, 6, 8, 12, 16, 24)  # notes in a run that is looked for
SURE = 4  # notes that must agree before a distance in time is kept
BARS_BACK = (0.5, 1, 2, 4, 8)
N_PLANES = 11  # sets of keys in Ahead
RECENT_BARS = 2

_SHIFT_ID = SHIFT_ID.tolist()  # a list is quicker to ask than an array

_BASE = 1_000_003
_MODULUS = (1 << 61) - 1
_POWERS = tuple((order, pow(_BASE, order, _MODULUS)) for order in ORDERS)


class Ahead(NamedTuple):
    """What is known before a note's pitch; fields in the order of ``layout.AHEAD``."""

    fields: tuple[int, ...]
    planes: tuple[int, ...]  # N_PLANES sets of keys


class Heard(NamedTuple):
    """One note as ids."""

    shift: int
    pitch: int
    duration: int
    velocity: int


class _Runs:
    """The tokens of a piece, as whole numbers, and keys for the runs that end with the latest."""

    def __init__(self) -> None:
        self._prefix = [0]
        self.keys: list[int] = []
        # The token that was asked about last, and what came of it; it is often pushed next.
        self._asked, self._grown, self._after = -1, 0, self.keys

    def push(self, token: int) -> None:
        """Append ``token``."""
        self.keys = self.after(token)
        self._prefix.append(self._grown)
        self._asked = -1

    def after(self, token: int) -> list[int]:
        """Return the keys as they would be if ``token`` were appended."""
        if token != self._asked:
            prefix = self._prefix
            n, now = len(prefix), (prefix[-1] * _BASE + token + 1) % _MODULUS
            self._asked, self._grown = token, now
            self._after = [
                (now - prefix[n - order] * power) % _MODULUS
                for order, power in _POWERS
                if order <= n
            ]
        return self._after


class _Places:
    """Where runs were last heard, by their keys."""

    def __init__(self) -> None:
        self._tables: list[dict[int, int]] = [{} for _ in ORDERS]

    def look(self, keys: list[int]) -> tuple[int, int]:
        """Return how many of the runs were heard, the shorter first, and where the longest."""
        agree, place = 0, -1
        for key, table in zip(keys, self._tables, strict=False):
            found = table.get(key)
            if found is None:  # a longer run that ends with this one cannot have been heard
                break
            agree, place = agree + 1, found
        return agree, place

    def keep(self, keys: list[int], place: int) -> None:
        """Remember that the runs were heard at ``place``."""
        for key, table in zip(keys, self._tables, strict=False):
            table[key] = place


class Past:
    """The notes of one piece so far.

    Parameters
    ----------
    metres : sequence of Metre
        Time signatures; one that lies ahead is not looked at.
    tempo : int
        Class of the file's first tempo.
    """

    def __init__(self, metres: Sequence[Metre], tempo: int) -> None:
        self._metres = list(metres)
        self._tempo = tempo
        self.notes: list[Heard] = []
        self._onsets: list[int] = []  # of every note, in steps
        self._struck: dict[int, int] = {}  # keys by step
        self._lengths: dict[tuple[int, int], int] = {}  # duration id by step and key
        self._steps: list[int] = []  # where something begins, rising
        self._held: list[tuple[int, int, int]] = []  # onset, end and key of what may still sound
        self._exact, self._moved = _Runs(), _Runs()
        # By the run and the onset of the note that follows it; and by the run alone.
        self._exact_ahead, self._moved_ahead = _Places(), _Places()
        self._exact_within, self._moved_within = _Places(), _Places()
        self._lag, self._trust = 0, 0  # of the passage that is being heard again
        self._is_flat = True
        self._last = 0  # step of the latest note
        # What was asked about last:
        self.now = 0
        self._count(self._metres[0])
        self.sounding = self._recent = 0
        self._shift, self._rest = 0, -1
        self._exact_keys: list[int] = []  # of the runs and the onset
        self._moved_keys: list[int] = []
        self._following = (0, 0)

    @property
    def bar(self) -> int:
        """How many bars of its metre lie before :attr:`now`."""
        return (self.now - self.metre.step) // self.metre.bar

    @property
    def struck_now(self) -> int:
        """The keys struck so far at :attr:`now`."""
        return self._struck.get(self.now, 0)

    def ahead(self, shift: int, steps: int) -> Ahead:
        """Return what is known before the pitch of a note; may be asked again and again.

        Parameters
        ----------
        shift : int
            Id of its onset.
        steps : int
            The exact steps since the note before; for the first note, since 0.
        """
        self._look_at(self._last + steps)
        self._shift = shift
        self._exact_keys = _with(self._exact.keys, shift)
        self._moved_keys = _with(self._moved.keys, shift)
        exact_order, exact_at = self._exact_ahead.look(self._exact_keys)
        moved_order, moved_at = self._moved_ahead.look(self._moved_keys)
        lag, trust = self._following = self._followed(exact_order, exact_at)

        before = self.notes[-1] if self.notes else None
        exact_key = self.notes[exact_at].pitch if exact_order else -1
        moved_key = before.pitch + self._interval(moved_at) if before and moved_order else -1
        now, metre, struck = self.now, self.metre, self.struck_now
        place = now - metre.step
        fields = (
            before.pitch if before else -1,
            before.duration if before else -1,
            before.velocity if before and not self._is_flat else -1,
            before.shift if before else -1,
            shift,
            place % self._bar % 192,
            place % self._beat % 96,
            min(metre.numerator, 16) - 1,
            min(metre.denominator.bit_length() - 1, 5),
            place // self._bar % 8,
            min(struck.bit_count(), 11),
            self._tempo,
            exact_order - 1,
            moved_order - 1,
            min(trust, 16) // 2 - 1,
            self._rest,
        )
        planes = (
            self.sounding,
            struck,
            *[self._struck.get(now - back, 0) for back in self._backs],
            self._struck.get(now - lag, 0) if trust else 0,
            _key(exact_key),
            _key(moved_key),
            self._recent,
        )
        return Ahead(fields, planes)

    def within(self, pitch: int) -> tuple[int, ...]:
        """Return what else is known once the pitch is; as ``layout.WITHIN``, without it."""
        exact, moved = self._tokens(pitch)
        lag, trust = self._following
        lags = (self._bar, 2 * self._bar, lag if trust else 0)
        at_lags = [self._at_lag(lag, pitch) for lag in lags]
        return (
            *self._advice(*self._exact_within.look(self._exact.after(exact))),
            *self._advice(*self._moved_within.look(self._moved.after(moved))),
            sum(more << i for i, (more, _, _) in enumerate(at_lags)),
            *(onward for _, onward, _ in at_lags),
            *(length for _, _, length in at_lags),
        )

    def push(self, heard: Heard, steps: int) -> None:
        """Append the note that was asked about last; it lasts ``steps``."""
        n, now = len(self.notes), self.now
        exact, moved = self._tokens(heard.pitch)
        self._exact_ahead.keep(self._exact_keys, n)
        self._moved_ahead.keep(self._moved_keys, n)
        self._exact.push(exact)
        self._moved.push(moved)
        self._exact_within.keep(self._exact.keys, n)
        self._moved_within.keep(self._moved.keys, n)
        self._lag, self._trust = self._following

        if n and heard.velocity != self.notes[0].velocity:
            self._is_flat = False
        self.notes.append(heard)
        self._onsets.append(now)
        if now > self._last or not n:
            self._held = [held for held in self._held if held[1] > now]
            self._steps.append(now)
        self._last = now
        self._struck[now] = self._struck.get(now, 0) | 1 << heard.pitch
        self._lengths[now, heard.pitch] = heard.duration
        self._held.append((now, now + steps, heard.pitch))

    def _look_at(self, step: int) -> None:
        """Find the metre, the keys held and the recent ones at ``step``."""
        if step == self.now and self._steps and step > self._last:
            return  # nothing has changed since it was looked at
        self.now = step
        metres = self._metres
        while len(metres) > 1 and metres[1].step <= self._last:
            metres.pop(0)
        metre = next(m for m in reversed(metres) if m.step <= step or m is metres[0])
        if metre is not self.metre:
            self._count(metre)
        before = [(end, key) for onset, end, key in self._held if onset < step < end]
        self.sounding = 0
        for _, key in before:
            self.sounding |= 1 << key
        ends = min((end for end, _ in before), default=-1)
        self._rest = _SHIFT_ID[min(ends - step, LONGEST)] if ends >= 0 else -1
        since = bisect_left(self._steps, step - RECENT_BARS * self._bar)
        self._recent = 0
        for earlier in self._steps[since : bisect_left(self._steps, step)]:
            self._recent |= self._struck[earlier]

    def _count(self, metre: Metre) -> None:
        """Go on in ``metre``: the steps of its bar and beat, and those that are looked back."""
        self.metre, self._bar, self._beat = metre, metre.bar, metre.beat
        self._backs = [int(back * metre.bar) for back in BARS_BACK]

    def _followed(self, order: int, place: int) -> tuple[int, int]:
        """Return the distance in time to a passage that is being heard again, and the trust."""
        agree = ORDERS[order - 1] if order else 0
        trust = max(0, self._trust - 1)
        if agree >= max(SURE, trust):
            return self.now - self._onsets[place], agree
        return self._lag, trust

    def _tokens(self, pitch: int) -> tuple[int, int]:
        """Return the note as a token as it is, and as one that is the same in any key."""
        before = self.notes[-1].pitch if self.notes else pitch
        return pitch * 128 + self._shift, (pitch - before + 128) * 128 + self._shift

    def _interval(self, place: int) -> int:
        return self.notes[place].pitch - self.notes[place - 1].pitch if place else 0

    def _advice(self, order: int, place: int) -> tuple[int, int, int, int]:
        """Return duration, velocity and next onset of the note at ``place``, and the order."""
        if not order:
            return -1, -1, -1, -1
        heard = self.notes[place]
        following = place + 1
        onward = self.notes[following].shift if following < len(self.notes) else self._shift
        velocity = -1 if self._is_flat else heard.velocity
        return heard.duration, velocity, onward, order - 1

    def _at_lag(self, lag: int, pitch: int) -> tuple[bool, int, int]:
        """Return whether a higher key was struck ``lag`` ago, steps to what followed, length."""
        then = self.now - lag
        if not lag or then < 0:
            return False, -1, -1
        higher = self._struck.get(then, 0) >> (pitch + 1) != 0
        following = bisect_right(self._steps, then)
        onward = -1
        if following < len(self._steps):
            onward = _SHIFT_ID[min(self._steps[following] - then, LONGEST)]
        return higher, onward, self._lengths.get((then, pitch), -1)


def _with(keys: list[int], shift: int) -> list[int]:
    return [key * 4096 + shift for key in keys]


def _key(pitch: int) -> int:
    return 1 << pitch if 0 <= pitch < 88 else 0  # noqa: PLR2004
