"""What the shop said in a tau2 simulation that its own data or results deny: deeds never done, amounts that don't move, variants that there aren't."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from eval.replay.endstates import Call
from eval.replay.story import Story, sentences

_CLAIMS: Mapping[str, re.Pattern[str]] = {
    "_address": re.compile(r"\baddress\b.{0,60}\b(?:has|have|was|were) (?:also )?(?:been )?(?:successfully )?(?:updated|changed|modified)|\baddress: (?:updated|changed)", re.I),
    "_payment": re.compile(r"\bpayment method\b.{0,60}\b(?:has|was) (?:been )?(?:successfully )?(?:updated|changed|modified)|\bpayment method: (?:updated|changed)", re.I),
}  # fmt: skip
_MOVES = re.compile(r"\b(?:refund\w*|charg\w*|credited|difference)\b", re.I)
_NOT_YET = re.compile(r"\?|\b(?:if|would|confirm|once|could|proceed)\b", re.I)
"""Of a sentence that tells what may come, not what was done."""
_AMOUNT = re.compile(r"\$ ?(\d[\d,]*(?:\.\d+)?)")
_COUNT = re.compile(r"\b(\d{1,2}) (?:[\w-]+ ){0,2}(?:options|variants|versions|variations)\b", re.I)
_OFFER = re.compile(r"^\s*(?:\d+\.|[-*]|#+)\s", re.M)
_GONE = re.compile(r"\b(?:un|not |isn't |no longer |out of )(?:currently )?(?:available|stock)", re.I)
_NEAR = 0.006
_BALANCE = re.compile(r"\bbalance\b[^.;)]*", re.I)


def claimed_not_done(story: Story) -> bool:
    """Said to be changed, and no call changed it."""
    did = [call.name for call in story.done]
    return any(
        claim.search(sentence) and not any(name.endswith(kind) for name in did)
        for text in story.said_by("assistant")
        for sentence in sentences(text)
        for kind, claim in _CLAIMS.items()
    )


def wrong_amount(story: Story) -> bool:
    """What the shop reports right after changes as refunded or charged isn't what they move, one by one, by item or together."""
    for place, (who, text) in enumerate(story.talk):
        before = [call for call in story.done if call.place < place]
        if who != "assistant" or not before or not _just_done(story, place):
            continue
        allowed = _moved(story, before)
        told = [one for sentence in sentences(text) if _MOVES.search(sentence) and not _NOT_YET.search(sentence) for one in _amounts(sentence)]
        if any(all(abs(one - other) >= _NEAR for other in allowed) for one in told):
            return True
    return False


def _just_done(story: Story, place: int) -> bool:
    """Whether a change, and no word of anybody, stands between this step and the last words."""
    last = max((at for at, (who, _) in enumerate(story.talk[:place]) if who in ("user", "assistant")), default=-1)
    return any(last < call.place < place for call in story.done)


def _amounts(text: str) -> list[float]:
    return [float(one.replace(",", "")) for one in _AMOUNT.findall(_BALANCE.sub("", text))]


def _moved(story: Story, done: Sequence[Call]) -> set[float]:
    parts = [moved for call in done for moved in _by_call(story, call)]
    whole = [sum(_by_call(story, call)) for call in done]
    sums = [sum(some) for many in (1, 2, 3, 4) for some in combinations(whole, many)]
    singles = [] if any(call.name == "cancel_pending_order" for call in done) and len(done) == 1 else parts
    return {abs(round(one, 2)) for one in [*singles, *sums, sum(map(abs, whole))]}


def _by_call(story: Story, call: Call) -> list[float]:
    """What goes to the customer (less what they pay): a whole order's sum, each returned item, each difference."""
    order = story.orders.get(str(call.arguments.get("order_id")), {})
    prices = {str(item["item_id"]): float(item["price"]) for item in order.get("items", ())}
    olds = [str(one) for one in call.arguments.get("item_ids") or ()]
    news = [str(one) for one in call.arguments.get("new_item_ids") or ()]
    if call.name == "cancel_pending_order":
        return [sum(float(item["price"]) for item in order.get("items", ()))]
    if news:
        shelf = _shelf(story)
        return [
            prices.get(old, 0.0) - float(shelf[new]["price"]) for old, new in zip(olds, news, strict=False) if new in shelf
        ]
    return [prices.get(old, 0.0) for old in olds]


def _shelf(story: Story) -> dict[str, Any]:
    """All variants of all products by id."""
    return {id_: one for product in story.before["products"].values() for id_, one in product["variants"].items()}


def miscounted(story: Story) -> bool:
    """So many options are said to be there, and a product that was looked at has so many only with those that are sold out."""
    for text in story.said_by("assistant"):
        for count in map(int, _COUNT.findall(text)):
            for product in _looked_at(story):
                variants = product["variants"].values()
                there = sum(bool(one["available"]) for one in variants)
                if count == len(variants) != there:
                    return True
    return False


def _looked_at(story: Story) -> Iterator[Mapping[str, Any]]:
    for call in story.made:
        product = story.before["products"].get(str(call.arguments.get("product_id")))
        if call.name == "get_product_details" and product:
            yield product


def wrongly_offered(story: Story) -> bool:
    """A variant of a product that was looked at is told, by id or price, as to be had although it is sold out, or with options that it hasn't."""
    own = {str(item["item_id"]) for order in story.orders.values() for item in order["items"]}
    for text in story.said_by("assistant"):
        for block in _blocks(text):
            for product in _looked_at(story):
                if any(_is_false(block, id_, one, product) for id_, one in product["variants"].items() if id_ not in own):
                    return True
    return False


def _blocks(text: str) -> list[str]:
    """Points of a list with what is indented under them; else the sentences."""
    parts = re.split(r"\n(?=\d+\. |#+ |\n)|\n(?=[-*] )", text)
    return [part for part in parts if part.strip()]


def _is_false(block: str, id_: str, one: Mapping[str, Any], product: Mapping[str, Any]) -> bool:
    plain = block.replace("*", "").casefold()
    prices = [float(v["price"]) for v in product["variants"].values()]
    told = _amounts(plain)
    if id_ not in plain and not (float(one["price"]) in told and prices.count(float(one["price"])) == 1):
        return False
    if not one["available"] and not _GONE.search(plain):
        return True
    if len(told) > 1 or len(re.findall(r"\b\d{10}\b", plain)) > 1:
        return False
    return any(_denies(plain, name, str(value), product) for name, value in one["options"].items())


def _denies(plain: str, name: str, value: str, product: Mapping[str, Any]) -> bool:
    """Another value of an option stands there, and its own doesn't."""
    others = {str(v["options"].get(name, "")).casefold() for v in product["variants"].values()} - {value.casefold(), ""}
    if value.casefold() in plain or value.casefold() in ("yes", "no", "none"):
        return False
    label = re.search(rf"\b{re.escape(name)}: ?([^\n,;(]+)", plain)
    return bool(label) and any(label.group(1).strip() == other for other in others) if label else False
