"""What figures come to together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.nearness import multipliers
from bot.writing.facts.scene import Scene

_ADDED = re.compile(r"\bplus\b|\baltogether\b|\bin all\b|\btotal\b|一共|加起来|总共|合计|再加")


def totals(amount: Amount, scene: Scene, base: list[float], lasting: bool) -> Iterator[float]:
    """Sums of two or three figures, a number of the one with the other, and of what all products cost or save."""
    if 3 <= len(base) <= 10:
        yield from (a + b + c for a, b, c in combinations(base, 3))
    if lasting and not _ADDED.search(scene.lower):
        return
    yield from (a + b for a, b in combinations(base, 2))
    counts = [n for n in multipliers(scene, amount) if n > 1]
    yield from (n * a + b for a in base for b in base if a != b for n in counts)
    yield from said_together(amount, scene)
    prices = sorted({float(one.price) for one in scene.known.products.values()})[:6]
    yield from (n * a + m * b for a, b in combinations(prices, 2) for n in counts for m in counts)
    cheapest = sum(float(p.price) for p in scene.known.products.values())
    yield cheapest
    yield from (cheapest + fee for fee in base)
    yield sum(float(p.compare_at - p.price) for p in scene.known.products.values() if p.compare_at)


def of_said(amount: Amount, scene: Scene) -> Iterator[float]:
    """What two or three sums before it make, whatever words stand between: `$4.90 + $6.90 = $11.80`."""
    before = [one.low for one in scene.read.amounts if one.end <= amount.start and one.family == amount.family][:5]
    before += [value for kind, value in scene.told.sums if kind == amount.family][-3:]
    for several in (2, 3):
        yield from (sum(some) for some in combinations(before, several))
    yield from (abs(a - b) for a, b in combinations(before, 2))


def said_together(amount: Amount, scene: Scene) -> Iterator[float]:
    """The sum of what else the sentence says, or the reply said before."""
    beside = [one.low for one in scene.read.amounts if one is not amount and one.family == amount.family]
    before = [value for kind, value in scene.told.sums if kind == amount.family]
    for some in (beside, before, [*before, *beside]):
        if len(some) > 1:
            yield sum(some)
    yield from (a + b for a, b in combinations([*beside, *before][:8], 2))
