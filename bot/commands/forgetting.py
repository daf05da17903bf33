"""`shopclerk forget`: all that is kept of a customer, on their wish."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.options import ShopAt
from bot.settings import load_settings


def forget(
    customer: Annotated[str, typer.Argument(help="the customer's id, as the shop's own systems have it")],
    shop: ShopAt = None,
) -> None:
    """Delete a customer's conversations and all that they did; the shop's files until now count no more for them.

    Models and the index unlearn them with the next `shopclerk index` and training.

    Example: shopclerk forget C010 my-shop
    """
    from bot.stores.conversations import SqlConversations
    from bot.wiring import kept_in, shop_of

    settings = load_settings(**({"shop": shop} if shop else {}))
    file = kept_in(settings, shop_of(settings))

    async def forgotten() -> int:
        conversations = SqlConversations(file)
        try:
            return await conversations.forget(customer)
        finally:
            await conversations.close()

    count = asyncio.run(forgotten())
    print(f"{customer} is forgotten: {count} conversations, and all that was kept of what they did. Run `shopclerk index` to have the index unlearn them.")  # fmt: skip
