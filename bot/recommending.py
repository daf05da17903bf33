"""Train a shop's recommender: its products, what its customers did, and the folder where the clerk looks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.settings import Settings
from bot.wiring import embedder_of, learnable_of, recommender_root, shop_of
from knowledge_base.catalogue import Catalogue
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop, SourceSpec
from retrieval.errors import ModelMissing
from retrieval.generations import Progress
from retrieval.recommend.fitting import Plan
from retrieval.recommend.histories import Histories
from retrieval.recommend.texts import Shelf
from retrieval.recommend.training import Trained, train


def train_recommender(
    settings: Settings,
    *,
    events: Path | None,
    out: Path | None,
    models: tuple[str, ...],
    epochs: int,
    seed: int,
    threads: int,
    device: str,
    force: bool,
    say: Progress,
) -> Trained:
    """Raises as `training.train` does, ModelMissing where the extra `train` isn't there, and what reading the shop raises."""
    shop = shop_of(settings)
    plan = plan_of(models, epochs=epochs, seed=seed, threads=threads, device=device)
    shelf, histories = _read(settings, shop if events is None else _with(shop, events), say)
    folder = out or recommender_root(settings, shop)
    return train(folder, shelf, histories, embedder_of(settings, threads=threads), plan, force=force, say=say)


def _read(settings: Settings, shop: Shop, say: Progress) -> tuple[Shelf, Histories]:
    """What is learned from. The events themselves, half a gigabyte of three million, are let go here."""
    say("reading", 0, 1)
    read = read_shop(shop)
    shelf = Shelf.of_catalogue(Catalogue(read.products, shop.locales))
    say("reading", 1, 1)
    say("histories", 0, 1)
    histories = Histories.of_events(learnable_of(settings, shop, read.interactions), shelf.ids)
    say("histories", 1, 1)
    return shelf, histories


def plan_of(models: tuple[str, ...], *, epochs: int, seed: int, threads: int, device: str) -> Plan:
    """Raises ModelMissing where torch isn't installed, or a device is named that isn't there."""
    try:
        import scipy  # noqa: F401

        from retrieval.recommend.network import device_of, use_threads
    except ImportError as error:
        raise ModelMissing("recommender", f"{error.name} isn't installed; pip install 'shopclerk[train]'") from error
    use_threads(threads)
    plan = Plan(models=models, seed=seed, device=device_of(device))
    return replace(
        plan, sequence=replace(plan.sequence, epochs=epochs, seed=seed), ranker=replace(plan.ranker, seed=seed)
    )


def _with(shop: Shop, events: Path) -> Shop:
    """The shop with the events of this file alone."""
    others = tuple(spec for spec in shop.sources if spec.kind != "interactions")
    return replace(shop, sources=(*others, SourceSpec(str(events.resolve()), "interactions")))
