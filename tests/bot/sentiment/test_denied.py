"""What is denied is told apart from what isn't."""

from __future__ import annotations

import pytest

from bot.sentiment.aspects import AspectReader
from bot.sentiment.denied import denials, marked
from bot.sentiment.training import SHIPPED, load
from retrieval.embed import open_embedder


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Not warm", "qwarm"),
        ("not warm, but pretty", "qwarm"),
        ("It isn’t very well made at all", "qvery qwell qmade qat"),
        ("不好", f"q{ord('好'):x}"),
        ("warm and pretty", ""),
    ],
)
def test_words_behind_a_denial_are_marked_as_far_as_its_clause_goes(text: str, marks: str) -> None:
    assert marked(text).partition(" | ")[2] == marks


def test_a_denied_praise_blames_and_what_denies_already_is_left() -> None:
    made = dict(
        denials([("warm", "positive"), ("漏", "negative"), ("doesn't budge", "positive"), ("不错", "positive")])
    )
    assert made["not warm"] == "negative"
    assert made["一点都不漏"] == "positive"
    assert not any("budge" in text or "不错" in text for text in made)


def test_plain_denials_are_read_by_the_model_that_ships() -> None:
    model = load(SHIPPED, open_embedder())
    bad = ["质量很差，不推荐", "质量不好", "一点都不好用", "不是很满意", "not good at all", "I would not recommend it"]
    good = ["没有异味", "never disappointed", "no complaints"]
    found = [model.card.labels[place] for place in model.chances([*bad, *good]).argmax(axis=1)]
    assert found == ["negative"] * len(bad) + ["positive"] * len(good)


def test_the_reader_that_ships_tells_denied_blame_of_an_aspect() -> None:
    reader = AspectReader.load(open_embedder())
    ((opinion, *_),) = reader.opinions(["泡了一夜，一滴都没漏。"])
    assert opinion.sentiment == "positive"
