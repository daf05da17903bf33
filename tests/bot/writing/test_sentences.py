"""A stream of text becomes whole sentences, however it is cut on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.writing.sentences import Splitter, split


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("It costs $3.50. It holds 0.9 L! Good?", ["It costs $3.50. ", "It holds 0.9 L! ", "Good?"]),
        ("运费 12.95 美元。满 120 美元包邮！好吗？", ["运费 12.95 美元。", "满 120 美元包邮！", "好吗？"]),
        ("Dr. Smith sells No. 5, e.g. soap. Yes.", ["Dr. Smith sells No. 5, e.g. soap. ", "Yes."]),
        ("Two fit:\n1. Pan: $5. Nice.\n2. Pot: $6\n", ["Two fit:\n", "1. Pan: $5. Nice.\n", "2. Pot: $6\n"]),
        ("| a | b |\n|---|---|\n| 1. x | 2! y |\n\nDone.", ["| a | b |\n", "|---|---|\n", "| 1. x | 2! y |\n\n", "Done."]),
        ("- one. two\n* three\n## Head. x\n", ["- one. two\n", "* three\n", "## Head. x\n"]),
        ('He said "yes." Then "no!" 他说：“好。”然后走了。', ['He said "yes." ', 'Then "no!" ', "他说：“好。”", "然后走了。"]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(text: str, whole: list[str]) -> None:
    assert split(text) == whole


@given(st.text(alphabet="ab 1.。!？\n|-", max_size=40), st.integers(1, 5))
def test_the_same_sentences_however_the_text_comes(text: str, step: int) -> None:
    splitter = Splitter()
    pieces = [s for start in range(0, len(text), step) for s in splitter.feed(text[start : start + step])]
    pieces += splitter.rest()
    assert pieces == split(text)
    assert "".join(pieces).strip() == text.strip()


def test_nothing_is_whole_before_it_is_sure() -> None:
    splitter = Splitter()
    assert splitter.feed("It is 3.") == []
    assert splitter.feed("5 litres. ") == []
    assert splitter.feed("1. Pan\n") == ["It is 3.5 litres. "]
    assert splitter.rest() == ["1. Pan\n"]
