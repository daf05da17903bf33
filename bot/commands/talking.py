"""`shopclerk chat` and `shopclerk demo`: a shop in the terminal."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from bot.commands.indexing import progress
from bot.commands.options import ShopAt
from bot.settings import Settings, load_settings
from retrieval.errors import BrokenIndex

if TYPE_CHECKING:
    from rich.console import Console

    from bot.types import Message, Reply
    from bot.wiring import OpenShop

_HELP = "Write as a customer would, in English or Chinese.  /why explains the last answer  ·  /quit ends"


def demo(
    picture: Annotated[Path | None, typer.Option(help="play the script and save it as an SVG picture, too")] = None,
) -> None:
    """Talk with the sample shop; where standard input is not a terminal, play a scripted conversation.

    Examples: shopclerk demo; shopclerk demo < /dev/null; shopclerk demo --picture conversation.svg
    """
    settings = load_settings(shop=None)
    _bring_index(settings)
    if picture is None and sys.stdin.isatty():
        _talk(settings, _typed(), None, _console())
        return
    console = _console(record=picture is not None)
    _talk(settings, _scripted(console), None, console)
    if picture is not None:
        picture.write_text(without_fonts(console.export_svg(title="shopclerk demo")), encoding="utf-8")


def chat(
    shop: ShopAt = None,
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
    if once is None:
        _talk(settings, _typed(), locale, _console())
    else:
        Thread(target=_load_ahead, daemon=True).start()
        asyncio.run(_answer_once(settings, once, as_json, locale))


def _load_ahead() -> None:
    """What loads outside of Python (models, dictionaries) on another core, while this one imports the rest."""


def _bring_index(settings: Settings) -> None:
    """The sample shop as this version of the program has it."""
    from bot.wiring import index_shop, shop_of

    with progress() as say:
        index_shop(settings, shop_of(settings), on_progress=say)


def without_fonts(svg: str) -> str:
    """Without the fonts that Rich would fetch from elsewhere, and the widths that it reckons for them: Chinese needs its own."""
    return re.sub(r'@font-face \{.*?\}| textLength="[^"]*"', "", svg, flags=re.DOTALL)


async def _answer_once(settings: Settings, text: str, as_json: bool, locale: str | None) -> None:
    async with opening(settings) as shop:
        say = (lambda piece: None) if as_json else (lambda piece: print(piece, end="", flush=True))
        reply = await shop.engine.reply(_message(text, uuid4().hex, locale), say)
    if as_json:
        from bot.channels.bodies import body_of

        print(json.dumps(body_of(reply).model_dump(), ensure_ascii=False))
    else:
        print()
        _show_rest(reply, _console())


def _talk(settings: Settings, lines: Iterable[str], locale: str | None, console: Console) -> None:
    """One conversation, a line a turn. Lines are awaited outside the event loop, so that Ctrl-C ends at once."""
    held, conversation = opening(settings), uuid4().hex
    with asyncio.Runner() as runner:
        shop = runner.run(held.__aenter__())
        try:
            console.print(f"{shop.shop.name}. {_HELP}", markup=False, highlight=False)
            for text in lines:
                with suppress(BrokenIndex):  # then the open generation goes on
                    shop.index.refresh()
                text = text.strip()
                if text.casefold() in ("/quit", "/exit"):
                    break
                if text.casefold() == "/help":
                    console.print(_HELP, markup=False)
                elif text.casefold() == "/why":
                    _show_why(runner.run(shop.engine.explain(conversation)), console)
                elif text:
                    runner.run(_stream(shop, _message(text, conversation, locale), console))
        finally:
            runner.run(held.__aexit__(None, None, None))


def opening(settings: Settings) -> AbstractAsyncContextManager[OpenShop]:
    """The shop, indexed with progress where it has to be."""
    from bot.logs import set_up
    from bot.wiring import open_shop

    set_up(settings.log_level)
    with progress() as say:
        return open_shop(settings, on_progress=say)


def _console(*, record: bool = False) -> Console:
    from rich.console import Console

    return Console(record=True, width=100, emoji=False) if record else Console(emoji=False)


def _typed() -> Iterator[str]:
    """What is typed or piped, until it ends."""
    while True:
        try:
            yield input("\nyou> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return


def _scripted(console: Console) -> Iterator[str]:
    """The scripted conversation, each line as if a customer had written it."""
    for text in filter(str.strip, files("bot.commands").joinpath("demo.txt").read_text(encoding="utf-8").splitlines()):
        console.print(f"\nyou> {text}", style="bold", markup=False, highlight=False)
        yield text


async def _stream(shop: OpenShop, message: Message, console: Console) -> None:
    from bot.types import Reply

    async for piece in shop.engine.stream(message):
        if isinstance(piece, Reply):
            console.print()
            _show_rest(piece, console)
        else:
            console.print(piece, end="", markup=False, highlight=False, soft_wrap=not console.record)


def _show_rest(reply: Reply, console: Console) -> None:
    """Cards as a table, where the words come from, what could be said next."""
    from rich.table import Table

    if reply.cards:
        table = Table("id", "product", "price", "in stock")
        for card in reply.cards:
            stock = {True: "yes", False: "no", None: "?"}[card.in_stock]
            table.add_row(*map(_plain, (card.product_id, card.title, f"{card.price:f} {card.currency}", stock)))
        console.print(table)
    sources = [f"{cite.source}: {cite.title}" for cite in reply.cites if cite.source != "product"]
    for line in ("; ".join(sources), "  ·  ".join(reply.suggestions)):
        if line:
            console.print(line, style="dim", markup=False, highlight=False)


def _plain(text: str) -> str:
    """A shop's own words, whose brackets are no markup."""
    from rich.markup import escape

    return escape(text)


def _show_why(why: Mapping[str, object] | None, console: Console) -> None:
    """How the last answer came about, part by part."""
    from rich.pretty import Pretty
    from rich.table import Table

    if why is None:
        console.print("Nothing has been said yet.")
        return
    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in why.items():
        table.add_row(f"[bold]{name}[/bold]", Pretty(value))
    console.print(table)


def _message(text: str, conversation: str, locale: str | None) -> Message:
    from bot.types import Message

    printable = text.encode("utf-8", "replace").decode()
    return Message(uuid4().hex, conversation, printable, datetime.now(UTC), "terminal", None, locale)
