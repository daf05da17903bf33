"""The market, worked out again from the kept turns: what was searched, sold out, at which price, rising, compared, and which other shops."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import NormalDist, median
from typing import Any

from tests.figures import shop
from tests.figures.customers import category_of
from tests.figures.shares import LEAST, NAMED, shown, told_parts

Turn = Mapping[str, Any]
RIVALS = (("Homeleaf", True), ("Brightbarn", False))


def person(turn: Turn) -> str:
    message = turn["message"]
    return message["customer_id"] or f"visitor:{message['conversation_id']}"


def at(turn: Turn) -> datetime:
    return datetime.fromisoformat(turn["message"]["at"])


def now(turns: Sequence[Turn]) -> list[Turn]:
    return [turn for turn in turns if shop.START <= at(turn) < shop.NOW]


def market(turns: Sequence[Turn], searches: Sequence[tuple[Sequence[int], int]], locale: str) -> dict[str, Any]:
    """`searches`: which of those that found nothing, in their order, are for one thing, and the one that says it best."""
    turns = now(turns)
    asked = [turn for turn in turns if "KETTLE" in _wish(turn)["products"]]
    told = {person(turn) for turn in asked if not turn["reply"]["cards"][0]["in_stock"]}
    people = {person(turn) for turn in asked}
    pairs = [turn for turn in turns if turn["explained"]["route"]["intent"] == "compare"]
    vain = [turn for turn in turns if turn["explained"]["said"] == "found_nothing"]
    groups = {vain[best]["message"]["text"]: [vain[place] for place in members] for members, best in searches}
    enough = {wanted: group for wanted, group in groups.items() if len(set(map(person, group))) >= NAMED}
    rises = list(_rises(turns, locale))
    return {
        "people": shown(len(set(map(person, turns)))), "not_found": _demand(enough),
        "alone": shown(sum(len(group) for group in groups.values() if len(set(map(person, group))) < NAMED)),
        "shortages": [{"product_id": "KETTLE", "title": shop.PRODUCTS["KETTLE"].titles[locale], "people": shown(len(people)),
                       "sold_out": told_parts({"told": len(told), "not": len(people) - len(told)})["told"], "conversations": _where(asked)}],
        "bands": _bands(turns), "asking": _asking(turns, locale), "rises": [rise for rise in rises if rise["ratio"]["low"] > 1], "rises_looked_at": len(rises),
        "pairs": [{"products": ["JUMPER", "SCARF"], "titles": [shop.PRODUCTS[id_].titles[locale] for id_ in ("JUMPER", "SCARF")],
                   "people": shown(len(set(map(person, pairs)))), "conversations": _where(pairs)}],
        "rivals": _rivals(turns),
    }  # fmt: skip


def _wish(turn: Turn) -> Mapping[str, Any]:
    found: Mapping[str, Any] = turn["explained"]["filters"]
    return found


def _where(turns: Sequence[Turn]) -> list[str]:
    """The first five conversations."""
    return list(dict.fromkeys(turn["message"]["conversation_id"] for turn in turns))[:5]


def _demand(groups: Mapping[str, Sequence[Turn]]) -> list[dict[str, Any]]:
    """Largest first, then by what is wanted; the words are the report's."""
    made = sorted((-len(set(map(person, group))), wanted, _where(group)) for wanted, group in groups.items())
    return [{"people": shown(-less), "conversations": where} for less, _, where in made[:12]]


def _limits(turns: Sequence[Turn]) -> list[tuple[str, float]]:
    return [(person(turn), float(limit)) for turn in turns if (limit := _wish(turn)["where"]["price_to"]) is not None]


def _bands(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    prices, limits = sorted(float(one.price) for one in shop.PRODUCTS.values()), _limits(turns)
    edges = [-math.inf, *(prices[len(prices) * n // 5] for n in (1, 2, 3, 4)), math.inf]
    ends = list(itertools.pairwise(edges))
    asked = {str(n): sum(low <= amount < high for _, amount in limits) for n, (low, high) in enumerate(ends)}
    people = {str(n): len({who for who, amount in limits if low <= amount < high}) for n, (low, high) in enumerate(ends)}  # fmt: skip
    told, made = told_parts(asked, people), []
    for n, (low, high) in enumerate(ends):
        offered, count = sum(low <= price < high for price in prices), told[str(n)]
        ends_told = {"low": low if n else None, "high": high if n < 4 else None}
        made.append({**ends_told, "asked": count, "asked_share": None if count is None else count / len(limits), "offered": offered, "offered_share": offered / len(prices)})  # fmt: skip
    return made


def _asking(turns: Sequence[Turn], locale: str) -> list[dict[str, Any]]:
    """All of the made-up shop's limits are of lamps."""
    limits = _limits(turns)
    prices = [float(one.price) for one in shop.PRODUCTS.values() if one.category == "lighting"]
    middle = median(amount for _, amount in limits)
    return [{"category": category_of("LAMP", locale), "people": shown(len({who for who, _ in limits})), "middle": middle, "cheapest": min(prices), "offered_below": sum(price <= middle for price in prices) / len(prices)}]  # fmt: skip


def _rises(turns: Sequence[Turn], locale: str) -> Iterator[dict[str, Any]]:
    spoken = [(turn, category) for turn in turns for category in _categories(turn, locale)]
    border = shop.NOW - (shop.NOW - shop.START) / 3
    late = Counter(category for turn, category in spoken if at(turn) >= border)
    early = Counter(category for turn, category in spoken if at(turn) < border)
    people = {category: len({person(turn) for turn, one in spoken if one == category}) for _, category in spoken}
    rows = [name for name, count in people.items() if count >= LEAST and late[name] >= 5 and early[name] >= 5]
    z = NormalDist().inv_cdf(1 - 0.05 / (2 * len(rows)))
    for name in sorted(rows, key=lambda one: (-people[one], one)):
        ratio = (late[name] / sum(late.values())) / (early[name] / sum(early.values()))
        width = z * math.sqrt(1 / late[name] + 1 / early[name])
        more = round(late[name] - early[name] * sum(late.values()) / sum(early.values()), 1)
        yield {"category": name, "people": people[name], "ratio": {"value": ratio, "low": math.exp(math.log(ratio) - width), "high": math.exp(math.log(ratio) + width)}, "more": more}  # fmt: skip


def _categories(turn: Turn, locale: str) -> set[str]:
    """Of the products it speaks of and of the first that it was shown."""
    shown_first = [card["product_id"] for card in turn["reply"]["cards"][:1]]
    return {category_of(id_, locale) for id_ in (*_wish(turn)["products"], *shown_first)}


def _rivals(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    made = []
    for name, is_listed in RIVALS:
        those = [turn for turn in turns if name in turn["message"]["text"]]
        made.append((len(set(map(person, those))), {"name": name, "is_listed": is_listed, "conversations": _where(those)}))  # fmt: skip
    return [{**one, "people": shown(count)} for count, one in sorted(made, key=lambda row: (-row[0], row[1]["name"])) if count >= NAMED]  # fmt: skip
