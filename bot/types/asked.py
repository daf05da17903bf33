"""What a customer says, and what it is understood to mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from knowledge_base.types import Locale
from retrieval.seams import Relation
from retrieval.types import Where

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
    hint: Locale | None = None
    """The language of the customer's device: what is answered in where the words don't tell."""
    sign: str = ""
    """What was done instead of writing, or sent with it: `voice`, `photo`, `/help`, a pressed `details:<product>`; empty for words."""
    consent: bool | None = None
    """False where the page says that the customer doesn't want to be tracked, True where they do, None where it says nothing."""
    on: str = ""
    """The channel's own id of what was pressed on or answered, or of the message itself."""
    zone: str = ""
    """The customer's time zone as the page or the shop's server tells it, such as Asia/Shanghai; empty where nobody does."""


@dataclass(frozen=True, slots=True)
class Route:
    """What the customer wants and how sure that is (0 to 1); `others` are further intents, most likely first."""

    intent: str
    confidence: float
    others: tuple[tuple[str, float], ...] = ()


Act = Literal[
    "answer", "again", "back", "both", "cancel", "cheaper", "choose", "confirm", "correct", "dearer", "drop", "end", "limit", "more",
    "other", "point", "remind", "repeat", "same", "why",
]  # fmt: skip
"""What a message does to the conversation, beside what it asks: it answers our question, takes up an earlier subject, ..."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read a message: a product, or an intent."""

    label: str
    product_id: str = ""
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What we asked and wait for: `asked` is the question that it was about. `clarifies` where its options are readings."""

    asked: str
    intent: str
    options: tuple[Option, ...] = ()
    clarifies: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """One wish of a message, made whole by the conversation: what every later step reads instead of the message."""

    message: Message
    text: str
    """The question as it would stand alone, in the customer's language."""
    route: Route
    where: Where = field(default_factory=Where)
    """All limits in force, those of earlier turns that still hold included."""
    query: str = ""
    """The words left to search with once the limits are taken out."""
    products: tuple[str, ...] = ()
    """Ids of the products that it speaks of."""
    kin: tuple[str, ...] = ()
    """Ids of all products of the kind that the query names."""
    acts: tuple[Act, ...] = ()
    order_id: str | None = None
    currency: str = ""
    """The currency that an amount was given in, where it isn't the shop's."""
    leave_out: tuple[str, ...] = ()
    """Ids that aren't wanted (again): `something else`, `show more`."""
    options: tuple[Option, ...] = ()
    """Readings that are equally near; the customer is asked for one of them."""
    kind: str = ""
    """The word for the kind of thing that the query names."""
    akin: tuple[str, ...] = ()
    """Those of the kind, and what only has the kind for a keyword or in another language: nothing else is shown for it."""
    lost_place: bool = False
    """True where a place in a list is named (`the third one`) and nothing stands there."""
    relation: Relation = "for_you"
    """Of advice beside products: what is like them, goes with them, or stands for one that is sold out."""
    refused: tuple[str, ...] = ()
    """Ids that the message says aren't liked."""
    remind: Literal["", "back", "cheaper", "refill"] = ""
    """What the customer wants to be told of later."""

    @property
    def goes_on(self) -> bool:
        """Whether it stays with the subject of the turn before."""
        return bool(self.acts)
