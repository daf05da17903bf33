"""/v1/conversations: begin one, read one's own, have it forgotten."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from bot.channels.bodies import CONVERSATION_ID, PROBLEMS, ReplyBody, body_of
from bot.channels.callers import CallerIs, admitted, entered
from bot.stores.happenings import Happenings
from bot.types import Turn
from bot.wiring import OpenShop

routes = APIRouter(prefix="/v1/conversations", tags=["conversations"])
Id = Annotated[str, Path(pattern=CONVERSATION_ID, max_length=200)]


class BegunBody(BaseModel):
    conversation_id: str
    token: str | None = Field(
        description="told this once; null where the client brought its own or is signed in by one"
    )


class KeptTurn(BaseModel):
    message_id: str
    at: datetime
    text: str
    reply: ReplyBody


class ConversationBody(BaseModel):
    conversation_id: str
    turns: list[KeptTurn] = Field(description="the newest last")
    last_event_id: str = Field(description="from here on `events` goes on")


@routes.post("", status_code=201, responses=PROBLEMS, summary="Begin a conversation")
async def begin(request: Request, caller: CallerIs) -> BegunBody:
    conversation_id = secrets.token_urlsafe(16)
    return BegunBody(conversation_id=conversation_id, token=await entered(request, conversation_id, caller))


@routes.get("/{conversation_id}", responses=PROBLEMS, summary="Read one's own conversation")
async def read(
    request: Request, conversation_id: Id, caller: CallerIs, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> ConversationBody:
    await admitted(request, conversation_id, caller)
    happened = await Happenings(_shop(request).conversations.database).last(conversation_id, limit)
    last = str(happened[-1].place) if happened else ""
    return ConversationBody(
        conversation_id=conversation_id, turns=[kept(one.turn) for one in happened], last_event_id=last
    )


def kept(turn: Turn) -> KeptTurn:
    message = turn.message
    return KeptTurn(message_id=message.id, at=message.at, text=message.text, reply=body_of(turn.reply))


@routes.delete("/{conversation_id}", status_code=204, responses=PROBLEMS, summary="Forget one's own conversation")
async def delete(request: Request, conversation_id: Id, caller: CallerIs) -> Response:
    await admitted(request, conversation_id, caller)
    await forget(_shop(request), conversation_id)
    return Response(status_code=204)


async def forget(shop: OpenShop, conversation_id: str) -> None:
    """All that is kept of a conversation: its turns, its state with what was proved, what waits for it, and by whose name it went.

    The owner goes first, and the id stays theirs: whoever else writes under it meanwhile could hear its last turn.
    """
    await shop.visitors.forget(conversation_id, datetime.now(UTC))
    await shop.conversations.forget_one(conversation_id)


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop
