"""Retrieval by meaning, behind one switch: up to `EXACT_UP_TO` passages all vectors are looked at, beyond them Chroma's index is asked.

The only place that imports chromadb, and only where its folder is written or asked. A folder is written once, by `build`,
before anyone reads it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.types import Passage
from retrieval.by_meaning import by_meaning
from retrieval.errors import BrokenIndex
from retrieval.exact import Exact
from retrieval.lexical import Found
from retrieval.rows import Mask, Rows
from retrieval.seams import Embedder, Vectors
from retrieval.types import Hit, Where

EXACT_UP_TO = 500_000
"""Passages up to which looking at all vectors is quicker than an approximate index that is asked with limits (docs/figures.md)."""
_BATCH = 4000
_NAMED = 20_000
"""Rows up to which a limit is given to Chroma as the ids within it; it is quicker with them than with conditions."""
_ALIKE = 1e-5
"""Difference of cosines up to which two passages are equally near."""
_MORE = 1.5
"""How many more than their share are asked for where the rows that pass are chosen from what Chroma gives."""


def open_dense(folder: Path, embedder: Embedder, rows: Rows, *, exact_up_to: int | None = None) -> Exact | Dense:
    """The generation's Retriever by meaning. A lost matrix is filled again from Chroma. Raises BrokenIndex."""
    chroma, matrix = folder / "chroma", folder / "matrix"
    if not any(chroma.glob("*")):
        raise BrokenIndex(chroma, "there is no such folder")
    if len(rows) > (EXACT_UP_TO if exact_up_to is None else exact_up_to):
        return Dense(chroma, embedder, rows)
    if not any(matrix.glob("*")):
        _refill(matrix, Dense(chroma, embedder, rows))
    return Exact(matrix, embedder, rows)


def recall(
    folder: Path, embedder: Embedder, rows: Rows, *, k: int = 10, questions: int = 50, seed: int = 4
) -> float | None:
    """The share of the k nearest passages that Chroma's index finds, 0 to 1; None where all vectors are looked at.

    Asked are places half-way between two passages; the truth is the matrix.
    """
    dense = open_dense(folder, embedder, rows)
    if isinstance(dense, Exact):
        return None
    if not any((folder / "matrix").glob("*")):
        _refill(folder / "matrix", dense)
        dense = Dense(folder / "chroma", embedder, rows)
    matrix, draw = Exact(folder / "matrix", embedder, rows), np.random.default_rng(seed)
    found = 0
    for pair in draw.integers(len(rows), size=(questions, 2)):
        asked = matrix.between(pair.astype(np.int32))
        best = matrix.nearest(asked, k, Where(), None)[1]
        found += int(np.count_nonzero(dense.nearest(asked, k, Where(), None)[1] >= best[-1] - _ALIKE))
    dense.close()
    return found / (questions * min(k, len(rows)))


def _refill(matrix: Path, dense: Dense) -> None:
    """Whole or not at all: written under another name first. Two processes may do it at once, and either's is right."""
    half = matrix.with_name(f"matrix.{os.getpid()}")
    Exact.build(half, dense.vectors())
    dense.close()
    if not matrix.exists():
        half.rename(matrix)


class Dense:
    """A Retriever by Chroma's approximate index. Raises BrokenIndex where the folder can't be opened."""

    def __init__(self, folder: Path, embedder: Embedder, rows: Rows) -> None:
        from chromadb.errors import ChromaError

        if not folder.is_dir():
            raise BrokenIndex(folder, "there is no such folder")
        try:
            self._client = _client(folder)
            self._collection = self._client.get_collection("passages", embedding_function=None)
        except ChromaError as error:
            raise BrokenIndex(folder, str(error)) from error
        self._folder, self._embedder, self._rows = folder, embedder, rows

    @classmethod
    def build(cls, folder: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Write a new collection; `vectors` are the passages' unit rows."""
        client = _client(folder)
        collection = client.create_collection(
            "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 200}}
        )
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            collection.add(
                ids=[p.id for p in batch],
                embeddings=vectors[start : start + _BATCH],
                metadatas=[_limits(p) for p in batch],
            )
        client.close()

    def close(self) -> None:
        """Let go of the folder's files, so that it can be moved or deleted."""
        self._client.close()

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return self.find(text, k=k, where=where)

    def find(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return by_meaning(text, self, self._embedder, self._rows, k, where or Where())

    def nearest(self, vector: NDArray[np.float32], k: int, where: Where, mask: Mask | None) -> Found:
        """About the k rows within `mask` nearest to a unit vector, and their cosines, best first."""
        share = 1.0 if mask is None else float(np.count_nonzero(mask)) / len(mask)
        if share == 0:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        if mask is not None and share * len(mask) <= _NAMED:
            return self._asked(vector, k, ids=self._rows.ids(np.flatnonzero(mask)))
        conditions = _where(where)
        if mask is None or (where.source_ids is None and not where.limits_products):
            return self._asked(vector, k, **conditions)
        rows, cosines = self._asked(vector, min(len(mask), math.ceil(_MORE * k / share)), **conditions)
        within = mask[rows]
        return rows[within][:k], cosines[within][:k]

    def _asked(self, vector: NDArray[np.float32], k: int, **limits: Any) -> Found:
        found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"], **limits)
        rows = np.array([self._rows.row_of(passage_id) for passage_id in found["ids"][0]], dtype=np.int32)
        return rows, 1 - np.array((found["distances"] or [[]])[0], dtype=np.float32)

    def vectors(self) -> Vectors:
        """[rows, dim] What was added, in the order of the rows. Raises BrokenIndex where one is missing."""
        ids = self._rows.ids(np.arange(len(self._rows)))
        found: dict[str, Any] = {}
        for batch in _batches(ids):
            got = self._collection.get(ids=batch, include=["embeddings"])
            found |= dict(zip(got["ids"], got["embeddings"], strict=True))
        if len(found) != len(ids):
            raise BrokenIndex(self._folder, f"it has {len(found)} of {len(ids)} vectors")
        return np.array([found[i] for i in ids], dtype=np.float32)


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[start : start + _BATCH]) for start in range(0, len(ids), _BATCH))


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=False))


def _limits(passage: Passage) -> dict[str, str]:
    return {
        "locale": passage.locale,
        "source": passage.source,
        "source_id": passage.source_id,
        "category": passage.category.casefold(),
    }


def _where(where: Where) -> dict[str, Any]:
    limits: list[dict[str, Any]] = []
    if where.locale:
        limits.append({"locale": where.locale})
    if where.sources:
        limits.append({"source": {"$in": sorted(where.sources)}})
    if where.categories:
        limits.append({"category": {"$in": sorted(name.casefold() for name in where.categories)}})
    return {"where": limits[0] if len(limits) == 1 else {"$and": limits}} if limits else {}
