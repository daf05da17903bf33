"""What a shop has kept, for whoever learns from it or reports on it without opening the shop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bot.settings import Settings
from bot.stores import behaviour
from bot.stores.conversations import SqlConversations
from bot.stores.database import Database
from bot.types import Turn
from bot.wiring.places import index_root, kept_in
from knowledge_base import snapshot
from knowledge_base.catalogue import Catalogue
from knowledge_base.shop import Shop
from knowledge_base.types import Interaction, Knowledge
from retrieval.generations import current_number, folder_of


def catalogue_of(settings: Settings, shop: Shop) -> tuple[Catalogue, list[Interaction]]:
    """The indexed products and the files' events, without what only a conversation needs; both empty where nothing is indexed."""
    root = index_root(settings, shop)
    file = folder_of(root, current_number(root)) / "knowledge.sqlite"
    if not file.is_file():
        return Catalogue((), shop.locales), []
    catalogue = Catalogue(snapshot.StoredProducts(file), shop.locales, snapshot.things(file, "reviews"))
    return catalogue, list(snapshot.things(file, "interactions"))


def learnable_of(
    settings: Settings, shop: Shop, interactions: Iterable[Interaction] | None = None
) -> list[Interaction]:
    """All that models and reports may read of what customers did: the shop's files' and the store's own, in order of time, without who
    opted out or was forgotten. `interactions` are the files'; those of the index where left out."""
    if interactions is None:
        _, interactions = catalogue_of(settings, shop)
    database = Database(kept_in(settings, shop))
    try:
        return behaviour.learnable(database.connection(), interactions, datetime.now(UTC))
    finally:
        database.close()


def counted(settings: Settings, shop: Shop, knowledge: Knowledge) -> Knowledge:
    """Without the events of customers who opted out or were forgotten."""
    with _behaviour_of(settings, shop) as database:
        if database is None:
            return knowledge
        events = tuple(behaviour.permitted(database, knowledge.interactions, datetime.now(UTC)))
    return replace(knowledge, interactions=events)


def uncounted(settings: Settings, shop: Shop) -> str:
    """Another text where others have opted out or were forgotten: then the same files say something else."""
    with _behaviour_of(settings, shop) as database:
        return behaviour.uncounted(database) if database is not None else ""


def kept_turns(settings: Settings, shop: Shop) -> list[Turn]:
    """Every turn that is kept of this shop's conversations, oldest first."""

    async def read() -> list[Turn]:
        conversations = SqlConversations(kept_in(settings, shop))
        try:
            ever = conversations.between(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
            return [turn async for turn in ever]
        finally:
            await conversations.close()

    return asyncio.run(read())


@contextmanager
def _behaviour_of(settings: Settings, shop: Shop) -> Iterator[sqlite3.Connection | None]:
    """None where nothing was ever kept."""
    file = kept_in(settings, shop)
    if not file.exists():
        yield None
        return
    database = Database(file)
    try:
        yield database.connection()
    finally:
        database.close()
