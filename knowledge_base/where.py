"""Everything that a wish can limit, as one typed value; the catalogue chooses by it and retrieval searches within it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from knowledge_base.types import Locale, Source

Sort = Literal["price_asc", "price_desc", "rating", "newest", "popular", "discount"]
"""The order that a customer asks for; rating, popular and discount put the greatest first."""

MeasureKind = Literal["volume", "weight", "length", "power", "duration", "pieces"]
"""What an amount measures; in ml, g, cm, W, hours and pieces."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of one attribute, of which any will do: `size` in {`M`, `L`}."""

    name: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measure:
    """A range of one kind of measure in its unit (see MeasureKind), both ends included; None is open."""

    kind: MeasureKind
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Everything that a wish limits, and the order it asks for; an empty field limits nothing.

    Prices are in the shop's currency, both ends included. Names and values of `having` and `without` are canonical
    (docs/cases.md): colours and materials by family, other attributes as the shop's first language has them. Both are sorted by name.
    """

    locale: Locale | None = None
    sources: frozenset[Source] = frozenset()
    source_ids: frozenset[str] | None = None
    categories: frozenset[str] = frozenset()
    not_categories: frozenset[str] = frozenset()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    in_stock: bool | None = None
    having: tuple[Choice, ...] = ()
    without: tuple[Choice, ...] = ()
    measures: tuple[Measure, ...] = ()
    age: Decimal | None = None
    """Years of the person that it is for."""
    rating_from: Decimal | None = None
    """Stars, 1 to 5."""
    discount_from: Decimal | None = None
    """Per cent off the former price; 1 is any."""
    sort: Sort | None = None
    quantity: int | None = None
    """Pieces that are wanted; such a product isn't known to have fewer left."""

    @property
    def limits_products(self) -> bool:
        """True where only the catalogue can tell which products pass."""
        limits = (
            self.price_from, self.price_to, self.in_stock, self.age, self.rating_from, self.discount_from, self.quantity,
        )  # fmt: skip
        return any(limit is not None for limit in limits) or bool(
            self.having or self.without or self.measures or self.not_categories
        )
