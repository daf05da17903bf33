"""A Recommender that was trained. What it knows nothing of is counted, as where nothing was trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Interaction
from retrieval.recommend.blend import Blend, Mask
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.links import Floats
from retrieval.recommend.neighbours import Neighbours
from retrieval.seams import Relation
from retrieval.types import Recommendation, Where

_GOES_WITH = {"linear": 1.0, "steps": 1.0, "together": 0.3}
"""What the models' words weigh where it is asked what goes with something."""
_PRICE = {"similar": 0.3, "replacement": 0.5}
"""How much nearness in price counts beside likeness of the texts."""


class Learned:
    """Serves a Blend over a catalogue, which may have products that the Blend has never seen (`grown_over`)."""

    def __init__(self, blend: Blend, catalogue: Catalogue, counted: Neighbours, events: Iterable[Interaction]) -> None:
        self._blend, self._catalogue, self._counted = blend, catalogue, counted
        self._histories = Histories.of_events(events, blend.items)
        self._rows = {customer: row for row, customer in enumerate(self._histories.customers)}
        self._place = {item: place for place, item in enumerate(blend.items)}
        sold = [(self._place[i], at) for at, i in enumerate(catalogue.order) if i in self._place]
        self._here, self._there = (
            np.array(column, dtype=np.intp) for column in (zip(*sold, strict=True) if sold else ((), ()))
        )

    def recommend(
        self,
        customer_id: str | None,
        *,
        k: int = 5,
        near: Sequence[str] = (),
        where: Where | None = None,
        relation: Relation = "for_you",
    ) -> list[Recommendation]:
        """Reasons as `Neighbours.why` gives them, (`similar`, id) where likeness is asked for."""
        if k <= 0:
            return []
        mine = self._mine(customer_id) if relation == "for_you" else self._none
        anchors = [self._place[i] for i in near if i in self._place]
        allowed = self._allowed(where or Where(), (*anchors, *mine.tolist()), near)
        if relation == "for_you":
            history = np.array([*(p for p in mine.tolist() if p not in anchors), *anchors], dtype=np.int32)
            found = self._blend.ranked(history, allowed, k)
        elif relation == "goes_with":
            found = self._going_with(anchors, allowed, k)
        else:
            found = self._like(anchors, allowed, k, relation)
        others = [self._blend.items[place] for place in (*anchors[::-1], *mine.tolist()[::-1])]
        picked = self._told(found, relation, others)
        if len(picked) >= k:
            return picked
        return _filled(
            picked,
            self._counted.recommend(customer_id, k=k + len(picked), near=near, where=where, relation=relation),
            k,
        )

    @property
    def _none(self) -> Places:
        return np.zeros(0, dtype=np.int32)

    def _mine(self, customer_id: str | None) -> Places:
        row = self._rows.get(customer_id or "")
        return self._none if row is None else self._histories.of(row)

    def _allowed(self, where: Where, known: Sequence[int], near: Sequence[str]) -> Mask:
        """[blend.items] Sold, within the limits, not known to be sold out, and not at hand."""
        sold = self._catalogue.mask(where) & ~self._catalogue.facets.sold_out
        allowed = np.zeros(len(self._blend.items), dtype=np.bool_)
        allowed[self._here] = sold[self._there]
        allowed[list(known)] = False
        return allowed

    def _going_with(self, anchors: Sequence[int], allowed: Mask, k: int) -> list[tuple[int, float]]:
        """What the shop says goes with them, then what customers had with them or went on to."""
        said = self._blend.dense(np.array(anchors, dtype=np.int32)) if anchors else None
        if said is None:
            return []
        scores = np.zeros(len(allowed), dtype=np.float32)
        for row, name in zip(said, self._blend.parts, strict=True):
            if name in _GOES_WITH:
                scores += _GOES_WITH[name] * row / max(float(row.max()), 1e-6)
        for anchor in anchors:
            product = self._catalogue.get(self._blend.items[anchor])
            declared = [self._place[i] for i in (product.goes_with if product else ()) if i in self._place]
            scores[declared] += 10
        return _best(scores, allowed & (scores > 0), k)

    def _like(self, anchors: Sequence[int], allowed: Mask, k: int, relation: Relation) -> list[tuple[int, float]]:
        """Of the same category where it has one: near in text and in price."""
        content = self._blend.content
        if content is None or not anchors:
            return []
        anchor = anchors[0]
        category = self._blend.popularity.categories[anchor]
        if category >= 0:
            allowed = allowed & (self._blend.popularity.categories == category)
        likeness = content.rows @ content.rows[anchor]
        price = self._prices[anchor]
        low, high = np.minimum(self._prices, price), np.maximum(self._prices, price)
        nearness = np.divide(low, high, out=np.zeros_like(low), where=high > 0)
        share = _PRICE[relation]
        return _best(((1 - share) * likeness + share * nearness).astype(np.float32), allowed, k)

    @cached_property
    def _prices(self) -> NDArray[np.float64]:
        prices = np.zeros(len(self._blend.items))
        prices[self._here] = self._catalogue.facets.price[self._there]
        return prices

    def _told(
        self, found: Sequence[tuple[int, float]], relation: Relation, others: Sequence[str]
    ) -> list[Recommendation]:
        ids = [self._blend.items[place] for place, _ in found]
        if relation in ("similar", "replacement"):
            becauses: list[tuple[str, ...]] = [("similar", others[-1])] * len(ids) if ids else []
        else:
            becauses = self._counted.whys(ids, others)
        return [Recommendation(i, score, because) for i, (_, score), because in zip(ids, found, becauses, strict=True)]


def _best(scores: Floats, allowed: Mask, k: int) -> list[tuple[int, float]]:
    places = np.flatnonzero(allowed)
    if len(places) > k:
        places = places[np.argpartition(scores[places], -k)[-k:]]
    return [(int(p), float(scores[p])) for p in places[np.argsort(-scores[places], kind="stable")]]


def _filled(picked: list[Recommendation], more: Sequence[Recommendation], k: int) -> list[Recommendation]:
    """With what is counted, behind what is learned."""
    known, least = {one.product_id for one in picked}, min((one.score for one in picked), default=0.0)
    new = [one for one in more if one.product_id not in known][: k - len(picked)]
    return [*picked, *(Recommendation(one.product_id, least - 1 - n, one.because) for n, one in enumerate(new))]
