"""Recall@10 and time of the nearest vectors under filters: ours and Chroma's own, both against looking at all of them in float32."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.dense import Dense
from retrieval.exact import Exact
from retrieval.rows import Mask, Rows
from retrieval.seams import Embedder, Vectors
from retrieval.types import Where

K = 10
SHARES = (None, 0.01, 0.05, 0.5)
"""Of the passages that a filter lets through; None is no filter."""
_LIMITED = Where(in_stock=True)
"""Stands for a limit that only the catalogue can tell: Chroma gets the ids that pass it, or its answers are chosen from."""

Nearest = Callable[[NDArray[np.float32], int, Where, Mask | None], tuple[NDArray[np.int32], NDArray[np.float32]]]


def measure(generation: Path, embedder: Embedder, asked: Vectors, *, seed: int = 4) -> list[dict[str, Any]]:
    """One row a filter: recall@10 and the median milliseconds of each system, over the questions' unit rows [n, dim]."""
    rows = Rows.open(generation / "knowledge.sqlite")
    vectors = np.load(generation / "matrix" / "vectors.npy", mmap_mode="r", allow_pickle=False)
    dense = Dense(generation / "chroma", embedder, rows)
    systems: dict[str, Nearest] = {
        "ours": Exact(generation / "matrix", embedder, rows).nearest,
        "chroma": dense.nearest,
    }
    draw = np.random.default_rng(seed)
    report = []
    for share in SHARES:
        masks = [None if share is None else draw.random(len(rows)) < share for _ in asked]
        truth = [_all(vectors, vector, mask) for vector, mask in zip(asked, masks, strict=True)]
        figures = {name: _figures(nearest, asked, masks, truth) for name, nearest in systems.items()}
        report.append({"filter": "none" if share is None else f"{share:.0%}", "questions": len(asked), **figures})
    dense.close()
    return report


def _all(vectors: Vectors, vector: NDArray[np.float32], mask: Mask | None) -> NDArray[np.float32]:
    """The cosines of the best K, best first."""
    cosines = vectors @ vector
    return np.sort(cosines if mask is None else cosines[mask])[::-1][:K]


def _figures(
    nearest: Nearest, asked: Vectors, masks: Sequence[Mask | None], truth: Sequence[NDArray[np.float32]]
) -> dict[str, float]:
    """A row counts as found where its cosine is one of the best K: equal texts are equally near."""
    found, took = [], []
    for vector, mask, best in zip(asked, masks, truth, strict=True):
        started = time.perf_counter()
        _, cosines = nearest(vector, K, Where() if mask is None else _LIMITED, mask)
        took.append((time.perf_counter() - started) * 1000)
        if len(best):  # of a small shop a filter may let nothing through
            found.append(float(np.count_nonzero(cosines >= best[-1] - 1e-5)) / len(best))
    return {"recall@10": round(float(np.mean(found)), 4), "ms": round(float(np.median(took)), 2)}
