"""Whether a message names one product by its title: then what its name says (a colour, decaf) limits nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge_base.families import is_han, plain
from knowledge_base.types import Product

_END = re.compile(r"[,，(（·|/\d]|\bwith\b|\bfor\b")
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_SHORTEST_HAN = 4


class Titles:
    """The names of all products, without brands, measures and what stands behind a comma."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._han: set[str] = set()
        self._latin: set[tuple[str, ...]] = set()
        for product in products:
            self._add(product)
        self._lengths = sorted({len(name) for name in self._han} | {len(name) for name in self._latin})

    def _add(self, product: Product) -> None:
        title = plain(product.title).removeprefix(plain(product.brand)).strip()
        if is_han(title):
            self._han |= {part for part in re.findall("[\u3400-\u9fff]+", title) if len(part) >= _SHORTEST_HAN}
        else:
            words = tuple(_WORD.findall(_END.split(title, maxsplit=1)[0]))
            if len(words) > 1:
                self._latin.add(words)

    def named_in(self, text: str) -> bool:
        """Whether a normalised text has a whole name; a name of one Latin word is too short to be one."""
        runs = re.findall("[\u3400-\u9fff]+", text)
        for run in runs:
            for start in range(len(run)):
                if any(run[start : start + size] in self._han for size in self._lengths if size <= len(run) - start):
                    return True
        words = tuple(_WORD.findall(text))
        return any(
            words[start : start + size] in self._latin
            for size in self._lengths
            for start in range(len(words) - size + 1)
        )
