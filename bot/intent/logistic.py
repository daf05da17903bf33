"""Multinomial logistic regression by L-BFGS, in numpy: a shop that only serves can still fit its own intents."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from retrieval.seams import Vectors

_KEPT = 8
"""Steps that the curvature is estimated from; Nocedal and Wright, "Numerical optimization", chapter 7."""
_ENOUGH = 1e-5
"""Relative gain of a step below which the fit is done."""
_Step = tuple[Vectors, Vectors]


def fit(rows: Vectors, targets: Vectors, *, ridge: float, most: int = 80) -> Vectors:
    """Weights [dim, classes] for rows [n, dim] and targets [n, classes].

    A target row is a distribution times the weight of its row. Minimised: cross-entropy summed over rows plus ridge / 2 times
    the squared weights.
    """
    mass = targets.sum(axis=1, keepdims=True)

    def loss(weights: Vectors) -> tuple[float, Vectors]:
        scores = rows @ weights
        top = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - top)
        total = shares.sum(axis=1, keepdims=True)
        entropy = float(((np.log(total) + top) * mass).sum() - (scores * targets).sum())
        slope: Vectors = rows.T @ (shares / total * mass - targets) + ridge * weights
        return entropy + ridge / 2 * float((weights * weights).sum()), slope

    return _minimise(loss, np.zeros((rows.shape[1], targets.shape[1]), dtype=np.float32), most)


def _minimise(loss: Callable[[Vectors], tuple[float, Vectors]], start: Vectors, most: int) -> Vectors:
    at, (value, slope) = start, loss(start)
    steps: deque[_Step] = deque(maxlen=_KEPT)
    for _ in range(most):
        way = _direction(slope, steps)
        new, new_value, new_slope = _walk(loss, at, value, slope, way)
        moved, bent = new - at, new_slope - slope
        if float((moved * bent).sum()) > 1e-10:
            steps.append((moved, bent))
        gain = value - new_value
        at, value, slope = new, new_value, new_slope
        if gain < _ENOUGH * abs(value):
            break
    return at


def _direction(slope: Vectors, steps: deque[_Step]) -> Vectors:
    """The two-loop recursion: the slope times an estimate of the inverse curvature."""
    way, shares = slope.copy(), []
    for moved, bent in reversed(steps):
        share = float((moved * way).sum()) / float((moved * bent).sum())
        way -= share * bent
        shares.append(share)
    if not steps:
        first: Vectors = way / np.float32(max(float(np.abs(slope).sum()) / slope.shape[1], 1e-12))
        return first
    moved, bent = steps[-1]
    way *= float((moved * bent).sum()) / float((bent * bent).sum())
    for (moved, bent), share in zip(steps, reversed(shares), strict=True):
        way += moved * (share - float((bent * way).sum()) / float((moved * bent).sum()))
    return way


def _walk(
    loss: Callable[[Vectors], tuple[float, Vectors]], at: Vectors, value: float, slope: Vectors, way: Vectors
) -> tuple[Vectors, float, Vectors]:
    """As far against `way` as the loss falls by enough (Armijo's rule), halving."""
    expected, length = float((slope * way).sum()), 1.0
    while True:
        new = at - np.float32(length) * way
        new_value, new_slope = loss(new)
        if new_value <= value - 1e-4 * length * expected or length < 1e-4:
            return new, new_value, new_slope
        length /= 2
