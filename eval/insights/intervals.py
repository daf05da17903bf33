"""How sure a figure is. Pure functions of counts and sums, by published formulas; what is too small to tell has no interval.

What customers spend is mostly nothing and sometimes much, so that in a small arm a low mean comes with a low standard error, and the usual
intervals miss the truth on one side. Hence intervals on the logarithm, with the buyers' variation learned from both arms where one has few
of them (`python -m eval lift` prints the coverage, and Welch's beside it; Hall's transformation and bootstrap-like corrections by sample
skewness were tried and did worse: a third moment is told by the few largest purchases).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

LEAST_BUYERS = 20
"""Of each arm: below, what they spend isn't compared at all."""
FEW_BUYERS = 100
"""Of each arm: below, it is compared with a warning."""
_BORROWED = 200
"""As how many buyers, at most, the other arm's tell how purchases vary: with many of one's own it hardly matters."""


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float

    def holds(self, truth: float) -> bool:
        return self.low <= truth <= self.high


@dataclass(frozen=True, slots=True)
class Spending:
    """What the customers of one arm spent: how many there are, how many bought, the sum and the sum of squares."""

    n: int
    buyers: int
    total: float
    squares: float

    @classmethod
    def of(cls, amounts: Sequence[float]) -> Spending:
        """Of each customer's sum, nothing included."""
        bought = [amount for amount in amounts if amount > 0]
        return cls(len(amounts), len(bought), math.fsum(bought), math.fsum(amount * amount for amount in bought))

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0

    @property
    def deviation(self) -> float:
        """The standard deviation over all customers."""
        return math.sqrt(max(0.0, self.squares - self.total * self.mean) / max(1, self.n - 1))

    @property
    def variation(self) -> float:
        """Of buyers' sums, squared: variance over mean squared."""
        mean = self.total / self.buyers
        return max(0.0, self.squares / self.buyers / mean**2 - 1) * self.buyers / max(1, self.buyers - 1)


def spending(one: Spending, level: float = 0.95) -> Interval | None:
    """The mean of an arm alone; None where too few bought."""
    if one.buyers < LEAST_BUYERS:
        return None
    return _by_factor(one.mean, _z(level) * math.sqrt(_log_variance(one, one.variation)))


def spending_ratio(one: Spending, other: Spending, level: float = 0.95) -> Interval | None:
    """The mean of `one` over that of `other`, less 1; None where too few bought to tell.

    The delta method on the logarithm: the variance of log(mean) is ((1 + variation) / share of buyers - 1) / n.
    """
    if min(one.buyers, other.buyers) < LEAST_BUYERS:
        return None
    variances = _log_variances(one, other)
    found = _by_factor(one.mean / other.mean, _z(level) * math.sqrt(sum(variances)))
    return Interval(found.value - 1, found.low - 1, found.high - 1)


def spending_difference(one: Spending, other: Spending, level: float = 0.95) -> Interval | None:
    """The mean of `one` less that of `other`; None where too few bought to tell.

    Each arm's interval on the logarithm, brought together by the method of variance estimates recovery: Zou and Donner (2008),
    Statistics in Medicine 27: 1693-1702.
    """
    if min(one.buyers, other.buyers) < LEAST_BUYERS:
        return None
    first, second = (
        _by_factor(arm.mean, _z(level) * math.sqrt(variance))
        for arm, variance in zip((one, other), _log_variances(one, other), strict=True)
    )
    return _recovered(first, second)


def share(count: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's interval of a share (1927)."""
    if n == 0:
        return Interval(0.0, 0.0, 1.0)
    z, p = _z(level), count / n
    middle, width = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(p, max(0.0, (middle - width) / (1 + z * z / n)), min(1.0, (middle + width) / (1 + z * z / n)))


def share_difference(one: tuple[int, int], other: tuple[int, int], level: float = 0.95) -> Interval:
    """Of two (count, n), by Newcombe's hybrid of two Wilson intervals (1998, method 10)."""
    return _recovered(share(*one, level=level), share(*other, level=level))


def fit(counts: Mapping[str, int], shares: Mapping[str, float]) -> float:
    """How likely counts that far from these shares are, by chance alone (Pearson's chi-squared); 1 where there is nothing to compare."""
    n, freedom = sum(counts.values()), len(shares) - 1
    if not n or freedom < 1:
        return 1.0
    away = sum((counts.get(arm, 0) - n * part) ** 2 / (n * part) for arm, part in shares.items() if part)
    return _chi_squared(away, freedom)


def _chi_squared(x: float, freedom: int) -> float:
    """The upper tail, by the recurrence of the incomplete gamma function."""
    tail, at = (math.erfc(math.sqrt(x / 2)), 1) if freedom % 2 else (math.exp(-x / 2), 2)
    while at < freedom:
        tail += (x / 2) ** (at / 2) * math.exp(-x / 2) / math.gamma(at / 2 + 1)
        at += 2
    return tail


def _log_variances(one: Spending, other: Spending) -> tuple[float, float]:
    return _log_variance(one, _borrowed(one, other)), _log_variance(other, _borrowed(other, one))


def _log_variance(arm: Spending, variation: float) -> float:
    return ((1 + variation) * arm.n / arm.buyers - 1) / arm.n


def _borrowed(own: Spending, other: Spending) -> float:
    """An arm's variation, the other's buyers lending as many as they are, up to a limit."""
    lent = min(other.buyers, _BORROWED)
    return (own.variation * own.buyers + other.variation * lent) / (own.buyers + lent)


def _by_factor(value: float, width: float) -> Interval:
    return Interval(value, value * math.exp(-width), value * math.exp(width))


def _recovered(one: Interval, other: Interval) -> Interval:
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    return Interval(value, low, value + math.hypot(one.high - one.value, other.value - other.low))


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
