"""Lies for the eye: a language model of ours invents, the clerk is asked, and the picture shows what was kept back and why."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.settings import Settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, close_lines, lines_of, open_shop, voice_of
from bot.writing.breaker import Breaker
from bot.writing.sentences import split
from bot.writing.wordings import Wordings
from eval.faults.server import Answer, serving

if TYPE_CHECKING:
    from rich.console import Console

Asked = tuple[str, str]
"""(what the customer writes, what the model says)."""

LIES: Sequence[Asked] = (
    (
        "How much is the Fernhill pour-over kettle?",
        "The Fernhill Pour-Over Kettle is $49.00, in matte black or white. It is 20% off until Friday, so you pay $39.20. "
        "Order today and it is with you on Thursday, guaranteed.",
    ),
    ("买了多少天内可以退货？", "收到后 90 天内都可以无理由退货，运费我们全包。"),
)


@dataclass(frozen=True, slots=True)
class Met:
    """One lie, and what became of it."""

    asked: str
    said: str
    heard: str
    stopped: Sequence[Mapping[str, Any]]


def show(picture: Path | None, lies: Sequence[Asked] = LIES) -> None:
    """Plays the lies in the sample shop and prints them; `picture` is an SVG file to write beside."""
    from rich.console import Console

    with tempfile.TemporaryDirectory(prefix="lies-") as folder:
        met = asyncio.run(tell(lies, Settings(data_dir=Path(folder))))
    console = Console(record=picture is not None, width=104, emoji=False)
    for one in met:
        _draw(one, console)
    if picture is not None:
        from bot.commands.talking import without_fonts

        picture.write_text(without_fonts(console.export_svg(title="SHOPCLERK_WRITER=chat")), encoding="utf-8")


async def tell(lies: Sequence[Asked], settings: Settings) -> list[Met]:
    """Each lie told by a model to a customer of the sample shop."""
    async with open_shop(settings) as shop:
        import_module("bot.writing.chat")
        return [await _one(shop, *lie) for lie in lies]


async def _one(shop: OpenShop, asked: str, said: str) -> Met:
    """A shop whose model says just this, asked once."""
    async with serving(lambda body: Answer(said)) as server:
        settings = shop.settings.model_copy(update={"writer": "chat", "llm_base_url": server.url, "llm_model": "liar"})
        lines = lines_of(settings, lambda: Breaker(asyncio.get_running_loop().time))
        voice = voice_of(settings, shop.shop, Wordings.load(shop.shop.folder), lines, shop.conversations)
        engine = shop.engine.with_voice(voice)
        conversation = uuid4().hex
        try:
            reply: Reply = await engine.reply(Message("m", conversation, asked, datetime.now(UTC)))
            why: Any = await engine.explain(conversation) or {}
        finally:
            await engine.finish()
            await close_lines(lines)
    return Met(asked, said, reply.text, why["stopped"])


def _draw(met: Met, console: Console) -> None:
    """Without frames: a viewer's own font would tear them."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    def part(title: str, words: Text) -> None:
        console.print(f"{title}", style="dim", markup=False)
        console.print(Padding(words, (0, 0, 1, 4)))

    console.print(f"\nyou> {met.asked}\n", style="bold", markup=False, highlight=False)
    said = Text("\n".join(split(met.said)))
    said.highlight_words([one["sentence"].strip() for one in met.stopped], style="red strike")
    part("the model says", said)
    part("the customer reads", Text(met.heard.strip(), style="green"))
    table = Table("kept back", "kind", "what the facts say", box=None, header_style="dim", padding=(0, 4, 0, 0))
    for one in met.stopped:
        table.add_row(*(Text(str(one[key])) for key in ("claim", "kind", "expected")))
    console.print(table)
