"""Exact look-ups over the products; the source of every number that the bot says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge_base.attributes import Attributes
from knowledge_base.facets import Facets
from knowledge_base.kept import Keepable, Words, kept
from knowledge_base.listing import Listing
from knowledge_base.snapshot import StoredProducts
from knowledge_base.types import Interaction, Locale, Product, Review
from knowledge_base.where import Sort, Where

T = TypeVar("T", bound=Keepable)


class Catalogue:
    """Products by id, each in one or more languages. The first locale that was given is the fallback."""

    def __init__(
        self,
        products: Iterable[Product],
        locales: Sequence[Locale] = (),
        reviews: Iterable[Review] = (),
        interactions: Iterable[Interaction] = (),
        folder: Path | None = None,
    ) -> None:
        products = products if isinstance(products, StoredProducts) else list(products)
        self.folder = products.path.parent if isinstance(products, StoredProducts) else folder
        """Where what is worked out from the products can be kept, for as long as they are as they are; None where they are in memory."""
        self._locales = tuple(locales)
        self._events = reviews, interactions
        self._listing = self.kept(Listing, "listing", lambda: Listing.of(products))
        self.order = self._listing.order
        """Every product's id; masks have an entry for each, in this order."""
        self._places = {product_id: place for place, product_id in enumerate(self.order)}
        self._forms = (
            products.forms(self._places, self._listing.rows_of)
            if isinstance(products, StoredProducts)
            else _forms(products)
        )

    @cached_property
    def attributes(self) -> Attributes:
        """The shop's attributes in the words of its first language."""
        return self.kept(
            Attributes, "attributes", lambda: Attributes.of(map(self.forms, self.order), self.first_locale)
        )

    @cached_property
    def facets(self) -> Facets:
        """What can be filtered by, computed once: for 43,000 products in seconds."""
        return self.kept(
            Facets, "facets", lambda: Facets.of(map(self._first_forms, self.order), self.attributes, *self._events)
        )

    def kept(self, of: type[T], name: str, make: Callable[[], T], made_by: Sequence[Path] = ()) -> T:
        """What `make` works out of the products, made once where they have a folder; `made_by` is its code besides this package."""
        code = [Path(__file__).parent, *made_by]
        return kept(of, make, self.folder, f"{name}-{'-'.join(self._locales)}", code)

    def _first_forms(self, product_id: str) -> list[Product]:
        """The product in the shop's first language that it has, then in the others."""
        forms = self._forms[product_id]
        first = next((one for one in self._locales if one in forms), next(iter(forms)))
        return [forms[first], *(product for locale, product in forms.items() if locale != first)]

    @property
    def first_locale(self) -> Locale:
        """The shop's first language, or the first product's where it names none."""
        first = self._forms[self.order[0]] if self.order else {}
        return next(iter(self._locales), next(iter(first), "en"))

    @cached_property
    def category_names(self) -> Mapping[str, str]:
        """Category name in any language -> the name in the shop's first language."""
        names: dict[str, str] = self.kept(Words, "categories", lambda: Words(self._first_names())).words
        return names

    def _first_names(self) -> dict[str, str]:
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for product_id in self.order:
            forms = self._forms[product_id]
            first = forms.get(self.first_locale, next(iter(forms.values()))).category
            for product in forms.values():
                if product.category and first:
                    votes[product.category][first] += 1
        return {name: said.most_common(1)[0][0] for name, said in votes.items()}

    def __len__(self) -> int:
        return len(self.order)

    def __contains__(self, product_id: str) -> bool:
        return product_id in self._places

    def __iter__(self) -> Iterator[Product]:
        """Every product in every language, in the shop's order; those of a large shop are read one after the other."""
        for product_id in self.order:
            yield from self._forms[product_id].values()

    def ids(self) -> frozenset[str]:
        return self._ids

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(self.order)

    @cached_property
    def _named(self) -> NDArray[np.object_]:
        return np.array(self.order, dtype=object)

    def get(self, product_id: str, locale: Locale | None = None) -> Product | None:
        """The product in this language, else in the shop's first that has it; None where the id is unknown."""
        forms = self._forms.get(product_id)
        if forms is None:
            return None
        wanted = (locale or "", *self._locales)
        return next((forms[one] for one in wanted if one in forms), next(iter(forms.values())))

    def forms(self, product_id: str) -> list[Product]:
        """The product in every language that it is written in; empty where the id is unknown."""
        return list(self._forms.get(product_id, {}).values())

    def categories(self, locale: Locale | None = None) -> list[str]:
        """Category names in this language, or in all, in the order they were met."""
        return list(dict.fromkeys(name for name, of in self._listing.categories if locale in (None, of)))

    def select(self, where: Where) -> frozenset[str]:
        """Ids within all limits; prices in the shop's currency, both ends included.

        A product passes where one of its forms (a variant, or itself where it has none) meets every limit that is about a form:
        price, colour, size, measures, quantity. `in_stock` is met only where stock is known.
        """
        mask = self.mask(where)
        if np.count_nonzero(mask) * 2 > len(mask):  # leaving out is faster than gathering
            return self._ids.difference(self._named[~mask].tolist())
        return frozenset(self._named[mask].tolist())

    def among(self, ids: Iterable[str], where: Where) -> list[str]:
        """Those of some ids that `select` would have, in their order."""
        mask, places = self.mask(where), self._places
        return [i for i in ids if i in places and mask[places[i]]]

    def listed(self, where: Where) -> list[str]:
        """What `select` has, in the shop's order, the sold out last."""
        mask = self.mask(where)
        sold_out = self.facets.sold_out
        first, last = (self._named[mask & part].tolist() for part in (~sold_out, sold_out))
        return [*first, *last]

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
            mask[self._listing.in_category(name)] = True
        return mask

    def place(self, product_id: str) -> int:
        """Where it stands in `order`. Raises KeyError where the id is unknown."""
        return self._places[product_id]

    def ranked(self, ids: Iterable[str], sort: Sort) -> list[str]:
        """In the order asked for; equal ones by id, what isn't known (ratings, dates) last."""
        named = sorted(ids)
        places = np.fromiter((self._places[i] for i in named), dtype=np.intp, count=len(named))
        order = np.lexsort(self._sort_keys(places, sort)[::-1])
        return [named[place] for place in order.tolist()]

    def _sort_keys(self, places: NDArray[np.intp], sort: Sort) -> tuple[NDArray[np.floating], ...]:
        """What these products are ordered by, the first key first; the least comes first."""
        facets = self.facets
        if sort == "rating":
            reviews = facets.reviews[places]
            known = reviews > 0
            return np.where(known, -facets.rating[places], 1.0), np.where(known, -reviews, 0.0)
        by = {
            "price_asc": (facets.price, 1), "price_desc": (facets.price, -1), "newest": (facets.added, -1),
            "popular": (facets.popularity, -1), "discount": (facets.discount, -1),
        }  # fmt: skip
        values, sign = by[sort]
        return (sign * values[places],)

    def cheapest_first(self, ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=lambda i: (self._listing.prices[self._places[i]], i))


def _forms(products: Iterable[Product]) -> Mapping[str, Mapping[Locale, Product]]:
    forms: dict[str, dict[Locale, Product]] = {}
    for product in products:
        forms.setdefault(product.id, {})[product.locale] = product
    return forms
