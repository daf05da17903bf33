"""Figures of lists of ten, and how sure a difference between two systems is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
_DRAWS = 2_000
Lists = NDArray[np.int32]
"""[tested, DEPTH] Items, best first."""


def places(lists: Lists, targets: NDArray[np.int32]) -> NDArray[np.int64]:
    """[tested] Where the target stands, from 0; DEPTH where it doesn't."""
    found = lists == targets[:, None]
    return np.where(found.any(axis=1), found.argmax(axis=1), lists.shape[1] if lists.size else DEPTH)


def hits(at: NDArray[np.int64]) -> NDArray[np.float64]:
    return (at < DEPTH).astype(np.float64)


def gains(at: NDArray[np.int64]) -> NDArray[np.float64]:
    """NDCG with one right item: 1 / log2(place + 1), the first place being 1."""
    return np.where(at < DEPTH, 1 / np.log2(at + 2), 0.0)


def figures(at: NDArray[np.int64], lists: Lists, counts: NDArray[np.float32]) -> dict[str, float]:
    """HR@10, NDCG@10; `coverage` is the share of all items in any list, `novelty` the mean surprise -log2(share of events) of what is in them."""
    shown, times = np.unique(lists, return_counts=True)
    surprise = -np.log2((counts[shown] + 1) / (counts.sum() + len(counts)))
    return {
        "hr@10": round(float(hits(at).mean()), 4),
        "ndcg@10": round(float(gains(at).mean()), 4),
        "coverage": round(len(shown) / len(counts), 4),
        "novelty": round(float((surprise * times).sum() / times.sum()), 2),
    }


def paired(ours: NDArray[np.int64], theirs: NDArray[np.int64], *, seed: int = 3) -> dict[str, Any]:
    """The difference of each figure with its 95 % interval, of 2,000 draws of the tested customers (paired bootstrap)."""
    chance = np.random.default_rng(seed)
    pairs, times = np.unique(ours * (DEPTH + 1) + theirs, return_counts=True)
    drawn = chance.multinomial(len(ours), times / len(ours), size=_DRAWS) / len(ours)
    told: dict[str, Any] = {}
    for name, figure in (("hr@10", hits), ("ndcg@10", gains)):
        difference = figure(pairs // (DEPTH + 1)) - figure(pairs % (DEPTH + 1))
        low, high = np.quantile(drawn @ difference, [0.025, 0.975])
        mean = float((difference * times).sum() / len(ours))
        told[name] = {"difference": round(mean, 4), "low": round(float(low), 4), "high": round(float(high), 4)}
    return told


def best_of(scores: NDArray[np.float32], seen: Sequence[int] | NDArray[np.int32], k: int = DEPTH) -> NDArray[np.int32]:
    """The k best that weren't seen; of equals the first in the shuffled order."""
    scores = scores.copy()
    scores[seen] = -np.inf
    top = np.argpartition(-scores, k)[:k] if len(scores) > k else np.arange(len(scores))
    return top[np.lexsort((top, -scores[top]))].astype(np.int32)
