"""`shopclerk chat` and `shopclerk demo`: a shop in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from bot.commands.indexing import progress
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.types import Message, Reply
    from bot.wiring import OpenShop

_HELP = "Write as a customer would, in English or Chinese.  /why explains the last answer  ·  /quit ends"


def demo() -> None:
    """Talk with the sample shop; where standard input is not a terminal, play a scripted conversation.

    Examples: shopclerk demo; shopclerk demo < /dev/null
    """
    settings = load_settings(shop=None)
    asyncio.run(_talk(settings) if sys.stdin.isatty() else _play(settings))


def chat(
    shop: Annotated[
        Path | None, typer.Argument(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")
    ] = None,
    once: Annotated[str | None, typer.Option("--once", help="answer this one message and end")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="with --once: print one JSON object, as HTTP gives it")
    ] = False,
    locale: Annotated[str | None, typer.Option("--locale", help="en or zh, where the words alone don't tell")] = None,
) -> None:
    """Talk with a shop in the terminal.

    Examples: shopclerk chat my-shop; shopclerk chat --once '运费多少？' --json
    """
    if as_json and once is None:
        sys.exit("shopclerk chat: --json goes with --once TEXT.")
    settings = load_settings(**({"shop": shop} if shop else {}))
    asyncio.run(_talk(settings, locale) if once is None else _answer_once(settings, once, as_json, locale))


async def _answer_once(settings: Settings, text: str, as_json: bool, locale: str | None) -> None:
    from bot.channels.bodies import body_of

    async with _opened(settings) as shop:
        reply = await shop.engine.reply(_message(text, uuid4().hex, locale))
    if as_json:
        print(json.dumps(body_of(reply).model_dump(), ensure_ascii=False))
    else:
        _show(reply)


async def _talk(settings: Settings, locale: str | None = None) -> None:
    conversation = uuid4().hex
    async with _opened(settings) as shop:
        print(f"{shop.shop.name}. {_HELP}")
        while (text := await asyncio.to_thread(_ask)) is not None:
            if text in ("/quit", "/exit"):
                break
            if text == "/help":
                print(_HELP)
            elif text == "/why":
                _show_why(await shop.engine.explain(conversation))
            elif text.strip():
                await _stream(shop, _message(text, conversation, locale))


async def _play(settings: Settings) -> None:
    """The scripted conversation, each line as if a customer had written it."""
    script = files("bot.commands").joinpath("demo.txt").read_text(encoding="utf-8").splitlines()
    conversation = uuid4().hex
    async with _opened(settings) as shop:
        for text in filter(str.strip, script):
            print(f"\nyou> {text}")
            await _stream(shop, _message(text, conversation, None))


def _opened(settings: Settings) -> AbstractAsyncContextManager[OpenShop]:
    """The shop, indexed with progress where it has to be."""
    from bot.logs import set_up
    from bot.wiring import open_shop

    set_up(settings.log_level)
    with progress() as say:
        return open_shop(settings, on_progress=say)


def _ask() -> str | None:
    try:
        return input("\nyou> " if sys.stdin.isatty() else "")
    except (EOFError, KeyboardInterrupt):
        return None


async def _stream(shop: OpenShop, message: Message) -> None:
    from bot.types import Reply

    async for piece in shop.engine.stream(message):
        if isinstance(piece, Reply):
            print()
            _show_rest(piece)
        else:
            print(piece, end="", flush=True)


def _show_why(why: Mapping[str, object] | None) -> None:
    """How the last answer came about, part by part."""
    from rich.console import Console
    from rich.pretty import Pretty
    from rich.table import Table

    console = Console()
    if why is None:
        console.print("Nothing has been said yet.")
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in why.items():
        table.add_row(f"[bold]{name}[/bold]", Pretty(value))
    console.print(table)


def _show(reply: Reply) -> None:
    print(reply.text)
    _show_rest(reply)


def _show_rest(reply: Reply) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if reply.cards:
        table = Table("id", "product", "price", "in stock")
        for card in reply.cards:
            stock = {True: "yes", False: "no", None: "?"}[card.in_stock]
            table.add_row(card.product_id, card.title, f"{card.price:f} {card.currency}", stock)
        console.print(table)
    sources = [f"{cite.source}: {cite.title}" for cite in reply.cites if cite.source != "product"]
    if sources:
        console.print(f"[dim]{'; '.join(sources)}[/dim]", highlight=False)
    if reply.suggestions:
        console.print("[dim]" + "  ·  ".join(reply.suggestions) + "[/dim]", highlight=False)


def _message(text: str, conversation: str, locale: str | None) -> Message:
    from bot.types import Message

    printable = text.encode("utf-8", "replace").decode()
    return Message(uuid4().hex, conversation, printable, datetime.now(UTC), "terminal", None, locale)
