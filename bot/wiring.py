"""`open_shop`: the composition root, where settings become objects."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from bot.ab import Other, read_ab
from bot.advice import Advice
from bot.engine import Engine
from bot.errors import BadSetting, NotTaken
from bot.intent.classifier import Classifier
from bot.intent.kinds import Kinds
from bot.intent.names import Names
from bot.intent.router import ClassifierRouter
from bot.intent.training import router_model
from bot.logs import logger
from bot.mail import Leaving
from bot.people.alert import Alerts
from bot.people.canned import load_canned
from bot.people.desk import Desk
from bot.seams import Door, OrderBackend, Router, Writer
from bot.serving.merging import Merging
from bot.serving.notices import Notices
from bot.serving.notices import in_turn as notices_in_turn
from bot.serving.reception import Reception, open_reception
from bot.settings import Settings
from bot.stores import behaviour, held, operators, seen, tries, visitors
from bot.stores.conversations import Beside, SqlConversations
from bot.stores.database import Database
from bot.stores.file import SqliteFile
from bot.tools.lookup import Lookup
from bot.tools.shelf import Reach
from bot.trial import Trial, models_named
from bot.types import Conversation, Turn
from bot.writing.breaker import Breaker
from bot.writing.budget import Budget
from bot.writing.ceiling import Ceiling
from bot.writing.guard import Guard
from bot.writing.lines import Line, Lines, Price
from bot.writing.prompts import load_prompts
from bot.writing.template import TemplateWriter
from bot.writing.voice import Voice
from bot.writing.wordings import Wordings
from knowledge_base import snapshot
from knowledge_base.catalogue import Catalogue
from knowledge_base.errors import KnowledgeError
from knowledge_base.reading import files_of
from knowledge_base.shop import Shop, load_shop
from knowledge_base.types import Interaction, Knowledge
from retrieval.constraints import Reader
from retrieval.embed import open_embedder
from retrieval.errors import BrokenIndex, NoRecommender, RetrievalError
from retrieval.generations import current_number, folder_of
from retrieval.index import Index, Progress, SyncReport, repair, sync
from retrieval.recommend.folder import card_of
from retrieval.recommend.likeness import Likeness
from retrieval.recommend.opening import Standing
from retrieval.rerank import open_reranker
from retrieval.seams import Embedder

SAMPLE = Path(__file__).resolve().parent.parent / "knowledge_base" / "sample"
SWEEP_EVERY_S = 3600.0
TEND_EVERY_S = 1.0
"""How often the desk looks for customers whose colleague has gone."""
NOTICE_EVERY_S = 60.0
"""How often messages that customers asked for are looked at where the index hasn't changed."""
LOOK_EVERY_S = 1.0
"""How often a running process looks for a newer generation."""


@dataclass(frozen=True, slots=True)
class OpenShop:
    engine: Engine
    index: Index
    shop: Shop
    conversations: SqlConversations
    settings: Settings
    visitors: visitors.Visitors
    seen: seen.Seen
    access: SqliteFile
    """Where visitors, operators, what was seen and wrong proofs are kept."""
    desk: Desk
    operators: operators.Operators
    behaviour: behaviour.Behaviour
    notices: Notices


def shop_of(settings: Settings) -> Shop:
    return load_shop(settings.shop or SAMPLE)


def index_root(settings: Settings, shop: Shop) -> Path:
    return settings.data_dir / shop.key / "index"


def router_root(settings: Settings, shop: Shop) -> Path:
    return settings.data_dir / shop.key / "router"


def recommender_root(settings: Settings, shop: Shop) -> Path:
    return settings.recommender or settings.data_dir / shop.key / "recommender"


def index_of(settings: Settings, shop: Shop, embedder: Embedder) -> Index:
    """The shop's index, with the models that were trained for it."""
    standing = Standing(recommender_root(settings, shop), embedder, named=settings.recommender is not None)
    rivals = {name: Standing(folder, embedder, named=True) for name, folder in rivals_of(settings).items()}
    return Index(index_root(settings, shop), shop, embedder, open_reranker(settings.reranker), standing, rivals)


def embedder_of(settings: Settings, *, threads: int = 1) -> Embedder:
    return open_embedder(settings.embedder, threads=threads, allow_download=settings.allow_download)


def classifier_of(settings: Settings, shop: Shop, embedder: Embedder) -> Classifier:
    """What tells intents apart; fitted first, in seconds, where the shop has its own or the embedder isn't the one that ships."""
    return router_model(shop, embedder, router_root(settings, shop))


