"""A question's text to hits, over whatever finds the nearest rows of a vector."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical import Found
from retrieval.rows import Mask, Rows
from retrieval.seams import Embedder
from retrieval.text import has_words
from retrieval.types import Hit, Where


class Nearest(Protocol):
    def nearest(self, vector: NDArray[np.float32], k: int, where: Where, mask: Mask | None) -> Found:
        """About the k rows within `mask` nearest to a unit vector, and their cosines, best first."""


def by_meaning(text: str, within: Nearest, embedder: Embedder, rows: Rows, k: int, where: Where) -> list[Hit]:
    """At most k hits, best first; a text without words finds nothing."""
    if not has_words(text):
        return []
    found, cosines = within.nearest(embedder.embed([text])[0], k, where, rows.mask(where))
    return [
        Hit(rows.passage(row), cosine, {"cosine": cosine})
        for row, cosine in zip(found.tolist(), cosines.tolist(), strict=True)
    ]
