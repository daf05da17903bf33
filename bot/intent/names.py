"""Which products a text names: by id, by most of a title, or by a part that few titles have (`moka pot`, 龙井)."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.kept import mapped, save_arrays
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.postings import Postings

_MADE_BY = (Path(__file__), Path(words_of.__file__).parent)
MOST = 3
"""Products that one text can name; where more would fit, none is meant."""
_RARE = 2
"""Titles that a telling part may stand in; a Chinese word may stand in twice as many products' texts."""
_ENOUGH = 0.6
"""Share of a title, rare words counting more, that names it."""


class Names:
    """The titles of a catalogue in all their languages, taken apart once; kept in its folder, where it has one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._order = catalogue.order
        self._titles = catalogue.kept(_Titles, "names", lambda: _taken_apart(catalogue), _MADE_BY)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Ids in the order of how much of their title was said; empty where too many are meant equally."""
        exact = [place for token in re.findall(r"[\w-]+", text) for place in self._titles.ids.rows(token).tolist()]
        said = words_of.content_words(text)
        telling = Counter(place for part in _said_parts(text, said) for place in self._titles.parts.rows(part).tolist())
        named = self._shares(said, telling)
        best = sorted(named, key=lambda place: (-telling[place], -named[place], self._order[place]))
        return tuple(self._order[place] for place in dict.fromkeys([*exact, *(best if len(best) <= MOST else [])]))

    def having(self, all_of: Iterable[str], any_of: str, most: int) -> tuple[str, ...]:
        """Ids of the products whose titles have all of these words, and one of those of a text where it isn't empty."""
        found: NDArray[np.int32] | None = None
        for word in all_of:
            rows = np.unique(self._titles.owners[self._titles.words.rows(word)])
            found = rows if found is None else np.intersect1d(found, rows)
        some = [self._titles.words.rows(word) for word in words_of.content_words(any_of)]
        if found is not None and any_of:
            found = np.intersect1d(found, self._titles.owners[np.concatenate(some)]) if some else found[:0]
        return tuple(self._order[place] for place in (found if found is not None else [])[:most])

    def _shares(self, said: Iterable[str], telling: Iterable[int]) -> dict[int, float]:
        """Product -> the share of a title that was said, where that is enough, or where a telling part of it was."""
        titles = self._titles
        shares = np.zeros(len(titles.owners))
        for word in set(said):
            if (place := titles.words.place(word)) >= 0:
                shares[titles.words.rows(word)] += titles.rarity[place]
        shares /= titles.weights
        forms = np.flatnonzero((shares >= _ENOUGH) | ((shares > 0) & np.isin(titles.owners, list(telling))))
        named: dict[int, float] = {}
        for owner, share in zip(titles.owners[forms].tolist(), shares[forms].tolist(), strict=True):
            named[owner] = max(share, named.get(owner, 0.0))
        return named


@dataclass(frozen=True, slots=True)
class _Titles:
    """Each title in each language is a form; products are numbered as the catalogue orders them."""

    ids: Postings
    """Id, without case -> product."""
    words: Postings
    """Word of a title -> forms."""
    parts: Postings
    """Telling part -> products."""
    owners: NDArray[np.int32]
    """[forms] The product."""
    weights: NDArray[np.float64]
    """[forms] The sum of its words' rarities; infinite for a title without words."""
    rarity: NDArray[np.float64]
    """[words] Words that many products have count less."""

    @classmethod
    def load(cls, folder: Path) -> _Titles:
        ids, words, parts = (Postings.load(folder / name) for name in _POSTINGS)
        owners, weights, rarity = (mapped(folder / f"{name}.npy") for name in _ARRAYS)
        return cls(ids, words, parts, owners, weights, rarity)

    def save(self, folder: Path) -> None:
        for name in _POSTINGS:
            getattr(self, name).save(folder / name)
        save_arrays(folder, {name: getattr(self, name) for name in _ARRAYS})


_POSTINGS = ("ids", "words", "parts")
_ARRAYS = ("owners", "weights", "rarity")


def _taken_apart(catalogue: Catalogue) -> _Titles:
    owners = array("i")
    said: list[tuple[str, int]] = []
    parts: list[tuple[str, int]] = []
    spoken_of: Counter[str] = Counter()
    for place, product_id in enumerate(catalogue.order):
        forms = catalogue.forms(product_id)
        for product in forms:
            said += [(word, len(owners)) for word in set(naming_words(product))]
            owners.append(place)
        parts += [(part, place) for part in {part for product in forms for part in _parts(product)}]
        spoken_of.update(_mentioned(forms))
    having = Counter(part for part, _ in parts)
    telling = [pair for pair in parts if having[pair[0]] <= _RARE and spoken_of[pair[0]] <= 2 * _RARE]
    words, owned = Postings.of_pairs(said), np.array(owners, dtype=np.int32)
    rarity = np.array([1 / max(1, len(np.unique(owned[rows]))) ** 0.5 for rows in words.all()])
    weights = np.zeros(len(owned))
    np.add.at(weights, words.flat(), rarity.repeat(words.counts()))
    weights[weights == 0] = np.inf
    ids = Postings.of_pairs((product_id.casefold(), place) for place, product_id in enumerate(catalogue.order))
    return _Titles(ids, words, Postings.of_pairs(telling), owned, weights, rarity)


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
