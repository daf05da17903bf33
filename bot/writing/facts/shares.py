"""What a part comes to: one of a pack, 100 ml of a bottle, a percentage, points by their rate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.writing.facts.amounts import Amount
from bot.writing.facts.mentions import Mention
from bot.writing.facts.nearness import multipliers
from bot.writing.facts.operands import asked, others
from bot.writing.facts.scene import Scene

_PER = re.compile(
    r"\beach\b|\bper\b|apiece|\ba (?:piece|cup|bag|pair|bar|sheet|wash|glass|mug|bulb|capsule|tablet|pad)\b|每|单(?:价|个|只|件|独|卖)|一(?:个|只|片|杯|张|条|双|块|包|支)|平均|折合|works out"
)
_PER_ONE = re.compile(
    r"\s?(?:an?|per|each|every|the|to the|for (?:an?|each|every|one))\s[a-z]+|\s?/\s?[a-z]|\sa time\b"
)
"""`nine dollars a bowl`, right after an amount."""
_FOR_EACH = re.compile(r"\b(?:each|per|every)\s$")
_RATE = re.compile(r"\bworth\b|\bper\b|\beach\b|\bfor every\b|每|抵|换")


def shares(amount: Amount, scene: Scene, base: list[float], products: list[float]) -> Iterator[float]:
    """What one of a pack comes to, 100 ml of a bottle, or a percentage of a figure."""
    mine = scene.known.mentions
    if _PER.search(scene.lower) or _PER_ONE.match(scene.lower, amount.end):
        packs = {
            one.amount.low for one in mine if one.amount.family in ("bare", "count") and 1 < one.amount.low <= 1000
        } | set(multipliers(scene, amount))
        yield from (value / n for value in base for n in packs if n > 1)
        sizes = {one.amount.low for one in mine if one.amount.family in ("volume", "weight") and one.amount.low > 0}
        yield from (value / size * 100 for value in base for size in sizes)
    yield from _by_measure(scene, mine)
    yield from in_proportion(amount, scene, mine)
    for percent in {one.amount.low for one in mine if one.amount.family == "percent"}:
        for value in {*base, *products, *asked(amount, scene)}:
            yield value * (100 - percent) / 100
            yield value * percent / 100


def _by_measure(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """What a measure that the sentence names costs of a form of another: 250 g of a kilo at $48."""
    said = {
        (one.kind, one.low)
        for one in scene.read.amounts
        if one.family in ("weight", "volume") and _FOR_EACH.search(scene.lower[: one.start])
    }
    for one in mine if said else ():
        for key in one.near if one.role == "price" else ():
            family, _, size = key.removeprefix("n:").rpartition(":")
            if key.startswith("n:") and family in ("weight", "volume"):
                yield from (one.amount.low * low / float(size) for kind, low in said if kind == family)


def in_proportion(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """Of `100 points are worth $5` what another number of points is worth."""
    counts = others(amount, scene)
    rates: dict[str, list[Mention]] = {}
    for one in mine:
        if not one.role and one.amount.low == one.amount.high > 0 and one.amount.family in ("bare", "count", "money"):
            rates.setdefault(one.text, []).append(one)
    for text, some in rates.items():
        if not _RATE.search(text):
            continue
        for per in [one.amount.low for one in some if one.amount.family != "money" and one.amount.low >= 10]:
            for value in [one.amount.low for one in some if one.amount.family == "money"]:
                yield from (count / per * value for count in counts if count >= per)
