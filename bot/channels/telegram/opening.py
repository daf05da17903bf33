"""The Telegram door put together: the way out, the way in, and how the bot introduces itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bot.channels.limits import Limits
from bot.channels.outward import outward
from bot.channels.telegram.api import Api, CallFailed
from bot.channels.telegram.board import Board
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.front import COMMANDS, Front
from bot.channels.telegram.polling import poll
from bot.channels.telegram.updates import Me
from bot.errors import BadSetting
from bot.logs import logger
from bot.serving.reception import Reception
from bot.settings import Settings
from bot.wiring import OpenShop, reception_of
from bot.writing.wordings import LANGUAGES, Wordings

_AGAIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Telegram:
    """The door over an open shop, before anything comes in at it."""

    api: Api
    door: TelegramDoor
    shop: OpenShop
    wordings: Wordings
    board: Board | None

    async def front(self, reception: Reception, limits: Limits | None = None) -> Front:
        """Waits until Telegram can be reached: without its own name the bot can't tell whom a group speaks to."""
        me = await introduced(self.api)
        front = Front(self.api, me, self.shop, reception, self.wordings, self.door, self.board, limits)
        front.beside(self._describe(me))
        return front

    async def _describe(self, me: Me) -> None:
        """What is there to be read of our commands; no customer waits for it."""
        await describe_commands(self.api, self.wordings)
        if self.board:
            await self.board.check(me)
            await self.board.describe_commands()


def api_of(settings: Settings) -> Api:
    """Raises BadSetting where there is no token."""
    if settings.telegram_bot_token is None:
        raise BadSetting("TELEGRAM_BOT_TOKEN", "", "set it to the token that BotFather gave you (docs/telegram.md).")
    return Api(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base)


def telegram_of(shop: OpenShop, api: Api, *, is_polled: bool = False) -> Telegram:
    wordings = Wordings.load(shop.shop.folder)
    door = TelegramDoor(
        api, wordings, lambda product_id, locale: shop.index.current().catalogue.get(product_id, locale), shop.shop.folder,
        is_polled=is_polled,
    )  # fmt: skip
    chat = shop.settings.telegram_desk
    if chat is not None:
        door.board = board = Board(chat, api, door, shop.desk, wordings, shop.shop.default_locale)
    return Telegram(api, door, shop, wordings, board if chat is not None else None)


@asynccontextmanager
async def polled(shop: OpenShop, api: Api, limits: Limits | None = None) -> AsyncIterator[Reception]:
    """Telegram served by long polling for as long as the context is open."""
    telegram = telegram_of(shop, api, is_polled=True)
    async with reception_of(shop, [telegram.door, *outward(shop)]) as reception:
        serving = asyncio.create_task(serve(telegram, reception, limits))
        try:
            yield reception
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
    await api.close()
    if limits is not None:
        await limits.buckets.close()


async def serve(telegram: Telegram, reception: Reception, limits: Limits | None = None) -> None:
    """Updates are taken in until it is cancelled, whatever happens meanwhile."""
    while True:
        try:
            front = await telegram.front(reception, limits)
            try:
                await poll(telegram.api, front.take)
            finally:
                await front.close()
        except Exception as error:  # noqa: BLE001 - nobody waits for this task: it would end unseen
            logger().error("telegram_not_served", kind=type(error).__name__)
            await asyncio.sleep(_AGAIN_S)


async def introduced(api: Api) -> Me:
    """Who we are for Telegram."""
    while True:
        try:
            return await who_we_are(api)
        except CallFailed as error:
            logger().warning("telegram_unreachable", reason=error.outcome.reason)
            await asyncio.sleep(_AGAIN_S)


async def who_we_are(api: Api) -> Me:
    """Asked once. Raises CallFailed."""
    me = await api.call("getMe")
    return Me(int(me["id"]), str(me["username"]))


def not_ours(error: CallFailed) -> BadSetting:
    """What to say where Telegram knows no bot of that token."""
    return BadSetting(
        "TELEGRAM_BOT_TOKEN", "***", f"Telegram knows no such bot ({error.told}); copy the token anew from BotFather (/mybots, API Token)."
    )  # fmt: skip


async def describe_commands(api: Api, wordings: Wordings) -> None:
    """In both languages."""
    for locale in LANGUAGES:
        described = [{"command": name, "description": wordings.say(locale, f"command_{name}")} for name in COMMANDS]
        try:
            await api.call("setMyCommands", commands=described, language_code=None if locale == LANGUAGES[0] else locale)  # fmt: skip
        except CallFailed as error:
            logger().warning("commands_not_set", reason=error.told)
