"""What happens in a conversation, as server-sent events: its turns, those of another tab and those in which a colleague speaks included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request

from bot.channels.bodies import PROBLEMS
from bot.channels.callers import CallerIs, admitted
from bot.channels.conversations import Id, kept
from bot.channels.event_stream import EventStream, Made
from bot.serving.following import Following
from bot.stores.happenings import Happenings
from bot.types import Turn
from bot.wiring import OpenShop

LONGEST_S = 300.0
"""Then the stream ends, the client comes back, and is asked anew whose the conversation is."""
_EVENT = {"type": "object", "properties": {name: {"type": "string"} for name in ("data", "event", "id")}}
_STREAMED = {"content": {"text/event-stream": {"schema": {"type": "array", "items": _EVENT}, "itemSchema": _EVENT}}}
"""As OpenAPI 3.2 describes a stream: what it is as a whole, and one of it."""

routes = APIRouter(prefix="/v1/conversations", tags=["conversations"])


@asynccontextmanager
async def followed(shop: OpenShop) -> AsyncIterator[Following]:
    """The conversations of a shop can be followed for as long as the context is open."""
    following = Following(Happenings(shop.conversations.database))
    shop.conversations.when_kept = following.look_now
    looking = asyncio.create_task(following.run())
    try:
        yield following
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


def made() -> Made[Turn]:
    """Events of turns, by their places."""
    return Made("turn", lambda turn: kept(turn).model_dump_json())


async def _mine(request: Request, conversation_id: Id, caller: CallerIs) -> None:
    await admitted(request, conversation_id, caller)


@routes.get(
    "/{conversation_id}/events",
    response_class=EventStream,
    responses={**PROBLEMS, 200: _STREAMED},
    summary="Follow one's own conversation",
    dependencies=[Depends(_mine)],
)
async def follow(
    request: Request, conversation_id: Id, last_event_id: Annotated[str, Header(max_length=100)] = ""
) -> EventStream:
    """`turn` events, as in the conversation's `turns`: after `Last-Event-ID`, else from the last 50 on.

    A turn with an empty `text` and the intent `person` is a colleague's. The stream ends after five minutes: come back with the last id.
    """
    place = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19 else 0
    return EventStream(_events(request, conversation_id, place), request.app.state.stream_s)


async def _events(request: Request, conversation_id: str, place: int) -> AsyncGenerator[bytes, None]:
    following: Following = request.app.state.following
    turns: Made[Turn] = request.app.state.turns
    async with aclosing(following.follow(conversation_id, place)) as happening:
        async for one in happening:
            yield turns.event(one.place, one.turn)
