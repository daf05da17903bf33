"""What models of counts are made of: who had what, and what came after what. Needs scipy, which the extra `train` brings."""

from __future__ import annotations

from typing import Any

import numpy as np

from retrieval.recommend.histories import Histories


def had(histories: Histories) -> Any:
    """[customers, items] sparse, 1 where the customer had it."""
    from scipy.sparse import csr_matrix

    ones = np.ones(len(histories.places), dtype=np.float32)
    shape = (len(histories), len(histories.items))
    return csr_matrix((ones, histories.places, histories.starts), shape=shape)


def before(histories: Histories, *, fades: float, reach: int, half_life_days: float | None = None) -> Any:
    """[events, items] sparse: what the same customer had had at each event.

    A step further back counts `fades` times as much, up to `reach` steps; where times are known, half after so many days.
    """
    from scipy.sparse import csr_matrix

    owners, events = histories.owners, len(histories.places)
    total = csr_matrix((events, len(histories.items)), dtype=np.float32)
    for step in range(1, reach + 1):
        rows = np.flatnonzero(owners[step:] == owners[:-step]) + step
        if not len(rows):
            break
        weight = np.full(len(rows), fades ** (step - 1), dtype=np.float32)
        if histories.at is not None and half_life_days:
            gap = np.clip(histories.at[rows] - histories.at[rows - step], 0, None) / 86_400
            weight *= np.exp2(-gap / half_life_days).astype(np.float32)
        total = total + csr_matrix((weight, (rows, histories.places[rows - step])), shape=total.shape)
    return total


def each(histories: Histories) -> Any:
    """[events, items] sparse: 1 for the item of the event."""
    from scipy.sparse import csr_matrix

    events = len(histories.places)
    ones = np.ones(events, dtype=np.float32)
    return csr_matrix((ones, histories.places, np.arange(events + 1)), shape=(events, len(histories.items)))
