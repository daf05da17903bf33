"""The nouns of a conversation: what was said, what was understood, what was found, what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from knowledge_base.types import Locale, Product, Source
from retrieval.types import Hit, Recommendation, Where

INTENTS = (
    "greet", "thank", "bye", "ask", "find", "describe", "compare", "recommend", "order", "handoff", "out_of_scope",
)  # fmt: skip
"""The intents every shop has; a shop's own are written `shop:<name>`."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a customer as a channel received it; `at` aware UTC. `customer_id` only where verified."""

    id: str
    conversation_id: str
    text: str
    at: datetime
    channel: str = "terminal"
    customer_id: str | None = None
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """What a message speaks of: products by id, an order number, the wished amount, and the limits of a search."""

    product_ids: tuple[str, ...] = ()
    order_id: str | None = None
    where: Where = field(default_factory=Where)
    cheapest_first: bool = False
    query: str = ""
    """The words left to search with once the limits are taken out."""
    currency: str = ""
    """The currency that an amount was given in, where it isn't the shop's."""
    lost_place: bool = False
    """True where a place in a list is named (`the third one`) and nothing stands there."""


@dataclass(frozen=True, slots=True)
class Route:
    """What the customer wants, how sure that is (0 to 1), and of what it speaks; `others` are further intents."""

    intent: str
    confidence: float
    slots: Slots = field(default_factory=Slots)
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What a tool found: the only facts that a reply may state. `say` names the wording, `values` fill it."""

    say: str
    values: Mapping[str, str] = field(default_factory=dict)
    hits: tuple[Hit, ...] = ()
    """The passages that answer, best first; a reply cites exactly these."""
    answer: str = ""
    """Sentences taken from the hits that answer the question, word for word."""
    products: tuple[Product, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    relaxed: str = ""
    """Which limit was given up because nothing met all of them: price, category, stock, or empty."""
    handoff: str = ""
    """Why a person takes over, empty where none does."""
    suggestions: tuple[str, ...] = ()
    """Keys of wordings that the customer may say next."""
    looked_at: tuple[Hit, ...] = ()
    """Everything retrieval gave, for /why; never for the customer."""


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
class Turn:
    """One exchange as it was kept. `explained` is what /why shows: route, filters, passages with scores."""

    message: Message
    reply: Reply
    verdict: Verdict
    explained: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What has been said and what it is about. Every step reads it; `Engine` alone writes the next one."""

    id: str
    customer_id: str | None = None
    locale: Locale | None = None
    turns: tuple[Turn, ...] = ()
    shown: tuple[str, ...] = ()
    """Ids of the products shown last, in the order shown."""
    about: str = ""
    """Id of the product spoken of last: what `it` means."""
    where: Where = field(default_factory=Where)
    query: str = ""
    answering: Literal["clerk", "person"] = "clerk"
