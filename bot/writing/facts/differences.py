"""By how much figures differ, and what a price came down by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.mentions import Mention
from bot.writing.facts.nearness import multipliers
from bot.writing.facts.operands import asked
from bot.writing.facts.rates import lasts
from bot.writing.facts.scene import Scene

DIFFERENCE = re.compile(
    r"\btoo (?:many|much|long|late|few|short)\b|\bmore\b|\bless\b|cheaper|dearer|pricier|\boff\b|\bsav(?:e|ing)|difference|\bin between\b|\bbetween (?:them|the two)|\bapart\b|\bshort\b|\bto go\b|\banother\b|\bextra\b|\bspare\b|\blighter\b|\bheavier\b|\blonger\b|\bshorter\b|\btaller\b|\bbigger\b|\blarger\b|\bsmaller\b|\bnarrower\b|\bwider\b|\bshy\b|\bgap\b|\bdeeper\b|\bthicker\b|\bthinner\b|\bhigher\b|\blower\b|\bfaster\b|\bslower\b|\bsooner\b|\blater\b|\bfewer\b|\bfurther\b|\bbrighter\b|\broomier\b|\bagainst\b|\bversus\b|\btwice over\b|\bremain|\bpast\b|\bover\b|\bunder\b|\bdown\b|\breduc|\bby\b|\bon top\b|\babove\b|\bbelow\b|\bchange\b|\bback\b|\baway\b|\bmissing\b|\bstays? with\b|\bkeep\b|\bneeds?\b|\badd\b|\bleaves?\b|\brest\b|\bwait\b|\bolder\b|\byounger\b"
    r"|差|便宜|贵|省|多出?|少|减|优惠|重|轻|长|短|高|矮|大|小|再|还|超|剩|降|找零|凑"
)
APART = re.compile(r"\bdifference\b|\bhow much (?:more|less|cheaper|dearer)\b|\bcheaper\b|\bdearer\b|\bapart\b")
A_DAY = re.compile(r"\b(?:an?|one)(?: [a-z]+)? (?:a|per|each|every) day\b")
"""`At one a day` a pack of 100 lasts 100 days."""
_OFF = re.compile(r"\s(?:off|discount|reduction|saving|markdown|knocked off|less than before|down on)\b")


def differences(amount: Amount, scene: Scene, base: list[float], products: list[float]) -> Iterator[float]:
    theirs = asked(amount, scene)
    beside = [
        one.low
        for one in scene.read.amounts
        if one.start != amount.start and one.family in (amount.family, "bare" if amount.family == "money" else "")
    ]
    both = [*base, *theirs, *beside, *(value for kind, value in scene.told.sums if kind == amount.family)]
    yield from (abs(a - b) for a, b in combinations(both, 2))
    if A_DAY.search(scene.lower) or A_DAY.search(scene.asked.text.lower()):
        yield from (one.amount.low * 1440 for one in scene.known.mentions if one.amount.family in ("bare", "count"))
    yield from lasts(scene)
    if amount.unit in ("year", "years"):
        ages = [one.amount.raw[0] for one in scene.known.mentions if one.amount.family in ("age", "bare")]
        yield from (abs(a - b) * 525600 for a in ages if a < 120 for b in scene.asked.numbers if b < 120)
    yield from (abs(p - b) for p in products for b in both)
    yield from (abs(a + b - c) for a, b in combinations(base, 2) for c in (*theirs, *beside) if c not in (a, b))


def differ_in_kind(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """`32 hours, and thirteen more without it`: by how much figures of a measure that the sentence has differ."""
    kinds = {one.kind for one in scene.read.amounts if one.family not in ("bare", "count", "money")}
    for kind in kinds:
        values = sorted({one.amount.raw[0] for one in mine if one.amount.kind == kind})[:20]
        yield from (b - a for a, b in combinations(values, 2))


def reductions(amount: Amount, scene: Scene) -> Iterator[float]:
    times = multipliers(scene, amount)
    subjects = scene.subjects.at(amount.start)
    for product in scene.known.products.values():
        if product.compare_at and (not subjects or product.id in subjects or not off_it(amount, scene)):
            yield float(product.compare_at - product.price)
            yield from (n * float(product.compare_at - product.price) for n in times)


def off_it(amount: Amount, scene: Scene) -> bool:
    """`six dollars off`: what the price itself came down by, and no difference between two prices."""
    return bool(_OFF.match(scene.lower, amount.end))


def per_cent_off(scene: Scene) -> Iterator[float]:
    """Per cent that a price came down."""
    for product in scene.known.products.values():
        if product.compare_at:
            yield round(float((product.compare_at - product.price) / product.compare_at * 100))
            yield float((product.compare_at - product.price) / product.compare_at * 100)
