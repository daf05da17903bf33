"""The shop's index and the models that read it, brought to the shop's files."""

from __future__ import annotations

from bot.intent.classifier import Classifier
from bot.intent.kinds import Kinds
from bot.intent.names import Names
from bot.intent.training import router_model
from bot.settings import Settings
from bot.wiring.advice import rivals_of
from bot.wiring.kept import counted
from bot.wiring.places import index_root, recommender_root, router_root
from knowledge_base.catalogue import Catalogue
from knowledge_base.shop import Shop
from retrieval.answerable import open_answerable
from retrieval.constraints import Reader
from retrieval.embed import open_embedder
from retrieval.encoders import NAMED, folder_of
from retrieval.errors import BrokenIndex, RetrievalError
from retrieval.index import Index, Progress, SyncReport, repair, sync
from retrieval.recommend.likeness import Likeness
from retrieval.recommend.opening import Standing
from retrieval.rerank import open_reranker
from retrieval.seams import Embedder


def embedder_of(settings: Settings, *, threads: int = 1) -> Embedder:
    name = settings.embedder
    if name in NAMED:
        name = str(folder_of(name, settings.data_dir))
    return open_embedder(name, threads=threads, allow_download=settings.allow_download)


def classifier_of(settings: Settings, shop: Shop, embedder: Embedder) -> Classifier:
    """What tells intents apart; fitted first, in seconds, where the shop has its own or the embedder isn't the one that ships."""
    return router_model(shop, embedder, router_root(settings, shop))


def index_of(settings: Settings, shop: Shop, embedder: Embedder) -> Index:
    """The shop's index, with the models that were trained for it."""
    standing = Standing(recommender_root(settings, shop), embedder, named=settings.recommender is not None)
    rivals = {name: Standing(folder, embedder, named=True) for name, folder in rivals_of(settings).items()}
    sure = open_answerable(settings.answerable, settings.embedder) if settings.answerable else None
    return Index(index_root(settings, shop), shop, embedder, open_reranker(settings.reranker), standing, rivals, sure)


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


def prepare(catalogue: Catalogue) -> None:
    """What turns need of all products is worked out while they are indexed, and kept beside them."""
    Reader(catalogue)
    Names(catalogue)
    Kinds(catalogue)
    Likeness.of(catalogue)
    _ = catalogue.facets


def made_current(
    settings: Settings, shop: Shop, index: Index, embedder: Embedder, on_progress: Progress | None
) -> None:
    """An index that can be read: made where there is none, its projections made anew where they are lost."""
    if not index.exists():
        index_shop(settings, shop, on_progress=on_progress)
    try:
        index.current()
    except BrokenIndex:
        root = index_root(settings, shop)
        repair(shop, root=root, embedder=embedder, on_progress=on_progress, prepare=prepare)
        index.current()


def rebuild(settings: Settings, shop: Shop) -> None:
    """The projections from the generation's own knowledge, all of it from the shop's files where that is lost, too."""
    root = index_root(settings, shop)
    try:
        repair(shop, root=root, embedder=embedder_of(settings), prepare=prepare)
    except RetrievalError:
        index_shop(settings, shop)
