"""The clerk's own router on labelled messages, through the whole engine: docs/cases.md, Intents."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.engine import Engine
from bot.intent.classifier import NONE
from bot.settings import load_settings
from bot.types import INTENTS, Message
from bot.wiring import open_shop
from eval import metrics, setting
from eval.benchmarks.corpora import cases
from eval.errors import NothingToDo
from retrieval.generations import Progress

ASKED_AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
HALVES = ("dev", "test", "frozen")
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A message without a conversation before it, and what it wants."""

    id: str
    locale: str
    text: str
    intent: str
    also: tuple[str, ...]
    half: str


@dataclass(frozen=True, slots=True)
class Routed:
    """What the engine took a message for: the first of `intents` with its confidence, and the others that it served."""

    case: Case
    intents: tuple[str, ...]
    confidence: float


def measure(file: Path, shop: Path | None, *, half: str, say: Progress) -> Report:
    """Every case of a half asked of the shop in a conversation of its own. Raises BadRow, NothingToDo."""
    started = time.perf_counter()
    asked = [case for case in read(file) if (case.half == half if half else case.half != "frozen")]
    if not asked:
        raise NothingToDo(f"{file} has no cases of the half {half or 'dev or test'!r}.")
    routed = asyncio.run(_ask(asked, shop, say))
    locales = sorted({one.case.locale for one in routed})
    return {
        "all": _figures(routed),
        "locales": {locale: _figures([r for r in routed if r.case.locale == locale]) for locale in locales},
        "intents": {
            f"{locale} {name}": _of_intent(name, [r for r in routed if r.case.locale == locale])
            for locale in locales
            for name in sorted({r.case.intent for r in routed if r.case.locale == locale})
        },
        "wrong": [_told(one) for one in routed if one.intents[0] != one.case.intent],
        "versions": setting.versions(("numpy", "onnxruntime", "rjieba")), "data": setting.digests([file]),
        "machine": setting.machine(), "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip


def read(file: Path) -> list[Case]:
    """The cases of a file. Raises BadRow."""
    return cases(file, _case)


def _case(row: Mapping[str, Any]) -> Case:
    also, half = tuple(row.get("also") or ()), row.get("half", "test")
    case = Case(str(row["id"]), row["locale"], row["text"], row["intent"], also, half)
    for name in (case.intent, *case.also):
        if name not in INTENTS and not str(name).startswith("shop:"):
            raise ValueError(f"there is no intent {name!r}; there are {', '.join(INTENTS)} and shop:<name>")
    if case.locale not in ("en", "zh") or case.half not in HALVES or not isinstance(case.text, str):
        raise ValueError(f"locale, half or text is wrong: {str(dict(row))[:80]}")
    return case


async def _ask(cases: Sequence[Case], shop: Path | None, say: Progress) -> list[Routed]:
    routed = []
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder), shop=shop)
        async with open_shop(settings, on_progress=say) as opened:
            for done, case in enumerate(cases, 1):
                routed.append(await _routed(opened.engine, case))
                if done % 50 == 0 or done == len(cases):
                    say("asking", done, len(cases))
    return routed


async def _routed(engine: Engine, case: Case) -> Routed:
    reply = await engine.reply(Message(case.id, f"eval-{case.id}", case.text, ASKED_AT, locale=case.locale))
    others = tuple(name for name, _ in reply.intents if name != reply.intent)
    return Routed(case, (reply.intent, *others), reply.confidence)


def _figures(routed: Sequence[Routed]) -> Report:
    gold, found = [one.case.intent for one in routed], [one.intents[0] for one in routed]
    hits = np.array([g == f for g, f in zip(gold, found, strict=True)])
    wanted = [one for one in routed if one.case.also]
    return {
        "cases": len(routed),
        "accuracy": round(float(hits.mean()), 4),
        "either": _share(routed, lambda one: one.intents[0] in (one.case.intent, *one.case.also)),
        "macro_f1": round(metrics.macro_f1(gold, found), 4),
        "ece": round(metrics.calibration_error(np.array([one.confidence for one in routed]), hits), 4),
        "abstained": _share(routed, lambda one: one.intents[0] == NONE and one.case.intent != NONE),
        "also_served": _share(wanted, lambda one: {one.case.intent, *one.case.also} <= set(one.intents)),
    }


def _share(routed: Sequence[Routed], holds: Callable[[Routed], bool]) -> float | None:
    return round(sum(map(holds, routed)) / len(routed), 4) if routed else None


def _of_intent(name: str, routed: Sequence[Routed]) -> Report:
    said, meant = Counter(one.intents[0] for one in routed), Counter(one.case.intent for one in routed)
    hits = sum(one.intents[0] == name == one.case.intent for one in routed)
    return {
        "cases": meant[name],
        "recall": round(hits / meant[name], 4) if meant[name] else None,
        "precision": round(hits / said[name], 4) if said[name] else None,
    }


def _told(one: Routed) -> Report:
    return {"id": one.case.id, "text": one.case.text, "intent": one.case.intent, "taken_for": one.intents[0]}
