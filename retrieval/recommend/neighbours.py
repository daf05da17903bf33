"""What was bought together, what the shop says goes together, what is alike, what is popular: in that order of trust."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Interaction, InteractionKind, Locale, Product
from retrieval.rows import Mask
from retrieval.seams import Relation
from retrieval.types import Recommendation, Where

_WANTED = {
    InteractionKind.BOUGHT: 3.0,
    InteractionKind.CARTED: 2.0,
    InteractionKind.CLICKED: 0.5,
    InteractionKind.VIEWED: 0.5,
}
_LEAST_TOGETHER = 2
"""Customers who bought both before we say so: one is a coincidence, and a portrait of a person."""


_NOBODY: Mapping[str, int] = {}
_Beside = tuple[str, Mapping[str, int], Sequence[str]]
"""A product, what was bought with it by how many, and what the shop says goes with it."""
_SHELVES = 8
"""Categories that stay taken apart: a large one takes a tenth of a second."""


class Neighbours:
    """A Recommender that counts; needs no training, and no events where there are none."""

    def __init__(self, interactions: Iterable[Interaction], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._shelf = lru_cache(_SHELVES)(self._kept)
        self._bought: dict[str, set[str]] = defaultdict(set)
        self._popular: Counter[str] = Counter()
        for event in interactions:
            self._popular[event.product_id] += round(2 * _WANTED.get(event.kind, 0))
            if event.kind is InteractionKind.BOUGHT:
                self._bought[event.customer_id].add(event.product_id)
        self._together: dict[str, Counter[str]] = defaultdict(Counter)
        for basket in self._bought.values():
            for one in basket:
                self._together[one].update(basket - {one})

    def recommend(
        self,
        customer_id: str | None,
        *,
        k: int = 5,
        near: Sequence[str] = (),
        where: Where | None = None,
        relation: Relation = "for_you",
    ) -> list[Recommendation]:
        """Reasons: (`bought_together`, id, customers), (`goes_with`, id), (`similar`, id), (`popular`,), (`in_range`,)."""
        mine = self._bought.get(customer_id or "", set())
        allowed = self._allowed(where or Where())
        for known in {*near, *(mine if relation == "for_you" else ())}:
            if known in self._catalogue:
                allowed[self._catalogue.place(known)] = False
        anchors = [*near, *sorted(mine)] if relation == "for_you" else list(near)
        found: dict[str, Recommendation] = {}
        for anchor in anchors:
            for candidate in self._around(anchor, relation, allowed, k):
                if candidate.score > found.get(candidate.product_id, _NOTHING).score and self._is(
                    candidate.product_id, allowed
                ):
                    found[candidate.product_id] = candidate
        if relation == "for_you":
            for product_id in self._favourites(allowed, k + len(found)):
                count = self._popular[product_id]
                told = Recommendation(product_id, count / 1000, ("popular",) if count else ("in_range",))
                found.setdefault(product_id, told)
        return sorted(found.values(), key=lambda r: (-r.score, r.product_id))[:k]

    def whys(self, product_ids: Sequence[str], others: Sequence[str]) -> list[tuple[str, ...]]:
        """What is true of each product beside others, the first of them first: reasons as `recommend` gives them."""
        beside = [(other, self._together.get(other, _NOBODY), self._goes_with(other)) for other in others]
        return [self._why(product_id, beside) for product_id in product_ids]

    def _why(self, product_id: str, beside: Sequence[_Beside]) -> tuple[str, ...]:
        for other, together, goes_with in beside:
            if (count := together.get(product_id, 0)) >= _LEAST_TOGETHER:
                return "bought_together", other, str(count)
            if product_id in goes_with:
                return "goes_with", other
        return ("popular",) if self._popular[product_id] > 0 else ("in_range",)

    def _goes_with(self, product_id: str) -> Sequence[str]:
        product = self._catalogue.get(product_id)
        return product.goes_with if product else ()

    def _is(self, product_id: str, allowed: Mask) -> bool:
        return product_id in self._catalogue and bool(allowed[self._catalogue.place(product_id)])

    def _allowed(self, where: Where) -> Mask:
        """[catalogue.order] Within the limits, and not known to be sold out."""
        return self._catalogue.mask(where) & ~self._catalogue.facets.sold_out

    def _favourites(self, allowed: Mask, count: int) -> list[str]:
        """The most popular of those allowed, then the first by id."""
        popular = sorted(
            (i for i, times in self._popular.items() if times and self._is(i, allowed)),
            key=lambda i: (-self._popular[i], i),
        )
        others = self._by_id[allowed[self._by_id]][: count + len(popular)] if len(popular) < count else ()
        return list(dict.fromkeys([*popular, *(self._catalogue.order[place] for place in others)]))[:count]

    @cached_property
    def _by_id(self) -> NDArray[np.intp]:
        """Places in the catalogue's order, sorted by product id."""
        return np.argsort(np.array(self._catalogue.order))

    def _around(self, anchor: str, relation: Relation, allowed: Mask, k: int) -> Iterable[Recommendation]:
        product = self._catalogue.get(anchor)
        if relation in ("for_you", "goes_with"):
            for other, count in self._together[anchor].items():
                if count >= _LEAST_TOGETHER:
                    yield Recommendation(other, 3 + count / 10, ("bought_together", anchor, str(count)))
            for other in product.goes_with if product else ():
                yield Recommendation(other, 3, ("goes_with", anchor))
        if product and relation in ("for_you", "similar", "replacement"):
            for other, likeness in self._shelf(product.category, product.locale).nearest(product, allowed, k):
                yield Recommendation(other, 1 + likeness, ("similar", anchor))

    def _kept(self, category: str, locale: Locale) -> _Shelf:
        """The products of a category, all where it has no name, in this language where they are written in it."""
        chosen = self._catalogue.mask(Where(categories=frozenset([category] if category else [])))
        places = np.flatnonzero(chosen)
        ids = [self._catalogue.order[place] for place in places]
        return _Shelf(places, [made for i in ids if (made := self._catalogue.get(i, locale)) is not None])


