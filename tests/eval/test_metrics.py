"""Rankings are scored as anyone would by eye."""

from __future__ import annotations

import pytest

from eval import metrics


def test_a_right_first_passage_is_a_hit_at_every_depth() -> None:
    figures = metrics.ranked({"q": ["right", "wrong"]}, {"q": {"right"}})
    assert set(figures.values()) == {1.0}


def test_a_right_third_passage_counts_from_five_on() -> None:
    figures = metrics.ranked({"q": ["x", "y", "right"]}, {"q": {"right"}})
    assert (figures["hit@1"], figures["hit@5"], figures["MRR@10"], figures["nDCG@10"]) == (0, 1, 0.3333, 0.5)


def test_a_question_without_an_answer_found_counts_as_missed() -> None:
    assert metrics.ranked({"q": ["right"]}, {"q": {"right"}, "unasked": {"other"}})["hit@5"] == 0.5


def test_a_second_passage_of_one_source_keeps_its_place_and_counts_once() -> None:
    figures = metrics.ranked({"q": ["x", "x", "right", "right"]}, {"q": {"right"}})
    assert (figures["MRR@10"], figures["nDCG@10"]) == (0.3333, 0.5)


def test_what_lies_beyond_the_tenth_place_is_not_found() -> None:
    assert metrics.ranked({"q": [*"abcdefghij", "right"]}, {"q": {"right"}})["hit@10"] == 0


@pytest.mark.parametrize(
    ("positive", "negative", "auroc"), [([3, 4], [1, 2], 1), ([1], [2], 0), ([1, 2], [1, 2], 0.5), ([], [1], 0.5)]
)
def test_auroc_is_how_often_a_positive_stands_above(positive: list[float], negative: list[float], auroc: float) -> None:
    assert metrics.auroc(positive, negative) == auroc
