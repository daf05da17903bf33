"""Words and meaning together: each counts as far as it can be trusted, and coverage says what share of a question is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.hybrid import fuse
from retrieval.lexical import Found
from retrieval.seams import Vectors
from retrieval.types import Where
from tests.fakes import WordEmbedder
from tests.retrieval.shelf_of_passages import hybrid, lexical

TEXTS = {
    "a": "Delivery to Canada takes six days.",
    "b": "Delivery is free above fifty dollars.",
    "c": "Gift cards never expire.",
}


class Blind(WordEmbedder):
    """A model that reads nothing of what it is given."""

    name = "blind@1"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = super().embed(texts)
        rows[:] = rows[0]
        return rows

    def reads(self, text: str) -> float:
        return 0.0


A, B, C = 0, 1, 2
"""Rows of passages that have both words of `delivery to Canada`, the first, none."""
COVERED = np.array([1.0, 0.2, 0.0])


def by(scores: dict[int, float]) -> Found:
    return np.array(list(scores), dtype=np.int32), np.array(list(scores.values()), dtype=np.float32)


def fused(by_words: dict[int, float], by_meaning: dict[int, float]) -> dict[int, float]:
    """Row -> score, best first; the cosine weighs .8."""
    rows, scores, _ = fuse(by(by_words), by(by_meaning), 0.8, COVERED.__getitem__)
    return dict(zip(rows.tolist(), scores.tolist(), strict=True))


async def test_every_hit_tells_what_found_it(tmp_path: Path) -> None:
    best = (await hybrid(tmp_path, TEXTS).search("delivery to Canada"))[0]
    assert best.passage.id == "a"
    assert set(best.found_by) == {"bm25", "cosine", "coverage"}
    assert best.found_by["coverage"] == 1


async def test_a_model_that_reads_nothing_is_not_heard(tmp_path: Path) -> None:
    hits = await hybrid(tmp_path, TEXTS, Blind()).search("delivery to Canada")
    assert [hit.passage.id for hit in hits] == ["a", "b"]
    assert {hit.found_by["cosine"] for hit in hits} == {0.0}


async def test_scores_are_between_zero_and_one_and_fall(tmp_path: Path) -> None:
    scores = [hit.score for hit in await hybrid(tmp_path, TEXTS).search("is delivery free", where=Where(locale="en"))]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + 1e-6 for score in scores)


def test_where_meaning_is_even_words_decide() -> None:
    assert list(fused({A: 9.0, B: 3.0}, {B: 0.5, A: 0.5})) == [A, B]


def test_what_the_words_missed_can_still_win_by_meaning() -> None:
    assert next(iter(fused({B: 3.0}, {C: 0.9, B: 0.1}))) == C


def test_what_meaning_missed_gets_the_least_cosine_not_nothing() -> None:
    rows, scores, parts = fuse(by({A: 9.0}), by({B: 0.6, C: 0.5}), 0.8, COVERED.__getitem__)
    first = rows.tolist().index(A)
    assert scores[first] == pytest.approx(0.8 * 0.5 + 0.2)
    assert parts["cosine"][first] == 0


def test_coverage_counts_the_rare_word_more(tmp_path: Path) -> None:
    index = lexical(tmp_path, {"a": "canada", "b": "delivery other", "c": "cards"})
    rows = np.arange(3, dtype=np.int32)
    assert index.covered(rows, {"canada": 4.0, "deliver": 1.0}).tolist() == [0.8, 0.0, 0.0]
    assert index.covered(rows, {"canada": 4.0, "delivery": 1.0}).tolist() == [0.8, 0.2, 0.0]
    assert index.covered(rows, {}).tolist() == [0, 0, 0]
