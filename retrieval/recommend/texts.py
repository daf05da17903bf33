"""Products as the models read them: their ids, a text each, a category each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product

LONGEST = 300
"""Letters of a description that are read; the first say most."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """`ids`, `texts` and `categories` (a number each, -1 for none) stand side by side."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    categories: NDArray[np.int32]

    @classmethod
    def of_catalogue(cls, catalogue: Catalogue) -> Shelf:
        """In the catalogue's order, each in the shop's first language that it has."""
        products = [product for i in catalogue.order if (product := catalogue.get(i)) is not None]
        return cls.of(list(catalogue.order), [text_of(one) for one in products], [one.category for one in products])

    @classmethod
    def of(cls, ids: Sequence[str], texts: Sequence[str], categories: Sequence[str]) -> Shelf:
        names = {name: number for number, name in enumerate(dict.fromkeys(c for c in categories if c))}
        return cls(tuple(ids), tuple(texts), np.array([names.get(c, -1) for c in categories], dtype=np.int32))


def text_of(product: Product) -> str:
    """Title, category, brand, attributes, and how the description begins."""
    facts = ", ".join(dict.fromkeys(product.attributes.values()))
    parts = (product.title, product.category, product.brand, facts, product.description[:LONGEST])
    return ". ".join(part for part in parts if part)
