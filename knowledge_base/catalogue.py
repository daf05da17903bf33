"""Exact look-ups over the products; the source of every number that the bot says."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge_base.snapshot import StoredProducts
from knowledge_base.types import Locale, Product


class Catalogue:
    """Products by id, each in one or more languages. The first locale that was given is the fallback."""

    def __init__(self, products: Iterable[Product], locales: Sequence[Locale] = ()) -> None:
        products = products if isinstance(products, StoredProducts) else list(products)
        self._forms = products.forms if isinstance(products, StoredProducts) else _forms(products)
        self.folder = products.path.parent if isinstance(products, StoredProducts) else None
        """Where what is worked out from the products can be kept, for as long as they are as they are; None where they are in memory."""
        self._locales = tuple(locales)
        self._category_names: dict[tuple[str, Locale], None] = {}
        self._by_category: dict[str, array[int]] = {}
        self.order: list[str] = []
        """Every product's id; masks have an entry for each, in this order."""
        self._places: dict[str, int] = {}
        self._offers = _Offers()
        for product in products:
            self._add(product)

    def _add(self, product: Product) -> None:
        place = self._places.setdefault(product.id, len(self.order))
        if place == len(self.order):
            self.order.append(product.id)
            self._offers.add(place, product)
        if product.category:
            self._category_names[product.category, product.locale] = None
            self._by_category.setdefault(product.category.casefold(), array("i")).append(place)

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
        return list(dict.fromkeys(name for name, of in self._category_names if locale in (None, of)))

    def select(
        self,
        *,
        categories: Collection[str] = (),
        price_from: Decimal | None = None,
        price_to: Decimal | None = None,
        in_stock: bool | None = None,
    ) -> frozenset[str]:
        """Ids within all limits; prices in the shop's currency, both ends included.

        A price limit is met where the product or one of its variants meets it, `in_stock` only where stock is known.
        """
        chosen = self.chosen(categories=categories, price_from=price_from, price_to=price_to, in_stock=in_stock)
        return frozenset(self.order[place] for place in np.flatnonzero(chosen).tolist())

    def chosen(
        self,
        *,
        categories: Collection[str] = (),
        price_from: Decimal | None = None,
        price_to: Decimal | None = None,
        in_stock: bool | None = None,
    ) -> NDArray[np.bool_]:
        """`select` as a mask over `order`."""
        mask = np.ones(len(self.order), dtype=np.bool_)
        if categories:
            mask[:] = False
            for name in categories:
                mask[np.asarray(self._by_category.get(name.casefold(), ()), dtype=np.int32)] = True
        if in_stock is not None:
            mask &= self._offers.in_stock() == in_stock
        if price_from is not None or price_to is not None:
            mask &= self._offers.within(price_from, price_to, only_there=bool(in_stock))
        return mask

    def place(self, product_id: str) -> int:
        """Where it stands in `order`. Raises KeyError where the id is unknown."""
        return self._places[product_id]

    def sold_out(self) -> NDArray[np.bool_]:
        """Which are known to be, as a mask over `order`."""
        sold_out: NDArray[np.bool_] = self._offers.in_stock() == 0
        return sold_out

    def cheapest_first(self, ids: Iterable[str]) -> list[str]:
        prices = self._offers.prices()
        return sorted(ids, key=lambda i: (prices[self._places[i]], i))


class _Offers:
    """What is sold at which price, a product's variants each for itself; compact, and as arrays where they are searched."""

    def __init__(self) -> None:
        self._prices, self._stock = array("d"), array("b")
        self._owners, self._amounts, self._there = array("i"), array("d"), array("b")

    def add(self, place: int, product: Product) -> None:
        self._prices.append(float(product.price))
        self._stock.append(-1 if product.in_stock is None else product.in_stock)
        sold = [(v.price, v.stock is None or v.stock > 0) for v in product.variants] or [(product.price, True)]
        for price, there in sold:
            self._owners.append(place)
            self._amounts.append(float(price))
            self._there.append(there)

    def prices(self) -> NDArray[np.float64]:
        return np.asarray(self._prices)

    def in_stock(self) -> NDArray[np.int8]:
        """[products] 1, 0, or -1 where it isn't known."""
        return np.asarray(self._stock)

    def within(self, low: Decimal | None, high: Decimal | None, *, only_there: bool) -> NDArray[np.bool_]:
        """[products] Whether any of a product's prices is. As floats, which are in the same order as prices of up to 15 digits."""
        amounts = np.asarray(self._amounts)
        fits = (amounts >= float(low or 0)) & (amounts <= float("inf" if high is None else high))
        if only_there:
            fits &= np.asarray(self._there).astype(np.bool_)
        within = np.zeros(len(self._prices), dtype=np.bool_)
        within[np.asarray(self._owners)[fits]] = True
        return within


def _forms(products: Iterable[Product]) -> Mapping[str, Mapping[Locale, Product]]:
    forms: dict[str, dict[Locale, Product]] = {}
    for product in products:
        forms.setdefault(product.id, {})[product.locale] = product
    return forms
