"""Amounts: each must be one of the findings, of the right thing, or follow from them by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.known import Known, Mention
from bot.writing.facts.reading import Clause
from bot.writing.facts.scene import Fault, Scene

_KINDS = {"money": "price", "percent": "discount", "duration": "duration", "working": "duration", "count": "count", "bare": "count", "unit": "measure", "age": "measure"}
_LEFT = re.compile(r"\bleft\b|in stock|remain|剩|库存|现货|有货|还有|available|\bhere\b")
_DIFFERENCE = re.compile(
    r"\bmore\b|\bless\b|cheaper|dearer|pricier|\boff\b|\bsav(?:e|ing)|difference|\bbetween (?:them|the two)|\bapart\b|\bshort\b|\bto go\b|\banother\b|\bextra\b|\bspare\b|\blighter\b|\bheavier\b|\blonger\b|\bshorter\b|\btaller\b|\bbigger\b|\blarger\b|\bsmaller\b|\bnarrower\b|\bwider\b|\bpast\b|\bover\b|\bunder\b|\bdown\b|\breduc|\bby\b|\bon top\b|\babove\b|\bbelow\b|\bchange\b|\bback\b|\baway\b|\bmissing\b|\bstays? with\b|\bkeep\b|\bneeds?\b|\badd\b"
    r"|差|便宜|贵|省|多出?|少|减|优惠|重|轻|长|短|高|矮|大|小|再|还|超|剩|降|找零|凑"
)
_TOTAL = re.compile(r"total|together|altogether|\bin all\b|\bsum\b|come[s]? to|\bboth\b|\bfor (?:the )?(?:two|three|four|pair|lot|both|all)\b|\bwould be\b|\bmakes?\b|\badds? up\b|\beach\b|一共|共|总|合计|加起来|两|三|四|合")
_EPS = 1e-6


def check(scene: Scene) -> Fault | None:
    for amount in scene.read.amounts:
        if (fault := _judged(amount, scene)) is not None:
            return fault
    return None


def _judged(amount: Amount, scene: Scene) -> Fault | None:
    known = scene.known
    if _repeated(amount, scene) or _trivial(amount, scene):
        return None
    clause = scene.read.clause_at(amount.start)
    subjects = scene.subjects.at(amount.start)
    groups = [(one,) for one in subjects] if scene.subjects.every and amount.family not in ("bare", "count") else [subjects]
    for group in groups:
        fault = _fault(amount, clause, group, scene, known)
        if fault is not None:
            return fault
    return None


def _fault(amount: Amount, clause: Clause | None, subjects: tuple[str, ...], scene: Scene, known: Known) -> Fault | None:
    mine = [one for one in known.mentions if _of(one, subjects)]
    same = [one for one in mine if _alike(amount, one.amount, known)]
    fits = [one for one in same if _follows(amount, one.amount, scene)]
    said = scene.read.text.own[amount.start : amount.end].strip()
    kind = _kind(amount, scene)
    if fits:
        best = max(_likeness(one, clause, scene, amount) for one in fits)
        rivals = [(one, _likeness(one, clause, scene, amount)) for one in same if one not in fits and _rival(amount, one)]
        rival = max(rivals, key=lambda pair: pair[1], default=None)
        if rival is None or rival[1] <= best + 0.34:
            return None
        if any(abs(value - amount.low) < _EPS for value in _derived(amount, mine, scene)):
            return None
        return said, kind, rival[0].text
    if amount.bound in ("=", "~", "<~", ">~", "in", "<=", "=<", ">=", "<", ">") and any(_about(amount, value) for value in _derived(amount, mine, scene)):
        return None
    elsewhere = [one for one in known.mentions if one not in mine and _alike(amount, one.amount, known) and _follows(amount, one.amount, scene)]
    if elsewhere:
        return said, "product", f"{elsewhere[0].text} is said of another product"
    nearest = max(same, key=lambda one: _likeness(one, clause, scene, amount), default=None)
    return said, kind, nearest.text if nearest else "no such figure was found"


def _of(mention: Mention, subjects: tuple[str, ...]) -> bool:
    return not mention.subject or not subjects or mention.subject in subjects


def _kind(amount: Amount, scene: Scene) -> str:
    if amount.family in ("bare", "count") and _LEFT.search(scene.lower):
        return "stock"
    if amount.family == "money" and _TOTAL.search(scene.part(amount.start)):
        return "total"
    return _KINDS.get(amount.family, "measure")


def _rival(amount: Amount, mention: Mention) -> bool:
    """A number without a unit has rivals among those alone."""
    return amount.family != "bare" or mention.amount.family == "bare"


def _alike(amount: Amount, other: Amount, known: Known) -> bool:
    a, b = amount.family, other.family
    if a == "bare":
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


def _equal(a: float, b: float, family: str, units: bool = False) -> bool:
    if family in ("duration", "working") and units:
        return abs(a - b) <= 0.021 * max(abs(a), abs(b))
    if family in ("volume", "weight", "length", "power") and units:
        return abs(a - b) <= 0.006 * max(abs(a), abs(b))
    return abs(a - b) < _EPS * max(1.0, abs(a))


def _follows(amount: Amount, other: Amount, scene: Scene) -> bool:
    if amount.other is not None and abs(amount.other - other.low) < _EPS:
        return True
    low, high = _value(amount, other)
    x, y = amount.low, amount.high
    units = amount.unit != other.unit
    family, bound = amount.family, amount.bound
    if amount.family == "duration" and other.family == "working":
        part = scene.part(amount.start)
        if re.search(r"calendar|自然日", part):
            return False
    if bound == "in":
        return x - _EPS <= low and high <= y + _EPS
    if x != y:
        return _equal(x, low, family, units) and _equal(y, high, family, units)
    if other.bound in (">=", ">", ">~") and low == high:
        if _equal(x, low, family, units):
            return bound not in ("<", "<=", "=<", "<~") or "free" not in scene.read.ids
        return bound in (">", ">=") and low > x and False
    if other.bound in ("<=", "=<", "<") and low == high and bound in (">", ">=", ">~"):
        return _equal(x, low, family, units) and bool(scene.read.spans)
    if bound == "=":
        return _equal(x, low, family, units) and _equal(x, high, family, units)
    if bound == "~":
        return low == high and abs(x - low) <= 0.07 * max(abs(low), _EPS)
    if bound == "<~":
        return high < x and x - high <= 0.15 * x
    if bound == ">~":
        return low > x and low - x <= 0.3 * max(x, _EPS)
    if bound == "=<":
        return _equal(x, high, family, units)
    if bound == "<=":
        return high <= x * (1 + _EPS) if family in ("money", "bare", "weight", "volume", "length") else _equal(x, high, family, units)
    if bound == "<":
        return high < x - _EPS
    if bound == ">=":
        return low >= x - _EPS and (family not in ("duration", "working") or _equal(x, low, family, units) or low >= x)
    return low > x + _EPS


def _about(amount: Amount, value: float) -> bool:
    x = amount.low
    if amount.low != amount.high:
        return False
    if amount.other is not None and abs(amount.other - value) < _EPS:
        return True
    if amount.bound == "=":
        return abs(x - value) < 0.006 if amount.family == "money" else abs(x - value) <= _EPS * max(1.0, abs(x)) + (0.006 * abs(x) if amount.family in ("volume", "weight", "length") else 0)
    if amount.bound == "~":
        return abs(x - value) <= 0.05 * max(abs(value), _EPS)
    if amount.bound == "<~":
        return 0 < x - value <= 0.12 * x
    if amount.bound == ">~":
        return 0 < value - x <= 0.3 * max(x, _EPS)
    return abs(x - value) < 0.006


def _repeated(amount: Amount, scene: Scene) -> bool:
    """The customer's own number, said as such."""
    if not any(abs(amount.low - value) < _EPS * max(1, value) or (amount.other is not None and abs(amount.other - value) < _EPS) for value in scene.asked.numbers):
        return False
    return scene.repeats or scene.doubts or scene.asks


