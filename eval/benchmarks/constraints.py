"""How many messages are read into exactly the limits that they state; a few regular expressions are read beside, as a yardstick."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.wiring import SAMPLE
from eval import setting
from eval.benchmarks import corpora
from eval.errors import NothingToDo
from eval.yardsticks.limits import limits_of
from knowledge_base.catalogue import Catalogue
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.where import Where
from retrieval.constraints import Reader
from retrieval.generations import Progress
from retrieval.stated import stated, where_of

DATA = Path(__file__).parent.parent / "data"
FILES = (DATA / "constraints.dev.jsonl", DATA / "constraints.test.jsonl")
HALVES = ("dev", "test", "frozen", "all")
PACKAGES = ("shopclerk", "numpy", "rjieba")
QUICK = 60
"""Cases that --quick reads."""
Stated = dict[str, Any]
"""Limits as docs/cases.md writes them, in one order."""


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    locale: str
    text: str
    where: Stated
    half: str


def run(*, cases: Path | None, shop: Path | None, half: str | None, quick: bool, say: Progress) -> dict[str, Any]:
    """Figures of `reader` and `yardstick`, then `wrong` cases, versions, data, machine.

    Of our own cases `dev` is read where no half is named, of another's file all. Raises BadRow, NothingToDo.
    """
    files = [cases] if cases else list(FILES)
    wanted = half or ("all" if cases else "dev")
    chosen = [case for file in files for case in load(file) if wanted in ("all", case.half)]
    chosen = chosen[:QUICK] if quick else chosen
    if not chosen:
        raise NothingToDo(f"no case of half {wanted} in {', '.join(map(str, files))}; name another with --half")
    opened = load_shop(shop or SAMPLE)
    say("reading the shop", 0, len(chosen))
    catalogue = Catalogue(read_shop(opened).products, opened.locales)
    started = time.perf_counter()
    reader = Reader(catalogue)
    build_ms = (time.perf_counter() - started) * 1000
    ours, times = _read(chosen, lambda text: reader.read(text).where, "reader", say)
    theirs, their_times = _read(chosen, lambda text: _by_expressions(text, catalogue), "yardstick", say)
    return {
        "half": wanted,
        "cases": len(chosen),
        "reader": {**figures(chosen, ours), **_times(times), "build_ms": round(build_ms, 1)},
        "yardstick": {**figures(chosen, theirs), **_times(their_times)},
        "wrong": [
            {"id": case.id, "text": case.text, "expected": case.where, "got": got}
            for case, got in zip(chosen, ours, strict=True)
            if got != case.where
        ],
        "shop": opened.name,
        "versions": setting.versions(PACKAGES),
        "data": setting.digests(files),
        "machine": setting.machine(),
    }


def load(file: Path) -> list[Case]:
    """The cases of a file (docs/cases.md). Raises BadRow for a line that isn't one."""
    return corpora.cases(file, _case)


def _case(row: Mapping[str, Any]) -> Case:
    if not isinstance(row["where"], Mapping):
        raise ValueError(f"where must be an object of limits, not {row['where']!r}")
    where = stated(where_of(row["where"]))
    return Case(str(row["id"]), str(row["locale"]), str(row["text"]), where, str(row.get("half") or "test"))


def _by_expressions(text: str, catalogue: Catalogue) -> Where:
    where, cheapest, _ = limits_of(text, catalogue.categories())
    named = frozenset(catalogue.category_names.get(name, name) for name in where.categories)
    return replace(where, categories=named, sort="price_asc" if cheapest else None)


def _read(
    cases: Sequence[Case], read: Callable[[str], Where], step: str, say: Progress
) -> tuple[list[Stated], list[float]]:
    """What is read of each case, and the seconds that each took; the first is read twice, since patterns are compiled then."""
    read(cases[0].text)
    found, times = [], []
    for done, case in enumerate(cases):
        if done % 50 == 0:
            say(step, done, len(cases))
        started = time.perf_counter()
        where = read(case.text)
        times.append(time.perf_counter() - started)
        found.append(stated(where))
    say(step, len(cases), len(cases))
    return found, times


def figures(cases: Sequence[Case], found: Sequence[Stated]) -> dict[str, Any]:
    """`exact` over all and by locale; precision and recall of each key, a key's value being right or wrong as a whole."""
    by_locale: dict[str, list[bool]] = defaultdict(list)
    right, said, due = Counter[str](), Counter[str](), Counter[str]()
    for case, got in zip(cases, found, strict=True):
        by_locale[case.locale].append(got == case.where)
        expected, claimed = dict(_items(case.where)), dict(_items(got))
        due.update(expected.keys())
        said.update(claimed.keys())
        right.update(key for key, value in claimed.items() if expected.get(key) == value)
    exact = [claim for claims in by_locale.values() for claim in claims]
    return {
        "exact": _share(sum(exact), len(exact)),
        "by_locale": {
            code: {"cases": len(c), "exact": _share(sum(c), len(c))} for code, c in sorted(by_locale.items())
        },
        "by_key": {
            key: {
                "stated": due[key],
                "precision": _share(right[key], said[key]),
                "recall": _share(right[key], due[key]),
            }
            for key in sorted(due | said)
        },
    }


def _items(where: Stated) -> Iterator[tuple[str, str]]:
    for key, value in where.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", repr(values)) for name, values in value.items())
        else:
            yield key, repr(value)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _times(seconds: Sequence[float]) -> dict[str, float]:
    low, high = np.percentile(seconds, [50, 95]) * 1e6
    return {"p50_us": round(float(low), 1), "p95_us": round(float(high), 1)}
