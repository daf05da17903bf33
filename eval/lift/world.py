"""The simulated shop: kinds of customers, what each likes, and what follows from it exactly: spending and buying, with advice and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHOWN = 3
"""Products of one advice."""
TIMES, CHANCES = (1, 2, 6), (0.8, 0.15, 0.05)
"""How many of a product are bought at once: mostly one, now and then a box."""
VISITS_SHAPE, VISITS_SCALE = 0.5, 2.0
"""Advice is asked for once and then a gamma-Poisson number of times: many never again, a few often."""
BASKET = 1.0
"""Further purchases, by Poisson, of who buys without advice."""


@dataclass(frozen=True, slots=False)
class World:
    """[kinds] weights and known share; [kinds, items] `buys` is the chance that a shown product is bought."""

    weights: Floats
    prices: Floats
    buys: Floats
    likes: Floats
    """[kinds, items] What is bought without advice, as shares."""
    shops: Floats
    """[kinds] The chance of buying anything without advice."""
    known: float
    """The share of customers whose taste the model knows; the others get what is popular."""

    @classmethod
    def made(cls, seed: int = 7, kinds: int = 8, items: int = 60, categories: int = 6, known: float = 0.8) -> World:
        random = np.random.default_rng(seed)
        weights = random.dirichlet(np.full(kinds, 3.0))
        category = np.arange(items) % categories
        prices = np.round(random.lognormal(3.2, 0.8, items), 2)
        taste = random.dirichlet(np.full(categories, 0.7), kinds)
        appeal = random.lognormal(0, 0.4, items)
        dear = 1 / (1 + prices / 60)
        liking = taste[:, category] * appeal * dear
        buys = np.clip(0.06 * liking / liking.max(axis=1, keepdims=True), 0, 0.5)
        return cls(
            weights, prices, buys, liking / liking.sum(axis=1, keepdims=True), random.uniform(0.06, 0.2, kinds), known
        )

    @cached_property
    def popular(self) -> NDArray[np.int64]:
        """[SHOWN] What everybody likes."""
        return np.argsort(-(self.weights @ self.buys), kind="stable")[:SHOWN]

    @cached_property
    def best(self) -> NDArray[np.int64]:
        """[kinds, SHOWN] What a model that knows the taste shows."""
        return np.argsort(-self.buys, axis=1, kind="stable")[:, :SHOWN]

    def price(self, item: int) -> Decimal:
        return Decimal(f"{self.prices[item]:.2f}")

    def true_spending(self, advised: bool) -> float:
        """What a customer of an arm spends within the window, on average over all customers there could be."""
        times = float(np.dot(TIMES, CHANCES))
        visits = 1 + VISITS_SHAPE * VISITS_SCALE
        alone = self.shops * (1 + BASKET) * (self.likes @ self.prices)
        return (
            float(self.weights @ sum(part * (visits * worth + alone) for part, worth in self._worths(advised))) * times
        )

    def true_buying(self, advised: bool) -> float:
        """The chance that a customer of an arm buys anything within the window."""
        kept = sum(part * self._never(shown) for part, shown in self._shown(advised))
        return float(1 - self.weights @ (kept * (1 - self.shops)))

    def _shown(self, advised: bool) -> Sequence[tuple[float, NDArray[np.int64]]]:
        """(share of customers, [kinds, SHOWN] what they are shown)."""
        popular = np.tile(self.popular, (len(self.weights), 1))
        return [(self.known, self.best), (1 - self.known, popular)] if advised else [(1.0, popular)]

    def _worths(self, advised: bool) -> Sequence[tuple[float, Floats]]:
        """(share of customers, [kinds] what one advice brings)."""
        made = []
        for part, shown in self._shown(advised):
            chance = np.take_along_axis(self.buys, shown, axis=1)
            made.append((part, (chance * self.prices[shown]).sum(axis=1)))
        return made

    def _never(self, shown: NDArray[np.int64]) -> Floats:
        """[kinds] The chance that none of all advice is followed: the generating function of the number of visits."""
        none = np.prod(1 - np.take_along_axis(self.buys, shown, axis=1), axis=1)
        return np.asarray(none * (1 + VISITS_SCALE * (1 - none)) ** -VISITS_SHAPE)
