"""Pairs become lessons: a question, its right passages, and near wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.types import Faq
from retrieval.errors import BadLesson, TooFewLessons
from retrieval.lessons import FEWEST, Pair, lessons, pairs_of_faqs, read_pairs

FRUIT = ("apple", "pear", "plum", "cherry", "grape", "melon", "lemon", "fig", "kiwi", "mango", "date", "lime")


def fruit_pairs() -> list[Pair]:
    return [Pair(f"price of a {fruit}", f"a {fruit} has its price on the sign") for fruit in FRUIT]


def test_a_question_with_two_right_passages_is_one_lesson() -> None:
    made = lessons([*fruit_pairs(), Pair("price of a plum", "plums are cheap")], seed=1)
    plum = next(one for one in (*made.train, *made.held_back) if one.question == "price of a plum")
    assert {made.passages[place] for place in plum.right} == {"a plum has its price on the sign", "plums are cheap"}


def test_near_wrong_passages_share_words_and_are_never_right() -> None:
    made = lessons([*fruit_pairs(), Pair("", "the price of a plum pie"), Pair("", "closed on Mondays")], seed=1)
    plum = next(one for one in (*made.train, *made.held_back) if one.question == "price of a plum")
    assert made.passages[plum.wrong[0]] == "the price of a plum pie"
    assert "closed on Mondays" not in {made.passages[place] for place in plum.wrong}
    assert not set(plum.wrong) & set(plum.right)


def test_wrong_passages_that_a_file_names_come_first() -> None:
    made = lessons([*fruit_pairs()[1:], Pair("price of a apple", "by the piece", wrong=("closed on Mondays",))], seed=1)
    apple = next(one for one in (*made.train, *made.held_back) if one.question == "price of a apple")
    assert made.passages[apple.wrong[0]] == "closed on Mondays"


def test_what_is_asked_within_a_house_has_its_near_passages_there() -> None:
    pairs = [
        Pair(f"price of a {fruit}", f"a {fruit} costs one", within=house) for fruit in FRUIT for house in ("A", "B")
    ]
    made = lessons(pairs, seed=1)
    for lesson in (*made.train, *made.held_back):
        assert set(lesson.wrong) <= set(made.places[lesson.within])


def test_a_question_held_back_is_never_learned_and_a_group_stays_together() -> None:
    groups = {f"price of a {fruit}": fruit[0] for fruit in FRUIT}
    made = lessons(fruit_pairs(), seed=3, held_back=0.3, groups=groups)
    learned, held = {one.question for one in made.train}, {one.question for one in made.held_back}
    assert held
    assert not learned & held
    assert not {groups[q] for q in learned} & {groups[q] for q in held}


def test_equal_pairs_and_seed_give_equal_lessons() -> None:
    assert lessons(fruit_pairs(), seed=1).digest == lessons(fruit_pairs(), seed=1).digest
    assert lessons(fruit_pairs(), seed=1).digest != lessons(fruit_pairs(), seed=2).digest


def test_too_few_questions_are_refused() -> None:
    with pytest.raises(TooFewLessons, match=f"There are 3 questions .* at least {FEWEST}"):
        lessons(fruit_pairs()[:3], seed=1)


def test_a_faq_teaches_each_further_wording_and_never_a_wording_that_stands_in_its_passage() -> None:
    faq = Faq("pay", "How can I pay?", "By card.", also=("which cards do you take", "can i use visa"))
    found = list(pairs_of_faqs([faq, Faq("open", "When are you open?", "Always.")]))
    assert found[:2] == [Pair(w, "How can I pay?\nBy card.") for w in faq.also]
    assert found[2] == Pair("When are you open?", "Always.")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{", "line"),
        ("[1]", "line"),
        ('{"question": "a"}', "passage"),
        ('{"question": 3, "passage": "b"}', "question"),
        ('{"question": "a", "passage": "b", "wrong": "c"}', "wrong"),
        ('{"question": "a", "passage": "b", "within": 7}', "within"),
    ],
)
def test_a_bad_line_is_named_by_file_line_and_field(tmp_path: Path, line: str, field: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"question": "a", "passage": "b"}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadLesson, match=f"pairs.jsonl:3:{field}: "):
        list(read_pairs(file))
