"""Whether a new variant in a tau2 simulation is the cheapest, or the dearest, where the customer wanted that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eval.replay.endstates import Call
from eval.replay.faults.story import Story, head, listed, named, sentences

_CHEAPEST = re.compile(r"\b(?:cheapest|lowest[- ]priced?|least expensive|lowest cost)\b", re.I)
_DEAREST = re.compile(r"\b(?:most expensive|priciest|highest[- ]priced?|dearest)\b", re.I)
_SAYS_NOTHING = frozenset(["yes", "no", "none"])
_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Swap:
    """An item of a change that went well: the product, the new variant, and all that were to be had."""

    call: Call
    product: str
    new: Mapping[str, Any]
    others: tuple[Mapping[str, Any], ...]


def not_the_cheapest(story: Story) -> bool:
    """The customer wanted the cheapest, or the dearest, with options that their sentence names, and another is that."""
    for swap in _swaps(story):
        said = (one for text in story.said_by("user", swap.call.place) for one in sentences(text))
        if any(_is_another(swap, one) for one in said if named(one, frozenset([head(swap.product)]))):
            return True
    return False


def _swaps(story: Story) -> Iterator[Swap]:
    for call in story.done:
        for new in listed(call, "new_item_ids"):
            for product in story.before["products"].values():
                if new in product["variants"]:
                    there = tuple(one for one in product["variants"].values() if one["available"])
                    yield Swap(call, str(product["name"]), product["variants"][new], there)


def _is_another(swap: Swap, sentence: str) -> bool:
    cheapest, dearest = _CHEAPEST.search(sentence), _DEAREST.search(sentence)
    if not cheapest and not dearest:
        return False
    fit = [float(one["price"]) for one in swap.others if _has_all(one, swap, sentence.casefold())]
    mine = float(swap.new["price"])
    return abs((min if cheapest else max)(fit, default=mine) - mine) > _CENT


def _has_all(one: Mapping[str, Any], swap: Swap, words: str) -> bool:
    """Whether a variant has, of each option that the words name a value of, one of those."""
    for name, value in one["options"].items():
        wanted = {
            str(other["options"].get(name)) for other in swap.others if _says(words, str(other["options"].get(name)))
        }
        if wanted and str(value) not in wanted:
            return False
    return True


def _says(words: str, value: str) -> bool:
    plain = value.casefold()
    return plain not in _SAYS_NOTHING and re.search(rf"(?<![\w-]){re.escape(plain)}(?![\w-])", words) is not None