def index_shop(settings: Settings, shop: Shop, *, on_progress: Progress | None = None) -> SyncReport:
    """Read the shop's files and bring its index to them."""
    from knowledge_base.reading import read_shop

    say = on_progress or (lambda step, done, of: None)
    knowledge = read_shop(shop, on_progress=lambda name, count: say(f"reading {name}", count, count))
    embedder = embedder_of(settings)
    knowledge = counted(settings, shop, knowledge)
    root = index_root(settings, shop)
    report = sync(shop, knowledge, root=root, embedder=embedder, on_progress=on_progress, prepare=prepare)
    classifier_of(settings, shop, embedder)
    return report


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


@contextmanager
def _behaviour_of(settings: Settings, shop: Shop) -> Iterator[sqlite3.Connection | None]:
    """None where nothing was ever kept."""
    file = settings.data_dir / shop.key / "conversations.sqlite"
    if not file.exists():
        yield None
        return
    database = Database(file)
    try:
        yield database.connection()
    finally:
        database.close()


def prepare(catalogue: Catalogue) -> None:
    """What turns need of all products is worked out while they are indexed, and kept beside them."""
    Reader(catalogue)
    Names(catalogue)
    Kinds(catalogue)
    Likeness.of(catalogue)
    _ = catalogue.facets


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
    database = Database(settings.data_dir / shop.key / "conversations.sqlite")
    try:
        return behaviour.learnable(database.connection(), interactions, datetime.now(UTC))
    finally:
        database.close()


