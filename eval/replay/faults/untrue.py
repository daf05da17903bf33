"""What the shop said in a tau2 simulation that its data or its own calls deny: deeds never done, options and stock that there aren't."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eval.replay.faults.amounts import amounts
from eval.replay.faults.story import Story, sentences

_CLAIMS: Mapping[str, re.Pattern[str]] = {
    "_address": re.compile(r"\baddress\b.{0,60}\b(?:has|have|was|were) (?:also )?(?:been )?(?:successfully )?(?:updated|changed|modified)|\baddress: (?:updated|changed)", re.I),
    "_payment": re.compile(r"\bpayment method\b.{0,60}\b(?:has|was) (?:been )?(?:successfully )?(?:updated|changed|modified)|\bpayment method: (?:updated|changed)", re.I),
}  # fmt: skip
"""How the name of the call ends that would make it true."""
_COUNT = re.compile(r"\b(\d{1,2}) (?:[\w-]+ ){0,2}(?:options|variants|versions|variations)\b", re.I)
_POINTS = re.compile(r"\n(?=\d+\. |#+ |\n)|\n(?=- )")
_ITEM = re.compile(r"\b\d{10}\b")
_GONE = re.compile(
    r"\b(?:un|not |isn't |no longer |out[ -]of[ -])(?:currently )?(?:in )?(?:available|stock)|\bsold out\b", re.I
)
_SAYS_NOTHING = frozenset(["yes", "no", "none"])
"""Values that aren't told in their own words."""


def claimed_not_done(story: Story) -> bool:
    """Said to be changed, and no call changed it."""
    did = [call.name for call in story.done]
    return any(
        claim.search(sentence) and not any(name.endswith(kind) for name in did)
        for text in story.said_by("assistant")
        for sentence in sentences(text)
        for kind, claim in _CLAIMS.items()
    )


def miscounted(story: Story) -> bool:
    """So many options are said to be there as a product that was looked at has only with those that are sold out."""
    told = {int(count) for text in story.said_by("assistant") for count in _COUNT.findall(text)}
    shelves = [list(product["variants"].values()) for product in _looked_at(story)]
    return any(len(shelf) in told and not all(one["available"] for one in shelf) for shelf in shelves)


def wrongly_offered(story: Story) -> bool:
    """A variant of a product that was looked at is told, by id or price, although it is sold out, or with options that it hasn't."""
    own = {str(item["item_id"]) for order in story.orders.values() for item in order["items"]}
    products = list(_looked_at(story))
    points = (point for text in story.said_by("assistant") for point in _POINTS.split(text.casefold()))
    return any(
        id_ not in own and _is_false(point, id_, one, product)
        for point in points
        if _ITEM.search(point) or amounts(point)
        for product in products
        for id_, one in product["variants"].items()
    )


def _looked_at(story: Story) -> Iterator[Mapping[str, Any]]:
    for call in story.made:
        product = story.before["products"].get(str(call.arguments.get("product_id")))
        if call.name == "get_product_details" and product:
            yield product


def _is_false(point: str, id_: str, one: Mapping[str, Any], product: Mapping[str, Any]) -> bool:
    told, price = amounts(point), round(100 * one["price"])
    prices = [round(100 * other["price"]) for other in product["variants"].values()]
    if id_ not in point and not (price in told and prices.count(price) == 1):
        return False
    if not one["available"] and not _GONE.search(point):
        return True
    alone = len(told) <= 1 and len(_ITEM.findall(point)) <= 1
    return alone and any(_denies(point, name, str(value), product) for name, value in one["options"].items())


def _denies(point: str, name: str, value: str, product: Mapping[str, Any]) -> bool:
    """Under the option's name stands another value, and its own stands nowhere."""
    own = value.casefold()
    label = re.search(rf"\b{re.escape(name)}: ?([^\n,;(]+)", point)
    if own in point or own in _SAYS_NOTHING or label is None:
        return False
    others = {str(other["options"].get(name, "")).casefold() for other in product["variants"].values()} - {own}
    return label.group(1).strip() in others
