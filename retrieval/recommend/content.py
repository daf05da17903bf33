"""What products are like by their texts: for those that nobody has had yet, and for tastes that counts don't see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.recommend.histories import Places
from retrieval.recommend.linear import faded
from retrieval.recommend.links import Floats, Links

_TOGETHER = 512


@dataclass(frozen=True, slots=True)
class ContentPlan:
    """`width` of the vectors as they are kept; a product without events is judged by `kin` of those most like it."""

    width: int = 64
    recent: float = 0.8
    kin: int = 30
    sharpness: float = 8.0


@dataclass(frozen=True, slots=True)
class Content:
    """Unit rows, one an item, turned to `width` axes; `mean` and `axes` bring another text's vector there."""

    rows: Floats
    mean: Floats
    axes: Floats
    recent: float

    @classmethod
    def fit(cls, vectors: Floats, plan: ContentPlan) -> Content:
        """The axes along which the texts differ most."""
        mean = vectors.mean(axis=0)
        centred = vectors - mean
        _, along = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        axes = np.ascontiguousarray(along[:, ::-1][:, : plan.width]).astype(np.float32)
        return cls(_unit((centred @ axes).astype(np.float32)), mean.astype(np.float32), axes, plan.recent)

    def brought(self, vectors: Floats) -> Floats:
        """Rows for other texts' vectors."""
        return _unit(((vectors - self.mean) @ self.axes).astype(np.float32))

    def scores(self, history: Places) -> Floats:
        """Cosine to the customer's items, the last of them counting most."""
        if not len(history):
            return np.zeros(len(self.rows), dtype=np.float32)
        wanted = faded(len(history), self.recent) @ self.rows[history]
        found: Floats = self.rows @ (wanted / max(float(np.linalg.norm(wanted)), 1e-9))
        return found

    def kin(self, new: Floats, known: NDArray[np.bool_], plan: ContentPlan) -> Links:
        """From each new row to the known items most like it; each row's weights come to 1."""
        places = np.flatnonzero(known)
        starts, to, weights = [0], [], []
        for start in range(0, len(new), _TOGETHER):
            for row in new[start : start + _TOGETHER] @ self.rows[places].T:
                best = np.argpartition(row, -plan.kin)[-plan.kin :] if len(row) > plan.kin else np.arange(len(row))
                power = np.exp(plan.sharpness * (row[best] - row[best].max(initial=-1)))
                to.append(places[best].astype(np.int32))
                weights.append((power / max(float(power.sum()), 1e-9)).astype(np.float32))
                starts.append(starts[-1] + len(best))
        none: list[Any] = [np.zeros(0, np.int32)]
        return Links(
            np.array(starts, dtype=np.int64),
            np.concatenate(to or none),
            np.concatenate(weights or [np.zeros(0, np.float32)]),
        )


def _unit(rows: Floats) -> Floats:
    unit: Floats = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit
