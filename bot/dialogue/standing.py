"""By what one product of a list stands out: its price, its size, its weight."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge_base.types import Product
from retrieval import text as words_of

_AMOUNT = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)\s?(kg|g|ml|l|cm|mm|m|w|inch|in|\"|千克|公斤|克|毫升|升|厘米|毫米|米|瓦|寸)(?![a-z])"
)
_UNITS: Mapping[str, tuple[str, float]] = {
    "kg": ("weight", 1000), "千克": ("weight", 1000), "公斤": ("weight", 1000), "g": ("weight", 1), "克": ("weight", 1),
    "l": ("volume", 1000), "升": ("volume", 1000), "ml": ("volume", 1), "毫升": ("volume", 1), "cm": ("length", 1), "厘米": ("length", 1),
    "mm": ("length", 0.1), "毫米": ("length", 0.1), "m": ("length", 100), "米": ("length", 100), "inch": ("length", 2.54),
    "in": ("length", 2.54), '"': ("length", 2.54), "寸": ("length", 2.54), "w": ("power", 1), "瓦": ("power", 1),
}  # fmt: skip
_LARGE = re.compile(r"\b(?:large|big|xl|maxi|tall|long|wide)\b|大号|加大")
_SMALL = re.compile(r"\b(?:small|little|mini|compact|short)\b|小号|迷你")


def value_of(product: Product, by: str) -> float | None:
    """How much a product has of `price`, `size`, `weight` or `length`; None where it doesn't say."""
    if by == "price":
        return float(product.price)
    if by == "size":
        return _size(product)
    return _amounts(product).get(by)


def _size(product: Product) -> float | None:
    """Volume, else length, else weight; where none is stated, what the title says: large 1, small -1."""
    title = words_of.normalise(product.title)
    if _LARGE.search(title) or _SMALL.search(title):
        return 1e9 if _LARGE.search(title) else -1e9
    amounts = _amounts(product)
    return next((amounts[kind] for kind in ("volume", "length", "power", "weight") if kind in amounts), None)


def _amounts(product: Product) -> dict[str, float]:
    """The first amount of each kind that title and attributes state."""
    text = words_of.normalise(" ; ".join([product.title, *product.attributes.values()]))
    found: dict[str, float] = {}
    for number, unit in _AMOUNT.findall(text):
        kind, times = _UNITS[unit]
        found.setdefault(kind, float(number) * times)
    return found
