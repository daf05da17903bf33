"""`open_shop`: the composition root, where settings become objects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.engine import Engine
from bot.intent.router import CueRouter
from bot.settings import Settings
from bot.stores.conversations import SqlConversations
from bot.writing.wordings import Wordings
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop, load_shop
from retrieval.embed import open_embedder
from retrieval.index import Index, Progress, SyncReport, sync
from retrieval.seams import Embedder

SAMPLE = Path(__file__).resolve().parent.parent / "knowledge_base" / "sample"


@dataclass(frozen=True, slots=True)
class OpenShop:
    engine: Engine
    index: Index
    shop: Shop
    conversations: SqlConversations
    settings: Settings


def shop_of(settings: Settings) -> Shop:
    return load_shop(settings.shop or SAMPLE)


def index_root(settings: Settings, shop: Shop) -> Path:
    return settings.data_dir / shop.key / "index"


def index_shop(
    settings: Settings, shop: Shop, *, dry_run: bool = False, on_progress: Progress | None = None
) -> SyncReport:
    """Read the shop's files and bring its index to them."""
    say = on_progress or (lambda step, done, of: None)
    knowledge = read_shop(shop, on_progress=lambda name, count: say(f"reading {name}", count, count))
    embedder = open_embedder(settings.embedder, threads=2)
    return sync(
        shop, knowledge, root=index_root(settings, shop), embedder=embedder, dry_run=dry_run, on_progress=on_progress
    )


@asynccontextmanager
async def open_shop(
    settings: Settings,
    *,
    shop: Shop | None = None,
    embedder: Embedder | None = None,
    on_progress: Progress | None = None,
) -> AsyncIterator[OpenShop]:
    """The shop, ready to answer; where nothing is indexed, or a projection is missing, it is indexed first."""
    shop = shop or shop_of(settings)
    index = Index(index_root(settings, shop), shop, embedder or open_embedder(settings.embedder))
    if not index.exists() or not index.is_whole():
        index_shop(settings, shop, on_progress=on_progress)
    conversations = SqlConversations(settings.data_dir / shop.key / "conversations.sqlite")
    engine = Engine(
        shop, index, lambda generation: CueRouter(generation.catalogue), Wordings.load(shop.folder), conversations
    )
    index.current()
    try:
        yield OpenShop(engine, index, shop, conversations, settings)
    finally:
        await conversations.close()
