"""A trained recommender, opened over the catalogue as it is now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Interaction
from retrieval.errors import NoRecommender
from retrieval.recommend.blend import Blend
from retrieval.recommend.content import ContentPlan
from retrieval.recommend.folder import card_of, is_recommender, load
from retrieval.recommend.learned import Learned
from retrieval.recommend.neighbours import Neighbours
from retrieval.recommend.texts import Shelf
from retrieval.seams import Embedder, Recommender

MOST_NEW = 1_000
"""Products that weren't there at the training and are embedded while it is opened: five seconds. More are taken by popularity alone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trained recommender is looked for. One that was `named` has to be there; else what can't be used is counted."""

    folder: Path
    embedder: Embedder
    named: bool = False

    def stamp(self) -> int:
        """Changes with every training; 0 where there is none."""
        try:
            return (self.folder / "card.json").stat().st_mtime_ns
        except OSError:
            return 0

    def over(
        self, catalogue: Catalogue, counted: Neighbours, events: Callable[[], Iterable[Interaction]]
    ) -> Recommender:
        """Raises NoRecommender where one that was named can't be used."""
        if not self.named and not is_recommender(self.folder):
            return counted
        try:
            return open_learned(self.folder, catalogue, counted, events(), self.embedder)
        except NoRecommender as error:
            if self.named:
                raise
            logging.getLogger(__name__).warning("recommender_not_used: %s", error)
            return counted


def open_learned(
    folder: Path, catalogue: Catalogue, counted: Neighbours, events: Iterable[Interaction], embedder: Embedder
) -> Learned:
    """Raises NoRecommender where the folder can't be used."""
    reads = card_of(folder)["embedder"] == embedder.name
    return Learned(
        over(load(folder), Shelf.of_catalogue(catalogue), embedder if reads else None), catalogue, counted, events
    )


def over(blend: Blend, shelf: Shelf, embedder: Embedder | None) -> Blend:
    """With the shelf's new products, each beside those that its text is like, and the shelf's categories."""
    known = set(blend.items)
    new = [place for place, i in enumerate(shelf.ids) if i not in known]
    if new:
        texts = [shelf.texts[place] for place in new]
        vectors = embedder.embed(texts) if embedder is not None and len(new) <= MOST_NEW else None
        blend = blend.grown(tuple(shelf.ids[place] for place in new), vectors, ContentPlan())
    number = dict(zip(shelf.ids, shelf.categories.tolist(), strict=True))
    categories = np.array([number.get(i, -1) for i in blend.items], dtype=np.int32)
    return replace(blend, popularity=replace(blend.popularity, categories=categories))
