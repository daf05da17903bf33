"""What a number without a unit may come from: how many there are, are left, are needed or are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.differences import DIFFERENCE, differ_in_kind
from bot.writing.facts.mentions import Mention
from bot.writing.facts.nearness import LEFT, multipliers
from bot.writing.facts.rates import NEEDED, goes_on_for, needed, rates
from bot.writing.facts.scene import Scene
from bot.writing.facts.shares import in_proportion
from bot.writing.facts.stretches import hours_open
from bot.writing.facts.sums import said_together
from bot.writing.facts.unproved import SHOWN, TOTAL

_EACH = re.compile(r"\beach\b")
_ONES = re.compile(r"\s(?:[a-z]+ )?ones\b")
_STOCK_IS = re.compile(r"\bstock (?:is|stands)\b")
_TIMES_AS = re.compile(r"\btimes\b|\btwice\b|倍")
_IN_ALL = re.compile(r"一共|总共|共|合计|总计|\bin all\b|\btotal\b|\bholds\b|\bhas\b")
_KINDS = re.compile(r"\s?(?:种|款|样|色|档|类|个(?=颜色|尺|口味|味道|容量|码))")
_AND = re.compile(r"[、/]|\s?(?:和|与|及|跟|以及|还有)\s?")
_LISTED = re.compile(
    r"(?:^|[，。；：:,;是有])([^，。；：:,;是有]*[、和与及跟/][^，。；：:,;是有]*?)(?:这|共|一共|总共|都有)?\s?$"
)
_WITH = re.compile(r"内含|含|包括|\bincluded\b|\bcontents\b|in the box")
_FORMS = re.compile(
    r"\s?(?:of (?:them|these)|other |different |[种个款档]?(?:不同的)?)?\s?(?:colou?rs?|sizes?|shades?|kinds?|types?|versions?|variants?|options?|flavou?rs?|scents?|容量|尺寸|尺码|规格|口味|materials?|models?|choices?|finishes|种|款|个颜色|色|个尺寸|个尺码|个容量|种颜色|种口味|个味道|个规格|个款式)"
)


def counts(amount: Amount, scene: Scene) -> Iterator[float]:
    mine, part = scene.known.mentions, scene.part(amount.start)
    yield from in_proportion(amount, scene, mine)
    yield from (count / often for often, timed, _ in rates(scene) for count in goes_on_for(scene, timed))
    if NEEDED.search(scene.lower):
        yield from needed(scene)
    if "hour" in scene.asked.text.lower():
        yield from (minutes / 60 for minutes in hours_open(amount, scene))
    if _ONES.match(scene.lower, amount.end):
        yield from _in_stock_together(mine)
    if _STOCK_IS.search(part):
        return
    if DIFFERENCE.search(scene.lower):
        yield from _between_prices(scene, mine)
    if "加" in scene.lower and not scene.lower.isascii():
        yield from _added_to_theirs(scene, mine)
    if 0 < amount.low < 1:
        yield from _ratios(mine)
    yield from _listed(amount, scene, mine)
    if _TIMES_AS.search(scene.lower):
        yield from _times_as_much(mine)
    if _FORMS.match(scene.lower, amount.end) and not SHOWN.search(scene.lower):
        yield from _forms(scene)
    if LEFT.search(part):
        yield from _in_stock_together(mine)
    else:
        yield from _of_other_counts(amount, scene, mine)


def _in_stock_together(mine: list[Mention]) -> Iterator[float]:
    stock = [one.amount.low for one in mine if one.role == "stock"]
    yield from (a + b for a, b in combinations(stock[:12], 2))


def _between_prices(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """What lies between two prices, or between them and what the customer has to spend."""
    prices = sorted({float(one.amount.low) for one in mine if one.amount.family == "money"})[:30]
    yield from (abs(a - b) for a, b in combinations(prices, 2))
    for limit in scene.asked.numbers:
        yield from (abs(a + b - limit) for a, b in combinations(prices, 2))
        yield from (abs(a - limit) for a in prices)


def _added_to_theirs(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """The customer's own figure and one of the findings."""
    theirs = {value for part in scene.asked.parts for one in part.amounts for value in one.raw}
    yield from (value + one.amount.raw[0] for value in theirs for one in mine if one.amount.low == one.amount.high)


