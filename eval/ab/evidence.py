"""How sure a difference between two ways is, however often one looks: a test that is exact, and an interval for the eye.

The test is a mixture of likelihood ratios (mSPRT; Robbins, 1970; Johari, Koomen, Pekelis and Walsh, "Always valid inference", Operations
Research 70, 2022) in the form of Turner, Ly and Gruenwald ("Generic e-variables for exact sequential k-sample tests", 2024): each factor is
how likely the outcome is by the way that was dealt, over how likely it is by a way dealt anew. Where the ways are alike the product is a
martingale of mean 1, whatever the rate of outcomes and however it drifts, so that it ever reaches 20 with a chance of 1/20 at most (Ville).
The interval is Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas's confidence sequence ("Time-uniform central limit theory", Annals of
Statistics 52, 2024, theorem 2.2), which holds for large numbers only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05
ENOUGH = math.log(1 / ALPHA)
"""Evidence, as a logarithm, that ends a comparison."""
MISDEALT = math.log(1000)
"""Evidence that the ways weren't dealt as the share says: then nothing is told."""
FEWEST = 50
"""Conversations from which on an interval is shown."""
_SPREAD, _POINTS = 0.4, 32
"""The differences that are looked for, on the scale of log odds: a normal distribution's quantiles, each as likely."""
_EFFECTS = np.array([_SPREAD * NormalDist().inv_cdf((place + 0.5) / _POINTS) for place in range(_POINTS)])
_TUNED_FOR = 1000
"""Conversations at which the interval is narrowest."""

Claims = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """One number a conversation, in their order: the evidence that the ways differ, and whether it speaks for more in B."""

    evidence: Numbers
    more_in_b: Claims


def course(in_b: Claims, happened: Claims, share: float) -> Course:
    """`in_b` is what was dealt, `happened` what became of it, both in the order of dealing; `share` is B's."""
    rate = (1 + np.cumsum(happened) - happened) / (2 + np.arange(len(happened)))
    odds = np.log(rate / (1 - rate))[:, None]
    chance_a, chance_b = _chance(odds - share * _EFFECTS), _chance(odds + (1 - share) * _EFFECTS)
    anew = share * chance_b + (1 - share) * chance_a
    dealt = np.where(in_b[:, None], chance_b, chance_a)
    yes = happened[:, None]
    ratios = np.cumsum(np.log(np.where(yes, dealt, 1 - dealt) / np.where(yes, anew, 1 - anew)), axis=0)
    above, below = _mean(ratios[:, _EFFECTS > 0]), _mean(ratios[:, _EFFECTS < 0])
    return Course(np.logaddexp(above, below) - math.log(2), above > below)


def _chance(odds: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-odds)))


def _mean(ratios: Numbers) -> Numbers:
    """Of likelihood ratios that are given as logarithms, along the second axis."""
    highest = ratios.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(ratios - highest).mean(axis=1)) + highest[:, 0])


def misdealt(in_b: Claims, share: float) -> float:
    """The most evidence there ever was that the dealing isn't as `share` says: a mixture over all shares, Beta(1, 1) (Lindon and Malek,
    "Anytime-valid inference for multinomial count data", 2022)."""
    if not len(in_b):
        return 0.0
    n = np.arange(1, len(in_b) + 1)
    b = np.cumsum(in_b)
    gamma = np.vectorize(math.lgamma)
    mixed = gamma(b + 1) + gamma(n - b + 1) - gamma(n + 2)
    return float((mixed - b * math.log(share) - (n - b) * math.log(1 - share)).max())


@dataclass(frozen=True, slots=True)
class Difference:
    """B's rate less A's, with an interval that holds at every look; None where there are too few."""

    value: float
    low: float | None
    high: float | None


def difference(in_b: Claims, happened: Claims, share: float) -> Difference | None:
    """None where one of the ways has no conversation yet."""
    if in_b.all() or not in_b.any():
        return None
    value = float(happened[in_b].mean() - happened[~in_b].mean())
    if len(in_b) < FEWEST:
        return Difference(value, None, None)
    of_b, of_a = _so_far(happened, in_b), _so_far(happened, ~in_b)
    each = of_b + in_b * (happened - of_b) / share - of_a - ~in_b * (happened - of_a) / (1 - share)
    middle, reach = float(each.mean()), float(each.std()) * _width(len(each))
    return Difference(value, max(-1.0, middle - reach), min(1.0, middle + reach))


def _so_far(happened: Claims, here: Claims) -> Numbers:
    """The rate before each conversation among those of one way."""
    both = happened & here
    return np.asarray((np.cumsum(both) - both + 0.5) / (np.cumsum(here) - here + 1))


def _width(n: int) -> float:
    """Half of the interval, in standard deviations of one conversation."""
    tuned = (-2 * math.log(ALPHA) + math.log(-2 * math.log(ALPHA) + 1)) / _TUNED_FOR
    return math.sqrt(2 * (n * tuned + 1) / (n * n * tuned) * math.log(math.sqrt(n * tuned + 1) / ALPHA))


def growth(a: float, b: float, share: float) -> float:
    """Evidence that one conversation brings on average where these are the rates: the divergence of what was dealt from what is dealt anew."""
    anew = share * b + (1 - share) * a
    return share * _divergence(b, anew) + (1 - share) * _divergence(a, anew)


def _divergence(one: float, other: float) -> float:
    """Kullback and Leibler's, of two rates."""
    return sum(p * math.log(p / q) for p, q in ((one, other), (1 - one, 1 - other)) if p > 0 and q > 0)
