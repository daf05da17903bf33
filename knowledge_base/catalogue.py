"""Exact look-ups over the products; the source of every number that the bot says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge_base.attributes import Attributes
from knowledge_base.facets import Facets
from knowledge_base.types import Interaction, Locale, Product, Review
from knowledge_base.where import Sort, Where


class Catalogue:
    """Products by id, each in one or more languages. The first locale that was given is the fallback."""

    def __init__(
        self,
        products: Iterable[Product],
        locales: Sequence[Locale] = (),
        reviews: Iterable[Review] = (),
        interactions: Iterable[Interaction] = (),
    ) -> None:
        self._forms: dict[str, dict[Locale, Product]] = {}
        for product in products:
            self._forms.setdefault(product.id, {})[product.locale] = product
        self._locales = tuple(locales)
        self._events: tuple[tuple[Review, ...], tuple[Interaction, ...]] = tuple(reviews), tuple(interactions)
        self.order: tuple[str, ...] = tuple(self._forms)
        """Every id, in the order in which masks have them."""
        self._named = np.array(self.order, dtype=object)
        self._places = {product_id: place for place, product_id in enumerate(self.order)}
        self._by_category: dict[str, list[int]] = {}
        for place, product_id in enumerate(self.order):
            names = {product.category.casefold() for product in self._forms[product_id].values() if product.category}
            for name in names:
                self._by_category.setdefault(name, []).append(place)

    @cached_property
    def attributes(self) -> Attributes:
        """The shop's attributes in the words of its first language."""
        return Attributes((list(forms.values()) for forms in self._forms.values()), self.first_locale)

    @cached_property
    def facets(self) -> Facets:
        """What can be filtered by, computed when it is first needed: for 43,000 products in seconds."""
        return Facets([self._first_forms(i) for i in self.order], self.attributes, *self._events)

    def _first_forms(self, product_id: str) -> list[Product]:
        """The product in the shop's first language that it has, then in the others."""
        forms = self._forms[product_id]
        first = next((one for one in self._locales if one in forms), next(iter(forms)))
        return [forms[first], *(product for locale, product in forms.items() if locale != first)]

    @property
    def first_locale(self) -> Locale:
        """The shop's first language, or the first product's where it names none."""
        first = next(iter(self._forms.values()), {})
        return next(iter(self._locales), next(iter(first), "en"))

    @cached_property
    def category_names(self) -> Mapping[str, str]:
        """Category name in any language -> the name in the shop's first language."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for forms in self._forms.values():
            first = forms.get(self.first_locale, next(iter(forms.values()))).category
            for product in forms.values():
                if product.category and first:
                    votes[product.category][first] += 1
        return {name: said.most_common(1)[0][0] for name, said in votes.items()}

    def __len__(self) -> int:
        return len(self._forms)

    def __contains__(self, product_id: str) -> bool:
        return product_id in self._forms

    def ids(self) -> frozenset[str]:
        return frozenset(self._forms)

    def get(self, product_id: str, locale: Locale | None = None) -> Product | None:
        """The product in this language, else in the shop's first that has it; None where the id is unknown."""
        forms = self._forms.get(product_id)
        if forms is None:
            return None
        wanted = (locale, *self._locales)
        return next((forms[one] for one in wanted if one in forms), next(iter(forms.values())))

    def forms(self, product_id: str) -> list[Product]:
        """The product in every language that it is written in; empty where the id is unknown."""
        return list(self._forms.get(product_id, {}).values())

    def categories(self, locale: Locale | None = None) -> list[str]:
        """Category names in this language, or in all, in the order they were met."""
        names = {
            product.category: None
            for forms in self._forms.values()
            for product in forms.values()
            if product.category and locale in (None, product.locale)
        }
        return list(names)

    def select(self, where: Where) -> frozenset[str]:
        """Ids within all limits; prices in the shop's currency, both ends included.

        A product passes where one of its forms (a variant, or itself where it has none) meets every limit that is about a form:
        price, colour, size, measures, quantity. `in_stock` is met only where stock is known.
        """
        return frozenset(self._named[self.mask(where)].tolist())

    def mask(self, where: Where) -> NDArray[np.bool_]:
        """Which products of `order` are within all limits; `locale` and `sources` say nothing of a product."""
        chosen = self.facets.mask(where)
        if where.categories:
            chosen = chosen & self._in_categories(where.categories)
        if where.not_categories:
            chosen = chosen & ~self._in_categories(where.not_categories)
        if where.source_ids is not None:
            named = np.zeros(len(self.order), dtype=np.bool_)
            named[[self._places[i] for i in where.source_ids if i in self._places]] = True
            chosen = chosen & named
        return chosen

    def _in_categories(self, names: Collection[str]) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.order), dtype=np.bool_)
        for name in names:
            mask[self._by_category.get(name.casefold(), [])] = True
        return mask

    def place(self, product_id: str) -> int:
        """Where it stands in `order`. Raises KeyError where the id is unknown."""
        return self._places[product_id]

    def ranked(self, ids: Iterable[str], sort: Sort) -> list[str]:
        """In the order asked for; equal ones by id, what isn't known (ratings, dates) last."""
        return sorted(ids, key=lambda i: (self._sort_key(self._places[i], sort), i))

    def _sort_key(self, place: int, sort: Sort) -> tuple[float, float]:
        facets = self.facets
        if sort == "rating":
            known = facets.reviews[place] > 0
            return (-float(facets.rating[place]), -float(facets.reviews[place])) if known else (1.0, 0.0)
        by = {
            "price_asc": facets.price, "price_desc": -facets.price, "newest": -facets.added,
            "popular": -facets.popularity, "discount": -facets.discount,
        }  # fmt: skip
        return float(by[sort][place]), 0.0

    def cheapest_first(self, ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=lambda i: (next(iter(self._forms[i].values())).price, i))
