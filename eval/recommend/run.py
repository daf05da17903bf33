"""Fits ours and the yardsticks on the same histories, asks all of them for ten items a tested customer, and tells the figures."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.recommend import cold, yardsticks
from eval.recommend.data import Cases, Half, Tested, by_time, read
from eval.recommend.giving import given
from eval.recommend.measuring import DEPTH, Lists, best_of, figures, gains, hits, paired, places
from eval.recommend.speed import measured as speed_of
from eval.setting import digests, machine, versions
from retrieval.generations import Progress
from retrieval.recommend.blend import Blend
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.fitting import Plan, fit
from retrieval.seams import Embedder

OURS = "ours"
PARTS = ("linear", "steps", "together", "sequence", "content")
SYSTEMS = (OURS, *(f"ours:{part}" for part in PARTS), *yardsticks.NAMES)
_QUICK = 1_000
"""Tested customers of a quick run."""


def run(
    items: Path, users: Path, *, train: Path | None, systems: Sequence[str], half: Half, times: bool, seed: int,
    embedder: Embedder, keep: Checkpoints, hidden: int, speed: bool, quick: bool, say: Progress,
) -> dict[str, Any]:  # fmt: skip
    """`hidden` items are hidden for the figures of cold items, 0 for none. `keep` holds what was fitted, for the next run."""
    started = time.perf_counter()
    cases = read(items, users, train, half=half, most=_QUICK if quick else None)
    if times:
        cases = by_time(cases)
    plan = quick_plan(seed) if quick else Plan(seed=seed)
    blend, made, lists = fitted_lists(cases, plan, systems, embedder, keep, say, quick=quick)
    report = told(cases, lists) | {"training": made}
    if hidden and OURS in systems:
        report["cold_items"] = cold.measured(cases, plan, embedder, keep, hidden=hidden, seed=seed, say=say)
    if speed and blend is not None:
        report["speed"] = speed_of(blend, cases)
    files = [file for file in (items, users, train) if file is not None]
    return report | {
        "protocol": "by time" if times else "leave one out", "half": half, "seed": seed, "repetitions": 1,
        "tested": len(cases.tested), "items": len(cases.shelf.ids), "events": len(cases.histories.places),
        "skipped": {name: why_not(name, quick) for name in sorted(set(systems) - lists.keys())},
        "versions": versions(("numpy", "scipy", "torch", "onnxruntime", "implicit")),
        "data": digests(files), "machine": machine(),
        "seconds": round(time.perf_counter() - started, 1),
        "most_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }  # fmt: skip


def why_not(name: str, quick: bool) -> str:
    """Why a system that was asked for has no figures."""
    if quick and ("EASE" in name or name == "ours:linear"):
        return "--quick leaves out what takes an inversion"
    return yardsticks.missing(name) or "there are too few customers to learn it from"


def quick_plan(seed: int) -> Plan:
    """Whether it runs, in half a minute for 17,000 items: without what is inverted."""
    plan = Plan(seed=seed, models=("steps", "together", "content", "sequence"), most_aside=1_000)
    return replace(plan, sequence=replace(plan.sequence, width=32, layers=1, epochs=1))


def fitted_lists(
    cases: Cases,
    plan: Plan,
    systems: Sequence[str],
    embedder: Embedder,
    keep: Checkpoints,
    say: Progress,
    *,
    quick: bool,
) -> tuple[Blend | None, dict[str, Any], dict[str, Lists]]:
    """Ours, what training it came to, and every system's lists."""
    blend: Blend | None = None
    lists: dict[str, Lists] = {}
    training: dict[str, Any] = {}
    if any(name.startswith(OURS) for name in systems):
        started = time.perf_counter()
        fitted = fit(given(cases, embedder, keep, say), plan, checkpoints=keep, say=say)
        blend = fitted.blend
        training = {
            "seconds": round(time.perf_counter() - started, 1),
            "held_back": fitted.score,
            "epochs": fitted.epochs,
        }
        for name in systems:
            if name == OURS:
                lists[name] = asked(blend, cases.tested, say)
            elif name.startswith(f"{OURS}:") and (part := name.partition(":")[2]) in blend.parts:
                scores = getattr(blend, part).scores
                lists[name] = np.stack([best_of(scores(one.history), one.history) for one in cases.tested])
    names = tuple(name for name in systems if name in yardsticks.NAMES)
    if quick:
        names = tuple(name for name in names if "EASE" not in name)
    for name, scores in yardsticks.fitted(cases.histories, names, keep, quick=quick, say=say).items():
        say(f"asking {name}", 0, 1)
        lists[name] = np.stack([best_of(scores(one.history), one.history) for one in cases.tested])
    return blend, training, lists


def asked(blend: Blend, tested: Sequence[Tested], say: Progress) -> Lists:
    """Ten items that the customer hasn't had, as they would be served."""
    lists = np.zeros((len(tested), DEPTH), dtype=np.int32)
    for row, one in enumerate(tested):
        if row % 200 == 0:
            say("asking ours", row, len(tested))
        allowed = np.ones(len(blend.items), dtype=np.bool_)
        allowed[one.history] = False
        found = [item for item, _ in blend.ranked(one.history, allowed, DEPTH)]
        lists[row, : len(found)] = found
    return lists


def told(cases: Cases, lists: Mapping[str, Lists]) -> dict[str, Any]:
    """Figures of each system over all, and over those with the shortest histories; ours against the best yardstick."""
    targets = np.array([one.target for one in cases.tested], dtype=np.int32)
    lengths = np.array([len(one.history) for one in cases.tested])
    cold_users = lengths == lengths.min()
    counts = np.bincount(cases.histories.places, minlength=len(cases.shelf.ids)).astype(np.float32)
    at = {name: places(found, targets) for name, found in lists.items()}
    report: dict[str, Any] = {
        "systems": {name: figures(at[name], lists[name], counts) for name in lists},
        "cold_users": {
            "events": int(lengths.min()), "users": int(cold_users.sum()),
            "systems": {name: figures(at[name][cold_users], lists[name][cold_users], counts) for name in lists},
        },
    }  # fmt: skip
    rivals = [name for name in lists if name in yardsticks.NAMES]
    if OURS in lists and rivals:
        report["against_best"] = _against(at, rivals, np.ones(len(targets), dtype=np.bool_))
        report["cold_users"]["against_best"] = _against(at, rivals, cold_users)
    return report


def _against(at: Mapping[str, NDArray[np.int64]], rivals: Sequence[str], rows: NDArray[np.bool_]) -> dict[str, Any]:
    """The best yardstick by NDCG@10 of these rows."""
    best = max(rivals, key=lambda name: float(gains(at[name][rows]).mean()))
    told = paired(at[OURS][rows], at[best][rows])
    ratio = {
        name: round(float(figure(at[OURS][rows]).mean() / max(1e-9, figure(at[best][rows]).mean())), 3)
        for name, figure in (("hr@10", hits), ("ndcg@10", gains))
    }
    return {"yardstick": best, "times": ratio, **told}
