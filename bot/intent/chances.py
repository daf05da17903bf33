"""Scores to chances that hold: a temperature between the intents, a logistic curve for none of them, a threshold to abstain from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.intent import logistic
from retrieval.seams import Vectors

_TEMPERATURES = np.geomspace(0.05, 20, 150)
_FAR = 0.01
"""Share of the rows that lie as far out as what is abstained from, where there are none of no intent to learn that from."""
_CANDIDATES = 1000
"""Thresholds that are tried: quantiles of p(none)."""


@dataclass(frozen=True, slots=True)
class Chances:
    """p(none) = 1 / (1 + exp(-(bias + energy * lse + against * score of none))), lse being the log-sum-exp of the intents' scores;
    the rest is shared among the intents by a softmax of scores / temperature. From `threshold` of p(none) on one abstains."""

    temperature: float
    bias: float
    energy: float
    against: float
    threshold: float

    def of(self, scores: Vectors) -> Vectors:
        """[n, intents + 1] of scores -> of chances."""
        shares = softmax(scores[:, :-1] / self.temperature)
        lifted = self.bias + self.energy * energy(scores) + self.against * scores[:, -1]
        none = 1 / (1 + np.exp(-np.clip(lifted, -50, 50)))
        chances: Vectors = np.hstack([shares * (1 - none)[:, None], none[:, None]]).astype(np.float32)
        return chances


def calibrated(
    scores: Vectors, targets: Vectors, none: NDArray[np.bool_], *, caught: float | None = None
) -> tuple[Chances, float]:
    """Fit on cross-fitted scores [n, intents + 1]; `targets` [n, intents], `none` [n] marks the rows of no intent.

    Beside it the share of rows that are then answered right.
    """
    temperature = temperature_of(scores[~none, :-1], targets[~none])
    shape = _curve(scores, none) if none.any() else _far_out(energy(scores))
    plain = Chances(temperature, *shape, threshold=2.0)
    chances = plain.of(scores)
    hits = targets[np.arange(len(scores)), chances[:, :-1].argmax(axis=1)] >= 0.5
    threshold = _threshold(chances[:, -1], hits, none, caught)
    kept = chances[:, -1] < threshold
    accuracy = float(np.where(none, ~kept, kept & hits).mean())
    return Chances(temperature, *shape, threshold=threshold), accuracy


def temperature_of(scores: Vectors, targets: Vectors) -> float:
    """The temperature with the least cross-entropy; Guo et al., "On calibration of modern neural networks", 2017."""
    loss = [-(targets * np.log(softmax(scores / t) + 1e-12)).sum() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(loss))])


def energy(scores: Vectors) -> Vectors:
    """Log-sum-exp of the intents' scores [n]: low far from all that was learned; Liu et al., "Energy-based out-of-distribution
    detection", 2020."""
    intents = scores[:, :-1]
    top = intents.max(axis=1)
    lse: Vectors = np.log(np.exp(intents - top[:, None]).sum(axis=1)) + top
    return lse


def softmax(scores: Vectors) -> Vectors:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    whole: Vectors = shares / shares.sum(axis=-1, keepdims=True)
    return whole


def _far_out(lse: Vectors) -> tuple[float, float, float]:
    """One half for the farthest _FAR of what was learned from, a hundredth in its middle."""
    edge, middle = np.quantile(lse, (_FAR, 0.5))
    steep = float(np.log(99) / max(middle - edge, 1e-6))
    return steep * float(edge), -steep, 0.0


def _curve(scores: Vectors, none: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Bias and weights of p(none), fitted on standardised energy and score of none."""
    features = np.stack([energy(scores), scores[:, -1]], axis=1)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    rows = np.hstack([(features - mean) / spread, np.ones((len(features), 1))]).astype(np.float32)
    targets = np.stack([~none, none], axis=1).astype(np.float32)
    weights = logistic.fit(rows, targets, ridge=1e-3)
    slopes, bias = (weights[:2, 1] - weights[:2, 0]) / spread, float(weights[2, 1] - weights[2, 0])
    return bias - float(slopes @ mean), float(slopes[0]), float(slopes[1])


def _threshold(chance: Vectors, hits: NDArray[np.bool_], none: NDArray[np.bool_], caught: float | None) -> float:
    """Where most rows are right; with `caught`, where the mean of right and caught is highest, catching that share if any does.

    One half where there are no rows of no intent: farther out than nearly all that was learned.
    """
    if not none.any():
        return 0.5
    best, at = (False, -1.0), 0.5
    for candidate in np.unique(np.quantile(chance, np.linspace(0, 1, _CANDIDATES))):
        recall = float((chance[none] >= candidate).mean())
        right = float((hits & (chance < candidate))[~none].mean())
        share = float(none.mean()) if caught is None else 0.5
        mark = (caught is None or recall >= caught, (1 - share) * right + share * recall)
        best, at = max((best, at), (mark, float(candidate)))
    return at
