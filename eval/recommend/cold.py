"""Items that nobody has had: all events of some are hidden, and whoever went on to one of them is asked which of them it was."""

from __future__ import annotations

from typing import Any

import numpy as np

from eval.recommend.data import Cases, without
from eval.recommend.giving import given
from eval.recommend.measuring import DEPTH, best_of, gains, hits, places
from retrieval.generations import Progress
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.fitting import Plan, counted
from retrieval.seams import Embedder


def measured(
    cases: Cases, plan: Plan, embedder: Embedder, keep: Checkpoints, *, hidden: int, seed: int, say: Progress
) -> dict[str, Any]:
    """HR@10 and NDCG@10 among the hidden items alone; all models are fitted without their events."""
    chosen = np.random.default_rng(seed).choice(
        len(cases.shelf.ids), size=min(hidden, len(cases.shelf.ids) // 2), replace=False
    )
    mask = np.zeros(len(cases.shelf.ids), dtype=np.bool_)
    mask[chosen] = True
    less = without(cases, mask)
    blend = counted(given(less, embedder, keep, say), plan, keep, say)
    targets = np.array([one.target for one in less.tested], dtype=np.int32)
    lists = np.zeros((len(less.tested), DEPTH), dtype=np.int32)
    alone = lists.copy()
    for row, one in enumerate(less.tested):
        found = [item for item, _ in blend.ranked(one.history, mask, DEPTH)]
        lists[row, : len(found)] = found
        likeness = blend.content.scores(one.history) if blend.content else np.zeros(len(mask), np.float32)
        alone[row] = best_of(np.where(mask, likeness, -np.inf), one.history)
    at = {"ours": places(lists, targets), "texts alone": places(alone, targets)}
    told = {
        name: {"hr@10": round(float(hits(found).mean()), 4), "ndcg@10": round(float(gains(found).mean()), 4)}
        for name, found in at.items()
    }
    return {
        "hidden": int(mask.sum()),
        "users": len(less.tested),
        "random_hr@10": round(DEPTH / int(mask.sum()), 4),
        **told,
    }