def _trivial(amount: Amount, scene: Scene) -> bool:
    """`two things to note`, list numbers, `one line`: small numbers that count nothing of the shop's."""
    if amount.family != "bare" or amount.bound not in ("=",):
        return False
    x = amount.low
    if x in (len(scene.known.products), scene.told.items) and not _LEFT.search(scene.lower):
        return True
    return x == 1 and amount.spelled and not _LEFT.search(scene.lower)


def _likeness(mention: Mention, clause: Clause | None, scene: Scene, amount: Amount) -> float:
    near = scene.near(clause)
    wide = (scene.read.ids | scene.label) - near
    known = scene.known
    score = sum(known.weight(one) * (1.0 if one in mention.near else 0.6) for one in near & mention.wide)
    score += 0.5 * sum(known.weight(one) for one in wide & mention.wide)
    before = scene.told.ids - near - wide
    score += 0.2 * sum(known.weight(one) for one in before & mention.wide)
    score += 0.15 * sum(known.weight(one) for one in (scene.asked.ids - near - wide - before) & mention.wide)
    if amount.family == "bare" and mention.role == "stock" and _LEFT.search(scene.lower):
        score += 1.0
    if mention.role == "before":
        score -= 0.3
    return score


def _derived(amount: Amount, mine: list[Mention], scene: Scene) -> Iterator[float]:
    """What arithmetic makes of the figures of the same kind, where the words tell of it."""
    lower = scene.lower
    if amount.family in ("bare", "count"):
        yield from _counts(scene, mine)
        return
    base = sorted({value for one in mine if _alike(amount, one.amount, scene.known) and one.amount.family == amount.family for value in {one.amount.low, one.amount.high}})[:40]
    asked = [one.low for part in scene.asked.parts for one in part.amounts if one.family in (amount.family, "bare")]
    counts = _multipliers(scene)
    if amount.family == "percent":
        yield from _off(scene, mine)
        return
    products = [n * value for value in base for n in counts]
    sums = [a + b for a, b in combinations(base, 2)] + [2 * a for a in base] if _TOTAL.search(lower) or amount.family == "money" else []
    sums += [n * a + b for a in base for b in base if a != b for n in counts if n > 1] if _TOTAL.search(lower) else []
    yield from products
    yield from sums
    if _TOTAL.search(lower) and len(base) >= 3 and len(base) <= 10:
        yield from (a + b + c for a, b, c in combinations(base, 3))
    if _DIFFERENCE.search(lower):
        both = [*base, *asked, *(value for kind, value in scene.told.sums if kind == amount.family)]
        yield from (abs(a - b) for a, b in combinations(both, 2))
        yield from (abs(p - b) for p in products for b in both)
        yield from (abs(a + b - c) for a, b in combinations(base, 2) for c in asked)
    packs = {one.amount.low for one in mine if one.amount.family in ("bare", "count") and 1 < one.amount.low <= 1000} | set(counts)
    if re.search(r"\beach\b|\bper\b|apiece|\ba (?:piece|cup|bag|pair|bar|sheet|wash|glass|mug|bulb|capsule|tablet|pad)\b|每|单|一(?:个|只|片|杯|张|条|双|块|包|支)|平均|折合|works out", lower):
        yield from (value / n for value in base for n in packs if n > 1)
        yield from (value / 100 * n for value in base for n in (1,))
    for percent in {one.amount.low for one in mine if one.amount.family == "percent"}:
        for value in {*base, *products, *asked}:
            yield value * (100 - percent) / 100
            yield value * percent / 100


