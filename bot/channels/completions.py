"""/v1/chat/completions and /v1/models in OpenAI's form, so that any chat client is a door. Only the customer's last message is read."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ValidationError

from bot.channels.bodies import CONVERSATION_ID, body_of
from bot.channels.callers import Caller, CallerIs, entered
from bot.channels.completion_bodies import (
    ERRORS,
    LONGEST,
    MODEL,
    NO_KEY,
    Answer,
    Beside,
    Choice,
    Completion,
    CompletionRequest,
    ErrorBody,
    Model,
    Models,
    Said,
    Usage,
    error_of,
    request_schema,
)
from bot.channels.histories import Histories, Place, exchanges_of, names_of, owner_of
from bot.errors import BotError
from bot.mail import Incoming
from bot.serving.reception import Reception
from bot.types import Message, Reply, Spent
from bot.wiring import OpenShop
from retrieval.errors import RetrievalError

CHANNEL = "openai"
routes = APIRouter(tags=["openai"])


class Refused(Exception):
    """A request that can't be answered, in OpenAI's form."""

    def __init__(self, status: int, body: ErrorBody) -> None:
        super().__init__(body.error.message)
        self.status, self.body = status, body


@routes.get("/v1/models", response_model=Models, responses=ERRORS, summary="The one model there is (OpenAI's form)")
async def models(request: Request) -> Models:
    return Models(data=[_model(request)])


@routes.get("/v1/models/{name}", response_model=Model, responses=ERRORS, summary="A model by its name (OpenAI's form)")
async def model(request: Request, name: str) -> Response:
    if name != MODEL:
        return refused(404, _no_model(name))
    return JSONResponse(_model(request).model_dump())


@routes.post(
    "/v1/chat/completions",
    response_model=Completion,
    responses={**ERRORS, 200: {"content": {"text/event-stream": {"example": "data: [DONE]\n\n"}}}},
    summary="Answer the last message of a history (OpenAI's form)",
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": request_schema()}}}},
)  # fmt: skip
async def complete(request: Request, caller: CallerIs) -> Response:
    """Who is a customer is told by the key alone, what was said by what is kept: the client's `system` and `assistant` messages are
    no facts and no orders."""
    try:
        asked = _asked(await request.body())
        if caller.customer_id is None and caller.token is None:
            raise Refused(401, error_of(401, NO_KEY))
        async with AsyncExitStack() as held:
            place = await held.enter_async_context(_place(request, asked, caller))
            await entered(request, place.conversation_id, caller)
            incoming = _incoming(place, asked, caller)
            told, reception = _Told(_shop(request), incoming.message), _reception(request)
            if not asked.stream:
                reply = await reception.answer(incoming)
                return JSONResponse(told.whole(reply, await told.spent()).model_dump(mode="json"))
            pieces = aiter(reception.stream(incoming))
            first = await anext(pieces)  # what goes wrong before a word is said has its status
            return _streamed(told, first, pieces, asked, held.pop_all())
    except Refused as error:
        return refused(error.status, error.body)


def _streamed(told: _Told, first: str | Reply, pieces: AsyncIterator[str | Reply], asked: CompletionRequest, held: AsyncExitStack) -> Response:  # fmt: skip
    with_usage = bool(asked.stream_options and asked.stream_options.include_usage)

    async def chunks() -> AsyncIterator[str]:
        async with held:
            async for one in _chunks(told, first, pieces, with_usage):
                yield one

    return StreamingResponse(chunks(), media_type="text/event-stream", headers=_LIVE)


_LIVE = {"cache-control": "no-cache", "x-accel-buffering": "no"}


def refused(status: int, body: ErrorBody) -> JSONResponse:
    return JSONResponse(body.model_dump(), status_code=status)


def _asked(body: bytes) -> CompletionRequest:
    try:
        asked = CompletionRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused(400, error_of(400, f"{place or 'body'}: {first['msg']}.", place or None)) from None
    if asked.model != MODEL:
        raise Refused(404, _no_model(asked.model))
    for name, is_wrong, can in _CANT:
        if is_wrong(asked):
            raise Refused(400, error_of(400, f"{name}: {can}.", name, "unsupported_value"))
    return asked


_CANT: tuple[tuple[str, Any, str], ...] = (
    ("n", lambda asked: asked.n not in (None, 1), "there is one answer; leave it out, or 1"),
    ("logprobs", lambda asked: asked.logprobs, "there are none; leave it out"),
    ("modalities", lambda asked: asked.modalities not in (None, ["text"]), "answers are text"),
    ("response_format", lambda asked: (asked.response_format or {}).get("type", "text") != "text", "answers are text"),
    ("tool_choice", lambda asked: asked.tool_choice not in (None, "none", "auto"), "no tools of a client's are called"),
    ("messages", lambda asked: asked.messages[-1].role != "user", "the last one should be the customer's, of the role `user`"),
    ("messages", lambda asked: any(part.type != "text" for part in _parts(asked.messages[-1])), "only text is read: leave pictures and files out"),
    ("messages", lambda asked: len(_text(asked.messages[-1])) > LONGEST, f"a message may have {LONGEST} characters"),
)  # fmt: skip
"""What a client may ask for and doesn't get, rather than get something else unsaid."""


