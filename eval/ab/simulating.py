"""Does the test keep its word? Comparisons of known truth, looked at after every 50 conversations: how many end, and how many end wrongly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.ab.evidence import ENOUGH, Claims, Numbers, course, difference
from eval.ab.report import planned

EVERY, MOST = 50, 4000
"""Conversations between two looks, and in all."""
SEED = 8
_NAIVE = 1.959964


@dataclass(frozen=True, slots=True)
class World:
    """What is true: both rates of the outcome, B's share, and by how much both rise from the first conversation to the last."""

    a: float
    b: float
    share: float = 0.5
    drift: float = 0.0

    @property
    def called(self) -> str:
        drifts = f", both rising by {self.drift:g}" if self.drift else ""
        return f"A {self.a:g}, B {self.b:g}, share {self.share:g}{drifts}"


WORLDS = (
    World(0.6, 0.6), World(0.6, 0.6, share=0.1), World(0.05, 0.05), World(0.3, 0.3, drift=0.4),
    World(0.6, 0.65), World(0.6, 0.7), World(0.6, 0.8), World(0.6, 0.7, share=0.2), World(0.05, 0.1), World(0.6, 0.5),
)  # fmt: skip


def simulated(
    runs: int, worlds: Sequence[World] = WORLDS, say: Callable[[str, int, int], None] = lambda step, done, of: None
) -> dict[str, Any]:
    """`ended` at any look, by now and wrongly; beside it a z-test at each look as if it were the only one."""
    rows = []
    for place, world in enumerate(worlds):
        say("worlds", place, len(worlds))
        rows.append(_row(world, runs))
    return {"runs": runs, "every": EVERY, "most": MOST, "worlds": rows}


def _row(world: World, runs: int) -> dict[str, Any]:
    chance = np.random.default_rng(SEED)
    ends, wrong, naive, missed = [], 0, 0, 0
    for _ in range(runs):
        in_b, happened = _lived(world, chance)
        told = course(in_b, happened, world.share)
        looks = np.arange(EVERY - 1, MOST, EVERY)
        above = looks[told.evidence[looks] >= ENOUGH]
        if len(above):
            ends.append(int(above[0]) + 1)
            wrong += world.a == world.b or bool(told.more_in_b[above[0]]) != (world.b > world.a)
        naive += bool((np.abs(_z(in_b, happened)[looks]) > _NAIVE).any())
        missed += not all(_holds(in_b[: n + 1], happened[: n + 1], world) for n in looks[::8])
    return {
        "world": world.called, "difference": round(world.b - world.a, 4), "ended": len(ends), "wrongly": wrong, "of": runs,
        "half_ended_after": _middle(ends, runs), "by": {str(n): sum(end <= n for end in ends) / runs for n in (500, 1000, 2000, MOST)},
        "told_beforehand": planned((world.a + world.b) / 2, abs(world.b - world.a), world.share) if world.a != world.b else None,
        "naive_ended": naive, "interval_missed": missed,
    }  # fmt: skip


def _lived(world: World, chance: np.random.Generator) -> tuple[Claims, Claims]:
    in_b = chance.random(MOST) < world.share
    rate = np.where(in_b, world.b, world.a) + world.drift * np.arange(MOST) / MOST
    return in_b, chance.random(MOST) < rate


def _z(in_b: Claims, happened: Claims) -> Numbers:
    """The usual test's score after each conversation."""
    of_b, of_a = np.maximum(1, np.cumsum(in_b)), np.maximum(1, np.cumsum(~in_b))
    b, a = np.cumsum(happened & in_b) / of_b, np.cumsum(happened & ~in_b) / of_a
    whole = np.cumsum(happened) / np.arange(1, len(happened) + 1)
    return np.asarray((b - a) / np.sqrt(np.maximum(1e-9, whole * (1 - whole) * (1 / of_b + 1 / of_a))))


def _holds(in_b: Claims, happened: Claims, world: World) -> bool:
    told = difference(in_b, happened, world.share)
    return told is None or told.low is None or told.high is None or told.low <= world.b - world.a <= told.high


def _middle(ends: Sequence[int], runs: int) -> int | None:
    """After how many conversations half of all runs had ended; None where fewer did."""
    place = math.ceil(runs / 2)
    return sorted(ends)[place - 1] if len(ends) >= place else None