def _times_as_much(mine: list[Mention]) -> Iterator[float]:
    values = sorted({one.amount.low for one in mine if one.amount.low > 0})[:40]
    yield from (b / a for a, b in combinations(values, 2))


def _forms(scene: Scene) -> Iterator[float]:
    """How many forms a product has, how many colours or sizes there are of it, and how many of these are in stock."""
    for product in scene.known.products.values():
        yield float(len(product.variants))
        for variants in ([one for one in product.variants if one.stock], product.variants):
            for name in {name for variant in variants for name in variant.attributes}:
                yield float(len({variant.attributes.get(name) for variant in variants}))


def _of_other_counts(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """What counts make together, so many times over, less each other, or with a percentage taken off."""
    numbers = [one for one in mine if one.amount.family in ("bare", "count")]
    base = sorted({one.amount.low for one in numbers if one.role != "stock"})[:30]
    times = multipliers(scene, amount)
    yield from _by_per_cent(scene, mine, times)
    if TOTAL.search(_EACH.sub("", scene.lower)):
        if scene.known.of_order:
            yield sum(one.amount.low for one in numbers if one.role == "" and one.amount.low < 100)
        else:
            yield from (a + b for a, b in combinations(base[:12], 2))
        yield from said_together(amount, scene)
    for n in times:
        yield from (n * value for value in base if value > 1)
        yield from (n * one.amount.low for one in mine if one.role in ("price", "before"))
    if DIFFERENCE.search(scene.lower):
        yield from (a - b for a in base for b in base if a > b)
        yield from differ_in_kind(scene, mine)
        yield from (abs(a - b) for a in base for b in scene.asked.written)


def _by_per_cent(scene: Scene, mine: list[Mention], times: Iterable[float]) -> Iterator[float]:
    """A percentage of what the customer named, and what is left of so many prices once one is taken off."""
    percents = {one.amount.low for one in mine if one.amount.family == "percent"}
    prices = {one.amount.low for one in mine if one.role == "price"} if percents else set()
    yield from (value * percent / 100 for value in scene.asked.numbers for percent in percents)
    yield from (n * price * (100 - percent) / 100 for n in (1.0, *times) for price in prices for percent in percents)


def _ratios(mine: list[Mention]) -> Iterator[float]:
    """四分之一: one figure as a part of another of its kind."""
    for a, b in combinations([one.amount for one in mine if one.amount.low == one.amount.high > 0][:60], 2):
        if a.kind == b.kind and a.low != b.low:
            yield round(min(a.low, b.low) / max(a.low, b.low), 6)


def _listed(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """How many things a list has: of the sentence, of what a product comes with, of an order."""
    if _KINDS.match(scene.lower, amount.end):
        before = _LISTED.search(scene.lower[: amount.start])
        if before and not re.search(r"\d", before[1]):
            yield float(len(_AND.findall(before[1])) + 1)
    if not _IN_ALL.search(scene.lower[max(0, amount.start - 8) : amount.start]):
        return
    lists: dict[str, list[float]] = {}
    for one in mine:
        if one.amount.family in ("bare", "count") and not one.subject and one.amount.low == one.amount.high:
            lists.setdefault(one.text, []).append(one.amount.low)
    yield from (sum(some) for some in lists.values() if len(some) > 1)
    for product in (one for some in scene.known.written.values() for one in some):
        for name, value in product.attributes.items():
            if _WITH.search(name.lower()):
                yield float(len(re.split(r"[、,，/]", value)))
