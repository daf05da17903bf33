"""What happens in a conversation, as server-sent events: turns, and what colleagues say. And their way in: the website's Door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from bot.channels.bodies import PROBLEMS
from bot.channels.callers import Caller, CallerIs, admitted
from bot.channels.conversations import Id, body_of_happened
from bot.mail import Delivered, Draft, Outcome, Outgoing, Refused
from bot.serving.following import Following
from bot.stores.happenings import Happened, Happenings, Line, LineKind, Place
from bot.types import Turn
from bot.wiring import OpenShop

CHANNEL = "web"
LONGEST_S = 300.0
"""Then the stream ends, the client comes back, and is asked anew whose the conversation is."""
_KINDS: tuple[LineKind, ...] = ("said", "taken", "back")

routes = APIRouter(prefix="/v1/conversations", tags=["conversations"])


@asynccontextmanager
async def followed(shop: OpenShop) -> AsyncIterator[tuple[WebDoor, Following]]:
    """The website's Door, and how its conversations are followed for as long as the context is open."""
    happenings = Happenings(shop.conversations.database)
    following = Following(happenings)
    looking = asyncio.create_task(following.run())
    try:
        yield WebDoor(happenings), following
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


class WebDoor:
    """What leaves to a web customer without a turn, such as a colleague's line, is kept for who follows the conversation.

    Outgoing: address is the conversation's id; body is `{"kind": "said" | "taken" | "back", "who": "Mia", "text": "..."}`.
    """

    channel, at_once = CHANNEL, 8

    def __init__(self, happenings: Happenings) -> None:
        self._happenings = happenings

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        """None: a reply leaves in the response to its message."""
        return ()

    async def send(self, outgoing: Outgoing) -> Outcome:
        kind = outgoing.body.get("kind", "said")
        if kind not in _KINDS:
            return Refused(f"kind {kind!r}: it should be one of {', '.join(_KINDS)}")
        who, text = str(outgoing.body.get("who", "")), str(outgoing.body.get("text", ""))
        line = Line(outgoing.key, outgoing.conversation_id, datetime.now(UTC), cast(LineKind, kind), who, text)
        await self._happenings.add(line)
        return Delivered()


async def _mine(request: Request, conversation_id: Id, caller: CallerIs) -> Caller:
    await admitted(request, conversation_id, caller)
    return caller


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
    """`turn` events (as in the conversation's `turns`) and `line` events; after `Last-Event-ID`, else from the last 50 on.

    The stream ends after five minutes at most: come back with the last id.
    """
    following: Following = request.app.state.following
    until = time.monotonic() + LONGEST_S
    async with aclosing(following.follow(conversation_id, Place.of(last_event_id))) as happening:
        while (left_s := until - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left_s):
                    happened, place = await anext(happening)
            except TimeoutError:
                return
            yield event_of(happened, place)


def event_of(happened: Happened, place: Place) -> ServerSentEvent:
    kind = "line" if isinstance(happened.what, Line) else "turn"
    return ServerSentEvent(event=kind, id=str(place), data=body_of_happened(happened))
