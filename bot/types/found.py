"""What a tool found: the facts of a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.order import Order, Proof
from bot.types.asked import Option, Understood
from bot.types.deeds import Prepared
from knowledge_base.types import Product
from retrieval.types import Hit, Recommendation


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
    orders: tuple[Order, ...] = ()
    """The customer's own orders that the answer tells of."""
    proved: Proof | None = None
    """What the customer has proved in this turn: the conversation keeps it, and nobody words it."""
    form: str = ""
    """What was given of an order so far, kept for the answer to the question that is asked now."""
    prepared: Prepared | None = None
    """A deed that the customer is asked to confirm, or that was done in this turn."""
    suggestions: tuple[str, ...] = ()
    """Keys of wordings that the customer may say next."""
    options: tuple[Option, ...] = ()
    """Readings of the message, of which the customer is asked to choose one."""
    looked_at: tuple[Hit, ...] = ()
    """Everything retrieval gave, for /why; never for the customer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked of a tool, and what it found."""

    asked: Understood
    findings: Findings
