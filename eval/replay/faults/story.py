"""A tau2 simulation as it is judged: who said what, whose orders there were, which changes were made, and which products the words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eval.replay.endstates import CHANGES, Call, Things, calls
from eval.replay.readers.shapes import steps

Order = Mapping[str, Any]

OPEN = ("pending", "delivered")
"""Of an order that something can be done about."""
_COLLECTION = frozenset(["set", "kit"])
_LONG = 5
"""Letters of a word that may end another: a wristwatch is a watch, but "described" is no bed."""
_EVERYDAY = {"bike": "bicycle", "phone": "smartphone", "suitcase": "luggage", "jigsaw": "puzzle", "vacuum": "cleaner"}
_SIGNAL = re.compile(r"###[A-Z-]+###.*", re.DOTALL)
"""How a simulated customer ends; headings of the shop's words have small letters."""
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Story:
    """`talk` are the transcript's steps; `orders` the customer's own, as they were; `before` all of the shop's data."""

    talk: Sequence[tuple[str, str]]
    made: Sequence[Call]
    orders: Mapping[str, Order]
    before: Things

    @property
    def changes(self) -> list[Call]:
        return [call for call in self.made if call.name in CHANGES]

    @property
    def done(self) -> list[Call]:
        return [call for call in self.changes if not call.failed]

    def said_by(self, who: str, until: int | None = None) -> list[str]:
        return [text for speaker, text in self.talk[:until] if speaker == who]

    def order_of(self, call: Call) -> Order:
        """As it was; empty where the call names none of the customer's."""
        return self.orders.get(str(call.arguments.get("order_id")), {})


def story_of(transcript: str, before: Things) -> Story:
    made = list(calls(transcript))
    talk = [(who, _SIGNAL.sub("", text).replace("’", "'").replace("*", "")) for who, text in steps(transcript)]
    user = next((str(call.result) for call in made if call.name.startswith("find_user") and not call.failed), "")
    known = before["users"].get(user, {}).get("orders", ())
    return Story(talk, made, {id_: before["orders"][id_] for id_ in known if id_ in before["orders"]}, before)


def sentences(text: str) -> list[str]:
    """Lines and sentences."""
    return [one.strip() for one in _ENDS.split(text) if one.strip()]


def listed(call: Call, name: str) -> list[str]:
    """The ids that a call gives under a name."""
    given = call.arguments.get(name)
    return [str(one) for one in given] if isinstance(given, list) else []


def head(name: str) -> str:
    """The word that a customer calls a product by: Electric Kettle -> kettle, Luggage Set -> luggage."""
    words = name.casefold().replace("-", " ").split()
    word = words[-2] if words[-1] in _COLLECTION and len(words) > 1 else words[-1]
    word = word if word.endswith("ss") else word.removesuffix("s")
    return "watch" if word.endswith("watch") else word


def heads_of(orders: Iterable[Order]) -> frozenset[str]:
    return frozenset(head(str(item["name"])) for order in orders for item in order.get("items", ()))


def named(text: str, heads: frozenset[str]) -> set[str]:
    """Which of the products' words a text has."""
    plain = text.casefold()
    found = {word for word in heads if _pattern(word).search(plain)}
    return found | {meant for word, meant in _EVERYDAY.items() if meant in heads and re.search(rf"\b{word}s?\b", plain)}


@cache
def _pattern(word: str) -> re.Pattern[str]:
    stem = rf"{re.escape(word[:-1])}(?:f|ves)" if word.endswith("f") else rf"{re.escape(word)}(?:e?s)?"
    return re.compile(rf"\b{'[a-z]*' if len(word) >= _LONG else ''}{stem}\b")
