"""Vectors find what is near, with its cosine, and say so where their folder can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.dense import Dense
from retrieval.errors import BrokenIndex
from retrieval.rows import Rows
from retrieval.types import Where
from tests.fakes import WordEmbedder
from tests.retrieval.shelf_of_passages import dense

TEXTS = {"a/1": "free parking", "a/2": "old pool", "b/1": "free breakfast"}


async def test_the_same_text_is_nearest_with_a_cosine_of_one(tmp_path: Path) -> None:
    hits = await dense(tmp_path, TEXTS, WordEmbedder()).search("old pool")
    assert hits[0].passage.id == "a/2"
    assert hits[0].found_by["cosine"] == pytest.approx(1, abs=1e-5)


async def test_a_limit_to_sources_is_kept(tmp_path: Path) -> None:
    hits = await dense(tmp_path, TEXTS, WordEmbedder()).search("old pool", where=Where(source_ids=frozenset({"b"})))
    assert [hit.passage.id for hit in hits] == ["b/1"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndex, match="nowhere"):
        Dense(tmp_path / "nowhere", WordEmbedder(), Rows.of([]))
