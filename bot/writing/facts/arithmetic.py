"""What arithmetic makes of the figures of the findings: totals, differences, multiples, discounts, counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.counting import counts
from bot.writing.facts.differences import A_DAY, APART, DIFFERENCE, differences, off_it, per_cent_off, reductions
from bot.writing.facts.nearness import multipliers
from bot.writing.facts.operands import asked, of_its_kind
from bot.writing.facts.rates import lasts
from bot.writing.facts.scene import Scene
from bot.writing.facts.shares import shares
from bot.writing.facts.stretches import hours_open
from bot.writing.facts.sums import of_said, totals
from bot.writing.facts.unproved import TOTAL

_ON_TOP = re.compile(r"\bon top\b|\bplus\b|\badded?\b|\bmakes?\b|\bwith (?:delivery|shipping|postage)\b")
_SPELLED_OUT = re.compile(r"加|减|乘|除以|[+×*÷]")
_MADE = re.compile(r"(?:便宜|贵|省|差|合|共|总|折|摊|优惠|减|计|件|只|两样)[^，。,;；\d]{0,5}$")


def derived(amount: Amount, scene: Scene) -> Iterator[float]:
    """What arithmetic makes of the figures of the same kind, where the words tell of it."""
    if amount.family == "money" and not scene.known.is_own_money(amount.kind):
        return
    if amount.family in ("bare", "count"):
        yield from counts(amount, scene)
        if _SPELLED_OUT.search(scene.lower[: amount.start]):
            yield from _worked_out(amount, scene)
        if _speaks_of_money(amount, scene):
            yield from derived(replace(amount, kind="money:?"), scene)
        return
    if amount.family == "percent":
        yield from per_cent_off(scene)
        return
    base = of_its_kind(amount, scene)
    lasting = amount.family in ("duration", "working")
    products = [] if lasting else [n * value for value in base for n in multipliers(scene, amount)]
    if amount.family == "money":
        yield from reductions(amount, scene)
        if off_it(amount, scene) and len(scene.subjects.at(amount.start)) == 1 and "cheaper" not in scene.lower:
            return
        yield from of_said(amount, scene)
        if _ON_TOP.search(scene.lower):
            yield from (a + b for a in base for b in asked(amount, scene))
    if amount.family == "duration" and (
        amount.low >= 1440 or "open" in scene.read.ids or scene.read.days or scene.read.moments or scene.told.hours
    ):
        yield from hours_open(amount, scene)
    yield from products
    if TOTAL.search(scene.lower) and not scene.lower[: amount.start].rstrip().endswith("、"):
        yield from totals(amount, scene, base, lasting)
    if (
        DIFFERENCE.search(scene.lower)
        or APART.search(scene.asked.text.lower())
        or (lasting and A_DAY.search(scene.lower))
    ):
        yield from differences(amount, scene, base, products)
    elif lasting:
        yield from lasts(scene)
    if not lasting:
        yield from shares(amount, scene, base, products)


def _speaks_of_money(amount: Amount, scene: Scene) -> bool:
    """便宜 2.90: a number without a unit where others have a currency's."""
    return bool(_MADE.search(scene.lower[max(0, amount.start - 8) : amount.start])) and any(
        one.family == "money" for one in (*scene.read.amounts, *(mention.amount for mention in scene.known.mentions))
    )


def _worked_out(amount: Amount, scene: Scene) -> Iterator[float]:
    """What two figures before it make where the sentence says how: 34.95 加 12，46.95."""
    before = [one.low for one in scene.read.amounts if one.end <= amount.start][-4:]
    for a, b in combinations(before, 2):
        yield from (a + b, abs(a - b), a * b)
        if a and b:
            yield from (a / b, b / a)
