"""How alike two products are by what they are called and where they stand: for variety, and for what is like a refused one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.kept import load_words, mapped, save_arrays, save_words
from retrieval import text as words_of

_SAME_CATEGORY = 0.25
_ARRAYS = ("starts", "members", "categories")


class Likeness:
    """Title words and category of every product, by place."""

    def __init__(self, arrays: dict[str, NDArray[np.int32]]) -> None:
        self._arrays = arrays

    @classmethod
    def of(cls, catalogue: Catalogue) -> Likeness:
        """Kept beside the catalogue: a large shop's titles take a second to cut."""
        return catalogue.kept(cls, "likeness", lambda: cls._made(catalogue), [Path(__file__)])

    @classmethod
    def _made(cls, catalogue: Catalogue) -> Likeness:
        words: dict[str, int] = {}
        categories: dict[str, int] = {}
        starts, members, of = [0], list[int](), list[int]()
        for product_id in catalogue.order:
            product = catalogue.get(product_id)
            said = set(words_of.words(f"{product.title} {product.brand}")) if product else set()
            members += sorted(words.setdefault(word, len(words)) for word in said)
            starts.append(len(members))
            of.append(categories.setdefault(product.category if product else "", len(categories)))
        made = (starts, members, of)
        return cls({name: np.array(one, np.int32) for name, one in zip(_ARRAYS, made, strict=True)})

    @classmethod
    def load(cls, folder: Path) -> Likeness:
        load_words(folder)
        return cls({name: mapped(folder / f"{name}.npy") for name in _ARRAYS})

    def save(self, folder: Path) -> None:
        save_words(folder, {})
        save_arrays(folder, self._arrays)

    def words(self, place: int) -> frozenset[int]:
        starts, members = self._arrays["starts"], self._arrays["members"]
        return frozenset(members[starts[place] : starts[place + 1]].tolist())

    def between(self, one: int, other: int) -> float:
        """0 to 1: shared words of titles and brands (Jaccard), and whether both stand in one category."""
        return self.to(one, [other])[0]

    def to(self, one: int, others: Iterable[int]) -> list[float]:
        """Of one product to each of several."""
        mine, categories = self.words(one), self._arrays["categories"]
        found = []
        for other in others:
            theirs = self.words(other)
            shared = len(mine & theirs) / max(1, len(mine | theirs))
            same = categories[one] == categories[other]
            found.append((1 - _SAME_CATEGORY) * shared + _SAME_CATEGORY * float(same))
        return found
