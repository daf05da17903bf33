"""Whether one amount follows from another: units, bounds, ranges and roundings."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.writing.facts.amounts import Amount
from bot.writing.facts.known import Known
from bot.writing.facts.scene import Scene

EPS = 1e-6


def alike(amount: Amount, other: Amount, known: Known) -> bool:
    a, b = amount.family, other.family
    if a == "bare":
        return True
    if b == "bare" and other.low != other.high and amount.raw[0] == other.low:
        return True
    if a == b == "money":
        return known.same_money(amount.kind, other.kind)
    if a == b == "unit":
        return amount.kind == other.kind or {amount.kind, other.kind} <= {"unit:degree", "unit:celsius"}
    if {a, b} <= {"duration", "working"}:
        return True
    if b == "bare" and a in ("age", "money"):
        return False
    return amount.kind == other.kind


def _value(amount: Amount, other: Amount) -> tuple[float, float]:
    """The other's ends in this one's unit."""
    if amount.family == "duration" and other.family == "working":
        return other.low * 1440, other.high * 1440
    if amount.family == "working" and other.family == "duration":
        return other.low / 1440, other.high / 1440
    return other.low, other.high


_LONG = ("week", "weeks", "周", "个星期", "星期", "个礼拜", "礼拜", "month", "months", "个月", "fortnight", "wks")


def _equal(a: float, b: float, family: str, units: bool = False) -> bool:
    if family in ("duration", "working") and units:
        return abs(a - b) <= 0.021 * max(abs(a), abs(b))
    if family in ("volume", "weight", "length", "power") and units:
        return abs(a - b) <= 0.006 * max(abs(a), abs(b))
    return abs(a - b) < EPS * max(1.0, abs(a))


def follows(amount: Amount, other: Amount, scene: Scene) -> bool:
    if amount.other is not None and abs(amount.other - other.low) < EPS:
        return True
    low, high = _value(amount, other)
    if other.family == "bare" and other.low != other.high and amount.family not in ("bare", "money"):
        x0 = amount.raw[0]
        scale = amount.low / x0 if x0 else 1.0
        return _equal(amount.low, other.low * scale, amount.family) and _equal(
            amount.high, other.high * scale, amount.family
        )
    if (
        amount.family == "duration"
        and other.family == "working"
        and "calendar" not in scene.lower
        and amount.unit in _LONG
    ):
        weeks = replace(other, kind="duration", low=low * 1.4, high=high * 1.4)
        if follows(amount, weeks, scene):
            return True
    x, y = amount.low, amount.high
    if amount.family == "bare" and other.family != "bare":
        low, high = other.raw if other.raw != (0.0, 0.0) else (other.low, other.high)
    units = amount.unit != other.unit
    family, bound = amount.family, amount.bound
    if amount.family == "duration" and other.family == "working":
        part = scene.part(amount.start)
        if re.search(r"calendar|自然日", part):
            return False
    if bound == other.bound and bound not in ("=", "in") and x == y and low == high and _equal(x, low, family, units):
        return True
    if bound == "in":
        return x - EPS <= low and high <= y + EPS
    if x != y:
        return _equal(x, low, family, units) and _equal(y, high, family, units)
    if (
        amount.bound == "="
        and x == y
        and x in scene.asked.numbers
        and _within(x, other)
        and family in ("length", "weight")
    ):
        return True
    if other.bound in (">=", ">", ">~") and low == high:
        if _equal(x, low, family, units):
            return bound not in ("<", "<=", "=<", "<~") or "free" not in scene.read.ids
        return bound in (">", ">=") and low > x and False
    if other.bound in ("<=", "=<", "<") and low == high and bound in (">", ">=", ">~"):
        return _equal(x, low, family, units) and bool(scene.read.spans)
    if (
        bound in ("<", ">", "<~", ">~")
        and family in ("bare", "age", "percent")
        and low == high
        and not scene.known.products
    ):
        return _equal(x, low, family, units)
    if bound == "=":
        return _equal(x, low, family, units) and _equal(x, high, family, units)
    if bound == "~":
        return low == high and abs(x - low) <= 0.07 * max(abs(low), EPS)
    if bound == "<~":
        return high < x and x - high <= 0.15 * x
    if bound == ">~":
        return low > x and low - x <= 0.3 * max(x, EPS)
    if bound == "=<":
        return _equal(x, high, family, units)
    if bound == "<=":
        return (
            high <= x * (1 + EPS)
            if family in ("money", "bare", "weight", "volume", "length")
            else _equal(x, high, family, units)
        )
    if bound == "<":
        return high < x - EPS
    if bound == ">=" and family == "money":
        return low >= x - EPS and x >= 0.8 * low
    if bound == ">=":
        return low >= x - EPS and (family not in ("duration", "working") or _equal(x, low, family, units) or low >= x)
    return low > x + EPS


def _within(x: float, other: Amount) -> bool:
    """Whether a bound of the findings holds for it."""
    if other.low != other.high:
        return False
    return (other.bound in (">=", ">") and x >= other.low) or (other.bound in ("<=", "=<", "<") and x <= other.low)


def about(amount: Amount, value: float) -> bool:
    x = amount.low
    if amount.low != amount.high:
        return False
    if amount.other is not None and abs(amount.other - value) < EPS:
        return True
    if amount.bound == "=":
        return (
            abs(x - value) < 0.006
            if amount.family == "money"
            else abs(x - value)
            <= EPS * max(1.0, abs(x)) + (0.006 * abs(x) if amount.family in ("volume", "weight", "length") else 0)
        )
    if amount.bound == "~":
        return abs(x - value) <= 0.05 * max(abs(value), EPS)
    if amount.bound == "<~":
        return 0 < x - value <= 0.12 * x
    if amount.bound == ">~":
        return 0 < value - x <= 0.3 * max(x, EPS)
    return abs(x - value) < 0.006
