"""What sells: overall, in the categories that a customer buys from, and at this time of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.links import Floats

_DAY = 86_400
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class PopularityPlan:
    """An event counts half after so many days before the last one; `season` is what the same weeks of years before add."""

    half_life_days: float = 120.0
    season: float = 0.5
    season_days: float = 30.0


@dataclass(frozen=True, slots=True)
class Popularity:
    """`counts` [items] of all time, `lately` [items] faded, `by_month` [12, items] shares of each calendar month."""

    counts: Floats
    lately: Floats
    by_month: Floats
    categories: NDArray[np.int32]

    @classmethod
    def fit(cls, histories: Histories, categories: NDArray[np.int32], plan: PopularityPlan) -> Popularity:
        items = len(histories.items)
        counts = np.bincount(histories.places, minlength=items).astype(np.float32)
        if histories.at is None or not len(histories.at):
            return cls(counts, counts, np.zeros((12, items), np.float32), categories)
        age = (histories.at.max() - histories.at) / _DAY
        lately = np.bincount(histories.places, weights=np.exp2(-age / plan.half_life_days), minlength=items)
        by_month = np.zeros((12, items), dtype=np.float32)
        if age.max() >= _YEAR_DAYS:
            months = histories.at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
            for month in range(12):
                found = np.bincount(histories.places[months == month], minlength=items)
                by_month[month] = plan.season * found / max(1, found.sum())
        return cls(counts, lately.astype(np.float32), by_month, categories)

    def grown(self, items: int) -> Popularity:
        """With items that nobody has had, of no category that is known."""
        none = np.zeros(items, dtype=np.float32)
        return Popularity(
            np.concatenate([self.counts, none]),
            np.concatenate([self.lately, none]),
            np.concatenate([self.by_month, np.zeros((12, items), np.float32)], axis=1),
            np.concatenate([self.categories, np.full(items, -1, np.int32)]),
        )

    def scores(self, history: Places, at: datetime | None = None) -> Floats:
        """Shares of all sales, those in the customer's categories counted by how many of the customer's items are in them, too."""
        total = self.lately / max(1.0, float(self.lately.sum()))
        if self.by_month.any():
            total = total + self.by_month[(at or datetime.now(UTC)).month - 1]
        mine = self.categories[history]
        if len(mine) and (mine >= 0).any():
            share = np.bincount(mine[mine >= 0], minlength=int(self.categories.max()) + 1) / len(mine)
            total = total * (1 + 4 * np.where(self.categories >= 0, share[self.categories], 0))
        found: Floats = total.astype(np.float32)
        return found
