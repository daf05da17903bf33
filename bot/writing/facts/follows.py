"""Whether one amount follows from another: units, bounds, ranges and roundings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.writing.facts.known import Known
from bot.writing.facts.measured import Amount, known_units
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
    if {a, b} == {"age", "duration"}:
        return (other if b == "duration" else amount).unit in _MONTHS
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
    if amount.family == "age" and other.family == "duration":
        return other.low / _YEAR, other.high / _YEAR
    if amount.family == "duration" and other.family == "age":
        return other.low * _YEAR, other.high * _YEAR
    return other.low, other.high


_YEAR = 525600
_LASTING = ("duration", "working")
_MONTHS = ("个月", "month", "months")
_LONG = ("week", "weeks", "周", "个星期", "星期", "个礼拜", "礼拜", "month", "months", "个月", "fortnight", "wks")


def _equal(a: float, b: float, family: str, units: bool = False) -> bool:
    if family in ("duration", "working", "age") and units:
        return abs(a - b) <= 0.021 * max(abs(a), abs(b))
    if family in ("volume", "weight", "length", "power") and units:
        return abs(a - b) <= 0.006 * max(abs(a), abs(b))
    return abs(a - b) < EPS * max(1.0, abs(a))


def follows(amount: Amount, other: Amount, scene: Scene) -> bool:
    """Whether one may be said where the findings have the other."""
    if amount.other is not None and abs(amount.other - other.low) < EPS:
        return True
    if _ranged(amount, other):
        return _in_its_unit(amount, other)
    if amount.family == "duration" and other.family == "working":
        part = scene.part(amount.start)
        if amount.unit in _LONG and "calendar" not in scene.lower and _as_weeks(amount, other, scene):
            return True
        if re.search(r"calendar|自然日", part):
            return False
    pair = _Pair(amount, *_ends(amount, other))
    if _coarsely(pair, other):
        return True
    if (
        pair.low != pair.high
        and amount.bound == "="
        and amount.low == amount.high
        and _END.search(scene.part(amount.start))
    ):
        return pair.equals(pair.x, pair.low) or pair.equals(pair.x, pair.high)
    if amount.low != amount.high and amount.bound != "in":
        return pair.equals(amount.low, pair.low) and pair.equals(amount.high, pair.high)
    if amount.bound == other.bound not in ("=", "in") and pair.sharp and pair.equals(amount.low, pair.low):
        return True
    ruled = _by_rule(pair, other, scene)
    return _BOUNDS[amount.bound](pair) if ruled is None else ruled


_END = re.compile(
    r"\b(?:lowest|highest|smallest|largest|shortest|longest|earliest|latest|fastest|slowest|quickest|minimum|maximum|best|worst|least|most|upper|lower|top|bottom|starts?|ends?|stops?)\b"
    r"|最[小大短长快慢早晚低高少多]|为止|从|起步|上限|下限|到\s?\d"
)
"""Words that tell of one end of a range."""


def _coarsely(pair: _Pair, other: Amount) -> bool:
    """`roughly two to three weeks` of 8 to 14 working days, to half a week."""
    amount = pair.amount
    size = known_units()[amount.unit][1] if amount.family == "duration" and amount.unit in _LONG else 0
    if not size or amount.bound != "~" or amount.low == amount.high:
        return False
    days = 1.4 if other.family == "working" else 1.0
    return abs(amount.low - pair.low * days) <= size / 2 and abs(amount.high - pair.high * days) <= size / 2


def _ranged(amount: Amount, other: Amount) -> bool:
    """A range without a unit (`3-5`) that the amount's own unit may be that of."""
    return other.family == "bare" and other.low != other.high and amount.family not in ("bare", "money")


def _in_its_unit(amount: Amount, other: Amount) -> bool:
    scale = amount.low / amount.raw[0] if amount.raw[0] else 1.0
    return _equal(amount.low, other.low * scale, amount.family) and _equal(
        amount.high, other.high * scale, amount.family
    )


def _as_weeks(amount: Amount, other: Amount, scene: Scene) -> bool:
    """Five working days are a week; of a range 两三周 and 一周多 need only come near it."""
    low, high = _value(amount, other)
    if other.low < other.high and amount.spelled and amount.bound in ("in", ">~"):
        last = amount.high if amount.bound == "in" else 1.6 * amount.low
        return max(low * 1.4, amount.low) <= min(high * 1.4, last) * 1.01
    return follows(amount, replace(other, kind="duration", low=low * 1.4, high=high * 1.4), scene)


def _ends(amount: Amount, other: Amount) -> tuple[float, float, bool]:
    """The other's ends as this one's are written, and whether the units differ."""
    low, high = _value(amount, other)
    if amount.family == "bare" and other.family != "bare":
        low, high = other.raw if other.raw != (0.0, 0.0) else (other.low, other.high)
    return low, high, amount.unit != other.unit


@dataclass(frozen=True, slots=True)
class _Pair:
    """An amount and the ends of the one that it is held against."""

    amount: Amount
    low: float
    high: float
    converted: bool

    @property
    def x(self) -> float:
        return self.amount.low

    @property
    def family(self) -> str:
        return self.amount.family

    @property
    def sharp(self) -> bool:
        return self.amount.low == self.amount.high and self.low == self.high

    def equals(self, a: float, b: float) -> bool:
        return _equal(a, b, self.family, self.converted)


