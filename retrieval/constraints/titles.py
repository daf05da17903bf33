"""Whether a message names one product by its title: then what its name says (a colour, decaf) limits nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from knowledge_base.families import is_han, plain
from knowledge_base.kept import load_words, save_words
from knowledge_base.types import Product
from retrieval.postings import Known

_END = re.compile(r"[,，(（·|/\d]|\bwith\b|\bfor\b")
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_HAN_RUN = re.compile("[\u3400-\u9fff]+")
_SHORTEST_HAN = 4


class Titles:
    """The names of all products, without brands, measures and what stands behind a comma."""

    def __init__(self, names: Known, lengths: Sequence[int]) -> None:
        """`lengths` are those that a name can have, in characters or in Latin words."""
        self._names, self._lengths = names, lengths

    @classmethod
    def of(cls, products: Iterable[Product]) -> Titles:
        names = {name for product in products for name in _names_of(product)}
        return cls(Known.of(" ".join(name) for name in names), sorted({len(name) for name in names}))

    @classmethod
    def load(cls, folder: Path) -> Titles:
        return cls(Known.load(folder / "names.npy"), load_words(folder))

    def save(self, folder: Path) -> None:
        self._names.save(folder / "names.npy")
        save_words(folder, self._lengths)

    def named_in(self, text: str) -> bool:
        """Whether a normalised text has a whole name; a name of one Latin word is too short to be one."""
        return self._names.has_any(" ".join(part) for part in self._parts(text))

    def _parts(self, text: str) -> Iterator[Sequence[str]]:
        runs: list[Sequence[str]] = [*_HAN_RUN.findall(text), _WORD.findall(text)]
        for run in runs:
            for size in self._lengths:
                for start in range(len(run) - size + 1):
                    yield run[start : start + size]


def _names_of(product: Product) -> Iterator[tuple[str, ...]]:
    """By character in Chinese, else by word."""
    title = plain(product.title).removeprefix(plain(product.brand)).strip()
    if is_han(title):
        yield from (tuple(part) for part in _HAN_RUN.findall(title) if len(part) >= _SHORTEST_HAN)
    else:
        words = tuple(_WORD.findall(_END.split(title, maxsplit=1)[0]))
        if len(words) > 1:
            yield words
