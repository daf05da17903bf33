"""Passages by row: limits are masks, and what is kept in a file is what was in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.types import Passage
from retrieval import rows as kept
from retrieval.rows import Rows
from retrieval.types import Where

PASSAGES = [
    Passage("product:K1:en", "kettle", "product", "K1", "en", "1", "Kettle", "Kitchen"),
    Passage("product:K1:zh", "水壶", "product", "K1", "zh", "2", "水壶", "厨房"),
    Passage("faq:K1:en", "of the same id", "faq", "K1", "en", "3", "Question"),
    Passage("product:B1:en", "bag", "product", "B1", "en", "4", "Bag", "Bags"),
]


@pytest.fixture(params=["memory", "file"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Rows:
    kept.write(tmp_path / "knowledge.sqlite", PASSAGES)
    return Rows.of(PASSAGES) if request.param == "memory" else Rows.open(tmp_path / "knowledge.sqlite")


def test_every_passage_comes_back_by_row_and_by_id(rows: Rows) -> None:
    assert [rows.passage(row) for row in range(len(rows))] == PASSAGES
    assert [rows.row_of(passage.id) for passage in PASSAGES] == [0, 1, 2, 3]
    assert rows.ids(np.array([3, 0])) == ["product:K1:en", "product:B1:en"]
    with pytest.raises(KeyError):
        rows.row_of("product:unknown")


@pytest.mark.parametrize(
    ("where", "within"),
    [
        (Where(locale="en"), [0, 2, 3]),
        (Where(locale="fr"), []),
        (Where(sources=frozenset({"product"}), locale="en"), [0, 3]),
        (Where(categories=frozenset({"KITCHEN", "厨房"})), [0, 1]),
        (Where(source_ids=frozenset({"K1", "unknown"})), [0, 1, 2]),
        (Where(source_ids=frozenset()), []),
    ],
)
def test_a_limit_is_a_mask(rows: Rows, where: Where, within: list[int]) -> None:
    mask = rows.mask(where)
    assert mask is not None
    assert np.flatnonzero(mask).tolist() == within


def test_without_limits_there_is_no_mask(rows: Rows) -> None:
    assert rows.mask(Where()) is None


def test_what_a_passage_was_cut_from_has_a_place_in_a_catalogue(rows: Rows) -> None:
    assert rows.of_sources(["B1", "K1"]).tolist() == [1, 1, 1, 0]
    assert rows.of_sources(["K1"]).tolist() == [0, 0, 0, -1]
