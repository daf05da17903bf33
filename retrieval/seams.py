"""The seams of retrieval: what can be exchanged without the caller noticing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.types import Hit, Recommendation, Where

Vectors = NDArray[np.float32]
Relation = Literal["for_you", "similar", "goes_with", "replacement"]


class Embedder(Protocol):
    """Texts to vectors."""

    @property
    def name(self) -> str:
        """Names the model and its weights: vectors of two embedders with one name can be compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows [len(texts), dim], float32. An empty sequence gives [0, dim]."""

    def reads(self, text: str) -> float:
        """The share of the text's tokens that the model knows, 0 to 1."""

    def trust(self, text: str) -> float:
        """How much the text's vector deserves to weigh beside shared words, 0 to 1, where the model knows every token."""


class Retriever(Protocol):
    """A question to passages."""

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        """At most k hits, best first, each distinct and within `where`. A text without words finds nothing."""


class Recommender(Protocol):
    """A customer, or products at hand, to products."""

    def recommend(
        self,
        customer_id: str | None,
        *,
        k: int = 5,
        near: Sequence[str] = (),
        where: Where | None = None,
        relation: Relation = "for_you",
    ) -> list[Recommendation]:
        """At most k recommendations, best first, none of `near`, none known to be out of stock, all within `where`."""
