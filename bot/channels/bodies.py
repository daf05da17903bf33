"""What goes over the wire, the same for HTTP and `chat --json`. Fields are only ever added."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.people.telling import TURN_ID
from bot.types import Reply
from bot.zones import known_zone

CONVERSATION_ID = r"^[A-Za-z0-9._-]{1,200}$"
"""What the web may call a conversation. Every other door has a `:` in its ids, so that none of theirs can be claimed here."""


def _of_a_customer(message_id: str) -> str:
    if message_id.startswith(TURN_ID):
        raise ValueError(f"an id may not begin with {TURN_ID}, as a colleague's words do: choose another")
    return message_id


MessageId = Annotated[
    str,
    Field(min_length=1, max_length=200, json_schema_extra={"not": {"pattern": f"^{TURN_ID}"}}),
    AfterValidator(_of_a_customer),
]


ZoneName = Annotated[str | None, AfterValidator(known_zone)]
"""A customer's time zone, as browsers name it."""


class ChatRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "How much is delivery to Canada?"},
                {"text": "有没有50块以内的保温杯？", "locale": "zh"},
            ]
        },
    )

    text: str = Field(max_length=20_000, description="what the customer wrote")
    message_id: MessageId | None = Field(default=None, description="a repeated id gets the kept reply")
    conversation_id: str | None = Field(
        default=None, max_length=200, pattern=CONVERSATION_ID, description="who uses one first owns it, docs/access.md"
    )
    customer_id: str | None = Field(
        default=None, max_length=200, description="ignored: a customer is known by the shop's token alone"
    )
    locale: str | None = Field(default=None, max_length=20)
    consent: bool | None = Field(
        default=None,
        description="false: nothing that the customer does is kept to be counted or learned from; true takes that back",
    )
    timezone: ZoneName = Field(
        default=None, max_length=60, description="of the customer, such as Asia/Shanghai: when it is night there"
    )


class CiteBody(BaseModel):
    source: str
    source_id: str
    title: str


class CardBody(BaseModel):
    product_id: str
    title: str
    price: str = Field(description="a decimal number", examples=["49.00"])
    currency: str
    in_stock: bool | None = Field(description="null where stock is unknown")
    url: str
    image: str
    because: str = Field(default="", description="why it is recommended; empty where it isn't")


class IntentBody(BaseModel):
    name: str
    confidence: float


class ReplyBody(BaseModel):
    text: str
    locale: str
    intent: str
    confidence: float
    intents: list[IntentBody]
    cites: list[CiteBody]
    cards: list[CardBody]
    suggestions: list[str]
    handed_off: bool
    asks: bool = Field(description="true for a clarifying question, whose choices are the suggestions")
    took_ms: dict[str, float]


class ChatResponse(ReplyBody):
    message_id: str
    conversation_id: str
    token: str | None = Field(
        default=None,
        description="told once, where the conversation begins: send it as X-Conversation-Token from then on",
    )


class ReadyBody(BaseModel):
    status: str = Field(examples=["ready"])
    generation: int = 0
    products: int = 0
    prices_as_of: datetime | None = None
    warnings: list[str] = []
    waiting: int = Field(default=0, description="messages that wait for an answer; -1 where nobody can tell")
    to_send: int = Field(default=0, description="replies that wait to be sent")
    aside: int = Field(default=0, description="messages and replies that were set aside after several tries")


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "content": {"application/problem+json": {}}}
    for code in (400, 401, 403, 404, 405, 408, 409, 410, 413, 422, 429, 503)
}
"""What may be wrong with a request."""


def body_of(reply: Reply) -> ReplyBody:
    return ReplyBody(
        text=reply.text, locale=reply.locale, intent=reply.intent, confidence=reply.confidence,
        intents=[IntentBody(name=name, confidence=share) for name, share in reply.intents],
        cites=[CiteBody(source=c.source, source_id=c.source_id, title=c.title) for c in reply.cites],
        cards=[
            CardBody(product_id=c.product_id, title=c.title, price=written(c.price), currency=c.currency, in_stock=c.in_stock, url=c.url, image=c.image, because=c.because)
            for c in reply.cards
        ],
        suggestions=list(reply.suggestions), handed_off=reply.handed_off, asks=reply.asks, took_ms=dict(reply.took_ms),
    )  # fmt: skip


def written(price: Decimal) -> str:
    """A price as a plain decimal number, never in exponents."""
    return f"{price:f}"
