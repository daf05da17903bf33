"""Telegram's webhook at `shopclerk serve`: an update is acknowledged once it is in the inbox, and only with the secret is it read at all."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI, Request, Response

from bot.channels.telegram.api import Api, CallFailed
from bot.channels.telegram.front import Front
from bot.channels.telegram.opening import Telegram, api_of, not_ours, telegram_of
from bot.channels.telegram.updates import KINDS
from bot.errors import BadSetting, NotTaken
from bot.seams import Door
from bot.settings import Settings
from bot.wiring import OpenShop

PATH = "/telegram"
HEADER = "x-telegram-bot-api-secret-token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{24,256}")
_RETRY_AFTER_S = 5


class Webhook:
    def __init__(self, api: Api, secret: str) -> None:
        self._api, self._secret = api, secret
        self._telegram: Telegram | None = None
        self._front: Front | None = None
        self._introducing = asyncio.Lock()

    def doors(self, shop: OpenShop) -> Sequence[Door]:
        """The way out, for the reception of this process."""
        self._telegram, self._front = telegram_of(shop, self._api), None
        return [self._telegram.door]

    @asynccontextmanager
    async def over(self, opening: AbstractAsyncContextManager[OpenShop]) -> AsyncIterator[OpenShop]:
        """The shop, with our side of the line to Telegram closed behind it."""
        async with opening as shop:
            try:
                yield shop
            finally:
                if self._front is not None:
                    await self._front.close()
                await self._api.close()

    def add_to(self, app: FastAPI) -> None:
        app.add_api_route(PATH, self.receive, methods=["POST"], include_in_schema=False)

    async def receive(self, request: Request) -> Response:
        told = request.headers.get(HEADER, "")
        if not hmac.compare_digest(told.encode(), self._secret.encode()):
            return Response(status_code=401)
        try:
            raw = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if not isinstance(raw, dict):
            return Response(status_code=400)
        try:
            front = await self._introduced(request.app)
            await front.take([raw])
        except NotTaken:
            return Response(status_code=503, headers={"retry-after": str(_RETRY_AFTER_S)})
        return Response(status_code=200)

    async def _introduced(self, app: FastAPI) -> Front:
        """The first update asks Telegram who we are."""
        async with self._introducing:
            if self._front is None:
                assert self._telegram is not None, "doors() is asked for before anything is served"
                self._front = await self._telegram.front(app.state.reception, app.state.access.limits)
            return self._front


def webhook_of(settings: Settings) -> Webhook:
    """Raises BadSetting."""
    secret = secret_of(settings)
    return Webhook(api_of(settings), secret)


def secret_of(settings: Settings) -> str:
    """Raises BadSetting for one that Telegram doesn't take, or that could be guessed."""
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    if not _SECRET.fullmatch(secret):
        raise BadSetting("SHOPCLERK_TELEGRAM_WEBHOOK_SECRET", "***" if secret else "", "it should be 24 to 256 letters, digits, _ and -.")  # fmt: skip
    return secret


async def register(api: Api, url: str, secret: str) -> None:
    """Tell Telegram to send updates to `url` instead of keeping them for polling, one after the other: side by side they would lose
    their order. Raises BadSetting where it doesn't take it."""
    try:
        await api.call("setWebhook", url=url, secret_token=secret, allowed_updates=list(KINDS), max_connections=1)
    except CallFailed as error:
        if error.is_stranger:
            raise not_ours(error) from error
        raise BadSetting("--webhook", url, f"Telegram doesn't take it: {error.told}") from error
    finally:
        await api.close()
