"""Customers as many as are wanted, made of real ones: to see how a training grows where there aren't ten times as many."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from retrieval.recommend.histories import Histories

CHANGES = 0.25
"""How often somebody made up goes on, after an event, as another real customer did who had the same item."""


def resampled(histories: Histories, customers: int, *, seed: int) -> Iterator[list[int]]:
    """Places of items, oldest first, a customer at a time; each item once.

    One follows a real customer, going over to others who met on an item, until as many events are there as the first had. So lengths,
    what is often had and what comes after what are as among the real ones, and hardly two are alike.
    """
    chance = random.Random(seed)
    real = [histories.of(row).tolist() for row in range(len(histories)) if len(histories.of(row)) > 1]
    met = _meetings(real)
    for _ in range(customers):
        yield _one(real, met, chance)


def _one(real: list[list[int]], met: list[list[tuple[int, int]]], chance: random.Random) -> list[int]:
    row = chance.randrange(len(real))
    wanted, at, made = len(real[row]), 0, dict[int, None]()
    for _ in range(4 * wanted):  # who goes in circles ends with fewer
        if len(made) == wanted:
            break
        item = real[row][at]
        made[item] = None
        is_end = at + 1 == len(real[row])
        if is_end or chance.random() < CHANGES:
            row, at = chance.choice(met[item])
        row, at = (row, at + 1) if at + 1 < len(real[row]) else (chance.randrange(len(real)), 0)
    return list(made)


def _meetings(real: list[list[int]]) -> list[list[tuple[int, int]]]:
    """Item -> (customer, place in the history) of everybody who had it."""
    items = int(np.max([max(row) for row in real])) + 1
    met: list[list[tuple[int, int]]] = [[] for _ in range(items)]
    for row, history in enumerate(real):
        for at, item in enumerate(history):
            met[item].append((row, at))
    return met
