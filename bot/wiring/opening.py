"""`open_shop`: the composition root, where settings become one shop that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.ab import Other, read_ab
from bot.clerk import Clerk
from bot.engine import Engine
from bot.intent.router import ClassifierRouter
from bot.people.desk import Desk
from bot.seams import Door, OrderBackend, Router
from bot.serving.merging import Merging
from bot.serving.notices import Notices
from bot.serving.reception import Reception, open_reception
from bot.settings import Settings
from bot.stores import tries
from bot.stores.behaviour import Behaviour
from bot.stores.conversations import SqlConversations
from bot.stores.database import Database
from bot.stores.file import SqliteFile
from bot.stores.operators import Operators
from bot.stores.seen import Seen
from bot.stores.visitors import Visitors
from bot.tools.lookup import Lookup
from bot.wiring.advice import advice_of
from bot.wiring.indexing import classifier_of, embedder_of, index_of, made_current, rebuild
from bot.wiring.people import access_file, desk_of, in_every_turn, notices_of, reaches_of
from bot.wiring.places import kept_in, shop_of
from bot.wiring.rounds import beside, follow, notify, sweep, tend
from bot.wiring.writers import check_writer, close_lines, lines_of, voice_of
from bot.writing.lines import Lines
from bot.writing.prompts import load_prompts
from bot.writing.wordings import Wordings
from knowledge_base.reading import files_of
from knowledge_base.shop import Shop
from retrieval.constraints import Reader
from retrieval.index import Index, Progress


@dataclass(frozen=True, slots=True)
class OpenShop:
    engine: Engine
    index: Index
    shop: Shop
    conversations: SqlConversations
    settings: Settings
    visitors: Visitors
    seen: Seen
    access: SqliteFile
    """Where visitors, operators, what was seen and wrong proofs are kept."""
    desk: Desk
    operators: Operators
    behaviour: Behaviour
    notices: Notices


def open_shop(settings: Settings, *, on_progress: Progress | None = None) -> AbstractAsyncContextManager[OpenShop]:
    """The shop, ready to answer, following its index for as long as the context is open.

    Whatever can be wrong with settings, shop, model or index is raised by the call itself. Where nothing is indexed it is
    indexed first, where a projection is lost it is built anew.
    """
    shop = shop_of(settings)
    wordings = Wordings.load(shop.folder)
    load_prompts(shop.folder)
    check_writer(settings)
    advice_of(settings)
    other = read_ab(settings, shop.folder)
    if other is not None:
        check_writer(other.settings)
        Wordings.load(other.words)
    embedder = embedder_of(settings)
    index = index_of(settings, shop, embedder)
    made_current(settings, shop, index, embedder, on_progress)
    return _opened(settings, shop, wordings, index, ClassifierRouter(classifier_of(settings, shop, embedder)), other)


@asynccontextmanager
async def _opened(
    settings: Settings, shop: Shop, wordings: Wordings, index: Index, router: Router, other: Other | None
) -> AsyncIterator[OpenShop]:
    database = Database(kept_in(settings, shop))
    access = access_file(settings, shop)
    colleagues = Operators(access)
    desk = desk_of(settings, shop, wordings, database, colleagues)
    conversations = SqlConversations(database, shop.timezone, in_every_turn(desk))
    async with AsyncExitStack() as closing:
        closing.push_async_callback(conversations.close)
        lines, others = lines_of(settings), lines_of(other.settings) if other else Lines(())
        closing.push_async_callback(close_lines, others)
        closing.push_async_callback(close_lines, lines)
        closing.push_async_callback(access.close)
        orders = orders_of(settings, shop)
        if orders is not None:
            closing.push_async_callback(orders.close)
        lookup = Lookup(orders, tries.Tries(access)) if orders is not None else None
        voice = voice_of(settings, shop, wordings, lines, conversations)
        acts = Behaviour(database)
        clerk = Clerk(
            shop, index, lambda generation: router, lambda generation: Reader(generation.catalogue), wordings, voice, lookup,
            advice_of(settings), reaches_of(settings), acts.refused,
        )  # fmt: skip
        split = (other.split, _other_way(clerk, other, shop, others, conversations)) if other else None
        engine = Engine(clerk, conversations, desk, split)
        owners = Visitors(access, conversations.has)
        following = follow(index, lambda: rebuild(settings, shop))
        await closing.enter_async_context(
            beside(following, sweep(settings.keep_days, conversations, owners), tend(desk))
        )
        closing.push_async_callback(engine.finish)
        yield OpenShop(
            engine, index, shop, conversations, settings, owners, Seen(access), access, desk, colleagues, acts,
            notices_of(settings, shop, wordings, database, index),
        )  # fmt: skip


@asynccontextmanager
async def reception_of(
    shop: OpenShop, doors: Sequence[Door] = (), channels: Collection[str] = ()
) -> AsyncIterator[Reception]:
    """Where the doors of this process hand in messages; `channels` are those that wait for their reply and have no Door."""
    given = shop.settings
    folder = given.data_dir / shop.shop.key / "processes"
    merging = Merging(given.merge_window_s, given.merge_longest_s)
    opening = open_reception(shop.engine, shop.conversations, folder, doors, channels, merging, given.turns_at_once)
    async with opening as reception:
        shop.desk.ring = shop.notices.ring = reception.ring
        reception.undelivered = shop.desk.undelivered
        await shop.desk.look()
        async with beside(notify(shop.index, shop.notices)):
            yield reception


def orders_of(settings: Settings, shop: Shop) -> OrderBackend | None:
    """Where orders are looked up: the shop's own service, its files of kind `orders`, or nowhere."""
    if settings.orders_url:
        from bot.orders.http import HttpOrders

        key = settings.orders_api_key.get_secret_value() if settings.orders_api_key else ""
        return HttpOrders(settings.orders_url, key, currency=shop.currency)
    specs = [spec for spec in shop.sources if spec.kind == "orders"]
    if not specs:
        return None
    from bot.stores.orders import SqlOrders

    files = [file for spec in specs for file in files_of(shop, spec)]
    return SqlOrders(settings.data_dir / shop.key / "orders.sqlite", files, shop.currency)


def _other_way(clerk: Clerk, other: Other, shop: Shop, lines: Lines, conversations: SqlConversations) -> Clerk:
    """The clerk, with the voice and the words that are tried beside the shop's own."""
    wordings = Wordings.load(other.words or shop.folder)
    voice = voice_of(other.settings, shop, wordings, lines, conversations, other.words)
    return clerk.with_voice(voice, wordings)
