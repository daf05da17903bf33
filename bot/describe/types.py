"""The nouns of product descriptions: what is to be described, and what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from knowledge_base.types import Locale, Product

Style = Literal["short", "page", "social", "seo"]
"""short: one or two sentences; page: title, bullets, a paragraph; social: a post; seo: title and meta description."""
STYLES: tuple[Style, ...] = get_args(Style)


@dataclass(frozen=True, slots=True)
class Brief:
    """One thing to describe. `product` is in `locale` already; `voice` is the shop's own words about its tone."""

    product: Product
    locale: Locale
    style: Style = "page"
    voice: str = ""
    praise: tuple[str, ...] = ()
    """Sentences of reviews that may be quoted, word for word; none unless asked for."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One description. `selling_points` are single lines without a bullet; empty where the style has none."""

    title: str
    selling_points: tuple[str, ...]
    text: str

    @property
    def whole(self) -> str:
        """Title, points and text, a line each: what is shown and scored."""
        return "\n".join(part for part in (self.title, *self.selling_points, self.text) if part)
