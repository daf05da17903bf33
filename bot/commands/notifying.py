"""`shopclerk notify`: tell customers what they asked to be told, once. Fit for cron beside a running server, or without one."""

from __future__ import annotations

from bot.commands.options import ShopAt
from bot.settings import load_settings


def notify(
    shop: ShopAt = None,
) -> None:
    """Look whether what customers wait for has happened: back in stock, cheaper, time for a refill. The same is never told twice.

    Example: shopclerk notify my-shop
    """
    import asyncio
    from datetime import UTC, datetime

    from bot.logs import set_up
    from bot.stores.database import Database
    from bot.wiring import embedder_of, index_root, kept_in, notices_of, shop_of
    from bot.writing.wordings import Wordings
    from retrieval.index import Index

    settings = load_settings(**({"shop": shop} if shop else {}))
    set_up(settings.log_level)
    opened = shop_of(settings)
    catalogue = Index(index_root(settings, opened), opened, embedder_of(settings)).current().catalogue
    database = Database(kept_in(settings, opened))
    try:
        notices = notices_of(settings, opened, Wordings.load(opened.folder), database)
        looked = asyncio.run(notices.look(catalogue, datetime.now(UTC)))
    finally:
        database.close()
    print(
        f"{looked.waiting} waiting: {looked.sent} written to, {looked.at_night} not at night, {looked.capped} later this week."
    )
