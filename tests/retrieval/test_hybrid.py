"""Words and meaning together: each counts as far as it can be trusted, and coverage says what share of a question is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval.hybrid import covered, fuse
from retrieval.seams import Vectors
from retrieval.types import Hit, Where
from tests.fakes import WordEmbedder
from tests.retrieval.shelf_of_passages import hybrid, passages

TEXTS = {
    "a": "Delivery to Canada takes six days.",
    "b": "Delivery is free above fifty dollars.",
    "c": "Gift cards never expire.",
}
SHELF = passages({"a": "delivery canada", "b": "delivery", "c": "cards"})


class Blind(WordEmbedder):
    """A model that reads nothing of what it is given."""

    name = "blind@1"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = super().embed(texts)
        rows[:] = rows[0]
        return rows

    def reads(self, text: str) -> float:
        return 0.0


def by(kind: str, scores: dict[str, float]) -> list[Hit]:
    return [Hit(SHELF[i], score, {kind: score}) for i, score in scores.items()]


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
    hits = fuse(
        by("bm25", {"a": 9.0, "b": 3.0}), by("cosine", {"b": 0.5, "a": 0.5}), 0.8, {"delivery": 1.0, "canada": 4.0}
    )
    assert [hit.passage.id for hit in hits] == ["a", "b"]


def test_what_the_words_missed_can_still_win_by_meaning() -> None:
    hits = fuse(by("bm25", {"b": 3.0}), by("cosine", {"c": 0.9, "b": 0.1}), 0.8, {"delivery": 1.0})
    assert hits[0].passage.id == "c"


def test_what_meaning_missed_gets_the_least_cosine_not_nothing() -> None:
    hits = fuse(by("bm25", {"a": 9.0}), by("cosine", {"b": 0.6, "c": 0.5}), 0.8, {"canada": 4.0})
    scores = {hit.passage.id: hit.score for hit in hits}
    assert scores["a"] == pytest.approx(0.8 * 0.5 + 0.2)
    assert {hit.passage.id: hit.found_by["cosine"] for hit in hits}["a"] == 0


def test_coverage_counts_the_rare_word_more() -> None:
    rarity = {"delivery": 1.0, "canada": 4.0}
    assert covered(rarity, {"canada"}) == 0.8
    assert covered(rarity, {"delivery", "other"}) == 0.2
    assert covered({}, {"canada"}) == 0
