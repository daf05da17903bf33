"""What can be filtered by, as arrays: the canonical facets of every product, computed once, and the mask of those within a Where.

A form is one thing that can be bought: a variant, or a product that has none. What a customer limits must hold of one form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.attributes import Attributes
from knowledge_base.facet_arrays import ARRAYS, arrays_of
from knowledge_base.families import plain
from knowledge_base.kept import load_words, mapped, save_arrays, save_words
from knowledge_base.types import Interaction, Product, Review
from knowledge_base.where import Choice, Measure, Where

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

ANY = "*"
"""A value that fits every wish: `all skin types`."""


class Facets:
    """The facets of products in the order given."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], spans: Mapping[str, Any]) -> None:
        """`arrays` and `spans` as `of` made or `load` read them."""
        self._arrays, self._spans = arrays, spans
        self.price, self.discount, self.added, self.popularity, self._rating, self._reviews, self._stock = (
            arrays[name] for name in ("price", "discount", "added", "popularity", "rating", "reviews", "stock")
        )
        self._starts, self._prices, self._counts, self._ages, self._owner = (
            arrays[name] for name in ("starts", "prices", "counts", "ages", "owner")
        )

    @classmethod
    def of(
        cls,
        products: Iterable[Sequence[Product]],
        attributes: Attributes,
        reviews: Iterable[Review] = (),
        interactions: Iterable[Interaction] = (),
    ) -> Facets:
        """`products` are in the shop's first language where they have it."""
        return cls(*arrays_of(products, attributes, reviews, interactions))

    @classmethod
    def load(cls, folder: Path) -> Facets:
        return cls({name: mapped(folder / f"{name}.npy") for name in ARRAYS}, load_words(folder))

    def save(self, folder: Path) -> None:
        save_arrays(folder, self._arrays)
        save_words(folder, self._spans)

    @property
    def sold_out(self) -> Mask:
        """Which products are known to be."""
        sold_out: Mask = self._stock == 0
        return sold_out

    @property
    def rating(self) -> Floats:
        """Mean stars of every product, NaN where nobody has rated it."""
        return self._rating

    @property
    def reviews(self) -> Floats:
        """How many have rated every product."""
        return self._reviews

    def mask(self, where: Where) -> Mask:
        """Which products are within the limits of a Where that are about their facets (not category, ids or language)."""
        chosen = np.ones(len(self._starts), dtype=np.bool_)
        if where.in_stock is not None:
            chosen &= self._stock == int(where.in_stock)
        if where.age is not None:
            age = float(where.age)
            chosen &= (self._ages[:, 0] <= age) & (age <= self._ages[:, 1])
        if where.rating_from is not None:
            chosen &= self._rating >= float(where.rating_from)
        if where.discount_from is not None:
            chosen &= self.discount >= float(where.discount_from)
        forms = self._form_mask(where)
        if forms is None or len(forms) == len(chosen):  # of one form each, as most shops' are
            return chosen if forms is None else chosen & forms
        return chosen & np.logical_or.reduceat(forms, self._starts)

    def _form_mask(self, where: Where) -> Mask | None:
        """Which forms meet every limit that is about one form; None where there is no such limit."""
        masks: list[Mask] = []
        if where.price_from is not None:
            masks.append(self._prices >= float(where.price_from))
        if where.price_to is not None:
            masks.append(self._prices <= float(where.price_to))
        if where.in_stock:
            masks.append(self._counts != 0)
        if where.quantity is not None:
            masks.append((self._counts < 0) | (self._counts >= where.quantity))
        masks += [self._having(choice) for choice in where.having]
        masks += [~self._refused(choice) for choice in where.without]
        masks += [self._measuring(measure) for measure in where.measures]
        return np.logical_and.reduce(masks) if masks else None

    def _having(self, choice: Choice) -> Mask:
        form, values = self._choice(choice.name)
        mask = np.zeros(len(self._prices), dtype=np.bool_)
        for value in {ANY, *map(plain, choice.values)}:
            if value in values:
                mask[form[values[value]]] = True
        return mask

    def _refused(self, choice: Choice) -> Mask:
        """Forms of which every alternative has one of the values; what doesn't state the attribute isn't refused."""
        form, values = self._choice(choice.name)
        mask = np.zeros(len(self._prices), dtype=np.bool_)
        bad = np.zeros(len(form), dtype=np.bool_)
        for value in map(plain, choice.values):
            if value in values:
                bad[values[value]] = True
        mask[form[bad]] = True
        mask[form[~bad]] = False
        return mask

    def _measuring(self, measure: Measure) -> Mask:
        mask = np.zeros(len(self._prices), dtype=np.bool_)
        if measure.kind in self._spans["ranges"]:
            form, low, high = self._range(measure.kind)
            fits = (high >= _float(measure.low, -np.inf)) & (low <= _float(measure.high, np.inf))
            mask[form[fits]] = True
        return mask

    def form_prices(self, where: Where) -> tuple[Floats, NDArray[np.int32]]:
        """The price of every form that meets the limits about forms, and the place of its product."""
        forms = self._form_mask(where)
        kept = np.ones(len(self._prices), dtype=np.bool_) if forms is None else forms
        return self._prices[kept], self._owner[kept]

    def form_measures(self, kind: str, where: Where) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Likewise each amount of one kind that such forms have: lows, highs, places of products."""
        if kind not in self._spans["ranges"]:
            return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int32)
        form, low, high = self._range(kind)
        forms = self._form_mask(where)
        kept = np.ones(len(form), dtype=np.bool_) if forms is None else forms[form]
        return low[kept], high[kept], self._owner[form[kept]]

    def _choice(self, name: str) -> tuple[NDArray[np.int32], Mapping[str, NDArray[np.int32]]]:
        """The form of each alternative of an attribute; value -> places of the alternatives that have it."""
        if name not in self._spans["choices"]:
            return np.zeros(0, dtype=np.int32), {}
        (start, end), values = self._spans["choices"][name]
        return self._arrays["choice_forms"][start:end], _Values(values, self._arrays["choice_places"])

    def _range(self, kind: str) -> tuple[NDArray[np.int32], Floats, Floats]:
        """The form of each amount of one kind, and the amounts: from, to."""
        start, end = self._spans["ranges"][kind]
        form, low, high = (self._arrays[name][start:end] for name in ("range_forms", "range_lows", "range_highs"))
        return form, low, high


class _Values(Mapping[str, NDArray[np.int32]]):
    def __init__(self, spans: Mapping[str, Sequence[int]], places: NDArray[np.int32]) -> None:
        self._spans, self._places = spans, places

    def __getitem__(self, value: str) -> NDArray[np.int32]:
        start, end = self._spans[value]
        return self._places[start:end]

    def __contains__(self, value: object) -> bool:
        return value in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)


def _float(value: Decimal | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
