"""How alike two products are by what they are called and where they stand: for variety, and for what is like a refused one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def to(self, one: int, others: Iterable[int]) -> list[float]:
        """Of one product to each of several."""
        found: list[float] = self.among([one, *others])[0, 1:].tolist()
        return found

    def among(self, places: Sequence[int]) -> NDArray[np.float32]:
        """[n, n] Of each to each, 0 to 1: shared words of titles and brands (Jaccard), and whether both stand in one category."""
        starts, members, categories = (self._arrays[name] for name in _ARRAYS)
        parts = [members[starts[place] : starts[place + 1]] for place in places]
        words, at = np.unique(np.concatenate([members[:0], *parts]), return_inverse=True)
        has = np.zeros((len(places), len(words)), dtype=np.float32)
        has[np.repeat(np.arange(len(places)), [len(part) for part in parts]), at] = 1
        shared, sizes = has @ has.T, has.sum(axis=1)
        either = np.maximum(1, sizes[:, None] + sizes[None] - shared)
        same = np.equal.outer(categories[places], categories[places])
        found: NDArray[np.float32] = (1 - _SAME_CATEGORY) * shared / either + np.float32(_SAME_CATEGORY) * same
        return found
