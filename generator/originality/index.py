"""The works that a model learned from, ready to be searched for what a piece has of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.errors import CheckpointError
from generator.grid import ONSET, GridScore, Steps
from generator.originality.chains import N_DRAWERS, Chain, Shared, drawer, longest
from generator.repeats import bars, duration_classes, intervals, shift_classes

Column = npt.NDArray[np.integer[Any]]

FORMAT = 1
FILE = "originality.npz"
SEED = 3  # links that lead to where a run can begin
FIRST = 255  # in place of an onset class: this note begins a work and has no link


@dataclass(frozen=True, kw_only=True)
class Run:
    """The longest run that a piece shares with one work.

    Of several equally long the first in the piece is told, in the first work of the
    index that has it. Bars are counted from 1; where nothing is shared all is 0.
    """

    length: int = 0  # notes; n notes are tied by n - 1 links
    work: str = ""
    composer: str = ""
    first_bar: int = 0  # in the work
    last_bar: int = 0
    piece_first_bar: int = 0
    piece_last_bar: int = 0
    begin_note: int = 0  # of the piece, counted from 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Index:
    """The links of a corpus, ready to be searched; ``build`` and ``load`` make one.

    Attributes
    ----------
    shifts, intervals, durations : np.ndarray, shape (N,)
        The link of each note, work after work; ``FIRST`` in ``shifts`` begins a work.
    bars : np.ndarray, shape (N,)
        The bar of each note in its work, from 1.
    names, composers : tuple of str, one for each work
    attribution : str
        Whom the licences of the works ask to be named.
    """

    shifts: npt.NDArray[np.uint8]
    intervals: npt.NDArray[np.int8]
    durations: npt.NDArray[np.uint8]
    bars: npt.NDArray[np.uint16]
    names: tuple[str, ...]
    composers: tuple[str, ...]
    attribution: str = ""

    def longest_run(self, piece: GridScore, *, begin: int = 0) -> Run:
        """Return the longest run that ``piece`` shares with any work.

        Parameters
        ----------
        begin : int
            The first note that may be part of the run: the opening lies before it.
        """
        shared = self.search(piece, begin=begin)
        return self._run(piece, shared) if shared.n_links else Run()

    def search(self, piece: GridScore, *, begin: int = 0, without: Sequence[int] = ()) -> Shared:
        """Return where the longest run lies, passing over the works numbered in ``without``."""
        mine = Chain(_codes(*_links(piece)))
        here = np.arange(max(begin, 0) + 1, len(mine))  # links, each between two notes
        seeded = self._passing_over(without, self._places(mine, here))
        shared = longest(mine, self.chain, here, seeded, lowest=SEED, below=len(mine))
        if shared.n_links:
            return shared
        anywhere = self._passing_over(without, np.arange(len(self.chain)))
        return longest(mine, self.chain, here, anywhere, lowest=1, below=SEED)

    def work_of(self, notes: Steps) -> Steps:
        """Return the number of the work that each note belongs to."""
        return np.searchsorted(np.flatnonzero(self.shifts == FIRST), notes, side="right") - 1

    def save(self, path: Path) -> None:
        """Write the index; the same index gives the same bytes."""
        said = {"format": FORMAT, "attribution": self.attribution}
        steps = np.diff(self.bars, prepend=np.uint16(0))  # modulo 2 ** 16, and small
        columns = {name: getattr(self, name) for name in (*_LINK, "names", "composers")}
        aside = path.with_suffix(".partial")
        aside.write_bytes(_pack(columns | said | {"bar_steps": steps}))
        aside.replace(path)

    @cached_property
    def chain(self) -> Chain:
        """All works as one chain; no stretch of a piece has the link ``FIRST`` in it."""
        return Chain(_codes(self.shifts, self.intervals, self.durations))

    @cached_property
    def _drawers(self) -> tuple[Steps, Steps]:
        """Return all notes in order of their drawer, and where each drawer begins.

        Notes after which the same ``SEED`` links come lie in one drawer of 65,536.
        """
        begins = np.arange(max(0, len(self.chain) - SEED + 1))
        drawers = drawer(self.chain.hashes(begins, SEED))
        order = np.argsort(drawers, kind="stable")  # numbers of 16 bits are sorted in a breath
        return order, np.searchsorted(drawers[order], np.arange(N_DRAWERS + 1))

    def _places(self, mine: Chain, here: Steps) -> Steps:
        """Return the notes from which a run of ``SEED`` links can begin, rising."""
        order, ends = self._drawers
        here = here[here + SEED <= len(mine)]
        drawers = np.unique(drawer(mine.hashes(here, SEED))).tolist()
        found = [order[ends[number] : ends[number + 1]] for number in drawers]
        return np.sort(np.concatenate([order[:0], *found]))

    def _passing_over(self, works: Sequence[int], there: Steps) -> Steps:
        return there[~np.isin(self.work_of(there), works)] if len(works) else there

    def _run(self, piece: GridScore, shared: Shared) -> Run:
        """Say a run in bars. It begins one note before its first link."""
        number, _ = bars(piece.metres, piece.notes[:, ONSET])
        work = int(self.work_of(np.array(shared.there)))
        return Run(
            length=shared.n_links + 1,
            work=self.names[work],
            composer=self.composers[work],
            first_bar=int(self.bars[shared.there - 1]),
            last_bar=int(self.bars[shared.there + shared.n_links - 1]),
            piece_first_bar=int(number[shared.here - 1]),
            piece_last_bar=int(number[shared.here + shared.n_links - 1]),
            begin_note=shared.here - 1,
        )


def build(pieces: Sequence[GridScore], *, attribution: str = "") -> Index:
    """Return an index of ``pieces``, each of which is a work; those without notes are left out."""
    pieces = [piece for piece in pieces if len(piece.notes)]
    links = [_links(piece) for piece in pieces] or [(np.zeros(0, np.int64),) * 3]
    shifts, rises, lengths = (np.concatenate(column) for column in zip(*links, strict=True))
    number = [bars(piece.metres, piece.notes[:, ONSET])[0] for piece in pieces]
    return Index(
        shifts=shifts.astype(np.uint8),
        intervals=rises.astype(np.int8),
        durations=lengths.astype(np.uint8),
        bars=np.concatenate([*number, np.zeros(0, np.int64)]).astype(np.uint16),
        names=tuple(piece.name for piece in pieces),
        composers=tuple(piece.composer for piece in pieces),
        attribution=attribution,
    )


def load(path: Path) -> Index:
    """Read an index.

    Raises
    ------
    CheckpointError
        If the file is missing, unreadable or of another format.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            read = {name: file[name] for name in file.files}
        if read["format"] != FORMAT:
            value = read["format"].item()
            raise CheckpointError(
                "checkpoint_format", folder=path.parent.name, value=value, known=FORMAT
            )
        return Index(
            **{name: read[name] for name in _LINK},
            bars=np.cumsum(read["bar_steps"], dtype=np.uint16),
            names=tuple(read["names"].tolist()),
            composers=tuple(read["composers"].tolist()),
            attribution=str(read["attribution"]),
        )
    except FileNotFoundError as error:
        raise CheckpointError(
            "checkpoint_missing", folder=path.parent.name, file=path.name
        ) from error
    except (ValueError, OSError, KeyError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            "checkpoint_damaged", folder=path.parent.name, reason=f"{path.name} cannot be read"
        ) from error


_LINK = ("shifts", "intervals", "durations")


def _links(piece: GridScore) -> tuple[Steps, Steps, Steps]:
    """Return the columns of a piece's links, each of shape (n_notes,)."""
    shifts = shift_classes(piece.notes)
    shifts[:1] = FIRST
    return shifts, intervals(piece.notes), duration_classes(piece.notes)


def _codes(shifts: Column, rises: Column, lengths: Column) -> Steps:
    """Return links as numbers: 8 bits of onset class, 8 of interval, 5 of duration."""
    wide = [column.astype(np.int64) for column in (shifts, rises, lengths)]
    return (wide[0] << 13) + ((wide[1] + 128) << 5) + wide[2]


def _pack(arrays: dict[str, Any]) -> bytes:
    """Return the bytes of a compressed .npz file that depend on nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, values in arrays.items():
            array = io.BytesIO()
            np.lib.format.write_array(array, np.asarray(values), allow_pickle=False)
            # numpy.savez would write the time of day.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
