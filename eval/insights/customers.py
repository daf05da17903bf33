"""All customers together: segments, spending, categories, price bands, how often they come back, what is due. Small numbers are withheld."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from eval.insights.portraits import DAY, LEAST_REPEATERS, SEGMENTS, Portrait, ProductOf, habits, portraits, scores
from eval.insights.withholding import LEAST, parts, shown
from knowledge_base.types import Interaction

_RECENCY = ((0, 7), (7, 30), (30, 90), (90, 180), (180, 365), (365, None))
_TIMES = ((1, 2), (2, 3), (3, 5), (5, 10), (10, None))
_GAPS = ((0, 8), (8, 15), (15, 31), (31, 61), (61, 121), (121, None))
_SOON = (7, 30)
MOST = 12
"""Rows of a table on the page."""


def report(
    interactions: Sequence[Interaction], product_of: ProductOf, now: datetime, currency: str = ""
) -> dict[str, Any]:
    """Every figure of the page; None stands for what is withheld."""
    people = portraits(interactions, product_of, now)
    buyers = [one for one in people if one.times]
    known = habits(interactions)
    return {
        "now": now, "currency": currency, "people": shown(len(people)), "buyers": shown(len(buyers)), "least": LEAST,
        "events": len(interactions), "since": min((one.at for one in interactions), default=None),
        "gap_days": known.gap_days, "gap_is_seen": known.is_seen, "repeaters": LEAST_REPEATERS,
        "unknown_products": len({one.product_id for one in interactions if product_of(one.product_id) is None}),
        "segments": _segments(people), "spending": _spending(buyers),
        "recency": _bands(buyers, _RECENCY, lambda one: one.days or 0.0), "frequency": _bands(buyers, _TIMES, lambda one: one.times),
        "intervals": _bands([one for one in buyers if one.gap_days is not None], _GAPS, lambda one: one.gap_days or 0.0),
        "prices": _prices(buyers), "categories": _categories(buyers), "due": _due(people, product_of, now, known.again),
    }  # fmt: skip


def portrait_of(
    person: str, interactions: Sequence[Interaction], product_of: ProductOf, now: datetime
) -> dict[str, Any] | None:
    """One customer's own view, for the shop's staff alone; None where nothing is known of them."""
    people = {one.person: one for one in portraits(interactions, product_of, now)}
    if person not in people:
        return None
    one = people[person]
    buyers = {name: p for name, p in people.items() if p.times}
    rfm = {
        "recency": scores({name: -(p.days or 0.0) for name, p in buyers.items()}).get(person),
        "frequency": scores({name: float(p.times) for name, p in buyers.items()}).get(person),
        "spending": scores({name: float(p.spent) for name, p in buyers.items()}).get(person),
    }
    return {
        "person": person, "segment": one.segment, "last_seen": one.last_seen, "acts": dict(one.acts), "days": one.days, "times": one.times,
        "spent": one.spent, "scores": rfm, "categories": [{"name": name, "share": share} for name, share in one.categories],
        "prices": list(one.prices) if one.prices else None, "gap_days": one.gap_days, "refused": [_titled(i, product_of) for i in one.refused],
        "needs": [{**_titled(need.product_id, product_of), "due": need.due, "days": need.days, "by": "own" if need.is_own else "others"} for need in one.needs],
    }  # fmt: skip


def _segments(people: Sequence[Portrait]) -> list[dict[str, Any]]:
    counts = Counter(one.segment for one in people)
    told = parts({key: counts[key] for key in SEGMENTS})
    spent = defaultdict[str, Decimal](Decimal)
    for one in people:
        spent[one.segment] += one.spent
    return [
        {"key": key, "people": count, "share": None if count is None else count / max(1, len(people)), "spent": None if count is None else spent[key]}
        for key, count in told.items()
    ]  # fmt: skip


def _spending(buyers: Sequence[Portrait]) -> dict[str, Any] | None:
    """What a fifth of the buyers spend, the best fifth first: how much of the shop hangs on how many."""
    fifth = len(buyers) // 5
    if fifth < LEAST:
        return None
    ordered = sorted((one.spent for one in buyers), reverse=True)
    total = sum(ordered, Decimal(0))
    cut = [ordered[place * fifth : (place + 1) * fifth if place < 4 else None] for place in range(5)]
    return {"fifths": [float(sum(part, Decimal(0)) / total) if total else 0.0 for part in cut], "median": median(ordered), "total": total}  # fmt: skip


def _bands(
    people: Sequence[Portrait], bands: Sequence[tuple[int, int | None]], value: Callable[[Portrait], float]
) -> list[dict[str, Any]]:
    counts = {
        f"{low}-{high or ''}": sum(low <= value(one) < (high or float("inf")) for one in people) for low, high in bands
    }
    told = parts(counts)
    return [{"from": low, "to": high, "people": told[f"{low}-{high or ''}"]} for low, high in bands]


def _prices(buyers: Sequence[Portrait]) -> list[dict[str, Any]]:
    """Buyers by the middle price of what they buy, in five bands of the shop's own."""
    middles = sorted(one.prices[1] for one in buyers if one.prices)
    if len(middles) < 5 * LEAST:
        return []
    ends = [middles[len(middles) * place // 5] for place in range(5)]
    counts = Counter(sum(middle >= end for end in ends[1:]) for middle in middles)
    told = parts({str(place): counts[place] for place in range(5)})
    return [{"from": ends[place], "to": ends[place + 1] if place < 4 else middles[-1], "people": told[str(place)]} for place in range(5)]  # fmt: skip


def _categories(buyers: Sequence[Portrait]) -> list[dict[str, Any]]:
    """How many buyers have something of it, and of how many it is the first."""
    have = Counter(name for one in buyers for name, _ in one.categories)
    first = Counter(one.categories[0][0] for one in buyers if one.categories)
    rows = [
        {"name": name, "buyers": shown(count), "first": shown(first[name])} for name, count in have.most_common(MOST)
    ]
    return [row for row in rows if row["buyers"] is not None]


def _due(
    people: Sequence[Portrait], product_of: ProductOf, now: datetime, again: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Products that run out: how many customers are due within a week, within a month, and overdue."""
    found = defaultdict[str, list[float]](list)
    for one in people:
        for need in one.needs:
            found[need.product_id].append((need.due - now) / DAY)
    rows = [
        {
            **_titled(product_id, product_of), "days": again[product_id], "customers": shown(len(days)),
            **{f"within_{limit}": shown(sum(0 <= left <= limit for left in days)) for limit in _SOON},
            "overdue": shown(sum(left < 0 for left in days)),
        }
        for product_id, days in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-(row["customers"] or 0), row["days"], row["product_id"]))[:MOST]


def _titled(product_id: str, product_of: ProductOf) -> dict[str, Any]:
    product = product_of(product_id)
    return {"product_id": product_id, "title": product.title if product else product_id}
