"""What was bought together, what the shop says goes together, what is alike, what is popular: in that order of trust."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Interaction, InteractionKind, Product
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


class Neighbours:
    """A Recommender that counts; needs no training, and no events where there are none."""

    def __init__(self, interactions: Iterable[Interaction], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
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
        allowed = self._allowed(where or Where()) - set(near) - (mine if relation == "for_you" else set())
        anchors = [*near, *sorted(mine)] if relation == "for_you" else list(near)
        found: dict[str, Recommendation] = {}
        for anchor in anchors:
            for candidate in self._around(anchor, relation):
                if (
                    candidate.product_id in allowed
                    and candidate.score > found.get(candidate.product_id, _NOTHING).score
                ):
                    found[candidate.product_id] = candidate
        if relation == "for_you":
            for product_id in allowed - found.keys():
                count = self._popular[product_id]
                found[product_id] = Recommendation(product_id, count / 1000, ("popular",) if count else ("in_range",))
        return sorted(found.values(), key=lambda r: (-r.score, r.product_id))[:k]

    def _allowed(self, where: Where) -> set[str]:
        """Within the limits, and not known to be sold out."""
        chosen = self._catalogue.select(where)
        return {i for i in chosen if (product := self._catalogue.get(i)) is not None and product.in_stock is not False}

    def _around(self, anchor: str, relation: Relation) -> Iterable[Recommendation]:
        product = self._catalogue.get(anchor)
        if relation in ("for_you", "goes_with"):
            for other, count in self._together[anchor].items():
                if count >= _LEAST_TOGETHER:
                    yield Recommendation(other, 3 + count / 10, ("bought_together", anchor, str(count)))
            for other in product.goes_with if product else ():
                yield Recommendation(other, 3, ("goes_with", anchor))
        if product and relation in ("for_you", "similar", "replacement"):
            for other in self._catalogue.select(
                Where(categories=frozenset([product.category] if product.category else []))
            ):
                alike = self._catalogue.get(other, product.locale)
                if alike is not None and other != anchor:
                    yield Recommendation(other, 1 + _likeness(product, alike), ("similar", anchor))


_NOTHING = Recommendation("", -1.0, ())


def _likeness(one: Product, other: Product) -> float:
    """Shared words of the titles, shared attributes and nearness in price, each 0 to 1."""
    titles = set(one.title.casefold().split()), set(other.title.casefold().split())
    shared = len(titles[0] & titles[1]) / max(1, len(titles[0] | titles[1]))
    facts = set(one.attributes.items()), set(other.attributes.items())
    same = len(facts[0] & facts[1]) / max(1, len(facts[0] | facts[1]))
    low, high = sorted((one.price, other.price))
    return (shared + same + (float(low / high) if high else 1.0)) / 3
