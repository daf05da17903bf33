"""The contract of Retriever, for every implementation."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.passages import cut
from knowledge_base.types import Document, Faq, Knowledge, Product, Section
from retrieval.dense import Dense
from retrieval.embed import open_embedder
from retrieval.exact import Exact
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.rerank import BUNDLED, Facts, Ranker, Reranked
from retrieval.rows import Rows
from retrieval.seams import Retriever
from retrieval.types import Where


def product(
    id: str, title: str, description: str, price: str, stock: int | None, category: str, locale: str = "en"
) -> Product:
    return Product(id, title, description, category, Decimal(price), "USD", stock, locale=locale)


KNOWLEDGE = Knowledge(
    products=(
        product("K1", "Whistling kettle", "A stove kettle of steel.", "39.00", 5, "Kitchen"),
        product("K2", "Electric kettle", "Boils a litre in three minutes.", "59.00", 0, "Kitchen"),
        product("B1", "Canvas backpack", "Carries a laptop and a raincoat.", "89.00", None, "Bags"),
        product("K1", "鸣笛水壶", "不锈钢烧水壶，水开会响。", "39.00", 5, "厨房", "zh"),
    ),
    faqs=(
        Faq("shipping", "How much is shipping?", "Shipping costs $5.00."),
        Faq("shipping", "运费多少？", "运费 5 美元。", locale="zh"),
    ),
    documents=(
        Document("returns", "Returns", (Section(("Returns", "How long"), "You may return anything within 30 days."),)),
    ),
)


KINDS = ("lexical", "exact", "dense", "hybrid", "reranked", "hybrid over chroma")


@pytest.fixture(scope="module", params=KINDS)
def retriever(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return made(request.param, tmp_path_factory.mktemp("retriever"))


def made(kind: str, folder: Path) -> Retriever:
    passages, embedder = cut(KNOWLEDGE), open_embedder()
    rows, vectors = Rows.of(passages), np.asarray(embedder.embed([p.text for p in passages]))
    Lexical.build(folder / "lexical", passages)
    Exact.build(folder / "matrix", vectors)
    lexical, exact = Lexical(folder / "lexical", rows), Exact(folder / "matrix", embedder, rows)
    catalogue = Catalogue(KNOWLEDGE.products, ("en", "zh"))
    if kind == "lexical":
        return lexical
    if kind == "reranked":
        return Reranked(Hybrid(lexical, exact, embedder, catalogue), Ranker.load(BUNDLED, Facts.of(catalogue, ())))
    if kind in ("exact", "hybrid"):
        return exact if kind == "exact" else Hybrid(lexical, exact, embedder, catalogue)
    Dense.build(folder / "chroma", passages, vectors)
    dense = Dense(folder / "chroma", embedder, rows)
    return dense if kind == "dense" else Hybrid(lexical, dense, embedder, catalogue)


async def test_the_best_comes_first_and_no_hit_twice(retriever: Retriever) -> None:
    hits = await retriever.search("whistling kettle for the stove", where=Where(locale="en"))
    assert hits[0].passage.source_id == "K1"
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("k", [1, 2, 3])
async def test_never_more_than_asked_for(retriever: Retriever, k: int) -> None:
    assert len(await retriever.search("kettle", k=k)) <= k


@pytest.mark.parametrize(
    ("where", "allowed"),
    [
        (Where(locale="zh"), {"K1", "shipping"}),
        (Where(sources=frozenset({"faq"})), {"shipping"}),
        (Where(sources=frozenset({"faq", "document"}), locale="en"), {"shipping", "returns"}),
        (Where(source_ids=frozenset({"K2", "B1"})), {"K2", "B1"}),
        (Where(categories=frozenset({"kitchen"})), {"K1", "K2"}),
        (Where(source_ids=frozenset()), set()),
    ],
)
async def test_every_hit_is_within_the_limits(retriever: Retriever, where: Where, allowed: set[str]) -> None:
    hits = await retriever.search("kettle shipping return backpack 水壶 运费", k=20, where=where)
    assert {hit.passage.source_id for hit in hits} <= allowed
    assert all(where.locale in (None, hit.passage.locale) for hit in hits)
    assert hits or not allowed


@pytest.mark.parametrize("text", ["", "   ", "?!…", "🦊", "\u200b"])
async def test_a_text_without_words_finds_nothing(retriever: Retriever, text: str) -> None:
    assert await retriever.search(text) == []


@pytest.mark.parametrize(
    "text", ['"', "AND OR NOT", "title:kettle", "kettle^2 ~ * ( [", "a" * 5000, "壶" * 3000, "\\", "kettle\x00"]
)
async def test_a_text_is_never_read_as_a_query_language(retriever: Retriever, text: str) -> None:
    assert isinstance(await retriever.search(text), list)


@pytest.mark.parametrize("kind", ["hybrid", "hybrid over chroma"])
@pytest.mark.parametrize("where", [Where(price_to=Decimal(40)), Where(in_stock=True)])
async def test_limits_that_only_the_catalogue_knows_are_kept_by_the_fusion(
    tmp_path: Path, kind: str, where: Where
) -> None:
    hits = await made(kind, tmp_path).search("kettle or backpack", where=where)
    assert {hit.passage.source_id for hit in hits} == {"K1"}
