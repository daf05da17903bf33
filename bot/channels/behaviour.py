"""/v1/events: what customers do on the shop's pages, or as its server knows it. Who they are is told by tokens alone, as everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.behaviour import Act
from bot.channels.bodies import CONVERSATION_ID, PROBLEMS
from bot.channels.callers import Caller, CallerIs, access, caller_of, counted_as, limited, owned
from bot.channels.signing import SIGNATURE
from bot.errors import Unsigned
from bot.stores.behaviour import AHEAD
from bot.wiring import OpenShop
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import InteractionKind

MOST = 100
"""Events of one request."""
OLDEST = timedelta(days=30)
"""What happened longer ago belongs into a file."""

routes = APIRouter(prefix="/v1/events", tags=["events"])
Id = Annotated[str, Field(min_length=1, max_length=200)]


class EventBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Id = Field(description="yours; the same id of the same person counts once, however often it is sent")
    kind: InteractionKind
    product_id: Id
    at: AwareDatetime | None = Field(default=None, description="when it happened, with its zone; now where left out")
    amount: Decimal | None = Field(
        default=None,
        ge=0,
        max_digits=12,
        decimal_places=4,
        description="what was paid; believed of the shop's server alone",
    )


class EventsRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"events": [{"id": "e-1", "kind": "clicked", "product_id": "JL-COF-01"}], "consent": True}]},
    )  # fmt: skip

    events: list[EventBody] = Field(default=[], max_length=MOST)
    conversation_id: str | None = Field(default=None, pattern=CONVERSATION_ID, max_length=200)
    customer_id: str | None = Field(
        default=None, max_length=200, description="believed of the shop's server alone, whose request is signed"
    )
    consent: bool | None = Field(
        default=None,
        description="false: nothing more is kept, and what was is deleted; true takes that back; nothing: as it was",
    )


class RefusedEvent(BaseModel):
    place: int = Field(description="in the request, from 0")
    id: str
    field: str
    value: str
    reason: str


class EventsResponse(BaseModel):
    taken: int = Field(description="new ones, kept")
    known: int = Field(description="that had come before")
    untracked: bool = Field(description="true where the person has opted out: then nothing is kept")
    refused: list[RefusedEvent]
    token: str | None = Field(default=None, description="told once, where the conversation begins with this request")


@routes.post("", response_model=EventsResponse, responses=PROBLEMS, summary="Tell what a customer did")
async def take(request: Request, body: EventsRequest) -> EventsResponse:
    """By a conversation's token, a signed-in customer's, or signed by the shop's server (docs/behaviour.md)."""
    now = datetime.now(UTC)
    shop: OpenShop = request.app.state.shop
    who = await _who(request, body, now)
    good, refused = _sorted(body.events, who, shop.index.current().catalogue, now)
    if body.consent is not None:
        await shop.behaviour.consent(who.conversation_id, who.customer_id, body.consent)
    untracked = await shop.behaviour.is_untracked(who.conversation_id, who.customer_id)
    taken = 0 if untracked else await shop.behaviour.add(good)
    known = 0 if untracked else len(good) - taken
    if await _was_forgotten(shop, who):
        await shop.behaviour.forget(who.conversation_id)
        taken = known = 0
    return EventsResponse(taken=taken, known=known, untracked=untracked, refused=refused, token=who.token)


@routes.delete("", status_code=204, responses=PROBLEMS, summary="Have all that one did forgotten")
async def forget(request: Request, caller: CallerIs) -> Response:
    """Of a signed-in customer everything, in the shop's files until now, too. A visitor's goes with the conversation."""
    if caller.customer_id is None:
        raise HTTPException(401, "Sign in; what a visitor did is forgotten with the conversation.", {"www-authenticate": "Bearer"})  # fmt: skip
    shop: OpenShop = request.app.state.shop
    await shop.behaviour.forget_customer(caller.customer_id, datetime.now(UTC))
    return Response(status_code=204)


@dataclass(frozen=True, slots=True)
class _Who:
    """Whose events they are; `scope` is what their ids are unique in."""

    conversation_id: str
    customer_id: str | None
    scope: str
    token: str | None = None
    caller: Caller | None = None
    """None for the shop's server."""


async def _who(request: Request, body: EventsRequest, now: datetime) -> _Who:
    """401, 403, 404, 409, 422 or 429 where it isn't told, or can't be theirs."""
    conversation_id = body.conversation_id or ""
    if SIGNATURE in request.headers:
        await _signed(request, now)
        if not (body.customer_id or conversation_id):
            raise HTTPException(422, "customer_id: a signed request names its customer, or a conversation.")
        return _Who(conversation_id, body.customer_id, f"server/{body.customer_id or conversation_id}")
    caller = await caller_of(request)
    if not (conversation_id or caller.customer_id):
        raise HTTPException(422, "conversation_id: name one, or sign the customer in.")
    token = await owned(request, conversation_id, caller) if conversation_id else None
    await limited(request, f"events of {counted_as(conversation_id, caller)}")
    scope = f"page/{conversation_id}" if conversation_id else f"customer/{caller.customer_id}"
    return _Who(conversation_id, caller.customer_id, scope, token, caller)


async def _was_forgotten(shop: OpenShop, who: _Who) -> bool:
    """Whether the conversation went while this was kept: had it gone later, what was kept would have gone with it."""
    if who.caller is None or not who.conversation_id:
        return False
    return not await shop.visitors.owns(who.conversation_id, who.caller.token or who.token, who.caller.customer_id)


async def _signed(request: Request, now: datetime) -> None:
    """By the shop's server, for the first time."""
    keys, shop = access(request).keys, request.app.state.shop
    if keys is None:
        raise HTTPException(404, "Signed events aren't taken here; SHOPCLERK_WEBHOOK_SECRETS is not set.")
    try:
        signed = keys.verify(request.scope["headers"], await request.body(), now)
    except Unsigned as error:
        raise HTTPException(401, str(error)) from None
    if not await shop.seen.first(f"events {signed.id} {int(signed.at.timestamp())}", now):
        raise HTTPException(409, "This very request came before; sign it anew to send it again.")


def _sorted(
    events: Sequence[EventBody], who: _Who, catalogue: Catalogue, now: datetime
) -> tuple[list[Act], list[RefusedEvent]]:
    """(those to keep, those refused)."""
    good: list[Act] = []
    refused: list[RefusedEvent] = []
    for place, event in enumerate(events):
        at = event.at or now
        if wrong := _wrong(event, at, catalogue, now):
            refused.append(RefusedEvent(place=place, id=event.id, **wrong))
            continue
        key = f"{len(who.scope)}:{who.scope}/{event.id}"
        paid = event.amount if who.caller is None and event.kind is InteractionKind.BOUGHT else None
        good.append(Act(key, event.kind, event.product_id, at, who.conversation_id, who.customer_id, paid))
    return good, refused


def _wrong(event: EventBody, at: datetime, catalogue: Catalogue, now: datetime) -> dict[str, str]:
    if event.product_id not in catalogue:
        return {"field": "product_id", "value": event.product_id, "reason": "the shop has no such product"}
    if at > now + AHEAD:
        return {
            "field": "at",
            "value": at.isoformat(),
            "reason": f"is of the future: it is {now:%Y-%m-%dT%H:%M:%S}Z here",
        }
    if at < now - OLDEST:
        return {"field": "at", "value": at.isoformat(), "reason": f"is more than {OLDEST.days} days ago; older events belong into a file"}  # fmt: skip
    return {}
