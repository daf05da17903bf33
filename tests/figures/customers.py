"""Customers, worked out again from what they did: segments, spending, how often they come back, what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from tests.figures import shop
from tests.figures.shares import LEAST, shown, told_parts

Row = Mapping[str, Any]
DAY = timedelta(days=1)


def everything() -> list[Row]:
    """The file's events and what was kept of them here until the report's end, in order of time."""
    kept = [
        {"person": one.customer_id, "product": one.product_id, "kind": one.kind, "at": one.at, "amount": one.amount}
        for one in shop.acts() if one.kind != "advised"
    ]  # fmt: skip
    rows: list[Row] = [row for row in (*shop.bought(), *kept) if row["at"] < shop.NOW]
    return sorted(rows, key=lambda row: row["at"])


def paid(row: Row) -> float | None:
    if row["amount"] is not None:
        return float(row["amount"])
    return float(shop.PRODUCTS[row["product"]].price) if row["product"] in shop.PRODUCTS else None


def spent(rows: Iterable[Row]) -> float:
    """What came back is the latest that was bought of it."""
    basket: list[tuple[str, float]] = []
    for row in rows:
        if row["kind"] == "bought":
            basket.append((row["product"], paid(row) or 0.0))
        if row["kind"] == "returned":
            place = max((n for n, (product, _) in enumerate(basket) if product == row["product"]), default=None)
            if place is not None:
                del basket[place]
    return sum(amount for _, amount in basket)


def _days(rows: Iterable[Row]) -> list[Any]:
    return sorted({row["at"].date() for row in rows if row["kind"] == "bought"})


def _gaps(days: Sequence[Any]) -> list[int]:
    return [(after - before).days for before, after in pairwise(days)]


def customers(locale: str) -> dict[str, Any]:
    rows = everything()
    of = {person: [row for row in rows if row["person"] == person] for person in sorted({row["person"] for row in rows})}  # fmt: skip
    buyers = {person: those for person, those in of.items() if _days(those)}
    gaps = [gap for those in buyers.values() for gap in _gaps(_days(those))]
    usual = median(gaps)
    again = _again(buyers)
    segment = {person: _segment(those, usual) for person, those in of.items()}
    money = {person: spent(those) for person, those in of.items()}
    last = {person: (shop.NOW - max(row["at"] for row in those if row["kind"] == "bought")) / DAY for person, those in buyers.items()}  # fmt: skip
    own = {person: median(found) for person, those in buyers.items() if (found := _gaps(_days(those)))}
    names = ("new", "loyal", "regular", "once", "cooling", "lapsed", "looking")
    counts = told_parts({name: sum(one == name for one in segment.values()) for name in names})
    return {
        "now": shop.NOW.isoformat(), "currency": "USD", "people": shown(len(of)), "buyers": shown(len(buyers)), "least": LEAST, "events": len(rows),
        "since": rows[0]["at"].isoformat(), "gap_days": usual, "gap_is_seen": True, "repeaters": 3,
        "unknown_products": len({row["product"] for row in rows} - set(shop.PRODUCTS)),
        "segments": [
            {"key": name, "people": count, "share": count and count / len(of), "spent": None if count is None else sum(money[person] for person in of if segment[person] == name)}
            for name, count in counts.items()
        ],
        "spending": _fifths(sorted((money[person] for person in buyers), reverse=True)),
        "recency": _bands(last.values(), (0, 7, 30, 90, 180, 365)), "frequency": _bands([len(_days(those)) for those in buyers.values()], (1, 2, 3, 5, 10)),
        "intervals": _bands(own.values(), (0, 8, 15, 31, 61, 121)), "prices": _prices(buyers.values()), "categories": _categories(buyers.values(), locale),
        "due": _due(buyers, again, locale),
    }  # fmt: skip


def _segment(rows: Sequence[Row], usual: float) -> str:
    days = _days(rows)
    if not days:
        return "looking"
    at = [row["at"] for row in rows if row["kind"] == "bought"]
    ago, first = (shop.NOW - max(at)) / DAY, (shop.NOW - min(at)) / DAY
    claims: list[tuple[str, bool]] = [
        ("lapsed", ago > 4 * usual), ("new", len(days) == 1 and first <= usual), ("once", len(days) == 1),
        ("cooling", ago > 2 * usual), ("loyal", len(days) > 3), ("regular", True),
    ]  # fmt: skip
    return next(name for name, holds in claims if holds)


def _fifths(amounts: Sequence[float]) -> dict[str, Any]:
    size = len(amounts) // 5
    parts = [sum(amounts[n * size : (n + 1) * size]) for n in range(4)]
    return {"fifths": [part / sum(amounts) for part in (*parts, sum(amounts[4 * size :]))], "median": median(amounts), "total": sum(amounts)}  # fmt: skip


def _bands(values: Iterable[float], edges: Sequence[int]) -> list[dict[str, Any]]:
    found = Counter(max(edge for edge in edges if edge <= value) for value in values)
    counts = told_parts({str(edge): found[edge] for edge in edges})
    return [
        {"from": low, "to": high, "people": counts[str(low)]} for low, high in zip(edges, (*edges[1:], None), strict=True)
    ]  # fmt: skip


def _prices(rows: Iterable[Sequence[Row]]) -> list[dict[str, Any]]:
    """Five bands between every fifth buyer's middle price."""
    amounts = [[paid(row) for row in those if row["kind"] == "bought"] for those in rows]
    middles = sorted(median(known) for some in amounts if (known := [one for one in some if one is not None]))
    lows = [middles[len(middles) * n // 5] for n in range(5)]
    counts = told_parts({str(n): sum(lows[n] <= one and (n == 4 or one < lows[n + 1]) for one in middles) for n in range(5)})  # fmt: skip
    return [{"from": low, "to": high, "people": counts[str(n)]} for n, (low, high) in enumerate(zip(lows, (*lows[1:], middles[-1]), strict=True))]  # fmt: skip


def category_of(product: str, locale: str) -> str:
    key = shop.PRODUCTS[product].category if product in shop.PRODUCTS else ""
    return shop.CATEGORIES[key] if key and locale == "zh" else key.title()


def _categories(rows: Iterable[Sequence[Row]], locale: str) -> list[dict[str, Any]]:
    met = [Counter(filter(None, (category_of(row["product"], locale) for row in those if row["kind"] == "bought"))) for those in rows]  # fmt: skip
    have, first = Counter(name for one in met for name in one), Counter(one.most_common(1)[0][0] for one in met if one)
    return [{"name": name, "buyers": count, "first": shown(first[name])} for name, count in have.most_common(12) if count >= LEAST]  # fmt: skip


def _again(buyers: Mapping[str, Sequence[Row]]) -> dict[str, float]:
    """Product -> the middle of all gaps, of those that three customers bought again."""
    found: dict[str, list[list[int]]] = {}
    for those in buyers.values():
        for product in {row["product"] for row in those}:
            if gaps := _gaps(_days([row for row in those if row["product"] == product])):
                found.setdefault(product, []).append(gaps)
    return {product: median(gap for some in gaps for gap in some) for product, gaps in found.items() if len(gaps) >= 3}


def _due(buyers: Mapping[str, Sequence[Row]], again: Mapping[str, float], locale: str) -> list[dict[str, Any]]:
    made = []
    for product, usual in again.items():
        left = []
        for those in buyers.values():
            theirs = [row for row in those if row["product"] == product and row["kind"] == "bought"]
            gaps = _gaps(_days(theirs))
            days = median(gaps) if len(gaps) >= 2 else usual
            ago = (shop.NOW - theirs[-1]["at"]) / DAY if theirs else float("inf")
            if ago <= 3 * days:
                left.append(days - ago)
        if left:
            within = {f"within_{n}": shown(sum(0 <= one <= n for one in left)) for n in (7, 30)}
            made.append({"product_id": product, "title": shop.PRODUCTS[product].titles[locale], "days": usual, "customers": shown(len(left)), **within, "overdue": shown(sum(one < 0 for one in left))})  # fmt: skip
    return sorted(made, key=lambda row: (-(row["customers"] or 0), row["days"], row["product_id"]))[:12]