def kept_turns(settings: Settings, shop: Shop) -> list[Turn]:
    """Every turn that is kept of this shop's conversations, oldest first."""

    async def read() -> list[Turn]:
        conversations = SqlConversations(settings.data_dir / shop.key / "conversations.sqlite")
        try:
            ever = conversations.between(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
            return [turn async for turn in ever]
        finally:
            await conversations.close()

    return asyncio.run(read())


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
    if not index.exists():
        index_shop(settings, shop, on_progress=on_progress)
    try:
        index.current()
    except BrokenIndex:
        root = index_root(settings, shop)
        repair(shop, root=root, embedder=embedder, on_progress=on_progress, prepare=prepare)
        index.current()
    return _opened(settings, shop, wordings, index, ClassifierRouter(classifier_of(settings, shop, embedder)), other)


@asynccontextmanager
async def _opened(
    settings: Settings, shop: Shop, wordings: Wordings, index: Index, router: Router, other: Other | None
) -> AsyncIterator[OpenShop]:
    database = Database(settings.data_dir / shop.key / "conversations.sqlite")
    access = access_file(settings, shop)
    colleagues = operators.Operators(access)
    desk = desk_of(settings, shop, wordings, database, colleagues)
    conversations = SqlConversations(database, shop.timezone, in_every_turn(desk))
    reaches = reaches_of(settings)
    lines = lines_of(settings)
    voice = voice_of(settings, shop, wordings, lines, conversations)
    orders = orders_of(settings, shop)
    lookup = Lookup(orders, tries.Tries(access)) if orders is not None else None
    acts = behaviour.Behaviour(database)
    engine = Engine(
        shop, index, lambda generation: router, lambda generation: Reader(generation.catalogue), wordings, conversations, voice,
        lookup, desk, advice_of(settings), reaches, acts.refused,
    )  # fmt: skip
    others = lines_of(other.settings) if other else Lines(())
    if other is not None:
        engine = _split(engine, other, shop, others, conversations)
    owners = visitors.Visitors(access, conversations.has)
    beside = [
        asyncio.create_task(_follow(index, lambda: _rebuild(settings, shop))),
        asyncio.create_task(_sweep(settings, conversations, owners)),
        asyncio.create_task(_tend(desk)),
    ]
    try:
        notices = notices_of(settings, shop, wordings, database, index)
        yield OpenShop(
            engine,
            index,
            shop,
            conversations,
            settings,
            owners,
            seen.Seen(access),
            access,
            desk,
            colleagues,
            acts,
            notices,
        )
    finally:
        await engine.finish()
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if orders is not None:
            await orders.close()
        await access.close()
        await close_lines(lines)
        await close_lines(others)
        await conversations.close()


def _split(engine: Engine, other: Other, shop: Shop, lines: Lines, conversations: SqlConversations) -> Engine:
    """The engine, some of whose conversations are answered the other way."""
    wordings = Wordings.load(other.words or shop.folder)
    voice = voice_of(other.settings, shop, wordings, lines, conversations, other.words)
    return engine.split_with(engine.with_voice(voice, wordings), other.split)


def access_file(settings: Settings, shop: Shop) -> SqliteFile:
    """Who may come in, and what was tried."""
    tables = f"{visitors.SCHEMA}{operators.SCHEMA}{seen.SCHEMA}{tries.SCHEMA}{held.SCHEMA}"
    return SqliteFile(settings.data_dir / shop.key / "access.sqlite", tables)


def advice_of(settings: Settings) -> Advice:
    """Raises BadSetting as `rivals_of` does."""
    names = tuple(_trial_models(settings))
    return Advice(Trial(settings.trial, settings.trial_held_out, settings.trial_shows, names))


def rivals_of(settings: Settings) -> Mapping[str, Path]:
    """The trained models that a trial sets against each other: name -> folder. Raises BadSetting where one of them can't be used."""
    folders = {name: folder for name, folder in _trial_models(settings).items() if folder is not None}
    for name, folder in folders.items():
        try:
            card_of(folder)
        except NoRecommender as error:
            why = f"{name}: {error.reason}; `shopclerk train recommender --out {folder}` makes one."
            raise BadSetting("SHOPCLERK_TRIAL_MODELS", settings.trial_models, why) from error
    return folders


def _trial_models(settings: Settings) -> Mapping[str, Path | None]:
    try:
        return models_named(settings.trial_models)
    except ValueError as error:
        raise BadSetting("SHOPCLERK_TRIAL_MODELS", settings.trial_models, f"{error}.") from error


def desk_of(
    settings: Settings, shop: Shop, wordings: Wordings, database: Database, colleagues: operators.Operators
) -> Desk:
    """Colleagues read on the boards that are set up, and on the page as soon as one of them may."""
    boards = ["telegram"] if settings.telegram_desk is not None else []
    given = settings
    to = tuple(one.strip() for one in given.smtp_to.split(",")) if given.smtp_host else ()
    alerts = Alerts(to, given.desk_url or f"http://{given.host}:{given.port}/desk")
    return Desk(
        database, shop, wordings, boards, given.desk_quiet_min * 60, load_canned(shop.folder), colleagues.any, alerts,
        by_name=given.desk_names,
    )  # fmt: skip


def in_every_turn(desk: Desk) -> Beside:
    """What is written with every turn, in its transaction."""

    def both(database: sqlite3.Connection, turn: Turn, conversation: Conversation, leaving: Leaving) -> None:
        desk.in_turn(database, turn, leaving)
        notices_in_turn(database, turn, conversation, leaving)

    return both


def reaches_of(settings: Settings) -> dict[str, Reach]:
    """Which channels can be written to later; the website's page can only be found again."""
    told: dict[str, Reach] = {"telegram": "push", "terminal": "none"}
    return told | {"webhook": "push" if settings.webhook_url else "page"}


def notices_of(
    settings: Settings, shop: Shop, wordings: Wordings, database: Database, index: Index | None = None
) -> Notices:
    """By the rules that hold in `index`, where there is one that is followed."""
    rules = (lambda: index.rules) if index is not None else None
    return Notices(database, shop, wordings, reaches_of(settings), settings.public_url, rules)


async def _notify(shop: OpenShop) -> None:
    """Look after each update of the index, and every minute for nights that end and days that are over."""
    looked_at, number = 0.0, 0
    while True:
        try:
            generation = shop.index.current()
            if generation.number != number or time.monotonic() - looked_at >= NOTICE_EVERY_S:
                looked_at, number = time.monotonic(), generation.number
                await shop.notices.look(generation.catalogue, datetime.now(UTC))
        except (sqlite3.Error, RetrievalError) as error:
            logger().warning("notices_not_looked_at", reason=str(error))
        await asyncio.sleep(LOOK_EVERY_S)


async def _tend(desk: Desk) -> None:
    """Bring the clerk back to customers whose colleague has gone."""
    while True:
        await asyncio.sleep(TEND_EVERY_S)
        try:
            await desk.look()
            if desk.is_told:
                await desk.tend(time.time())
        except (sqlite3.Error, NotTaken) as error:
            logger().warning("desk_not_tended", reason=str(error))


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
        looking = asyncio.create_task(_notify(shop))
        try:
            yield reception
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


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


def voice_of(
    settings: Settings, shop: Shop, wordings: Wordings, lines: Lines, conversations: SqlConversations, words: Path | None = None
) -> Voice:  # fmt: skip
    """`words` is the folder of prompts where it isn't the shop's."""
    writer = writer_of(settings, shop, wordings, lines, conversations, words)
    prompts = load_prompts(words or shop.folder).values() if settings.writer != "template" else ()
    guard = Guard(shop, wordings, [prompt.text for prompt in prompts])
    return Voice(shop, wordings, writer, budget=Budget(settings.llm_turn_s, settings.llm_first_s), guard=guard)


def check_writer(settings: Settings) -> None:
    """Raises BadSetting where the writer's library isn't there."""
    if settings.writer != "template" and find_spec("langchain_openai") is None:
        raise BadSetting("SHOPCLERK_WRITER", settings.writer, "it needs an extra: pip install 'shopclerk[llm]'.")


def lines_of(settings: Settings, breaker: Callable[[], Breaker] = lambda: Breaker(time.monotonic)) -> Lines:
    """The endpoints that are set up; each with a breaker of its own, which all turns of this process share."""
    if settings.writer == "template":
        return Lines(())
    from bot.writing.chat import open_line

    logger()  # loaded now, not while a customer waits for an endpoint that has just failed

    def line(name: str, url: str, model: str, key: SecretStr | None, price: Price) -> Line:
        return open_line(name, url, model, key, price, breaker(), timeout_s=settings.llm_turn_s)

    given = settings
    first = line(
        "first", given.llm_base_url, given.llm_model, given.llm_api_key, Price(given.llm_price_in, given.llm_price_out)
    )
    if not given.llm_fallback_base_url:
        return Lines((first,))
    price = Price(given.llm_fallback_price_in, given.llm_fallback_price_out)
    second = line("fallback", given.llm_fallback_base_url, given.llm_fallback_model, given.llm_fallback_api_key, price)
    return Lines((first, second))


def writer_of(
    settings: Settings, shop: Shop, wordings: Wordings, lines: Lines, conversations: SqlConversations, words: Path | None = None
) -> Writer | None:  # fmt: skip
    """Who words the replies; None is the template, which the voice has anyway."""
    match settings.writer:
        case "template":
            return None
        case "chat" | "agent":
            from bot.writing.chat import ChatWriter

            ceiling = Ceiling(
                conversations.spent_on, shop.timezone, cost=settings.llm_daily_cost, tokens=settings.llm_daily_tokens
            )
            prompts = load_prompts(words or shop.folder)
            if settings.writer == "chat":
                return ChatWriter(shop, prompts["reply"], TemplateWriter(wordings), lines, ceiling)
            from bot.writing.agent import AgentWriter

            return AgentWriter(shop, prompts["agent"], wordings, lines, ceiling)


async def close_lines(lines: Lines) -> None:
    if lines.all:
        from bot.writing.chat import close_line

        for line in lines.all:
            await close_line(line)


async def _follow(index: Index, rebuild: Callable[[], object]) -> None:
    """Take up what is newer beside the turns that still use what was: generation, model, rules. What was deleted under us is built anew."""
    fault = ""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            if not index.is_whole():
                logger().error(
                    "index_lost", todo="it is built anew from the shop's files; answers come from what is open"
                )
                await asyncio.to_thread(rebuild)
            await asyncio.to_thread(index.refresh)
            if index.fault_of_rules not in ("", fault):
                logger().error("rules_not_taken_up", reason=index.fault_of_rules)
            fault = index.fault_of_rules
        except (KnowledgeError, RetrievalError, OSError) as error:
            logger().warning("index_not_taken_up", reason=str(error))
            await asyncio.sleep(LOOK_EVERY_S)


async def _sweep(settings: Settings, conversations: SqlConversations, owners: visitors.Visitors) -> None:
    """Forget what is older than the shop keeps it."""
    while settings.keep_days is not None:
        try:
            old = datetime.now(UTC) - timedelta(days=settings.keep_days)
            for conversation_id in await conversations.forget_before(old):
                await owners.forget(conversation_id, datetime.now(UTC))
            await owners.forget_before(old)
        except (sqlite3.Error, NotTaken) as error:
            logger().warning("not_swept", reason=str(error))
        await asyncio.sleep(SWEEP_EVERY_S)


def _rebuild(settings: Settings, shop: Shop) -> None:
    """The projections from the generation's own knowledge, all of it from the shop's files where that is lost, too."""
    root = index_root(settings, shop)
    try:
        repair(shop, root=root, embedder=embedder_of(settings), prepare=prepare)
    except RetrievalError:
        index_shop(settings, shop)
