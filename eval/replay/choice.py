"""Whether the new variants and the payment method of a tau2 simulation's changes are those that the customer asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eval.replay.endstates import Call
from eval.replay.story import Story, head, named, sentences

_CHEAPEST = re.compile(r"\b(?:cheapest|lowest[- ]priced?|least expensive|lowest cost)\b", re.I)
_DEAREST = re.compile(r"\b(?:most expensive|priciest|highest[- ]priced?|dearest)\b", re.I)
_PAYS: Mapping[str, re.Pattern[str]] = {
    "gift_card": re.compile(r"\bgift ?card\b", re.I),
    "paypal": re.compile(r"\bpay ?pal\b", re.I),
    "credit_card": re.compile(r"\b(?:credit card|visa|master ?card|amex)\b", re.I),
}
_IF = re.compile(r"\b(?:if|unless|otherwise)\b", re.I)
_PLAIN = frozenset(["yes", "no", "none"])
"""Values that say nothing without their option's name."""


@dataclass(frozen=True, slots=True)
class Swap:
    """An item of a change that went well: the old variant's options, the new variant, and all that were to be had."""

    call: Call
    product: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    others: tuple[Mapping[str, Any], ...]


def swaps(story: Story) -> Iterator[Swap]:
    for call in story.done:
        pairs = zip(call.arguments.get("item_ids") or (), call.arguments.get("new_item_ids") or (), strict=False)
        for old, new in ((str(one), str(other)) for one, other in pairs):
            for product in story.before["products"].values():
                shelf = product["variants"]
                if old in shelf and new in shelf:
                    there = tuple(one for one in shelf.values() if one["available"])
                    yield Swap(call, str(product["name"]), shelf[old]["options"], shelf[new], there)


def _says(words: str, value: str) -> bool:
    plain = value.casefold()
    return plain not in _PLAIN and re.search(rf"(?<![\w-]){re.escape(plain)}(?![\w-])", words) is not None


def not_the_cheapest(story: Story) -> bool:
    """The customer wanted the cheapest, or the dearest, with options that their sentence names, and another is that."""
    for swap in swaps(story):
        word = frozenset([head(swap.product)])
        for text in story.said_by("user", swap.call.place):
            for sentence in sentences(text):
                wants = _CHEAPEST.search(sentence), _DEAREST.search(sentence)
                if not any(wants) or not named(sentence, word):
                    continue
                fit = [float(one["price"]) for one in swap.others if _has_all(one, swap, sentence.casefold())]
                best = (min if wants[0] else max)(fit, default=float(swap.new["price"]))
                if abs(best - float(swap.new["price"])) > 0.005:
                    return True
    return False


def _has_all(one: Mapping[str, Any], swap: Swap, words: str) -> bool:
    """Whether a variant has, of each option that the words name a value of, one of those."""
    for name, value in one["options"].items():
        values = {str(other["options"].get(name)) for other in swap.others}
        wanted = {other for other in values if _says(words, other)}
        if wanted and str(value) not in wanted:
            return False
    return True


def paid_otherwise(story: Story) -> bool:
    """The customer's last word on how to pay names other kinds than what was used."""
    for call in story.done:
        used = str(call.arguments.get("payment_method_id") or "")
        said = [
            {kind for kind, words in _PAYS.items() if words.search(text)} if not _IF.search(text) else set()
            for text in story.said_by("user", call.place)
        ]
        last = next((kinds for kinds in reversed(said) if kinds), set())
        if used and last and not any(used.startswith(kind) for kind in last):
            return True
    return False
