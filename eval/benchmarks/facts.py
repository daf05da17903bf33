"""How many lies the fact lock stops, and how many true replies; beside it a check of numbers alone, and none."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.types import Findings, Message, Stopped
from bot.wiring import SAMPLE
from bot.writing.facts import Lock
from eval import setting
from eval.benchmarks.fact_cases import Case, Found, load, message, pieces
from eval.errors import NothingToDo
from knowledge_base.shop import Shop
from retrieval.generations import Progress

DATA = Path(__file__).parent.parent / "data"
FILES = (DATA / "facts.free.en.jsonl", DATA / "facts.free.zh.jsonl")
PACKAGES = ("shopclerk", "babel", "rjieba")
QUICK = 120
"""Cases that --quick reads, spread over all."""
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
Stops = Callable[[str], Stopped | None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what was stopped of it."""

    case: Case
    stopped: tuple[Stopped, ...]
    caught: bool
    """Whether a sentence was stopped that has a part of the lie; of a true reply, whether any was."""


def run(*, cases: Path | None, shop: Path | None, half: str | None, quick: bool, say: Progress) -> dict[str, Any]:
    """`caught`, `wrongly_stopped`, then by origin, kind, language, yardsticks, times, what went wrong. Raises BadRow, NothingToDo."""
    from eval.benchmarks.fact_mutations import mutated

    found = Found(shop or SAMPLE)
    files = [cases] if cases else list(FILES)
    wanted = half or ("all" if cases else "dev")
    free = [case for file in files for case in load(file) if wanted in ("all", case.half)]
    chosen = free if cases else [*free, *(case for case in mutated(found, free, wanted))]
    if quick:
        chosen = chosen[:: max(1, len(chosen) // QUICK)][:QUICK]
    if not chosen:
        raise NothingToDo(f"no case of half {wanted} in {', '.join(map(str, files))}; name another with --half")
    judged, times, building = _judged(chosen, found, say)
    naive = [_judge(case, _numbers_alone(found, case).stops) for case in chosen]
    return {
        **figures(judged),
        "half": wanted,
        "by_origin": _by(judged, lambda one: one.case.origin),
        "by_kind": _by(judged, lambda one: one.case.kind),
        "by_language": _by(judged, lambda one: one.case.locale),
        "by_origin_and_language": _by(judged, lambda one: f"{one.case.origin} {one.case.locale}"),
        "yardsticks": {
            "numbers alone": figures(naive),
            "no check": figures([Judged(case, (), False) for case in chosen]),
        },
        "times": {**_times(times), "build_p50_ms": round(float(np.median(building)) * 1e3, 2)},
        "missed": [_told(one) for one in judged if one.case.lie and not one.caught],
        "wrong": [_told(one) for one in judged if not one.case.lie and one.caught],
        "shop": found.shop.name,
        "versions": setting.versions(PACKAGES),
        "data": setting.digests(files),
        "machine": setting.machine(),
    }


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    lies = [one.caught for one in judged if one.case.lie]
    truths = [one.caught for one in judged if not one.case.lie]
    return {
        "caught": round(sum(lies) / len(lies), 4) if lies else None,
        "wrongly_stopped": round(sum(truths) / len(truths), 4) if truths else None,
        "lies": len(lies),
        "truths": len(truths),
    }


def _judged(cases: Sequence[Case], found: Found, say: Progress) -> tuple[list[Judged], list[float], list[float]]:
    """What the lock makes of each case, and the seconds a sentence and a turn's first look took."""
    judged: list[Judged] = []
    times: list[float] = []
    building: list[float] = []
    _lock(found, cases[0]).stops(cases[0].reply)
    for done, case in enumerate(cases):
        if done % 200 == 0:
            say("reading", done, len(cases))
        lock = _lock(found, case)
        started = time.perf_counter()
        lock.prepare()
        building.append(time.perf_counter() - started)
        judged.append(_judge(case, _timed(lock.stops, times)))
    say("reading", len(cases), len(cases))
    return judged, times, building


def _lock(found: Found, case: Case) -> Lock:
    return Lock(
        found.findings(case), message(case), found.shop, now=case.now, locale=case.locale, catalogue=found.catalogue
    )


def _timed(stops: Stops, times: list[float]) -> Stops:
    def timed(piece: str) -> Stopped | None:
        started = time.perf_counter()
        stopped = stops(piece)
        times.append(time.perf_counter() - started)
        return stopped

    return timed


def _judge(case: Case, stops: Stops) -> Judged:
    stopped, caught = [], False
    lie = case.reply.find(case.claim) if case.lie else 0
    for start, end in pieces(case.reply):
        fault = stops(case.reply[start:end])
        if fault is None:
            continue
        stopped.append(fault)
        caught |= not case.lie or (start < lie + len(case.claim) and lie < end)
    return Judged(case, tuple(stopped), caught)


class _Numbers:
    """The yardstick: every number of a sentence must occur in the findings."""

    def __init__(self, findings: Findings, asked: Message, shop: Shop) -> None:
        texts: list[str] = [
            findings.answer,
            *(hit.passage.text for hit in findings.hits),
            *shop.contacts.values(),
            *shop.opening_hours.values(),
        ]
        for product in findings.products:
            texts += [
                product.title,
                product.description,
                str(product.price),
                str(product.compare_at),
                str(product.stock),
                *product.attributes.values(),
            ]
            texts += [f"{v.price} {v.stock} {' '.join(v.attributes.values())}" for v in product.variants]
        del asked
        self._known = {_plain(number) for text in texts for number in _NUMBER.findall(text)}

    def stops(self, piece: str) -> Stopped | None:
        strange = next((number for number in _NUMBER.findall(piece) if _plain(number) not in self._known), None)
        return Stopped(piece, strange, "number", "a number of the findings") if strange else None


def _numbers_alone(found: Found, case: Case) -> _Numbers:
    return _Numbers(found.findings(case), message(case), found.shop)


def _plain(number: str) -> float:
    return float(number.replace(",", ""))


def _by(judged: Iterable[Judged], group: Callable[[Judged], str]) -> dict[str, Any]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[group(one)].append(one)
    return {name: figures(groups[name]) for name in sorted(groups)}


def _times(seconds: Sequence[float]) -> dict[str, float]:
    low, high = np.percentile(seconds, [50, 95]) * 1e6
    return {"p50_us": round(float(low), 1), "p95_us": round(float(high), 1)}


def _told(one: Judged) -> dict[str, Any]:
    return {
        "id": one.case.id, "kind": one.case.kind, "origin": one.case.origin, "reply": one.case.reply, "claim": one.case.claim,
        "stopped": [f"{stop.kind}: {stop.claim} ({stop.expected[:80]})" for stop in one.stopped],
    }  # fmt: skip
