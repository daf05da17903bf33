"""What happens in a conversation, as server-sent events: its turns, those of another tab and those in which a colleague speaks included."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from bot.channels.bodies import PROBLEMS
from bot.channels.callers import CallerIs, admitted
from bot.channels.conversations import Id, kept
from bot.serving.following import Following
from bot.stores.happenings import Happenings
from bot.wiring import OpenShop

LONGEST_S = 300.0
"""Then the stream ends, the client comes back, and is asked anew whose the conversation is."""

routes = APIRouter(prefix="/v1/conversations", tags=["conversations"])


@asynccontextmanager
async def followed(shop: OpenShop) -> AsyncIterator[Following]:
    """The conversations of a shop can be followed for as long as the context is open."""
    following = Following(Happenings(shop.conversations.database))
    looking = asyncio.create_task(following.run())
    try:
        yield following
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _mine(request: Request, conversation_id: Id, caller: CallerIs) -> None:
    await admitted(request, conversation_id, caller)


@routes.get(
    "/{conversation_id}/events",
    response_class=EventSourceResponse,
    responses=PROBLEMS,
    summary="Follow one's own conversation",
    dependencies=[Depends(_mine)],
)
async def follow(
    request: Request, conversation_id: Id, last_event_id: Annotated[str, Header(max_length=100)] = ""
) -> AsyncIterator[ServerSentEvent]:
    """`turn` events, as in the conversation's `turns`: after `Last-Event-ID`, else from the last 50 on.

    A turn with an empty `text` and the intent `person` is a colleague's. The stream ends after five minutes: come back with the last id.
    """
    following: Following = request.app.state.following
    place = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19 else 0
    until = time.monotonic() + LONGEST_S
    async with aclosing(following.follow(conversation_id, place)) as happening:
        while True:
            try:
                async with asyncio.timeout(until - time.monotonic()):
                    one = await anext(happening)
            except TimeoutError:
                return
            yield ServerSentEvent(event="turn", id=str(one.place), data=kept(one.turn))
