"""How plainly a product has a word: in its title or a form of it, as an attribute's name, in a value or keyword, or only in what is told of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product
from retrieval import text as words_of

TITLED, CALLED, ASKED, STATED, TOLD = 3.0, 2.0, 1.9, 1.8, 1.0
"""Weights of a word in a title or a form, a keyword or brand, an attribute's name, a value, a description."""
_KEPT = 4000
"""Products whose texts are remembered."""
_NO = ("no", "none", "否", "无")


class _Tier:
    """Taken apart when a word is first looked for in it: most words stand in a title."""

    def __init__(self, weight: float, of: Callable[[Product], str], forms: Sequence[Product]) -> None:
        self.weight, self._of, self._forms = weight, of, forms

    @cached_property
    def text(self) -> str:
        return words_of.normalise(" ; ".join(self._of(form) for form in self._forms))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words_of.words(self.text))

    def has(self, word: str) -> bool:
        """A word of the text; of an amount its number and unit; in Chinese any part."""
        if word[:1].isdigit() and " " in word:
            return bool(
                re.search(rf"(?<![\d.]){re.escape(word.split()[0])}\s?{re.escape(word.split()[-1])}", self.text)
            )
        return word in self.words if word.isascii() else word in self.text


class Profiles:
    """The texts of products in all their languages, taken apart when they are first asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: dict[str, tuple[_Tier, ...]] = {}

    def weight(self, product_id: str, word: str, least: float = 0.0) -> float:
        """0 where the product has it nowhere, or less plainly than `least`."""
        tiers = self._tiers(product_id)
        return next((tier.weight for tier in tiers if tier.weight >= least and tier.has(word)), 0.0)

    def _tiers(self, product_id: str) -> tuple[_Tier, ...]:
        known = self._kept.get(product_id)
        if known is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            known = self._kept[product_id] = self._made(product_id)
        return known

    def _made(self, product_id: str) -> tuple[_Tier, ...]:
        forms = self._catalogue.forms(product_id)
        told = ((TITLED, _named), (CALLED, _called), (ASKED, _asked), (STATED, _stated), (TOLD, _told))
        return tuple(_Tier(weight, text, forms) for weight, text in told)


def _named(product: Product) -> str:
    forms = " ; ".join(value for variant in product.variants for value in variant.attributes.values())
    return f"{product.title} ; {forms}"


def _asked(product: Product) -> str:
    return " ; ".join(product.attributes)


def _called(product: Product) -> str:
    return f"{product.keywords} ; {product.brand}"


def _stated(product: Product) -> str:
    return " ; ".join(f"{name} {value}" for name, value in product.attributes.items() if value not in _NO)


def _told(product: Product) -> str:
    return f"{product.description} ; {product.category}"
