"""Planted identifiers in both languages: which are found whole, and what is taken for one and isn't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import setting
from eval.benchmarks.corpora import rows
from eval.errors import BadRow, NothingToDo
from eval.metrics import wilson
from eval.replay.identifiers.anonymise import found
from eval.replay.identifiers.spans import KINDS

DATA = Path(__file__).parent.parent / "data"
LANGUAGES = ("en", "zh")
APART = "name"
"""Told apart: nothing but a dictionary of all names would find them all."""


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    half: str
    before: str = ""


def run(own: Path | None, half: str) -> dict[str, Any]:
    """By language and half: `recall` without names, with its 95 % interval, each kind's own, and look-alikes that were taken. Raises BadRow."""
    files = {"own": own} if own else {language: DATA / f"identifiers.{language}.jsonl" for language in LANGUAGES}
    report: dict[str, Any] = {}
    for language, file in files.items():
        cases = [_case(file, number, row) for number, row in rows(file)]
        for part in sorted({case.half for case in cases}):
            if half in ("all", part):
                report[f"{language} {part}"] = figures([case for case in cases if case.half == part])
    if not report:
        raise NothingToDo(f"no row of the half {half}")
    return {"identifiers": report, "data": setting.digests(files.values())}


def figures(cases: Sequence[Case]) -> dict[str, Any]:
    hits: dict[str, list[bool]] = defaultdict(list)
    missed, taken, lookalikes = [], [], 0
    for case in cases:
        spans = found(case.text, before=case.before)
        there = {place for span in spans for place in range(span.start, span.end)}
        for start, end, kind in case.spans:
            whole = all(place in there for place in range(start, end) if case.text[place].isalnum())
            hits[kind].append(whole)
            if not whole:
                missed.append({"id": case.id, "kind": kind, "text": case.text[start:end]})
        if not case.spans:
            lookalikes += 1
            if spans:
                taken.append(
                    {"id": case.id, "taken": [[span.kind, case.text[span.start : span.end]] for span in spans]}
                )
    told = [hit for kind, found_ in hits.items() if kind != APART for hit in found_]
    return {
        "recall": _share(told), "names": _share(hits[APART]),
        "by_kind": {kind: _share(hits[kind]) for kind in KINDS if kind in hits},
        "lookalikes": lookalikes, "lookalikes_taken": len(taken), "taken": taken, "missed": missed,
    }  # fmt: skip


def _share(hits: Sequence[bool]) -> Mapping[str, Any]:
    low, high = wilson(sum(hits), len(hits))
    return {
        "found": sum(hits),
        "of": len(hits),
        "share": round(sum(hits) / len(hits), 4) if hits else None,
        "low": low,
        "high": high,
    }


def _case(file: Path, number: int, row: Mapping[str, Any]) -> Case:
    try:
        spans = tuple((int(one["start"]), int(one["end"]), str(one["kind"])) for one in row["spans"])
        if wrong := [kind for _, _, kind in spans if kind not in KINDS]:
            raise ValueError(f"kind {wrong[0]!r} is none of {', '.join(KINDS)}")
        if any(not 0 <= start < end <= len(row["text"]) for start, end, _ in spans):
            raise ValueError("a span lies outside of the text")
        return Case(str(row["id"]), str(row["text"]), spans, str(row.get("half", "own")), str(row.get("before", "")))
    except (KeyError, TypeError, ValueError) as error:
        raise BadRow(file, number, f"{error} is missing" if isinstance(error, KeyError) else str(error)) from error