def _by_rule(pair: _Pair, other: Amount, scene: Scene) -> bool | None:
    """What a bound of the findings itself allows; None where it settles nothing."""
    amount, bound, x = pair.amount, pair.amount.bound, pair.x
    if bound == "in":
        return None
    if _on_the_other_side(pair, other, scene):
        return True
    measured = pair.family in ("length", "weight")
    if bound == "<" and other.bound == "<=" and pair.low == pair.high and pair.equals(x, pair.low):
        return True
    if bound == "=" and measured and x in scene.asked.numbers and _within(x, other):
        return True
    if other.bound in (">=", ">", ">~") and pair.low == pair.high:
        equal = pair.equals(x, pair.low)
        return equal and (bound not in ("<", "<=", "=<", "<~") or "free" not in scene.read.ids)
    if measured and {bound, other.bound} <= {"<=", "=<"} and pair.low == pair.high:
        return pair.equals(x, pair.low)
    if other.bound in ("<=", "=<", "<") and pair.low == pair.high and bound in (">", ">=", ">~"):
        return pair.equals(x, pair.low) and bool(scene.read.spans)
    loose = bound in ("<", ">", "<~", ">~") and amount.family in ("bare", "age", "percent")
    if loose and pair.low == pair.high and not scene.known.products:
        return pair.equals(x, pair.low)
    return None


def _on_the_other_side(pair: _Pair, other: Amount, scene: Scene) -> bool:
    """`As yours cost more than $40`, where a rule holds under 40 and 45 was asked about."""
    if pair.low != pair.high or not pair.equals(pair.x, pair.low):
        return False
    if pair.family in _LASTING and pair.amount.bound in ("<", "<=", ">", ">="):
        theirs = [one.raw[0] for part in scene.asked.parts for one in part.amounts if one.family in _LASTING]
        less = pair.amount.bound[0] == "<"
        return any(value < pair.amount.raw[0] if less else value > pair.amount.raw[0] for value in theirs)
    if other.bound in ("<", "<=", "=<"):
        return pair.amount.bound in (">", ">=") and any(value > pair.x for value in scene.asked.numbers)
    return pair.amount.bound in ("<", "<=") and any(value < pair.x for value in scene.asked.numbers)


def _at_most(pair: _Pair) -> bool:
    if pair.family in ("money", "bare", "weight", "volume", "length"):
        return pair.high <= pair.x * (1 + EPS)
    return pair.equals(pair.x, pair.high)


def _at_least(pair: _Pair) -> bool:
    return pair.low >= pair.x - EPS and (pair.family != "money" or pair.x >= 0.8 * pair.low)


_BOUNDS: Mapping[str, Callable[[_Pair], bool]] = {
    "in": lambda pair: pair.x - EPS <= pair.low and pair.high <= pair.amount.high + EPS,
    "=": lambda pair: pair.equals(pair.x, pair.low) and pair.equals(pair.x, pair.high),
    "~": lambda pair: pair.low == pair.high and abs(pair.x - pair.low) <= 0.07 * max(abs(pair.low), EPS),
    "<~": lambda pair: pair.high < pair.x and pair.x - pair.high <= 0.15 * pair.x,
    ">~": lambda pair: pair.low > pair.x and pair.low - pair.x <= 0.3 * max(pair.x, EPS),
    "=<": lambda pair: pair.equals(pair.x, pair.high),
    "<=": _at_most,
    "<": lambda pair: pair.high < pair.x - EPS,
    ">=": _at_least,
    ">": lambda pair: pair.low > pair.x + EPS,
}
"""What each way of saying an amount (about, just under, at most) allows."""


def _within(x: float, other: Amount) -> bool:
    """Whether a bound of the findings holds for it."""
    if other.low != other.high:
        return False
    return (other.bound in (">=", ">") and x >= other.low) or (other.bound in ("<=", "=<", "<") and x <= other.low)


def about(amount: Amount, value: float) -> bool:
    """Whether an amount may be said of a value that arithmetic made."""
    x = amount.low
    if amount.low != amount.high:
        return amount.bound == "in" and x - EPS <= value <= amount.high + EPS
    if amount.other is not None and abs(amount.other - value) < EPS:
        return True
    if amount.bound == "=" and amount.family != "money":
        slack = 0.006 * abs(x) if amount.family in ("volume", "weight", "length") else 0
        return abs(x - value) <= EPS * max(1.0, abs(x)) + slack
    if amount.bound == "~" and amount.unit in ("折", "成"):
        return abs(x - value) <= 1.5
    if 0 < x < 1 and amount.family == "bare":
        return abs(x - value) <= (0.15 if amount.bound in ("~", "<~", ">~") else 0.03) * x
    return _ABOUT[amount.bound](x, value) if amount.bound in _ABOUT else abs(x - value) < 0.006


_ABOUT: Mapping[str, Callable[[float, float], bool]] = {
    "~": lambda x, value: abs(x - value) <= 0.05 * max(abs(value), EPS),
    "<~": lambda x, value: 0 < x - value <= 0.12 * x,
    ">~": lambda x, value: 0 < value - x <= 0.3 * max(x, EPS),
    "<": lambda x, value: 0 < x - value <= 0.2 * x,
    ">": lambda x, value: 0 < value - x <= 0.4 * x,
}
