"""Fit the ranker on a shop: index it, ask the judged questions, fit, compare, save."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.wiring import embedder_of, shop_of
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop
from knowledge_base.types import Knowledge
from retrieval.errors import FolderTaken, NotBetter, TooFewLessons
from retrieval.generations import Progress
from retrieval.index import Index, sync
from retrieval.judged import Judged, candidates, chosen, made_of, mrr, read_judged
from retrieval.lessons import FEWEST
from retrieval.rerank import KIND, Candidates, Facts, Ranker, is_ranker
from retrieval.seams import Embedder


def train_ranker(
    settings: Settings, out: Path, *, judged: Path | None, seed: int, force: bool, say: Progress
) -> dict[str, Any]:
    """The card of the ranker that was written. Raises FolderTaken, TooFewLessons, BadLesson, and NotBetter.

    A file's questions are asked of the whole shop, those made of it of an index without the wordings that they are.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not is_ranker(out):
        raise FolderTaken(out, KIND)
    own = list(read_judged(judged)) if judged else []
    shop = shop_of(settings)
    knowledge = read_shop(shop)
    less, made = made_of(knowledge, seed=seed)
    embedder = embedder_of(settings, threads=2)
    found, facts = _asked(shop, less, made, embedder, say)
    if own:
        more, facts = _asked(shop, knowledge, own, embedder, say)
        found += more
    if len(found) < FEWEST:
        raise TooFewLessons(len(found), FEWEST)
    ranker, told = chosen(facts, found, seed=seed)
    if not force:
        _check_better(ranker, told, out, found, facts)
    card = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "questions": len(own) + len(made),
        "data_digest": sha256(repr([sorted_of(one) for one in (*own, *made)]).encode()).hexdigest(),
        "embedder": embedder.name,
        "mrr": told,
    }
    ranker.save(out, card)
    return card


def sorted_of(one: Judged) -> tuple[str, str, list[str]]:
    return one.text, one.locale, sorted(one.gold)


def _asked(
    shop: Shop, knowledge: Knowledge, asked: Sequence[Judged], embedder: Embedder, say: Progress
) -> tuple[list[Candidates], Facts]:
    """In an index that is made for it and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        sync(shop, knowledge, root=Path(folder), embedder=embedder, on_progress=say)
        generation = Index(Path(folder), shop, embedder).current()
        facts = Facts.of(generation.catalogue, knowledge.interactions)
        return asyncio.run(candidates(generation.retriever, facts, asked, say)), facts


def _check_better(
    ranker: Ranker, told: dict[Any, dict[str, float]], out: Path, found: list[Candidates], facts: Facts
) -> None:
    """Out of fold better than no ranker in one script at least; and than the one in `out` on all that was asked."""
    before = sum(one["before"] * one["questions"] for one in told.values())
    after = sum(one["after"] * one["questions"] for one in told.values())
    count = sum(one["questions"] for one in told.values())
    if after <= before:
        raise NotBetter("ranker", "the order without one", before / count, after / count)
    if is_ranker(out):
        there, ours = mrr(found, Ranker.load(out, facts)), mrr(found, ranker)
        if there >= ours:
            raise NotBetter("ranker", out, there, ours)
