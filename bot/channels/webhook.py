"""/v1/webhook: a message that the shop's own server has signed (Standard Webhooks); the reply is signed alike."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.bodies import CONVERSATION_ID, PROBLEMS, ChatResponse, ZoneName, body_of
from bot.channels.callers import access, too_fast
from bot.channels.latest import Latest
from bot.channels.signing import AT, ID, SIGNATURE, Keys
from bot.errors import CameBefore, NotTaken, Unsigned
from bot.mail import Incoming
from bot.serving.reception import Reception
from bot.types import Message
from bot.wiring import OpenShop

CHANNEL = "webhook"
routes = APIRouter(tags=["webhook"])
_HEADERS = [
    *({"in": "header", "name": name, "required": True, "schema": {"type": "string"}} for name in (ID, AT, SIGNATURE)),
    {"in": "header", "name": "prefer", "required": False, "schema": {"type": "string"}, "description": "`respond-async`: 202 once it is kept"},
]  # fmt: skip


class WebhookRequest(BaseModel):
    """`customer_id` is believed here: the shop's server has signed it."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=20_000)
    conversation_id: str = Field(pattern=CONVERSATION_ID, max_length=150)
    customer_id: str | None = Field(default=None, min_length=1, max_length=200)
    locale: str | None = Field(default=None, max_length=20)
    timezone: ZoneName = Field(default=None, max_length=60)


class TakenBody(BaseModel):
    message_id: str
    conversation_id: str


@routes.post(
    "/v1/webhook",
    response_model=ChatResponse,
    responses={**PROBLEMS, 202: {"model": TakenBody, "description": "Kept; it will be answered"}},
    summary="Answer one signed message",
    openapi_extra={
        "parameters": _HEADERS,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": WebhookRequest.model_json_schema()}},
        },
    },
)
async def take(request: Request) -> Response:
    """The same `webhook-id` signed anew gets the kept reply; the very same request a second time is 409, unless it wasn't taken in.

    With `Prefer: respond-async` it is acknowledged once it is kept, and answered afterwards: ask for the reply by its id, signed anew.
    """
    keys, now = access(request).keys, datetime.now(UTC)
    if keys is None:
        raise HTTPException(404, "Signed messages aren't taken here; SHOPCLERK_WEBHOOK_SECRETS is not set.")
    body = await request.body()
    try:
        signed = keys.verify(request.scope["headers"], body, now)
    except Unsigned as error:
        raise HTTPException(401, str(error)) from None
    message = _message(
        body, signed.id, now
    )  # before it counts as seen: what can't be taken in is refused alike however often it comes
    shop: OpenShop = request.app.state.shop
    reception: Reception = request.app.state.reception
    latest: Latest = request.app.state.latest
    once, limits = f"webhook {signed.id} {int(signed.at.timestamp())}", access(request).limits
    try:
        if not latest.is_first(once):
            raise CameBefore(once)
        if limits is not None and (wait_s := await limits.wait_s(customer=message.conversation_id)):
            raise too_fast(request, wait_s)
        address = told_at(message.conversation_id) if shop.settings.webhook_url else ""
        incoming = Incoming(message, signed.id, address, once=once)
        if _is_patient(request):
            await reception.take(incoming)
            taken = TakenBody(message_id=signed.id, conversation_id=message.conversation_id)
            return _signed(keys, signed.id, now, taken, 202)
        reply = await reception.answer(incoming, has_gone=request.is_disconnected)
    except CameBefore as error:
        raise HTTPException(409, str(error)) from None
    except (NotTaken, HTTPException):  # it hasn't come in: the same request may come again
        latest.forget(once)
        raise
    told = ChatResponse(**body_of(reply).model_dump(), message_id=signed.id, conversation_id=message.conversation_id)
    return _signed(keys, signed.id, now, told, 200)


def _signed(keys: Keys, message_id: str, now: datetime, told: BaseModel, status: int) -> Response:
    answer = told.model_dump_json().encode()
    return Response(answer, status, dict(keys.sign(message_id, now, answer)), media_type="application/json")


def _is_patient(request: Request) -> bool:
    """RFC 7240."""
    return any(one.strip().lower() == "respond-async" for one in request.headers.get("prefer", "").split(","))


def told_at(conversation_id: str) -> str:
    """Where a colleague's words to this conversation go: to the shop's own address, in a lane of their own."""
    return conversation_id


def _message(body: bytes, message_id: str, now: datetime) -> Message:
    try:
        told = WebhookRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise HTTPException(422, f"{place}: {first['msg']}.") from None
    return Message(
        id=message_id, conversation_id=f"{CHANNEL}:{told.conversation_id}", text=told.text, at=now, channel=CHANNEL,
        customer_id=told.customer_id, locale=told.locale, zone=told.timezone or "",
    )  # fmt: skip
