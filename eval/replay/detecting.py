"""Does a replay tell good from bad? Twenty worse clerks and the same one again go through the gate, each over bootstrap samples."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.settings import Settings
from bot.wiring import open_shop
from eval import setting
from eval.metrics import wilson
from eval.replay.compare import Pair, changed, compared
from eval.replay.gate import DEFAULT, judged
from eval.replay.keeping import Row
from eval.replay.playing import Player, quiet
from eval.replay.readers.reading import transcripts_of
from eval.replay.running import Said
from eval.replay.transcripts import Transcript
from eval.replay.worsening import Worse, player_of, versions

SAMPLES = 20
SEED = 20
RULES: Mapping[str, float] = {
    **{name: bound for name, bound in DEFAULT.items() if name != "p95_up_percent"},
    "changed_facts": 0.0, "language_right_down_points": 1.0, "found_solution_down_points": 1.0, "handed_when_due_down_points": 1.0,
}  # fmt: skip
"""The gate's own rules and four more. Times are left out: here they would measure what else the machine does."""
UNCHANGED = "unchanged"

_BIG = (0.5, 0.2, 0.05)
"""Shares of turns answered otherwise from which a fault is huge, large or middling; what is below is small."""


def run(
    source: Path, settings: Settings, say: Said, *, samples: int = SAMPLES, only: Sequence[str] = ()
) -> dict[str, Any]:
    """By version: the share of turns it answers otherwise, and in how many samples of conversations the gate shut; then by size.

    `only` are names of versions, all where it is empty. Raises what readers and shops do.
    """
    began = time.perf_counter()
    talks = list(transcripts_of(source))
    found = asyncio.run(_all(talks, settings, say, samples, only))
    sizes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        if one["version"] != UNCHANGED:
            sizes[_size(one["turns_changed"])].append(one)
    unchanged = next(one for one in found if one["version"] == UNCHANGED)
    return {
        "versions": found, "samples": samples, "rules": dict(RULES), "turns": unchanged["turns"], "conversations": len(talks),
        "unchanged_shut": unchanged["shut"],
        "by_size": {size: _told(sizes[size]) for size in ("huge", "large", "middling", "small") if size in sizes},
        "data": setting.digests([source]), "machine": setting.machine(), "seconds": round(time.perf_counter() - began, 1),
    }  # fmt: skip


def _told(versions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shut, of = sum(one["shut"] for one in versions), sum(one["of"] for one in versions)
    low, high = wilson(shut, of)
    return {"versions": len(versions), "shut": shut, "of": of, "share": round(shut / of, 4), "low": low, "high": high}


def _size(share: float) -> str:
    return "huge" if share >= _BIG[0] else "large" if share >= _BIG[1] else "middling" if share >= _BIG[2] else "small"


async def _all(
    talks: Sequence[Transcript], settings: Settings, say: Said, samples: int, only: Sequence[str]
) -> list[dict[str, Any]]:
    async with open_shop(quiet(settings), on_progress=say) as shop:
        base = await _rows(Player(shop), talks)
        worse: list[Worse | None] = [
            None,
            *(one for one in versions(shop.index.current().catalogue.order) if not only or one.name in only),
        ]
        found = []
        for place, one in enumerate(worse, 1):
            found.append(_judged(one, base, await _rows(player_of(shop, one), talks), samples))
            say("versions", place, len(worse))
    return sorted(found, key=lambda one: (-one["turns_changed"], one["version"]))


async def _rows(player: Player, talks: Sequence[Transcript]) -> dict[str, list[Row]]:
    return {talk.id: [json.loads(row) for row in (await player.play(talk)).turns] for talk in talks}


def _judged(
    worse: Worse | None, base: Mapping[str, list[Row]], new: Mapping[str, list[Row]], samples: int
) -> dict[str, Any]:
    both = {id_: list(zip(base[id_], new[id_], strict=True)) for id_ in base}
    every = [pair for pairs in both.values() for pair in pairs]
    shut = 0
    broken: dict[str, int] = defaultdict(int)
    for drawn in _samples(sorted(both), samples):
        broke = _broken([pair for id_ in drawn for pair in both[id_]])
        shut += bool(broke)
        for rule in broke:
            broken[rule] += 1
    return {
        "version": worse.name if worse else UNCHANGED, "turns": len(every),
        "turns_changed": round(sum(changed(pair) is not None for pair in every) / len(every), 4),
        "shut": shut, "of": samples, "broken": dict(sorted(broken.items())),
    }  # fmt: skip


def _samples(ids: Sequence[str], samples: int) -> list[list[str]]:
    """Conversations drawn with replacement, the same ones for every version."""
    chance = np.random.default_rng(SEED)
    return [[ids[place] for place in chance.integers(0, len(ids), len(ids))] for _ in range(samples)]


def _broken(pairs: Sequence[Pair]) -> list[str]:
    """The rules that don't hold; one that nothing was measured for breaks nothing here."""
    report = compared(pairs, draws=0, most=1)
    return [one.rule for one in judged(report, RULES) if not one.holds and one.measured is not None]
