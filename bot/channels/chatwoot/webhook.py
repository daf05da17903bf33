"""Chatwoot's events at `shopclerk serve`: acknowledged once they are in the inbox, and only from Chatwoot."""

from __future__ import annotations

import json
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response

from bot.channels.access import Access
from bot.channels.chatwoot.door import ChatwootDoor
from bot.channels.chatwoot.events import CHANNEL, Event, event_of, is_a_colleagues, is_given_back
from bot.channels.chatwoot.signing import AT, SHORTEST, SIGNATURE, Secret
from bot.channels.pace import Pace
from bot.channels.refusals import RETRY_AFTER_S
from bot.errors import BadSetting, NotTaken, Unsigned
from bot.mail import Incoming, Outgoing
from bot.seams import Door
from bot.serving.reception import Reception
from bot.settings import Settings
from bot.stores.held import Held
from bot.types import Message
from bot.wiring import OpenShop
from bot.writing.wordings import Wordings

PATH = "/v1/chatwoot"


class ChatwootHook:
    def __init__(self, base: str, token: str, secret: Secret, access: Access) -> None:
        self._base, self._token, self._secret = base, token, secret
        self._pace = Pace(access.limits)
        self._door: ChatwootDoor | None = None

    def doors(self, shop: OpenShop) -> Sequence[Door]:
        """The way out, for the reception of this process."""
        wordings = Wordings.load(shop.shop.folder)
        self._door = ChatwootDoor(
            self._base, self._token, wordings, shop.shop.default_locale, shop.conversations.turns
        )  # fmt: skip
        return [self._door]

    @asynccontextmanager
    async def over(self, opening: AbstractAsyncContextManager[OpenShop]) -> AsyncIterator[OpenShop]:
        async with opening as shop:
            try:
                yield shop
            finally:
                if self._door is not None:
                    await self._door.close()

    def add_to(self, app: FastAPI) -> None:
        for path in (PATH, PATH + "/{key}"):
            app.add_api_route(path, self.receive, methods=["POST"], include_in_schema=False)

    async def receive(self, request: Request) -> Response:
        try:
            raw = json.loads(await self._signed(request))
        except Unsigned as error:
            return Response(f"{error} Look at SHOPCLERK_CHATWOOT_SECRET.", status_code=401)
        except ValueError:
            return Response(status_code=400)
        event = event_of(raw) if isinstance(raw, dict) else None
        try:
            if event is not None:
                await self._take(event, request.app.state.shop, request.app.state.reception)
        except NotTaken:
            return Response(status_code=503, headers={"retry-after": str(RETRY_AFTER_S)})
        return Response(status_code=200)

    async def _signed(self, request: Request) -> bytes:
        """The body, read only where it may be Chatwoot's. Raises Unsigned."""
        if (key := request.path_params.get("key")) is not None:
            if not self._secret.matches_key(key):
                raise Unsigned("the key in the path isn't ours")
            return await request.body()
        seconds = request.headers.get(AT, "")
        self._secret.check_time(seconds, time.time())
        body = await request.body()
        self._secret.check(request.headers.get(SIGNATURE, ""), seconds, body)
        return body

    async def _take(self, event: Event, shop: OpenShop, reception: Reception) -> None:
        """Raises NotTaken."""
        held = Held(shop.access)
        if event.kind == "colleague":
            return await held.hold(event.conversation_id, event.status, event.at)
        held_in = await held.state(event.conversation_id)
        if held_in is not None and is_given_back(event, held_in):
            await held.let_go(event.conversation_id)
            held_in = None
        if event.kind == "status" or is_a_colleagues(event, held_in):
            return None
        if wait_s := await self._pace.wait_s(event.conversation_id, event.number):
            return await self._too_fast(event, wait_s, shop, reception)
        await reception.take(_incoming(event))
        return None

    async def _too_fast(self, event: Event, wait_s: float, shop: OpenShop, reception: Reception) -> None:
        if self._pace.is_to_be_told(event.conversation_id):
            turns = await shop.conversations.turns(event.conversation_id, 1)
            locale = turns[-1].reply.locale if turns else shop.shop.default_locale
            words = Wordings.load(shop.shop.folder).say(locale, "too_fast", seconds=math.ceil(wait_s))
            key = f"{CHANNEL}/{event.conversation_id}/{event.key}/fast"
            await reception.leave(Outgoing(key, CHANNEL, event.conversation_id, event.address, {"text": words}))


def _incoming(event: Event) -> Incoming:
    """Of each account the message's id is its own, and the order; one after the other they may be one turn."""
    message = Message(
        event.key, event.conversation_id, event.text, event.at, CHANNEL, hint=event.language or None, sign=event.sign
    )  # fmt: skip
    merges = not event.sign and event.key.isdigit()
    return Incoming(message, f"{event.conversation_id}:{event.key}", event.address, event.number, merges)


def hook_of(settings: Settings, access: Access) -> ChatwootHook | None:
    """None where Chatwoot isn't set up. Raises BadSetting where it is by half, or so that anybody could speak for it."""
    given = {
        "URL": settings.chatwoot_url,
        "TOKEN": settings.chatwoot_token.get_secret_value() if settings.chatwoot_token else "",
        "SECRET": settings.chatwoot_secret.get_secret_value() if settings.chatwoot_secret else "",
    }
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            raise BadSetting(f"SHOPCLERK_CHATWOOT_{name}", "", "Chatwoot needs _URL, _TOKEN and _SECRET (docs/chatwoot.md).")  # fmt: skip
    if urlsplit(given["URL"]).scheme not in ("http", "https") or not urlsplit(given["URL"]).hostname:
        raise BadSetting("SHOPCLERK_CHATWOOT_URL", given["URL"], "it should be a URL such as https://chat.shop.example.")  # fmt: skip
    if len(given["SECRET"].encode()) < SHORTEST:
        raise BadSetting("SHOPCLERK_CHATWOOT_SECRET", "***", f"it should have {SHORTEST} characters or more.")
    return ChatwootHook(given["URL"], given["TOKEN"], Secret(given["SECRET"]), access)
