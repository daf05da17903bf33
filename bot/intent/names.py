"""Which products a text names: by id, by most of a title, or by a part that few titles have (`moka pot`, 龙井)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product
from retrieval import text as words_of

MOST = 3
"""Products that one text can name; where more would fit, none is meant."""
_RARE = 2
"""Titles that a telling part may stand in; a Chinese word may stand in twice as many products' texts."""
_ENOUGH = 0.6
"""Share of a title, rare words counting more, that names it."""


class Names:
    """The titles of a catalogue in all their languages, taken apart once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._ids = {product_id.casefold(): product_id for product_id in catalogue.ids()}
        self._titles: dict[str, list[frozenset[str]]] = {}
        self._having: dict[str, set[str]] = {}
        self._parts: dict[str, set[str]] = {}
        for product_id in catalogue.ids():
            forms = catalogue.forms(product_id)
            self._titles[product_id] = [frozenset(naming_words(product)) for product in forms]
            for word in frozenset().union(*self._titles[product_id]):
                self._having.setdefault(word, set()).add(product_id)
            for part in {part for product in forms for part in _parts(product)}:
                self._parts.setdefault(part, set()).add(product_id)
        spoken_of = Counter(
            part for i in catalogue.ids() for part in _mentioned(catalogue.forms(i)) & self._parts.keys()
        )
        self._parts = {
            part: ids for part, ids in self._parts.items() if len(ids) <= _RARE and spoken_of[part] <= 2 * _RARE
        }

    def named_in(self, text: str) -> tuple[str, ...]:
        """Ids in the order of how much of their title was said; empty where too many are meant equally."""
        exact = [self._ids[token] for token in re.findall(r"[\w-]+", text) if token in self._ids]
        said = words_of.content_words(text)
        telling = Counter(
            i for part in _said_parts(text, said) for i in self._parts.get(part, ()) if len(self._parts[part]) <= _RARE
        )
        shares = {i: self._share(frozenset(said), i) for i in self._candidates(said)}
        named = {i: share for i, share in shares.items() if share >= _ENOUGH or i in telling}
        best = sorted(named, key=lambda i: (-telling[i], -named[i], i))
        return tuple(dict.fromkeys([*exact, *(best if len(best) <= MOST else [])]))

    def _candidates(self, said: Iterable[str]) -> set[str]:
        return {i for word in said for i in self._having.get(word, ())}

    def _share(self, said: frozenset[str], product_id: str) -> float:
        return max(
            (self._weight(said & title) / self._weight(title) for title in self._titles[product_id] if title),
            default=0.0,
        )

    def _weight(self, words: Iterable[str]) -> float:
        return float(sum(1 / len(self._having[word]) ** 0.5 for word in words))


def naming_words(product: Product) -> list[str]:
    """The words of a title that people use to name it, in order: no brand, no bare counts. A measure tells (`the 18 L one`)."""
    brand = set(words_of.words(product.brand))
    return [w for w in words_of.content_words(product.title) if w not in brand and not w.isdigit()]


def _parts(product: Product) -> set[str]:
    """Neighbouring words of a title, and Chinese words of two characters or more."""
    latin = [word for word in naming_words(product) if word.isascii()]
    brand = set(words_of.han_words(product.brand)) | set(words_of.han_words(product.title)[:1] if product.brand else ())
    return _pairs(latin) | {word for word in words_of.han_words(product.title) if len(word) > 1 and word not in brand}


def _mentioned(forms: Iterable[Product]) -> set[str]:
    """The Chinese words of all that is written about a product: a word that many texts have (安装) names none."""
    texts = [
        text for product in forms for text in (product.title, product.description, *(t for _, t in product.details))
    ]
    return {word for text in texts for word in words_of.han_words(text)}


def _said_parts(text: str, said: list[str]) -> set[str]:
    return _pairs([word for word in said if word.isascii()]) | {
        word for word in words_of.han_words(text) if len(word) > 1
    }


def _pairs(words: list[str]) -> set[str]:
    return {f"{one} {other}" for one, other in pairwise(words)}
