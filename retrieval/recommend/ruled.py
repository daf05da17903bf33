"""A shop's rules over any Recommender: what is pinned, hidden, pushed, used up or bought already, and never the same thing five times."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.recommending import ANY, Rules, Which
from knowledge_base.types import Locale
from retrieval.recommend.likeness import Likeness
from retrieval.recommend.past import Past
from retrieval.rows import Mask
from retrieval.seams import Recommender, Relation
from retrieval.types import Choice, Recommendation, Where

POOL = 40
"""Candidates that rules choose from; asked for again, eight times as many, where too few of them may be shown."""
_HEAD = 10
"""A candidate at place n weighs _HEAD / (_HEAD + n): models score on scales of their own, places mean the same for all."""
_DAY_S = 86_400.0
_NOT_AGAIN: tuple[Relation, ...] = ("for_you", "goes_with")
"""Where what was bought already is left out: who asks what is like it, or stands for it, may want it all the same."""


class Ruled:
    """A Recommender around another."""

    def __init__(
        self,
        inner: Recommender,
        rules: Rules,
        catalogue: Catalogue,
        past: Past,
        keys: Mapping[str, Mapping[Locale, str]],
        now: Callable[[], float] = time.time,
    ) -> None:
        """`keys` are the categories of shop.toml, which rules may name as well; `now` is in seconds since 1970."""
        self._inner, self._rules, self._catalogue, self._past, self._keys = inner, rules, catalogue, past, keys
        self._now = now

    def recommend(
        self,
        customer_id: str | None,
        *,
        k: int = 5,
        near: Sequence[str] = (),
        where: Where | None = None,
        relation: Relation = "for_you",
    ) -> list[Recommendation]:
        """As the seam says, within the rules. `for_you` gives k wherever the shop has as many in stock and within the limits."""
        if k <= 0:
            return []
        limits = where or Where()
        allowed = self._catalogue.mask(limits) & self._sellable
        for product_id in near:
            if product_id in self._catalogue:
                allowed[self._catalogue.place(product_id)] = False
        due: list[int] = []
        if customer_id and relation in _NOT_AGAIN:
            again, due = self._again(customer_id)
            fresh = allowed & ~again
            allowed = fresh if relation == "goes_with" or fresh.any() else allowed
        found = self._candidates(customer_id, k, near, limits, relation, allowed)
        if relation == "for_you":
            due = [place for place in due if allowed[place]]
            found = self._with(due, ("due_again",), found)
            found = self._filled(found, allowed, k)
        variety = self._rules.variety if relation in _NOT_AGAIN else 0.0  # who asks for what is like it wants it alike
        ranked = self._varied(self._weighed(found)[: POOL + k], k, variety)
        return self._pinned(ranked, allowed, k) if relation == "for_you" else ranked

    def days_of(self, product_id: str) -> float | None:
        """In how many days a product is used up; None where it isn't a consumable."""
        days = self._days[self._catalogue.place(product_id)] if product_id in self._catalogue else 0.0
        return float(days) or None

    def _candidates(
        self, customer_id: str | None, k: int, near: Sequence[str], where: Where, relation: Relation, allowed: Mask
    ) -> list[tuple[int, Recommendation]]:
        """(place, candidate) of those that may be shown, best first."""
        asked, every = POOL + k, len(self._catalogue)
        while True:
            given = self._inner.recommend(customer_id, k=asked, near=near, where=where, relation=relation)
            at = [(self._catalogue.place(one.product_id), one) for one in given if one.product_id in self._catalogue]
            kept = [(place, one) for place, one in at if allowed[place]]
            if len(kept) >= k or len(given) < asked or asked >= every:
                return kept
            asked = min(8 * asked, every)

    def _with(
        self, places: Sequence[int], because: tuple[str, ...], found: list[tuple[int, Recommendation]]
    ) -> list[tuple[int, Recommendation]]:
        """These before the others."""
        order = self._catalogue.order
        first = [(place, Recommendation(order[place], 0.0, because)) for place in places]
        return [*first, *(one for one in found if one[0] not in set(places))]

    def _filled(
        self, found: list[tuple[int, Recommendation]], allowed: Mask, k: int
    ) -> list[tuple[int, Recommendation]]:
        """With the most popular of what may be shown, where a model has too little to say."""
        if len(found) >= k:
            return found
        known = {place for place, _ in found}
        left = [int(place) for place in self._by_popularity[allowed[self._by_popularity]][: k + len(known)]]
        order = self._catalogue.order
        return [*found, *((i, Recommendation(order[i], 0.0, ("in_range",))) for i in left if i not in known)]

    def _weighed(self, found: Sequence[tuple[int, Recommendation]]) -> list[tuple[int, Recommendation, float]]:
        """With a weight that comes of place, boosts and margins, the heaviest first."""
        places = np.array([place for place, _ in found], dtype=np.intp)
        weights = _HEAD / (_HEAD + np.arange(len(found))) * self._weights[places]
        return [(*found[n], float(weights[n])) for n in np.argsort(-weights, kind="stable").tolist()]

    def _varied(
        self, found: Sequence[tuple[int, Recommendation, float]], k: int, variety: float
    ) -> list[Recommendation]:
        """One after the other, each weighed down by how like it is to those picked before; `score` is the weight that it had."""
        if not variety or not found:
            return [replace(one, score=weight) for _, one, weight in found[:k]]
        between = self._likeness.among([place for place, _, _ in found])
        weights = np.array([weight for _, _, weight in found])
        alike, is_left, picked = np.zeros(len(found)), np.ones(len(found), dtype=np.bool_), list[Recommendation]()
        for _ in range(min(k, len(found))):
            weighed = np.where(is_left, weights * (1 - variety * alike), -np.inf)
            best = int(weighed.argmax())
            picked.append(replace(found[best][1], score=float(weighed[best])))
            is_left[best], alike = False, np.maximum(alike, between[best])
        return picked

    def _pinned(self, picked: list[Recommendation], allowed: Mask, k: int) -> list[Recommendation]:
        """What the shop puts first, as far as it is within the limits."""
        order = self._catalogue.order
        first = [order[place] for place in self._pins if allowed[place]][:k]
        known = {one.product_id: one for one in picked}
        most = picked[0].score if picked else 1.0
        top = [replace(known.get(i, Recommendation(i, most, ("in_range",))), score=most) for i in first]
        return [*top, *(one for one in picked if one.product_id not in first)][:k]

    def _again(self, customer_id: str) -> tuple[Mask, list[int]]:
        """(what was bought and isn't used up yet, what was and is; the longest ago first)."""
        not_again = np.zeros(len(self._catalogue), dtype=np.bool_)
        due = []
        for place, at in self._past.bought(customer_id).items():
            days = self._days[place]
            if days and self._now() - at >= days * _DAY_S:
                due.append((at, place))
            else:
                not_again[place] = True
        return not_again, [place for _, place in sorted(due)]

    # What the rules come to in this catalogue, worked out once.

    @cached_property
    def _sellable(self) -> Mask:
        """Not known to be sold out, and not hidden."""
        hidden = [self.mask(which) for which in self._rules.hide]
        out: Mask = np.logical_or.reduce([self._catalogue.facets.sold_out, *hidden])
        return ~out

    @cached_property
    def _pins(self) -> list[int]:
        """Places in the order of the file."""
        places: dict[int, None] = {}
        for which in self._rules.pin:
            named = [self._catalogue.place(i) for i in which.products if i in self._catalogue]
            mask = self.mask(which)
            places |= dict.fromkeys([place for place in named if mask[place]] or np.flatnonzero(mask).tolist())
        return list(places)

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        weights = np.ones(len(self._catalogue))
        for boost in self._rules.boosts:
            weights[self.mask(boost.which)] *= boost.by
        shares = np.full(len(self._catalogue), np.nan)
        for margin in self._rules.margins:
            shares[self.mask(margin.which)] = margin.share
        known = ~np.isnan(shares)
        if known.any() and (mean := float(shares[known].mean())) > 0:
            weights[known] *= np.maximum(0.05, 1 + self._rules.margin_weight * (shares[known] / mean - 1))
        return weights

    @cached_property
    def _days(self) -> NDArray[np.float64]:
        """In how many days each is used up, 0 where it lasts; of two rules the later counts."""
        days = np.zeros(len(self._catalogue))
        for rule in self._rules.consumables:
            days[self.mask(rule.which)] = rule.days
        return days

    @cached_property
    def _by_popularity(self) -> NDArray[np.intp]:
        return np.argsort(-self._catalogue.facets.popularity, kind="stable")

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness.of(self._catalogue)

    def mask(self, which: Which) -> Mask:
        """[catalogue.order] What a rule is about."""
        names = self._keys.get(which.category)
        categories = frozenset(names.values() if names else [which.category] if which.category else [])
        attributes = self._catalogue.attributes
        choices = []
        for said, value in (*which.attributes.items(), *([("brand", which.brand)] if which.brand else [])):
            name = attributes.name(said)
            any_of = frozenset(attributes.values.get(name, {}).values())
            choices.append(Choice(name, any_of if value == ANY else frozenset([attributes.value(name, value)])))
        ids = frozenset(which.products) if which.products else None
        return self._catalogue.mask(Where(source_ids=ids, categories=categories, having=tuple(choices)))
