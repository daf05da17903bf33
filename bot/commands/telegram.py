"""`shopclerk telegram`: a shop as a Telegram bot, by long polling."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import ShopAt
from bot.settings import Settings, load_settings
from bot.threads import one_each

if TYPE_CHECKING:
    from bot.channels.limits import Limits
    from bot.channels.telegram.api import Api
    from bot.wiring import OpenShop


def telegram(
    shop: ShopAt = None,
    webhook: Annotated[
        str | None, typer.Option(help="tell Telegram to send updates to this URL of `shopclerk serve`, and end")
    ] = None,
) -> None:
    """Serve a shop as a Telegram bot. TELEGRAM_BOT_TOKEN is the token that BotFather gave; needs the extra `telegram`.

    Examples: TELEGRAM_BOT_TOKEN=123456:ABC... shopclerk telegram my-shop;
    shopclerk telegram --webhook https://chat.example.com/telegram
    """
    one_each()
    from bot.channels.access import access_of
    from bot.channels.telegram.opening import api_of
    from bot.commands.talking import opening
    from bot.memory import settled

    settings = load_settings(**({"shop": shop} if shop else {}))
    if webhook is not None:
        _register(settings, webhook)
        return
    api = api_of(settings)
    asyncio.run(_serve(settled(opening(settings)), api, access_of(settings).limits))


def _register(settings: Settings, url: str) -> None:
    from bot.channels.telegram.opening import api_of
    from bot.channels.telegram.webhook import register, secret_of

    secret = secret_of(settings)

    async def tell() -> None:
        await register(api_of(settings), url, secret)

    asyncio.run(tell())
    print(
        f"Telegram sends updates to {url} from now on; `shopclerk telegram` without --webhook polls again.",
        file=sys.stderr,
    )


async def _serve(opening: AbstractAsyncContextManager[OpenShop], api: Api, limits: Limits | None) -> None:
    """Until SIGTERM or Ctrl-C: then what is under way is finished."""
    from bot.channels.telegram.opening import polled

    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    where = await address_of(api)
    async with opening as shop, polled(shop, api, limits):
        print(f"{shop.shop.name} answers in Telegram{where}; end with Ctrl-C.", file=sys.stderr)
        await ended.wait()


async def address_of(api: Api) -> str:
    """Where customers find the bot, to be told at the start. Raises BadSetting where Telegram knows no bot of our token; a Telegram
    that can't be reached now is waited for, and the log says so."""
    from bot.channels.telegram.api import CallFailed
    from bot.channels.telegram.opening import not_ours, who_we_are

    try:
        return f" at https://t.me/{(await who_we_are(api)).username}"
    except CallFailed as error:
        if not error.is_stranger:
            return " once it can be reached"
        await api.close()
        raise not_ours(error) from error
