"""A model's summary of a report: what the report's lines don't say is dropped, sentence by sentence."""

from __future__ import annotations

import pytest

from bot.errors import NoWords
from bot.writing.prompts import load_prompts
from eval.insights.blocks import Block, Point, Report
from eval.insights.summary import is_backed, lines_of, summary

REPORT = Report(
    "Juniper Lane: what customers say", "1 to 30 November. 704 visits.",
    [("Answered by the clerk alone", "88 % (86 to 91)"), ("Resolved by the clerk alone", "74 % (70 to 77)")],
    points=[
        Point("Answer “are dogs allowed”: 9 people asked and found no answer; 7 of the questions were handed over, 3 customers left without one."),
        Point("Think about stocking “air fryer”: 19 people looked for it and there is none."),
    ],
    blocks=[Block("By channel", head=("", "Visits", "Resolved"), rows=[("web", "266", ("78 % (72 to 82)", 0.78)), ("telegram", "70", "withheld")])],
)  # fmt: skip
LINES = lines_of(REPORT)


@pytest.mark.parametrize(
    "sentence",
    [
        "There were 704 visits.",
        "88 % were answered by the clerk alone, and 74 % were resolved by the clerk alone.",
        "19 people looked for an “air fryer” and there is none.",
        "9 people asked “are dogs allowed” and found no answer.",
    ],
)
def test_what_the_lines_say_is_kept(sentence: str) -> None:
    assert is_backed(sentence, LINES)


@pytest.mark.parametrize(
    "sentence",
    [
        "There were 705 visits.",
        "74 % were answered by the clerk alone.",
        "7 people asked “are dogs allowed”.",
        "19 people looked for an “air fryer” because winter begins.",
        "Visits rose to 704.",
        "Customers are happy.",
        "Most of the 704 visits were resolved.",
        "Nineteen people looked for an air fryer, and 19 people found it cheaper.",
        "Resolved by the clerk alone: 78 %.",
        "The web had 266 visits, Telegram 266.",
        "All 9 people asked “are dogs allowed”.",
        "74 % were answered by the clerk alone, and 88 % were resolved by the clerk alone.",
        "88 % weren't answered by the clerk alone.",
    ],
)
def test_what_they_dont_say_is_dropped(sentence: str) -> None:
    assert not is_backed(sentence, LINES)


def test_a_chinese_sentence_is_held_against_chinese_lines() -> None:
    lines = ["店员独自应答: 88 %（86 至 91）", "考虑进货「空气炸锅」：19 人找过，店里没有。"]
    assert is_backed("有 19 人找过「空气炸锅」，店里没有。", lines)
    assert is_backed("88 % 由店员独自应答。", lines)
    assert not is_backed("有 29 人找过「空气炸锅」。", lines)
    assert not is_backed("大多数顾客由店员独自应答，占 88 %。", lines)


def test_the_summary_is_what_is_left_and_an_endpoint_without_words_leaves_none() -> None:
    prompt = load_prompts()["insight"]
    told = summary(REPORT, lambda rules, lines: "There were 704 visits. Visits doubled to 704.", prompt, "Juniper Lane", "en")  # fmt: skip
    assert (told.kept, told.dropped) == (("There were 704 visits.",), ("Visits doubled to 704.",))

    def fails(rules: str, lines: str) -> str:
        raise NoWords("slow")

    assert summary(REPORT, fails, prompt, "Juniper Lane", "en").kept == ()
