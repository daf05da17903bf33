"""Closed-form linear models from item to item: EASE (Steck, 2019), mixed with one that heeds the order (after SLIST, Choi et al., 2021).

One matrix of the items' size is inverted in place, in single precision: 1.2 GB for 17,000 items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.generations import Progress
from retrieval.recommend.counting import before, each, had
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.links import Floats, Links

_TOGETHER = 256
"""Rows that are worked out at once."""


@dataclass(frozen=True, slots=True)
class LinearPlan:
    """`ridge` damps; `order` is the share of what came next; a step back counts `fades` there, and `recent` when the model is asked."""

    ridge: float = 150.0
    order: float = 0.5
    fades: float = 0.75
    reach: int = 10
    recent: float = 0.75
    keep: int = 300
    least: int = 5
    """Events of an item below which counting knows as much: half of the items, a fifth of the time."""
    largest: int = 20_000
    """Items that are learned at most, the most frequent: 1.6 GB."""


class Linear:
    """A customer's items speak for others, the last of them most."""

    def __init__(self, links: Links, recent: float) -> None:
        self.links, self.recent = links, recent

    @classmethod
    def fit(cls, histories: Histories, plan: LinearPlan, say: Progress = lambda step, done, of: None) -> Linear:
        say("linear", 0, 1)
        chosen = _frequent(histories, plan)
        made = Links.of_rows(rows_of(_only(histories, chosen), plan), keep=plan.keep)
        say("linear", 1, 1)
        return cls(made.among(chosen, len(histories.items)), plan.recent)

    def scores(self, history: Places) -> Floats:
        return self.links.sum(history, faded(len(history), self.recent))


def _frequent(histories: Histories, plan: LinearPlan) -> NDArray[np.int32]:
    """Places of the items with events enough, in order."""
    counts = np.bincount(histories.places, minlength=len(histories.items))
    first = np.argsort(-counts, kind="stable")[: plan.largest]
    return np.sort(first[counts[first] >= plan.least]).astype(np.int32)


def _only(histories: Histories, chosen: NDArray[np.int32]) -> Histories:
    """As if there were no other items."""
    place = np.full(len(histories.items), -1, dtype=np.int32)
    place[chosen] = np.arange(len(chosen))
    less = histories.where(place[histories.places] >= 0)
    return replace(less, items=tuple(histories.items[i] for i in chosen), places=place[less.places])


def faded(count: int, fades: float) -> Floats:
    """[count] What each event counts, oldest first, the last 1."""
    weights: Floats = (fades ** np.arange(count - 1, -1, -1)).astype(np.float32)
    return weights


def rows_of(histories: Histories, plan: LinearPlan) -> Iterator[Floats]:
    """What each item speaks for, [items] a row.

    B minimises (1 - order) |X - XB|² + order |N - PB|² + ridge |B|², its diagonal being nothing: X is who had what, N each event's
    item, P what had been before it.
    """
    gram, beside = _sums(histories, plan)
    inverse = _inverted(gram, plan.ridge)
    own = (1 - plan.ridge * np.diagonal(inverse) + _diagonal(inverse, beside)) / np.diagonal(inverse)
    turned = beside.T.tocsr()
    for start in range(0, len(inverse), _TOGETHER):
        part = inverse[start : start + _TOGETHER]
        rows = -part * (plan.ridge + own)  # the inverse times its own sums is I - ridge inverse
        rows[np.arange(len(part)), start + np.arange(len(part))] += 1
        if beside.nnz:
            rows += np.ascontiguousarray((turned @ part.T).T)
        yield from rows


def _sums(histories: Histories, plan: LinearPlan) -> tuple[Any, Any]:
    """What is inverted, and what the target has beside it, both sparse."""
    x = had(histories)
    gram = (1 - plan.order) * (x.T @ x)
    if not plan.order:
        return gram, 0 * gram[:0].T @ gram[:0]
    past = before(histories, fades=plan.fades, reach=plan.reach)
    squared = plan.order * (past.T @ past)
    return gram + squared, (plan.order * (past.T @ each(histories)) - squared).tocsr()


def _inverted(gram: Any, ridge: float) -> Floats:
    from scipy.linalg import lapack

    matrix = gram.astype(np.float32).toarray(order="F")
    matrix[np.diag_indices_from(matrix)] += ridge
    matrix, _ = lapack.spotrf(matrix, lower=1, overwrite_a=1, clean=0)
    matrix, _ = lapack.spotri(matrix, lower=1, overwrite_c=1)
    for start in range(0, len(matrix), _TOGETHER):
        end = start + _TOGETHER
        block = matrix[start:end, start:end]
        block[:] = np.tril(block) + np.tril(block, -1).T
        matrix[start:end, end:] = matrix[end:, start:end].T
    inverse: Floats = matrix.T  # equal to itself turned, and rows lie together
    return inverse


def _diagonal(inverse: Floats, target: Any) -> Floats:
    """[items] The diagonal of their product."""
    found = target.tocoo()
    terms = inverse[found.col, found.row] * found.data
    diagonal: Floats = np.bincount(found.col, weights=terms, minlength=len(inverse)).astype(np.float32)
    return diagonal
