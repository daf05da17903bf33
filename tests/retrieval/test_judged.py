"""Judged questions: a file's, those that a shop's own texts hold, and the ranker that is chosen on them."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Faq, Knowledge, Passage, Product
from retrieval.errors import BadLesson
from retrieval.judged import Judged, candidates, chosen, made_of, read_judged
from retrieval.rerank import FEATURES, Candidates, Facts
from retrieval.types import Hit, Where

FACTS = Facts(Catalogue(()))
KETTLE = Product("K1", "Acme Blue kettle", "", "Kitchen", Decimal(5), "USD", brand="Acme", keywords="teapot, samovar")
POT = Product("P1", "Acme Pot", "", "Kitchen", Decimal(5), "USD", brand="Acme", keywords="teapot")
壶 = Product("K1", "蓝水壶", "", "厨房", Decimal(5), "USD", keywords="茶壶 烧水壶", locale="zh")


def test_wordings_that_are_asked_leave_the_passage_they_ask_for() -> None:
    faq = Faq("pay", "How can I pay?", "By card.", also=("visa?", "amex?", "cards?", "cash?"))
    less, asked = made_of(Knowledge(faqs=(faq,)), seed=1)
    assert len(asked) == 2
    assert {one.text for one in asked} | set(less.faqs[0].also) == set(faq.also)
    assert not {one.text for one in asked} & set(less.faqs[0].also)
    assert asked[0].gold == {"faq:pay"}


def test_a_keyword_asks_for_every_product_that_has_it_and_a_title_for_its_own() -> None:
    _, asked = made_of(Knowledge(products=(KETTLE, POT, 壶)), seed=1)
    gold = {one.text: one.gold for one in asked}
    assert gold["teapot"] == {"product:K1", "product:P1"}
    assert gold["blue kettle"] == gold["samovar"] == {"product:K1"}
    assert gold["茶壶"] == gold["烧水壶"] == gold["蓝水壶"] == {"product:K1"}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("no", "line"),
        ('{"text": "", "locale": "en", "gold": []}', "text"),
        ('{"text": "a", "gold": []}', "locale"),
        ('{"text": "a", "locale": "en", "gold": "faq:a"}', "gold"),
        ('{"text": "a", "locale": "en", "gold": ["pay"]}', "gold"),
    ],
)
def test_a_bad_line_is_named_by_file_line_and_field(tmp_path: Path, line: str, field: str) -> None:
    file = tmp_path / "judged.jsonl"
    file.write_text('{"text": "a", "locale": "en", "gold": ["faq:a"]}\n' + line, encoding="utf-8")
    with pytest.raises(BadLesson, match=f"judged.jsonl:2:{field}: "):
        list(read_judged(file))


def test_questions_that_nothing_answers_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "judged.jsonl"
    file.write_text('{"text": "a", "locale": "en", "gold": []}\n{"text": "b", "locale": "en", "gold": ["product:b"]}\n')
    assert list(read_judged(file)) == [Judged("b", "en", frozenset({"product:b"}))]


class Shelf:
    """A Retriever that finds one FAQ, one policy and another FAQ, whatever is asked."""

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        kinds = (("faq", "a"), ("document", "b"), ("faq", "c"))
        return [Hit(Passage(i, i, source, i, "en", i), 1 - place / 10) for place, (source, i) in enumerate(kinds)]  # type: ignore[arg-type]


async def test_only_what_was_judged_counts_as_wrong() -> None:
    everything = Judged("q", "en", frozenset({"faq:c"}))
    faqs = Judged("q", "en", frozenset({"faq:c"}), frozenset({"faq"}))
    found = await candidates(
        Shelf(), FACTS, [everything, faqs, Judged("q", "en", frozenset({"faq:none"}))], lambda *a: None
    )
    assert [one.right.tolist() for one in found] == [[False, False, True], [False, True]]


def telling(feature: str, *, seed: int) -> list[Candidates]:
    """Sixty questions whose right candidate is found at random, and marked by the feature alone."""
    chance = np.random.default_rng(seed)
    made = []
    for _ in range(60):
        rows = np.zeros((5, len(FEATURES)))
        rows[:, FEATURES.index("fused")] = np.linspace(1, 0.8, 5)
        right = np.arange(5) == chance.integers(5)
        if feature:
            rows[right, FEATURES.index(feature)] = 1.0
        else:
            rows[:, 1:] = chance.normal(size=(5, len(FEATURES) - 1))
        made.append(Candidates("latin", rows, right))
    return made


def test_a_ranker_is_chosen_where_it_is_better_out_of_fold() -> None:
    ranker, told = chosen(FACTS, telling("keywords", seed=1), seed=1)
    assert told["latin"]["before"] < 0.6 < 0.95 < told["latin"]["after"]
    assert ranker.weights["latin"][FEATURES.index("keywords")] > 0.5


def test_features_that_are_noise_leave_the_order_as_it_was() -> None:
    """In fold, fifteen noisy features fit sixty questions well; out of fold they don't."""
    noisy = telling("", seed=2)
    for place, one in enumerate(noisy):
        one.right[:] = np.arange(5) == (0 if place % 4 else 1)
    ranker, told = chosen(FACTS, noisy, seed=1)
    assert told["latin"]["after"] == told["latin"]["before"]
    assert not ranker.weights["latin"][1:].any()
    assert math.isclose(told["latin"]["before"], 0.875)
