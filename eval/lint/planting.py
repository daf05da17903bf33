"""How many planted faults `shopclerk lint` finds in copies of a shop, and what it says of the shop as it is."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.settings import load_settings
from bot.wiring import SAMPLE, embedder_of
from eval import setting
from eval.benchmarks import corpora
from eval.errors import BadRow
from eval.lint.checking import check, texts_of
from eval.lint.types import Problem
from retrieval.generations import Progress
from retrieval.seams import Embedder

FAULTS = Path(__file__).parent.parent / "data" / "lint_faults.jsonl"
_WORD = re.compile(r"[\w-]+")
TODAY = date(2026, 11, 24)
"""The day that the faults were written for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """In `file`, `old`, which stands there once, becomes `new`; `says` is what is wrong then."""

    id: str
    kind: str
    file: str
    old: str
    new: str
    locale: str
    says: str
    half: str


def run(*, faults: Path | None, shop: Path | None, half: str, say: Progress) -> dict[str, Any]:
    """Each fault in a copy of its own. Found is one of which a new problem speaks of a text that the fault changed, or of its twin."""
    file, folder = faults or FAULTS, shop or SAMPLE
    chosen = [one for one in corpora.cases(file, _fault) if half in ("all", one.half)]
    embedder = embedder_of(load_settings(shop=folder))
    as_it_is, base = check(folder, TODAY, embedder), _things(folder)
    known = frozenset(map(_key, as_it_is))
    found: list[tuple[Fault, list[Problem]]] = []
    for done, fault in enumerate(chosen, 1):
        found.append((fault, _found(fault, folder, file, known, base, embedder)))
        say("faults", done, len(chosen))
    kinds = Counter(fault.kind for fault, _ in found)
    seen = Counter(fault.kind for fault, problems in found if problems)
    return {
        "half": half, "faults": len(found), "found": sum(bool(problems) for _, problems in found),
        "by_kind": {kind: {"faults": count, "found": seen[kind]} for kind, count in kinds.items()},
        "missed": [{"id": fault.id, "kind": fault.kind, "says": fault.says} for fault, problems in found if not problems],
        "as_it_is": [{"rule": one.rule, "subject": one.subject, "says": one.says} for one in as_it_is],
        "versions": setting.versions(("shopclerk", "numpy", "onnxruntime")), "data": setting.digests([file]), "machine": setting.machine(),
    }  # fmt: skip


def _fault(row: Mapping[str, Any]) -> Fault:
    texts = {name: str(row[name]) for name in ("id", "kind", "file", "old", "new", "locale", "says")}
    return Fault(**texts, half=str(row.get("half") or "test"))


def _found(
    fault: Fault, folder: Path, file: Path, known: frozenset[tuple[str, ...]], base: Mapping[str, list[object]], embedder: Embedder
) -> list[Problem]:  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "shop"
        shutil.copytree(folder, copy)
        text = (copy / fault.file).read_text(encoding="utf-8")
        if text.count(fault.old) != 1:
            raise BadRow(file, 0, f"{fault.id}: its text stands {text.count(fault.old)} times in {fault.file}")
        (copy / fault.file).write_text(text.replace(fault.old, fault.new), encoding="utf-8")
        now = _things(copy)
        changed = {name for name in base.keys() | now.keys() if base.get(name) != now.get(name)}
        new = [one for one in check(copy, TODAY, embedder) if _key(one) not in known]
    return [one for one in new if one.place.file == "shop.toml" == fault.file or _speaks_of(one, changed)]


def _things(folder: Path) -> dict[str, list[object]]:
    """What was read, by id."""
    read, found = texts_of(folder, TODAY).knowledge, defaultdict[str, list[object]](list)
    for product in read.products:
        found[product.id].append(product)
    for faq in read.faqs:
        found[faq.id].append(faq)
    for document in read.documents:
        found[document.id].append(document)
    for (product_id, _), price in read.raised.items():
        found[product_id].append(price)
    return found


def _speaks_of(problem: Problem, ids: Set[str]) -> bool:
    subject = problem.subject.split(",")[0].partition(" ")[2]
    return subject in ids or not ids.isdisjoint(_WORD.findall(problem.says))


def _key(problem: Problem) -> tuple[str, ...]:
    return problem.rule, problem.subject, problem.locale, problem.text


def broken(report: Mapping[str, Any]) -> Sequence[str]:
    """What falls short of 55 of 60 found and at most 5 problems in the shop as it is."""
    short = report["found"] < 55 / 60 * report["faults"]
    many = len(report["as_it_is"]) > 5
    return [
        *(["too few faults are found"] if short else []),
        *(["too much is said of the shop as it is"] if many else []),
    ]