def _parts(said: Said) -> Any:
    return said.content if isinstance(said.content, list) else ()


def _text(said: Said) -> str:
    if isinstance(said.content, list):
        return "\n".join(part.text or "" for part in said.content if part.type == "text")
    return said.content or ""


@asynccontextmanager
async def _place(request: Request, asked: CompletionRequest, caller: Caller) -> AsyncIterator[Place]:
    """By the client's own names of conversation and message, where it gives them; else by the history."""
    owner = await _shop(request).visitors.made_of(*owner_of(caller.customer_id, caller.token or "", asked.user or ""))
    history = exchanges_of([(said.role, _text(said)) for said in asked.messages])
    metadata = asked.metadata or {}
    named, message_id = metadata.get("conversation_id"), metadata.get("message_id")
    if named is None:
        histories: Histories = request.app.state.histories
        async with histories.place(owner, history) as place:
            yield place
        return
    for name, told in metadata.items():
        if name in ("conversation_id", "message_id") and not re.fullmatch(CONVERSATION_ID, told):
            why = f"metadata.{name}: {told[:80]!r} should be 1 to 200 letters, digits, '.', '_' and '-'."
            raise Refused(400, error_of(400, why, f"metadata.{name}"))
    alone = (
        len(history) == 1
    )  # the same word may be said twice, and nothing tells a repetition from the same request sent again
    yield Place(
        named, message_id or (secrets.token_urlsafe(16) if alone else names_of(f"{owner} {named}", history)[-1])
    )


def _incoming(place: Place, asked: CompletionRequest, caller: Caller) -> Incoming:
    text = _text(asked.messages[-1])
    message = Message(place.message_id, place.conversation_id, text, datetime.now(UTC), CHANNEL, caller.customer_id)
    return Incoming(message, f"{len(place.conversation_id)}:{place.conversation_id}:{place.message_id}")


@dataclass(frozen=True, slots=True)
class _Told:
    """A turn in OpenAI's form."""

    shop: OpenShop
    message: Message

    async def spent(self) -> Spent:
        """What a language model was paid for it, as it is kept."""
        turns = await self.shop.conversations.turns(self.message.conversation_id, 20)
        return next((turn.spent for turn in reversed(turns) if turn.message.id == self.message.id), Spent())

    def whole(self, reply: Reply, spent: Spent) -> Completion:
        choice = Choice(message=Answer(content=reply.text))
        return Completion(
            id=self.id, created=int(time.time()), choices=[choice], usage=_usage(spent), shopclerk=self.beside(reply, spent)
        )  # fmt: skip

    def chunk(self, delta: Mapping[str, str] | None, ended: bool = False, **more: Any) -> str:
        """One event; without a delta it is the one that tells usage."""
        choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": "stop" if ended else None}]  # fmt: skip
        head = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": int(self.message.at.timestamp()),
            "model": MODEL,
        }
        return event({**head, "choices": choices, **more})

    def beside(self, reply: Reply, spent: Spent) -> Beside:
        body = body_of(reply)
        return Beside(
            conversation_id=self.message.conversation_id, intent=body.intent, handed_off=body.handed_off,
            suggestions=body.suggestions, cards=body.cards, cites=body.cites, usage_estimated=spent.estimated,
        )  # fmt: skip

    @property
    def id(self) -> str:
        return f"chatcmpl-{self.message.id}"


async def _chunks(told: _Told, first: str | Reply, pieces: AsyncIterator[str | Reply], with_usage: bool) -> AsyncIterator[str]:  # fmt: skip
    yield told.chunk({"role": "assistant", "content": ""})
    try:
        piece: str | Reply | None = first
        while piece is not None:
            if isinstance(piece, Reply):
                spent = await told.spent()
                yield told.chunk({}, ended=True, shopclerk=told.beside(piece, spent).model_dump(mode="json"))
                if with_usage:
                    yield told.chunk(None, usage=_usage(spent).model_dump())
            else:
                yield told.chunk({"content": piece})
            piece = await anext(pieces, None)
    except (BotError, RetrievalError) as error:
        yield event(error_of(500, str(error)).model_dump())
        return
    yield "data: [DONE]\n\n"


def event(body: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _usage(spent: Spent) -> Usage:
    return Usage(
        prompt_tokens=spent.tokens_in, completion_tokens=spent.tokens_out, total_tokens=spent.tokens_in + spent.tokens_out
    )  # fmt: skip


def _model(request: Request) -> Model:
    return Model(owned_by=_shop(request).shop.name)


def _no_model(name: str) -> ErrorBody:
    return error_of(404, f"There is no model {name[:80]!r}; the one there is is {MODEL!r}.", "model", "model_not_found")


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop


def _reception(request: Request) -> Reception:
    reception: Reception = request.app.state.reception
    return reception
