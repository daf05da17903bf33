"""/v1/conversations: begin one, read one's own, have it forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import reduce
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from bot.channels.bodies import CONVERSATION_ID, PROBLEMS, ReplyBody, body_of
from bot.channels.callers import CallerIs, admitted, entered
from bot.stores.happenings import Happened, Happenings, Line, Place
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


class LineBody(BaseModel):
    id: str
    at: datetime
    kind: Literal["said", "taken", "back"] = Field(
        description="a colleague said `text`, took the conversation, or gave it back to the clerk"
    )
    who: str = Field(description="the colleague's name, as customers may know it")
    text: str


class ConversationBody(BaseModel):
    conversation_id: str
    turns: list[KeptTurn] = Field(description="the newest last")
    lines: list[LineBody] = Field(description="of colleagues, the newest last")
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
    happened = await Happenings(_shop(request).conversations.database).of(conversation_id, most=limit)
    heard = reduce(lambda heard, one: one.added_to(heard), happened, Place())
    bodies = [body_of_happened(one) for one in happened]
    return ConversationBody(
        conversation_id=conversation_id,
        turns=[one for one in bodies if isinstance(one, KeptTurn)],
        lines=[one for one in bodies if isinstance(one, LineBody)],
        last_event_id=str(heard),
    )


def body_of_happened(happened: Happened) -> LineBody | KeptTurn:
    what = happened.what
    if isinstance(what, Line):
        return LineBody(id=what.key, at=what.at, kind=what.kind, who=what.who, text=what.text)
    return KeptTurn(message_id=what.message.id, at=what.message.at, text=what.message.text, reply=body_of(what.reply))


@routes.delete("/{conversation_id}", status_code=204, responses=PROBLEMS, summary="Forget one's own conversation")
async def delete(request: Request, conversation_id: Id, caller: CallerIs) -> Response:
    await admitted(request, conversation_id, caller)
    await forget(_shop(request), conversation_id)
    return Response(status_code=204)


async def forget(shop: OpenShop, conversation_id: str) -> None:
    """All that is kept of a conversation: its turns, its state with what was proved, what waits for it, whose it was."""
    await shop.conversations.forget_one(conversation_id)
    await Happenings(shop.conversations.database).forget(conversation_id)
    await shop.visitors.forget(conversation_id)


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop
