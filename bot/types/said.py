"""What is answered: the words, what the check of facts made of them, who wrote them in which time and at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from knowledge_base.types import Locale, Source


@dataclass(frozen=True, slots=True)
class Cite:
    source: Source
    source_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Card:
    """A product as a customer sees it; `in_stock` is None where stock is unknown."""

    product_id: str
    title: str
    price: Decimal
    currency: str
    in_stock: bool | None
    url: str
    image: str
    because: str = ""
    """Why it is recommended, in words that the fact check has let through; empty where it isn't."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `took_ms` is milliseconds a step."""

    text: str
    locale: Locale
    intent: str
    confidence: float
    intents: tuple[tuple[str, float], ...] = ()
    cites: tuple[Cite, ...] = ()
    cards: tuple[Card, ...] = ()
    suggestions: tuple[str, ...] = ()
    handed_off: bool = False
    asks: bool = False
    """True for a clarifying question; `suggestions` are then its choices."""
    took_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A sentence that the fact check kept back: the claim, its kind, and what the findings say instead."""

    sentence: str
    claim: str
    kind: str
    expected: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the fact check let through and what it stopped."""

    said: tuple[str, ...] = ()
    stopped: tuple[Stopped, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What a language model was paid for. `estimated` where the endpoint didn't tell its count of tokens."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    estimated: bool = False

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cost + other.cost,
            self.estimated or other.estimated,
        )

    def __bool__(self) -> bool:
        return bool(self.tokens_in or self.tokens_out or self.cost)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a turn has to speak, on the clock of `time.monotonic`: its first words, its last, and the longest gap between."""

    first_by: float
    done_by: float
    gap_s: float


@dataclass(frozen=True, slots=True)
class Written:
    """How words came about: which writer, by which prompt (name, version, digest), which endpoint and model, at what cost."""

    writer: str
    prompt: str = ""
    endpoint: str = ""
    model: str = ""
    spent: Spent = field(default_factory=Spent)
    template: str = ""
    """Why the template spoke, all or the rest of it; empty where it didn't have to."""
