"""The nouns of a conversation: what was said, what was understood, what was found, what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from bot.order import Order, Proof
from knowledge_base.types import Locale, Product, Source
from retrieval.seams import Relation
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


@dataclass(frozen=True, slots=True)
class HandOver:
    """Passing the customer to a person. `summary` is the customer's own words, never a model's."""

    why: str
    summary: str = ""
    kind: Literal["hand_over"] = "hand_over"


@dataclass(frozen=True, slots=True)
class Remind:
    """Writing to the customer once: when a product is back, costs `below` or less, or is used up (`due_at`, after `days`)."""

    event: Literal["back", "cheaper", "refill"]
    product_id: str
    price: Decimal
    """What it costs when it is asked for."""
    below: Decimal
    days: float
    due_at: datetime
    zone: str = ""
    """The customer's time zone, where it is known."""
    kind: Literal["remind"] = "remind"


Deed = HandOver | Remind
"""What may be done for a customer: one type a deed, told apart by `kind`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A deed at the desk. `key` is the same for the same deed, however often it is asked for: it is done once."""

    key: str
    deed: Deed
    asked_by: Literal["customer", "clerk", "model"]
    asked_at: datetime
    state: Literal["waiting", "declined", "done"] = "waiting"


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


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange as it was kept. `explained` is what /why shows: route, filters, passages with scores, how it was written."""

    message: Message
    reply: Reply
    verdict: Verdict
    explained: Mapping[str, object] = field(default_factory=dict)
    spent: Spent = field(default_factory=Spent)
    trial: str = ""
    """The trial of recommendations, where advice was asked for (`Trial.key`); empty for other turns."""
    arm: str = ""
    """Which arm of it the customer is in."""
    split: str = ""
    """The comparison of two ways of answering that the conversation is part of (`Split.key`); empty where there is none."""
    way: str = ""
    """Which of them answered, A or B."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A search or a product that was spoken of, kept so that it can be taken up again."""

    intent: str = ""
    query: str = ""
    where: Where = field(default_factory=Where)
    shown: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What has been said and what it is about. Every step reads it; `Engine` alone writes the next one."""

    id: str
    customer_id: str | None = None
    locale: Locale | None = None
    turns: tuple[Turn, ...] = ()
    shown: tuple[str, ...] = ()
    """Ids of the last list of products that was shown, in its order."""
    about: str = ""
    """Id of the product spoken of last: what `it` means; empty once a list was shown after it."""
    where: Where = field(default_factory=Where)
    query: str = ""
    answering: Literal["clerk", "person"] = "clerk"
    tracked: bool = True
    """False where the customer doesn't want what they do here to be learned from or counted."""
    intent: str = ""
    """What was served last."""
    asked: str = ""
    """The last question as it would stand alone."""
    frame: str = ""
    """What is done with products just now: find, recommend, describe or compare."""
    seen: tuple[str, ...] = ()
    """Ids that this search has shown, all its pages."""
    spoken: tuple[str, ...] = ()
    """Ids of single products spoken of, the newest last."""
    past: tuple[Subject, ...] = ()
    """Subjects that were left, the newest last."""
    question: Question | None = None
    """What we asked and the customer hasn't answered."""
    prepared: Prepared | None = None
    """What the last turn left at the desk; any other subject takes it away."""
    done: tuple[Prepared, ...] = ()
    """Deeds that were done, the newest last."""
    proofs: tuple[Proof, ...] = ()
    """Orders that may be seen here, the newest last: the verified identity, which is state and never text."""
    refused: tuple[str, ...] = ()
    """Ids that the customer said they don't like, the newest last: not recommended again."""
