"""What a search asks for and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from knowledge_base.types import Locale, Passage, Source


@dataclass(frozen=True, slots=True)
class Where:
    """Hard limits of a search; an empty field limits nothing. Prices are in the shop's currency, both ends included."""

    locale: Locale | None = None
    sources: frozenset[Source] = frozenset()
    source_ids: frozenset[str] | None = None
    categories: frozenset[str] = frozenset()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    in_stock: bool | None = None

    @property
    def limits_products(self) -> bool:
        """True where only the catalogue can tell which products pass."""
        return self.price_from is not None or self.price_to is not None or self.in_stock is not None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` orders hits of one search; `found_by` names each retriever's own score."""

    passage: Passage
    score: float
    found_by: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A product put forward, and the true reason why (a key of the writer's wordings, then its values)."""

    product_id: str
    score: float
    because: tuple[str, ...]
