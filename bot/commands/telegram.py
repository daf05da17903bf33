"""`shopclerk telegram`: a shop as a Telegram bot, by long polling."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.channels.telegram.api import Api
    from bot.wiring import OpenShop


def telegram(
    shop: Annotated[
        Path | None, typer.Argument(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")
    ] = None,
) -> None:
    """Serve a shop as a Telegram bot. TELEGRAM_BOT_TOKEN is the token that BotFather gave; needs the extra `telegram`.

    Example: TELEGRAM_BOT_TOKEN=123456:ABC... shopclerk telegram my-shop
    """
    from bot.channels.telegram.opening import api_of
    from bot.commands.talking import opening

    settings = load_settings(**({"shop": shop} if shop else {}))
    api = api_of(settings)
    asyncio.run(_serve(opening(settings), api))


async def _serve(opening: AbstractAsyncContextManager[OpenShop], api: Api) -> None:
    """Until SIGTERM or Ctrl-C: then what is under way is finished."""
    from bot.channels.telegram.opening import polled

    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with opening as shop, polled(shop, api):
        print(f"{shop.shop.name} answers in Telegram; end with Ctrl-C.", file=sys.stderr)
        await ended.wait()
