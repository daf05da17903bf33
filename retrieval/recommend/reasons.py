"""Why a product may be put forward: what is true of it by the shop's own data, whichever model picked it. Numbers only where they are large enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from knowledge_base.catalogue import Catalogue
from retrieval.recommend.likeness import Likeness
from retrieval.recommend.past import Past, Places
from retrieval.seams import Relation
from retrieval.types import Where

TOGETHER = 3
"""Others who bought both before we say so: fewer are a coincidence, and a portrait of a person."""
BUYERS, BOTH, SHARE, ABOVE = 20, 5, 0.1, 1.5
"""A share is told of at least so many buyers, of whom so many took both, which is so much and so many times what all buyers take."""
MONTH_S, MONTHLY, FIRST = 30 * 86_400.0, 5, 3
"""Popular this month: bought by at least so many within these seconds, and one of the first so many of its category."""
EVER, OFTEN = 5, 0.1
"""Often bought: by at least so many ever, and within the first tenth of the shop."""
STARS, RATED = 4.5, 4
"""Well rated: on average at least, by at least so many."""
LIKE = 0.4
"""From how alike on a product is like another."""
_LAST = 20
"""Purchases and looks of a customer that are thought of."""
_DAY_S = 86_400.0

Because = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class For:
    """Whom and beside what a product is put forward; `now` is in seconds since 1970."""

    now: float
    customer_id: str | None = None
    near: Sequence[str] = ()
    """Products that were asked about, the ones that the pick is to be like or go with."""
    looked_at: Sequence[str] = ()
    """Products spoken of in the conversation."""
    relation: Relation = "for_you"


class Reasons:
    """Keys of the writer's wordings with their values; ids of products stand first, then counts."""

    def __init__(self, past: Past, catalogue: Catalogue, days_of: Callable[[str], float | None]) -> None:
        """`days_of` tells in how many days a product is used up."""
        self._past, self._catalogue, self.days_of = past, catalogue, days_of

    def bought_at(self, customer_id: str | None, product_id: str) -> datetime | None:
        """When the customer bought it last; None where they didn't, as far as is known."""
        if not customer_id or product_id not in self._catalogue:
            return None
        at = self._past.bought(customer_id).get(self._catalogue.place(product_id))
        return None if at is None else datetime.fromtimestamp(at, UTC)

    def why(self, product_id: str, given: For) -> list[Because]:
        """All that is true, the most telling first; empty where nothing is."""
        if product_id not in self._catalogue:
            return []
        found = (self._again, self._together, self._paired, self._alike, self._rated, self._popular)
        return [one for way in found for one in way(self._catalogue.place(product_id), given)]

    def _again(self, place: int, given: For) -> Iterator[Because]:
        """The customer has bought it and it is used up by now."""
        days = self.days_of(self._catalogue.order[place])
        at = self._past.bought(given.customer_id).get(place) if given.customer_id and days else None
        if at is not None and days and (ago := (given.now - at) / _DAY_S) >= days:
            yield "due_again", self._catalogue.order[place], str(int(ago))

    def _together(self, place: int, given: For) -> Iterator[Because]:
        """The best of what the pick was bought with: beside the products at hand, else beside what the customer has bought."""
        asked = [(self._catalogue.place(i), "") for i in given.near if i in self._catalogue]
        mine = self._past.bought(given.customer_id) if given.customer_id and given.relation == "for_you" else {}
        own = [(i, "_yours") for i in sorted(mine, key=lambda i: -mine[i])[:_LAST]]
        me, theirs = self._past.number(given.customer_id or ""), self._past.buyers(place)
        told = [
            one
            for anchor, whose in (*asked, *own)
            if anchor != place and (one := self._told(anchor, theirs, me, whose))
        ]
        if told:
            yield max(told, key=lambda one: one[0])[1]

    def _told(self, anchor: int, theirs: Places, me: int, whose: str) -> tuple[tuple[bool, int, int], Because] | None:
        """(its weight, the reason), where enough others bought both."""
        buyers = self._past.buyers(anchor)
        both = _shared(buyers, theirs) - int(_has(buyers, me) and _has(theirs, me))
        count = len(buyers) - int(_has(buyers, me))
        if both < TOGETHER:
            return None
        other, share = self._catalogue.order[anchor], both / count
        usual = len(theirs) / max(1, self._past.customers)
        if count >= BUYERS and both >= BOTH and share >= max(SHARE, ABOVE * usual):
            return (not whose, 1, both), (f"share{whose}", other, str(round(100 * share)))
        return (not whose, 0, both), (f"bought_together{whose}", other, str(both))

    def _paired(self, place: int, given: For) -> Iterator[Because]:
        """The shop says that it goes with a product at hand, or with one that the customer has."""
        for whose, others in (("", given.near), ("_yours", self._mine(given))):
            for other in others:
                product = self._catalogue.get(other)
                if product and self._catalogue.order[place] in product.goes_with:
                    yield f"goes_with{whose}", other

    def _mine(self, given: For) -> list[str]:
        bought = self._past.bought(given.customer_id) if given.customer_id and given.relation == "for_you" else {}
        return [self._catalogue.order[i] for i in sorted(bought, key=lambda i: -bought[i])[:_LAST]]

    def _alike(self, place: int, given: For) -> Iterator[Because]:
        if given.relation in ("similar", "replacement"):
            near = [i for i in given.near[:1] if i in self._catalogue]
            likeness = Likeness.of(self._catalogue).to(place, [self._catalogue.place(i) for i in near])
            yield from (("similar", i) for i, like in zip(near, likeness, strict=True) if like >= LIKE)
            return
        seen = [i for i in given.looked_at[-_LAST:][::-1] if i in self._catalogue]
        if given.customer_id:
            looked = self._past.looked_at(given.customer_id)
            seen += [self._catalogue.order[i] for i in sorted(looked, key=lambda i: -looked[i])[:_LAST]]
        others = [self._catalogue.place(i) for i in dict.fromkeys(seen)]
        nearness = Likeness.of(self._catalogue).to(place, others) if others else []
        best = max(zip(nearness, others, strict=True), default=(0.0, place))
        if best[0] >= LIKE and best[1] != place:
            yield "like_looked", self._catalogue.order[best[1]]

    def _rated(self, place: int, given: For) -> Iterator[Because]:
        stars, count = float(self._catalogue.facets.rating[place]), int(self._catalogue.facets.reviews[place])
        if count >= RATED and stars >= STARS:
            yield "rated", f"{stars:.1f}", str(count)

    def _popular(self, place: int, given: For) -> Iterator[Because]:
        """In its category this month, else in the shop at all."""
        product = self._catalogue.get(self._catalogue.order[place])
        lately = self._past.buyers_since(given.now - MONTH_S)
        if product and product.category and lately[place] >= MONTHLY:
            beside = self._catalogue.mask(Where(categories=frozenset({product.category})))
            if int((lately[beside] > lately[place]).sum()) < FIRST:
                yield "popular_in", product.category
                return
        ever = self._past.buyers_since(0.0)
        if ever[place] >= EVER and int((ever > ever[place]).sum()) < OFTEN * len(ever):
            yield ("popular",)


def _has(buyers: Places, number: int) -> bool:
    at = int(np.searchsorted(buyers, number))
    return at < len(buyers) and int(buyers[at]) == number


def _shared(one: Places, other: Places) -> int:
    """How many stand in both; each is in order."""
    if not len(one) or not len(other):
        return 0
    at = np.searchsorted(other, one)
    return int((other[np.minimum(at, len(other) - 1)] == one).sum())