_NOTHING = Recommendation("", -1.0, ())


class _Shelf:
    """Products of one kind, taken apart so that all can be compared with one at once; `places` are theirs in the catalogue."""

    def __init__(self, places: NDArray[np.intp], products: Sequence[Product]) -> None:
        self._places, self._ids = places, [product.id for product in products]
        self._prices = np.array([float(product.price) for product in products])
        self._titles = _Sets([_title(product) for product in products])
        self._facts = _Sets([_facts(product) for product in products])

    def nearest(self, product: Product, allowed: Mask, k: int) -> list[tuple[str, float]]:
        """The k of those allowed most like it: shared words of the titles, shared attributes and nearness in price, each 0 to 1."""
        price = float(product.price)
        low, high = np.minimum(self._prices, price), np.maximum(self._prices, price)
        nearness = np.divide(low, high, out=np.ones_like(low), where=high > 0)
        likeness = (self._titles.shared(_title(product)) + self._facts.shared(_facts(product)) + nearness) / 3
        rows = np.flatnonzero(allowed[self._places])
        best = rows[np.argsort(-likeness[rows], kind="stable")]
        least = likeness[best[k - 1]] if len(best) > k else 0.0
        alike = [(self._ids[row], float(likeness[row])) for row in best.tolist() if likeness[row] >= least]
        return sorted(alike, key=lambda one: (-one[1], one[0]))[:k]


class _Sets:
    """Many small sets."""

    def __init__(self, sets: Sequence[frozenset[Hashable]]) -> None:
        self._sizes = np.array([len(one) for one in sets])
        having: dict[Hashable, list[int]] = defaultdict(list)
        for row, one in enumerate(sets):
            for member in one:
                having[member].append(row)
        self._having = {member: np.array(rows, dtype=np.int32) for member, rows in having.items()}

    def shared(self, other: frozenset[Hashable]) -> NDArray[np.float64]:
        """[sets] The share of what both have among what either has (Jaccard), 0 where both are empty."""
        both = np.zeros(len(self._sizes))
        for member in other & self._having.keys():
            both[self._having[member]] += 1
        return both / np.maximum(1, self._sizes + len(other) - both)


def _title(product: Product) -> frozenset[Hashable]:
    return frozenset(product.title.casefold().split())


def _facts(product: Product) -> frozenset[Hashable]:
    return frozenset(product.attributes.items())