def _multipliers(scene: Scene) -> list[float]:
    """Numbers of pieces that were said or asked."""
    found = {one.low for one in scene.read.amounts if one.family == "bare" and one.low == one.high}
    found |= {value for value in scene.asked.numbers}
    found |= set(scene.told.counts)
    if re.search(r"\bboth\b|\btwo\b|\bpair\b|\btwice\b|\bdouble\b|两|双|俩|对", scene.lower):
        found.add(2.0)
    if re.search(r"\bthree\b|\btriple\b|三", scene.lower):
        found.add(3.0)
    return sorted(n for n in found if 1 < n <= 1000 and n == int(n))[:8]


def _off(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """Per cent that a price came down."""
    for product in scene.known.products.values():
        if product.compare_at:
            yield round(float((product.compare_at - product.price) / product.compare_at * 100))
            yield float((product.compare_at - product.price) / product.compare_at * 100)


def _counts(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    stock = [one.amount.low for one in mine if one.role == "stock"]
    for product in scene.known.products.values():
        yield float(len(product.variants))
        names = {name for variant in product.variants for name in variant.attributes}
        for name in names:
            yield float(len({variant.attributes.get(name) for variant in product.variants}))
    if _LEFT.search(scene.lower):
        yield from (a + b for a, b in combinations(stock[:12], 2))
        return
    base = sorted({one.amount.low for one in mine if one.amount.family in ("bare", "count") and one.role != "stock"})[:30]
    for n in _multipliers(scene):
        yield from (n * value for value in base)
    yield from (a - b for a in base for b in base if a > b and _DIFFERENCE.search(scene.lower))
