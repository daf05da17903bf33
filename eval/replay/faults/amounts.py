"""Amounts that the shop said in a tau2 simulation and that its data and results don't have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from eval.replay.endstates import Call
from eval.replay.faults.story import Order, Story, listed, sentences

_AMOUNT = re.compile(r"\$ ?(\d[\d,]*(?:\.\d+)?)")
_PRICE = re.compile(r"\d+\.\d+")
_BALANCE = re.compile(r"\bbalance\b[^.;)]*", re.I)
_MOVES = re.compile(r"\b(?:refund\w*|charg\w*|credited|difference)\b", re.I)
_NOT_YET = re.compile(r"\?|\b(?:if|would|confirm|once|could|proceed)\b", re.I)
"""Of a sentence that tells what may come, not what was done."""
_TOGETHER = 4
"""Changes whose amounts may be told as one."""


def amounts(text: str) -> list[int]:
    """In cents; what is left on a card is none."""
    return [_cents(one) for one in _AMOUNT.findall(_BALANCE.sub("", text))]


def _cents(figure: str | float) -> int:
    return round(100 * float(str(figure).replace(",", "")))


def figure_from_nowhere(story: Story) -> bool:
    """An amount was said that is neither in a result nor the sum or difference of two that are, nor that of some items of one order."""
    known = {_cents(one) for who, text in story.talk if who == "result" for one in _PRICE.findall(text)}
    known |= {sum(some) for order in story.orders.values() for some in _some_of(order)}
    said = [_cents(one) for text in story.said_by("assistant") for one in _AMOUNT.findall(text)]
    return any(
        one not in known and not any(one - other in known or one + other in known for other in known) for one in said
    )


def _some_of(order: Order) -> Iterator[tuple[int, ...]]:
    prices = [_cents(item["price"]) for item in order.get("items", ())]
    return (some for many in range(1, len(prices) + 1) for some in combinations(prices, many))


def wrong_amount(story: Story) -> bool:
    """What the shop reports right after changes as refunded or charged isn't what they move, one by one, by item or together."""
    for place, (who, text) in enumerate(story.talk):
        if who != "assistant" or not _just_done(story, place):
            continue
        moved = _moved(story, [call for call in story.done if call.place < place])
        reported = [one for one in sentences(text) if _MOVES.search(one) and not _NOT_YET.search(one)]
        if any(one not in moved for sentence in reported for one in amounts(sentence)):
            return True
    return False


def _just_done(story: Story, place: int) -> bool:
    """Whether a change, and no word of anybody, stands between this step and the last words."""
    last = max((at for at, (who, _) in enumerate(story.talk[:place]) if who in ("user", "assistant")), default=-1)
    return any(last < call.place < place for call in story.done)


def _moved(story: Story, done: Sequence[Call]) -> set[int]:
    whole = [sum(_by_item(story, call)) for call in done]
    sums = [sum(some) for many in range(1, _TOGETHER + 1) for some in combinations(whole, many)]
    items = [one for call in done if call.name != "cancel_pending_order" for one in _by_item(story, call)]
    return {abs(one) for one in [*items, *sums, sum(whole), sum(map(abs, whole))]}


def _by_item(story: Story, call: Call) -> list[int]:
    """What goes to the customer (less what they pay) for each item: its price where it is cancelled or returned, else the difference."""
    prices = {str(item["item_id"]): _cents(item["price"]) for item in story.order_of(call).get("items", ())}
    if call.name == "cancel_pending_order":
        return [_cents(item["price"]) for item in story.order_of(call).get("items", ())]
    olds, news = listed(call, "item_ids"), listed(call, "new_item_ids")
    if not news:
        return [prices.get(old, 0) for old in olds]
    shelf = {id_: one for product in story.before["products"].values() for id_, one in product["variants"].items()}
    pairs = zip(olds, news, strict=False)
    return [prices.get(old, 0) - _cents(shelf[new]["price"]) for old, new in pairs if new in shelf]
