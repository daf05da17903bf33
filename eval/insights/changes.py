"""From when on a share is another one: the place where it changed, if chance alone seldom makes such a change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.insights.withholding import LEAST

SHUFFLES = 2000
"""Orders by chance; the least chance that can be told is one in so many."""
_HELD = 500_000
"""Rows times orders that are looked at at once: ten thousand reviews would need a gigabyte else."""


def change(yes: Sequence[bool], at: Sequence[float], level: float = 0.95, seed: int = 0) -> int | None:
    """The place from which on more or fewer of `yes` hold, in order of time; None where it may be chance, or too few stand on either side.

    The likelihood ratio of two shares against one, at the best place of all; how high it gets by chance is told by shuffling. Rows of one
    moment aren't parted.
    """
    n = len(yes)
    places = np.array([place for place in range(LEAST, n - LEAST + 1) if at[place] > at[place - 1]], dtype=np.intp)
    if not len(places):
        return None
    row = np.array(yes, dtype=np.float64)
    seen = _ratios(row[None], places)[0]
    rng, orders = np.random.default_rng(seed), max(1, min(500, _HELD // n))
    most = np.concatenate([_ratios(rng.permuted(np.tile(row, (orders, 1)), axis=1), places).max(axis=1) for _ in range(-(-SHUFFLES // orders))])  # fmt: skip
    chance = (1 + int((most >= seen.max() - 1e-9).sum())) / (1 + len(most))
    return int(places[int(seen.argmax())]) if chance <= 1 - level else None


def _ratios(rows: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.float64]:
    """[rows, places]: how much likelier two shares make a row than one does, as a logarithm."""
    n, sums = rows.shape[1], np.cumsum(rows, axis=1)
    left, whole = sums[:, places - 1], sums[:, -1:]
    found: NDArray[np.float64] = _fit(left, places) + _fit(whole - left, n - places) - _fit(whole, np.array(n))
    return found


def _fit(yes: NDArray[np.float64], n: NDArray[np.intp]) -> NDArray[np.float64]:
    share = np.clip(yes / n, 1e-12, 1 - 1e-12)
    fit: NDArray[np.float64] = yes * np.log(share) + (n - yes) * np.log(1 - share)
    return fit
