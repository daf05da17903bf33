"""A question in one language finds passages in the other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.passages import of_product
from knowledge_base.types import Passage, Product
from retrieval.across import Across
from retrieval.embed import open_embedder
from retrieval.exact import Exact
from retrieval.gloss import BUNDLED
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.lexicon import Lexicon
from retrieval.rows import Rows
from retrieval.types import Where
from tests.retrieval.shelf_of_passages import lexical

EN = {"ship": "Delivery is free above fifty dollars.", "back": "You can return goods within thirty days."}
ZH = {"ship-zh": "满五十美元包邮。", "back-zh": "收到商品后三十天内可以退货。"}


def opened(folder: Path, texts: dict[str, str], products: tuple[Product, ...] = ()) -> Across:
    shelf = {i: Passage(i, text, "faq", i, "zh" if i.endswith("-zh") else "en", i) for i, text in texts.items()}
    shelf |= {passage.id: passage for product in products for passage in of_product(product)}
    embedder = open_embedder("bundled")
    Lexical.build(folder / "lexical", shelf.values())
    Exact.build(folder / "matrix", embedder.embed([passage.text for passage in shelf.values()]))
    rows = Rows.of(shelf.values())
    words, exact = Lexical(folder / "lexical", rows), Exact(folder / "matrix", embedder, rows)
    same = Hybrid(words, exact, embedder, Catalogue(products, ("en",)))
    return Across(same, Lexicon(BUNDLED, words.has), rows.locales())


async def first(retriever: Across, text: str, where: Where | None = None) -> str:
    return (await retriever.search(text, k=1, where=where))[0].passage.id


async def test_each_language_finds_the_other_where_it_is_asked_for(tmp_path: Path) -> None:
    shop = opened(tmp_path, EN | ZH)
    assert await first(shop, "Can I send it back?", Where(locale="zh")) == "back-zh"
    assert await first(shop, "退货", Where(locale="en")) == "back"
    assert await first(shop, "包邮吗", Where(locale="en")) == "ship"


async def test_a_shop_of_one_language_is_searched_in_it_whatever_the_question_speaks(tmp_path: Path) -> None:
    assert await first(opened(tmp_path / "en", EN), "运费多少") == "ship"
    assert await first(opened(tmp_path / "zh", ZH), "free delivery?") == "ship-zh"


async def test_the_questions_own_language_goes_the_usual_way(tmp_path: Path) -> None:
    shop = opened(tmp_path, EN | ZH)
    hits = await shop.search("Is delivery free?", where=Where(locale="en"))
    assert [hit.found_by for hit in hits] == [
        hit.found_by for hit in await shop._same.search("Is delivery free?", where=Where(locale="en"))
    ]


async def test_scores_of_both_parts_are_told_and_within_bounds(tmp_path: Path) -> None:
    hits = await opened(tmp_path, EN).search("三十天内能退货吗")
    assert hits[0].passage.id == "back"
    assert set(hits[0].found_by) == {"bm25", "cosine", "coverage"}
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert hits[0].found_by["coverage"] > hits[-1].found_by["coverage"]


def test_coverage_takes_the_best_alternative_that_is_there(tmp_path: Path) -> None:
    words = lexical(tmp_path, {"a": "return day", "b": "refund", "c": "other"})
    terms = [{"return": 1.0, "refund": 0.5}, {"day": 1.0}]
    both, half, none = words.covered_across(np.arange(3, dtype=np.int32), terms)
    assert both == pytest.approx(1)
    assert half == pytest.approx(0.5**0.5 / 2)
    assert none == 0
    assert not words.covered_across(np.arange(3, dtype=np.int32), []).any()


async def test_limits_that_only_the_catalogue_can_tell_hold_across_languages(tmp_path: Path) -> None:
    kettles = tuple(
        Product(i, f"Kettle {i}", "An electric kettle.", "Kitchen", Decimal(price), "USD")
        for i, price in (("a", 90), ("b", 20))
    )
    hits = await opened(tmp_path, EN, kettles).search("电水壶", where=Where(price_to=Decimal(50)))
    assert {hit.passage.source_id for hit in hits} == {"b"}
