"""What came next, and what was had together, counted: the quickest models, and the ones that explain themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.recommend.counting import before, each, had
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.linear import faded
from retrieval.recommend.links import Floats, Links


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step back counts `fades` as much; `damps` customers are added to an item's own before its counts become shares."""

    fades: float = 0.5
    reach: int = 3
    damps: float = 5.0
    half_life_days: float | None = 180.0
    recent: float = 0.6
    keep: int = 300


class Steps:
    """What customers went on to after each of these items."""

    def __init__(self, links: Links, recent: float) -> None:
        self.links, self.recent = links, recent

    @classmethod
    def fit(cls, histories: Histories, plan: StepPlan) -> Steps:
        past = before(histories, fades=plan.fades, reach=plan.reach, half_life_days=plan.half_life_days)
        return cls(
            Links.of_matrix(_shares(past.T @ each(histories), histories, plan.damps), keep=plan.keep), plan.recent
        )

    def scores(self, history: Places) -> Floats:
        return self.links.sum(history, faded(len(history), self.recent))


class Together:
    """What the same customers had: cosines of the items' customers (item-kNN)."""

    def __init__(self, links: Links, recent: float) -> None:
        self.links, self.recent = links, recent

    @classmethod
    def fit(cls, histories: Histories, *, recent: float = 0.8, keep: int = 200) -> Together:
        gram = had(histories)
        gram = (gram.T @ gram).tocsr()
        gram.setdiag(0)
        size = 1 / np.sqrt(np.maximum(1, np.bincount(histories.places, minlength=len(histories.items))))
        return cls(Links.of_matrix(_scaled(gram, size, size), keep=keep), recent)

    def scores(self, history: Places) -> Floats:
        return self.links.sum(history, faded(len(history), self.recent))


def _shares(counts: Any, histories: Histories, damps: float) -> Any:
    customers = np.bincount(histories.places, minlength=len(histories.items))
    return _scaled(counts.tocsr(), 1 / (customers + damps), np.ones(len(customers)))


def _scaled(matrix: Any, rows: Any, columns: Any) -> Any:
    """In place and in single precision: a product of three would hold it thrice, twice as wide."""
    matrix.data *= np.repeat(rows.astype(np.float32), np.diff(matrix.indptr))
    matrix.data *= columns.astype(np.float32)[matrix.indices]
    return matrix
