"""Small indexes of passages that a test can read at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Passage
from retrieval.dense import Dense
from retrieval.exact import Exact
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.rows import Rows
from retrieval.seams import Embedder
from tests.fakes import WordEmbedder


def passages(texts: Mapping[str, str], locale: str = "en") -> dict[str, Passage]:
    """`source/part` -> text; the part before the slash is the passage's source id."""
    return {i: Passage(i, text, "document", i.split("/")[0], locale, i) for i, text in texts.items()}


def lexical(folder: Path, texts: Mapping[str, str]) -> Lexical:
    rows = Rows.of(passages(texts).values())
    Lexical.build(folder / "lexical", passages(texts).values())
    return Lexical(folder / "lexical", rows)


def exact(folder: Path, texts: Mapping[str, str], embedder: Embedder) -> Exact:
    Exact.build(folder / "matrix", embedder.embed(list(texts.values())))
    return Exact(folder / "matrix", embedder, Rows.of(passages(texts).values()))


def dense(folder: Path, texts: Mapping[str, str], embedder: Embedder) -> Dense:
    by_id = passages(texts)
    Dense.build(folder / "chroma", list(by_id.values()), embedder.embed(list(texts.values())))
    return Dense(folder / "chroma", embedder, Rows.of(by_id.values()))


def hybrid(folder: Path, texts: Mapping[str, str], embedder: Embedder | None = None) -> Hybrid:
    embedder = embedder or WordEmbedder()
    return Hybrid(lexical(folder, texts), exact(folder, texts, embedder), embedder, Catalogue((), ("en",)))
