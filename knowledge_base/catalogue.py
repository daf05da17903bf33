"""Exact look-ups over the products; the source of every number that the bot says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from knowledge_base.attributes import Attributes
from knowledge_base.types import Locale, Product


class Catalogue:
    """Products by id, each in one or more languages. The first locale that was given is the fallback."""

    def __init__(self, products: Iterable[Product], locales: Sequence[Locale] = ()) -> None:
        self._forms: dict[str, dict[Locale, Product]] = {}
        for product in products:
            self._forms.setdefault(product.id, {})[product.locale] = product
        self._locales = tuple(locales)
        self._by_category: dict[str, set[str]] = {}
        for product_id, forms in self._forms.items():
            for product in forms.values():
                if product.category:
                    self._by_category.setdefault(product.category.casefold(), set()).add(product_id)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every id, in the order in which masks have them."""
        return tuple(self._forms)

    @cached_property
    def attributes(self) -> Attributes:
        """The shop's attributes in the words of its first language."""
        return Attributes((list(forms.values()) for forms in self._forms.values()), self.first_locale)

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
        ids = set(self._forms)
        if categories:
            ids &= set().union(*(self._by_category.get(name.casefold(), set()) for name in categories))
        return frozenset(
            i for i in ids if self._meets(next(iter(self._forms[i].values())), price_from, price_to, in_stock)
        )

    @staticmethod
    def _meets(product: Product, price_from: Decimal | None, price_to: Decimal | None, in_stock: bool | None) -> bool:
        if in_stock is not None and product.in_stock is not in_stock:
            return False
        if price_from is None and price_to is None:
            return True
        low, high = price_from or Decimal(0), price_to if price_to is not None else Decimal("Infinity")
        prices = [v.price for v in product.variants if not in_stock or v.stock is None or v.stock > 0]
        return any(low <= price <= high for price in prices or [product.price])

    def cheapest_first(self, ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=lambda i: (next(iter(self._forms[i].values())).price, i))
