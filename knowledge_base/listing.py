"""What a catalogue must know of all products at once: their order, prices and categories, and where each stands among what was read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.kept import load_words, mapped, save_arrays, save_words
from knowledge_base.types import Locale, Product

_ARRAYS = ("prices", "starts", "rows", "members")


@dataclass(frozen=True, slots=True)
class Listing:
    """Products by their place in `order`; a product in another language is another row of the same."""

    order: list[str]
    categories: list[tuple[str, Locale]]
    """Names in the order they were met, and the language of each."""
    spans: Mapping[str, tuple[int, int]]
    """Category without case -> from where to where in `members` its products stand."""
    members: NDArray[np.int32]
    prices: NDArray[np.float64]
    starts: NDArray[np.int32]
    """[products + 1] From where on in `rows` a product's rows stand."""
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, products: Iterable[Product]) -> Listing:
        places: dict[str, int] = {}
        categories: dict[tuple[str, Locale], None] = {}
        members: dict[str, array[int]] = {}
        prices, owners = array("d"), array("i")
        for product in products:
            place = places.setdefault(product.id, len(places))
            if place == len(prices):
                prices.append(float(product.price))
            owners.append(place)
            if product.category:
                categories[product.category, product.locale] = None
                members.setdefault(product.category.casefold(), array("i")).append(place)
        ends = np.cumsum([len(one) for one in members.values()]).tolist()
        spans = {name: (end - len(one), end) for (name, one), end in zip(members.items(), ends, strict=True)}
        owner = np.array(owners, dtype=np.int32)
        return cls(
            list(places),
            list(categories),
            spans,
            np.array([place for one in members.values() for place in one], dtype=np.int32),
            np.array(prices),
            np.searchsorted(np.sort(owner), np.arange(len(places) + 1)).astype(np.int32),
            np.argsort(owner, kind="stable").astype(np.int32),
        )

    @classmethod
    def load(cls, folder: Path) -> Listing:
        words: dict[str, Any] = load_words(folder)
        arrays = {name: mapped(folder / f"{name}.npy") for name in _ARRAYS}
        return cls(words["order"], [(name, of) for name, of in words["categories"]], words["spans"], **arrays)

    def save(self, folder: Path) -> None:
        save_words(folder, {"order": self.order, "categories": self.categories, "spans": self.spans})
        save_arrays(folder, {name: getattr(self, name) for name in _ARRAYS})

    def rows_of(self, place: int) -> list[int]:
        """Where a product's forms stood among the products that were read."""
        rows: list[int] = self.rows[self.starts[place] : self.starts[place + 1]].tolist()
        return rows

    def in_category(self, name: str) -> NDArray[np.int32]:
        """The places of its products."""
        start, end = self.spans.get(name.casefold(), (0, 0))
        members: NDArray[np.int32] = self.members[start:end]
        return members
