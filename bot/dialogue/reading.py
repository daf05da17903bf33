"""What a clause says by itself: its limits, the products it names, what it points at. No history decides here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from retrieval.types import Where


class Wished(Protocol):
    """What a reader of limits finds in a text."""

    @property
    def where(self) -> Where: ...
    @property
    def query(self) -> str: ...
    @property
    def currency(self) -> str: ...


class LimitReader(Protocol):
    """Text to limits: `retrieval.constraints.Reader`."""

    def read(self, text: str) -> Wished:
        """The limits that the text states, and the words left."""


@dataclass(frozen=True, slots=True)
class Said:
    """One clause, taken apart."""

    text: str
    where: Where = field(default_factory=Where)
    query: str = ""
    left: str = ""
    """All words but those of the limits."""
    currency: str = ""
    named: Sequence[str] = ()
    """Ids of the products that it names clearly."""
    called: Sequence[str] = ()
    """Ids of all products of the kind that it names."""
    kind: str = ""
    is_kind: bool = False
    """Whether the words left to search with are that kind and nothing else."""


_ORDER_IDS = (
    re.compile(r"(?<![\w@.-])([a-z]{1,4}-?\d{5,12})\b(?!@)"),
    re.compile(r"(?:\border|订单号?|单号)\D{0,12}?(?<![\w@.-])(\d{4,12})\b(?!@)"),
    re.compile(r"(?<!\w)#(\d{3,12})\b"),
)
_PROOF = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d \-]{6,}\d")


def order_id(text: str) -> str | None:
    """A number behind the word order, or one behind a few letters (`JL-100423`); the last that is given."""
    found = next((found for shape in _ORDER_IDS if (found := shape.findall(text))), None)
    return str(found[-1]).upper() if found else None


def has_contact(text: str) -> bool:
    """Whether an e-mail or a phone is given."""
    return bool(_PROOF.search(text))


def is_bare(text: str) -> bool:
    """Whether a message is nothing but numbers, ids and addresses: it is in no language."""
    return all("@" in word or any(letter.isdigit() for letter in word) for word in text.split())


def proves(text: str) -> bool:
    """Whether a message gives what an order is looked up by: a number, an e-mail, a phone."""
    return bool(order_id(text) or _PROOF.search(text) or re.search(r"\b\d{5,}\b", text))
