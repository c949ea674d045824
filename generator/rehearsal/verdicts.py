"""What is said of a batch that was measured: pass or warn, line by line, and why.

Each line keeps one rule, which stands at its function. A line that cannot be measured
neither passes nor warns: it says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from generator.rehearsal.measuring import Measures

PASS, WARN, UNKNOWN = "pass", "warn", "unknown"

WORSE_BITS = 0.05  # bits a note; less is no difference that anybody hears
SURE = 0.9  # a judge who is right as often as this tells nearly every piece
SURER = 0.1  # by so much more often than of the other model


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two models, and what is known of its batch."""

    card: Mapping[str, Any]
    measures: Measures
    n_engraved: int | None = None  # pieces that MuseScore engraved; None without MuseScore


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the report; ``code`` and ``values`` make its sentence."""

    name: str
    verdict: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def judge(ours: Side, theirs: Side | None = None) -> list[Line]:
    """Return what to say of ``ours``, beside ``theirs`` where there is another."""
    stuck = [_stuck(way, ours.measures) for way in ours.measures.stuck]
    return [
        bits(ours.card, theirs.card if theirs else None),
        likeness(ours.measures, theirs.measures if theirs else None),
        told_apart(ours.measures, theirs.measures if theirs else None),
        copying(ours.measures),
        *stuck,
        engraving(ours),
    ]


def overall(lines: Sequence[Line]) -> str:
    """Return WARN if any line warns."""
    return WARN if any(line.verdict == WARN for line in lines) else PASS


def bits(card: Mapping[str, Any], other: Mapping[str, Any] | None) -> Line:
    """Warn if the same unseen works cost this model 0.05 bits a note more than the other.

    Figures that were taken on different works are not compared.
    """
    mine = _evaluations(card)
    if not mine:
        return Line(name="bits", verdict=UNKNOWN, code="bits_unmeasured")
    theirs = _evaluations(other or {})
    pairs = [(mine[key], theirs[key]) for key in mine if key in theirs]
    if not pairs or not _saw_the_same(card, other or {}):
        code = "bits_other_works" if theirs else "bits_alone"
        return Line(name="bits", verdict=UNKNOWN, code=code)
    ours, others = (sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1))
    values = {"ours": round(ours, 2), "theirs": round(others, 2)}
    is_worse = ours > others + WORSE_BITS
    code = "bits_more" if is_worse else "bits_no_more"
    return Line(name="bits", verdict=WARN if is_worse else PASS, code=code, values=values)


def likeness(ours: Measures, theirs: Measures | None) -> Line:
    """Warn if even the upper end of our interval lies below the lower end of theirs."""
    if ours.overlap is None or ours.low is None or ours.high is None:
        return Line(name="likeness", verdict=UNKNOWN, code="likeness_unmeasured")
    values: dict[str, Any] = {"ours": ours.overlap, "low": ours.low, "high": ours.high}
    if theirs is None or theirs.low is None or theirs.high is None:
        return Line(name="likeness", verdict=UNKNOWN, code="likeness_alone", values=values)
    values |= {"theirs": theirs.overlap}
    if ours.high < theirs.low:
        return Line(name="likeness", verdict=WARN, code="likeness_less", values=values)
    code = "likeness_more" if ours.low > theirs.high else "likeness_as_much"
    return Line(name="likeness", verdict=PASS, code=code, values=values)


def told_apart(ours: Measures, theirs: Measures | None) -> Line:
    """Warn if a judge nearly always knows our pieces from real ones, and theirs less often."""
    if ours.told_apart is None:
        return Line(name="told_apart", verdict=UNKNOWN, code="told_unmeasured")
    values: dict[str, Any] = {"ours": round(100 * ours.told_apart)}
    if theirs is None or theirs.told_apart is None:
        return Line(name="told_apart", verdict=UNKNOWN, code="told_alone", values=values)
    values["theirs"] = round(100 * theirs.told_apart)
    is_worse = ours.told_apart >= SURE and ours.told_apart >= theirs.told_apart + SURER
    code = "told_more" if is_worse else "told_no_more"
    return Line(name="told_apart", verdict=WARN if is_worse else PASS, code=code, values=values)


def copying(ours: Measures) -> Line:
    """Warn if a piece shares a longer run with a work learned from than real works share."""
    if ours.longest is None or ours.line is None:
        return Line(name="copying", verdict=UNKNOWN, code="copying_unmeasured")
    values = {"longest": ours.longest, "line": ours.line, "again": ours.n_recomposed}
    if ours.longest > ours.line:
        return Line(name="copying", verdict=WARN, code="copying_too_much", values=values)
    code = "copying_kept_off" if ours.n_recomposed else "copying_little"
    return Line(name="copying", verdict=PASS, code=code, values=values)


def engraving(ours: Side) -> Line:
    """Warn if MuseScore cannot engrave a piece within its time."""
    total = ours.measures.n_pieces
    if ours.n_engraved is None:
        return Line(name="engraving", verdict=UNKNOWN, code="engraving_unmeasured")
    values = {"engraved": ours.n_engraved, "total": total}
    if ours.n_engraved < total:
        return Line(name="engraving", verdict=WARN, code="engraving_some", values=values)
    return Line(name="engraving", verdict=PASS, code="engraving_all", values=values)


def _stuck(way: str, ours: Measures) -> Line:
    """Warn if a piece goes beyond what any work of Chopin does (``metrics.CHOPIN``)."""
    beyond = ours.stuck[way]
    values = {"n": len(beyond), "total": ours.n_pieces, "pieces": beyond}
    verdict, code = (WARN, f"{way}_some") if beyond else (PASS, f"{way}_none")
    return Line(name=way, verdict=verdict, code=code, values=values)


def _evaluations(card: Mapping[str, Any]) -> dict[tuple[str, int], float]:
    """Return bits per note by the works they were taken on: the corpus, and how many notes."""
    told = (card.get("figures") or {}).get("evaluations") or ()
    return {
        (str(one.get("corpus")), int(one.get("notes", 0))): float(one["bits_per_note"])
        for one in told
        if isinstance(one.get("bits_per_note"), int | float)
    }


def _saw_the_same(card: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the same works were held out from both."""
    return card.get("held_out") is not None and card.get("held_out") == other.get("held_out")
