"""Nearest vectors in Chroma: the only place that imports it. A folder is written once, by `build`, before anyone reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge_base.types import Passage
from retrieval.errors import BrokenIndex
from retrieval.seams import Embedder, Vectors
from retrieval.types import Hit, Where

_BATCH = 4000


class Dense:
    """A Retriever by meaning. `passages` is every passage that was indexed, by id. Raises BrokenIndex where none can be opened."""

    def __init__(self, folder: Path, embedder: Embedder, passages: Mapping[str, Passage]) -> None:
        from chromadb.errors import ChromaError

        if not folder.is_dir():
            raise BrokenIndex(folder, "there is no such folder")
        try:
            self._client = _client(folder)
            self._collection = self._client.get_collection("passages", embedding_function=None)
        except ChromaError as error:
            raise BrokenIndex(folder, str(error)) from error
        self._embedder = embedder
        self._passages = passages

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
        if not any(letter.isalnum() for letter in text):
            return []
        vector = self._embedder.embed([text])[0]
        found = self._collection.query(
            query_embeddings=[vector], n_results=k, where=_where(where or Where()), include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        cosines = {
            passage_id: 1 - float(distance) for passage_id, distance in zip(found["ids"][0], distances, strict=True)
        }
        return [
            Hit(self._passages[i], cosine, {"cosine": cosine}) for i, cosine in cosines.items() if i in self._passages
        ]


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


def _where(where: Where) -> dict[str, Any] | None:
    limits: list[dict[str, Any]] = []
    if where.locale:
        limits.append({"locale": where.locale})
    if where.sources:
        limits.append({"source": {"$in": sorted(where.sources)}})
    if where.categories:
        limits.append({"category": {"$in": sorted(name.casefold() for name in where.categories)}})
    if where.source_ids is not None:
        limits.append({"source_id": {"$in": sorted(where.source_ids) or [""]}})
    return None if not limits else limits[0] if len(limits) == 1 else {"$and": limits}
