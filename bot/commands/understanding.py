"""`shopclerk understand`: what a message is taken to mean, without answering it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import ShopIs
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.types import Understood


def understand(
    text: Annotated[str, typer.Argument(help="a message as a customer would write it")],
    shop: ShopIs = None,
    after: Annotated[
        list[str] | None, typer.Option("--after", help="a message that came before; repeatable, the oldest first")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of lines")] = False,
) -> None:
    """What a message is taken to mean: its route with the next likely ones, its limits, the question written out.

    The limits are in the form of docs/cases.md. Earlier messages (--after) are answered first, so that `the second one` has a list.

    Examples: shopclerk understand '两三百的绿色连衣裙，要现货'; shopclerk understand 'the second one' --after 'kettles under $60' --json
    """
    if not text.strip():
        sys.exit("shopclerk understand: the message is empty.")
    wishes = asyncio.run(_understood(shop, after or [], text))
    told = {"text": text, "wishes": [_told(wish) for wish in wishes]}
    print(json.dumps(told, ensure_ascii=False)) if as_json else _show(told["wishes"])  # type: ignore[arg-type]


async def _understood(shop: Path | None, after: list[str], text: str) -> tuple[Understood, ...]:
    from datetime import UTC, datetime
    from uuid import uuid4

    from bot.commands.talking import opening
    from bot.types import Message

    conversation = uuid4().hex
    async with opening(load_settings(**({"shop": shop} if shop else {}))) as opened:
        for said in after:
            await opened.engine.reply(Message(uuid4().hex, conversation, said, datetime.now(UTC)))
        return await opened.engine.understand(Message(uuid4().hex, conversation, text, datetime.now(UTC)))


def _told(wish: Understood) -> dict[str, Any]:
    from retrieval.stated import stated

    route = wish.route
    ranked = [(route.intent, route.confidence), *route.others]
    return {
        "intent": route.intent, "confidence": round(route.confidence, 3),
        "ranked": [{"intent": name, "confidence": round(share, 3)} for name, share in ranked],
        "where": stated(wish.where), "query": wish.query, "rewritten": wish.text, "products": list(wish.products),
        "acts": list(wish.acts), "order": wish.order_id, "choices": [option.label for option in wish.options],
    }  # fmt: skip


def _show(wishes: list[dict[str, Any]]) -> None:
    for wish in wishes:
        ranked = ", ".join(f"{one['intent']} {one['confidence']}" for one in wish["ranked"])
        print(f"route       {ranked}")
        print(f"constraints {json.dumps(wish['where'], ensure_ascii=False)}")
        print(f"rewritten   {wish['rewritten']}")
        for name in ("query", "products", "acts", "order", "choices"):
            if wish[name]:
                value = wish[name]
                print(f"{name:<11} {value if isinstance(value, str) else ', '.join(value)}")
