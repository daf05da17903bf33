"""What is told of a comparison: both ways side by side, each outcome's difference, and whether it may end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from bot.split import Split
from eval.ab.evidence import ENOUGH, MISDEALT, Claims, Course, Difference, course, difference, growth, misdealt
from eval.ab.kept import Dealt
from eval.errors import NothingToDo
from eval.metrics import wilson
from eval.replay.figures import quantile

OUTCOMES: Mapping[str, bool] = {
    "resolved": True,
    "handed_over": False,
    "no_answer": False,
    "asked_again": False,
    "upset": False,
}
"""Name -> whether more of it is better."""
LEAST = 0.05
"""A difference that a shop would act on."""
_FOR_MIXING = 1.5
"""Evidence that is lost since the size of the difference isn't known beforehand, about (`eval ab --simulate` shows it)."""
Verdict = Literal["B is better", "A is better", "alike", "go on", "refused"]


def report(
    conversations: Sequence[Dealt], name: str | None = None, primary: str = "resolved", least: float = LEAST
) -> dict[str, Any]:
    """The verdict goes by `primary` alone; the other outcomes have the same test each, for the eye. Raises NothingToDo."""
    split = _latest(conversations, name)
    every = [one for one in conversations if one.key == split.key]
    whole = [one for one in every if one.is_whole]
    dealing = misdealt(_in_b(every), split.share)
    outcomes = {one: _outcome(whole, one, split, least) for one in OUTCOMES}
    told = outcomes[primary]
    verdict: Verdict = "refused" if dealing >= MISDEALT else told["verdict"]
    return {
        "name": split.name, "share": split.share, "key": split.key, "others": sorted({one.key for one in conversations} - {split.key}),
        "since": _stamp(min(one.at for one in every)), "conversations": len(whole), "waiting": len(every) - len(whole),
        "outcome": primary, "least": least, "verdict": verdict, "ended_at": None if verdict == "refused" else told["ended_at"],
        "more_needed": told["more_needed"] if verdict == "go on" else None,
        "dealt": {"A": sum(one.way == "A" for one in every), "B": sum(one.way == "B" for one in every), "evidence": _ratio(dealing), "as_dealt": dealing < MISDEALT},
        "ways": {way: _way([one for one in whole if one.way == way]) for way in ("A", "B")}, "outcomes": outcomes,
    }  # fmt: skip


def _latest(conversations: Sequence[Dealt], name: str | None) -> Split:
    """The comparison of that name, or of any, that dealt last."""
    met = [(one.at, Split.of(one.key)) for one in conversations]
    named = [(at, split) for at, split in met if name is None or split.name == name]
    if not named:
        there = ", ".join(sorted({split.name for _, split in met}))
        raise NothingToDo(
            f"no conversation was dealt by a comparison called {name}; there are {there}" if there
            else "no conversation was dealt between two ways; set SHOPCLERK_AB, docs/ab.md"
        )  # fmt: skip
    return max(named, key=lambda one: (one[0], one[1].key))[1]


def _in_b(conversations: Sequence[Dealt]) -> Claims:
    return np.array([one.way == "B" for one in conversations], bool)


def _outcome(whole: Sequence[Dealt], name: str, split: Split, least: float) -> dict[str, Any]:
    in_b, happened = _in_b(whole), np.array([getattr(one, name) for one in whole], bool)
    told, apart = course(in_b, happened, split.share), difference(in_b, happened, split.share)
    ended = first_above(told)
    if ended is not None:
        verdict: Verdict = "B is better" if told.more_in_b[ended - 1] == OUTCOMES[name] else "A is better"
    else:
        verdict = "alike" if apart and apart.low is not None and apart.high is not None and -least < apart.low and apart.high < least else "go on"  # fmt: skip
    return {
        "A": _share(happened[~in_b]), "B": _share(happened[in_b]), "difference": _plain(apart), "evidence": _ratio(float(told.evidence[-1]) if len(whole) else 0.0),
        "verdict": verdict, "ended_at": ended, "more_needed": _needed(in_b, happened, told, split.share, least),
    }  # fmt: skip


def first_above(told: Course) -> int | None:
    """After how many conversations there was enough evidence; None where there isn't yet."""
    above = np.flatnonzero(told.evidence >= ENOUGH)
    return int(above[0]) + 1 if len(above) else None


def _needed(in_b: Claims, happened: Claims, told: Course, share: float, least: float) -> dict[str, int | None]:
    """More conversations, about: where the difference stays as it looks, and where it is `least`."""
    rate = float((1 + happened.sum()) / (2 + len(happened)))
    a, b = (float((rate + happened[here].sum()) / (1 + here.sum())) for here in (~in_b, in_b))
    now = float(told.evidence[-1]) if len(told.evidence) else 0.0
    return {
        "as_it_looks": _more(ENOUGH - now, a, b, share),
        "for_least": _left(planned(rate, least, share), len(happened)),
    }


def planned(rate: float, least: float, share: float) -> int | None:
    """Conversations that a difference of `least` around a rate takes, in the middle of cases."""
    low = min(max(0.0, rate - least / 2), 1 - least)
    return _more(ENOUGH + _FOR_MIXING, low, low + least, share)


def _more(evidence: float, a: float, b: float, share: float) -> int | None:
    """None where it would take more than anybody has."""
    pace = growth(a, b, share)
    return math.ceil(max(0.0, evidence) / pace) if pace > 1e-6 else None


def _left(whole: int | None, done: int) -> int | None:
    return None if whole is None else max(0, whole - done)


def _way(conversations: Sequence[Dealt]) -> dict[str, Any]:
    n = len(conversations)
    cost = sum((one.cost for one in conversations), Decimal(0))
    return {
        "conversations": n, "turns": sum(one.turns for one in conversations), "cost": str(cost),
        "cost_each": str((cost / n).quantize(Decimal("0.000001"))) if n else None,
        "slowest_turn_ms": {"p50": quantile((one.took_ms for one in conversations), 0.5), "p95": quantile((one.took_ms for one in conversations), 0.95)},
    }  # fmt: skip


def _share(happened: Claims) -> dict[str, Any]:
    hits, of = int(happened.sum()), len(happened)
    low, high = wilson(hits, of)
    return {"count": hits, "of": of, "share": round(hits / of, 4) if of else None, "low": low, "high": high}


def _plain(apart: Difference | None) -> dict[str, float | None]:
    ends = (apart.value, apart.low, apart.high) if apart else (None, None, None)
    return {
        name: None if end is None else round(end, 4) for name, end in zip(("value", "low", "high"), ends, strict=True)
    }


def _ratio(evidence: float) -> float:
    """As odds: 20 is enough."""
    return float(f"{math.exp(min(evidence, 700)):.4g}")


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
