"""What a corpus holds: the files that were taken, what they amount to, what is said of each."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, QuerySet, When

from webapp import messages
from webapp.models import Corpus, CorpusFile, Verdict

TAKEN = (Verdict.TAKEN, Verdict.REMARKED)


def taken(corpus: Corpus) -> QuerySet[CorpusFile]:
    """Return the files that a training learns from."""
    return corpus.files.filter(verdict__in=TAKEN)


def settle(corpus: Corpus) -> None:
    """Store what the files that were taken amount to."""
    files = list(taken(corpus))
    _name_twins(files)
    marks = sorted(f"{file.composer} {file.sha256}" for file in files)
    corpus.fingerprint = hashlib.sha256("\n".join(marks).encode()).hexdigest() if files else ""
    corpus.summary = summary(files, corpus.files.filter(verdict=Verdict.REFUSED).count())
    Corpus.objects.filter(pk=corpus.pk).update(
        fingerprint=corpus.fingerprint, summary=corpus.summary
    )


def summary(files: Sequence[CorpusFile], n_refused: int) -> dict[str, Any]:
    """Return what a corpus holds: in all and by composer, with pictures in numbers."""
    by_composer: dict[str, list[CorpusFile]] = defaultdict(list)
    for file in files:
        by_composer[file.composer].append(file)
    return {
        **_amounts(files),
        "refused": n_refused,
        "composers": {name: _amounts(by_composer[name]) for name in sorted(by_composer)},
        "pitches": _added(file.pitches for file in files),
        "rhythm": _added(file.rhythm for file in files),
    }


def _amounts(files: Sequence[CorpusFile]) -> dict[str, Any]:
    return {
        "pieces": len(files),
        "notes": sum(file.notes for file in files),
        "minutes": round(sum(file.seconds for file in files) / 60, 1),
    }


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items(), key=lambda item: int(item[0])))


def _name_twins(files: Sequence[CorpusFile]) -> None:
    """Remark on every file but the first that holds what another holds."""
    first: dict[str, str] = {}
    for file in sorted(files, key=lambda file: file.path):
        others = [remark for remark in file.remarks if remark["code"] != "same_as"]
        twin = first.setdefault(file.sha256, file.path)
        wanted = others
        if twin != file.path:
            wanted = [*others, {"code": "same_as", "values": {"file": twin}}]
        if wanted != file.remarks:
            file.remarks = wanted
            file.verdict = Verdict.REMARKED if wanted else Verdict.TAKEN
            file.save(update_fields=["remarks", "verdict"])


def refused_first(files: QuerySet[CorpusFile]) -> QuerySet[CorpusFile]:
    """Return files by composer, those that need a look before all others."""
    is_refused = Case(When(verdict=Verdict.REFUSED, then=0), default=1)
    light = files.defer("pitches", "rhythm")
    return light.order_by(is_refused, "composer", "path")


def said_of(file: CorpusFile) -> list[str]:
    """Return why a file is refused, or what there is to know of one that was taken."""
    if file.verdict == Verdict.REFUSED:
        return [messages.sentence(told["code"], told["values"]) for told in file.remarks]
    told_of = (messages.remark(told["code"], told["values"]) for told in file.remarks)
    return [words for words in told_of if words]
