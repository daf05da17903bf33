"""Labelled lines: both formats, and errors that name file, line and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BadLine, BadSetting
from bot.intent.classifier import NONE, Example
from bot.intent.lines import known, read_lines, shipped
from bot.types import INTENTS


def _file(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_csv_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    file = _file(tmp_path, "a.csv", '\ufeffIntent,Text\nask,"do you ship, and when?"\nshop:wholesale,批发价\n')
    assert read_lines(file) == [(2, Example("do you ship, and when?", "ask")), (3, Example("批发价", "shop:wholesale"))]


def test_jsonl_with_a_further_intent(tmp_path: Path) -> None:
    file = _file(tmp_path, "a.jsonl", '{"text": "多少钱，包邮吗", "intent": "describe", "also": ["ask"]}\n\n')
    assert read_lines(file) == [(1, Example("多少钱，包邮吗", "describe", "ask"))]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "text,intent\nhi,greet\nhello,gret\n", r"a\.csv:3: 'gret': there is no such intent"),
        ("a.csv", "message,label\nhi,greet\n", r"a\.csv:1: 'message,label': .*columns text and intent"),
        ("a.csv", "text,intent\n,greet\n", r"a\.csv:2: '': text is missing"),
        ("a.jsonl", '{"text": "hi"}\n', r"a\.jsonl:1: there is no such intent"),
        ("a.jsonl", '{"text": "hi", "intent": "greet"}\n{oops\n', r"a\.jsonl:2: '\{oops': this is not JSON"),
        ("a.jsonl", '["hi"]\n', r"a\.jsonl:1: .*not an object"),
        ("a.jsonl", '{"text": 5, "intent": "greet"}\n', r"a\.jsonl:1: 5: text is missing"),
        ("a.jsonl", '{"text": "hi", "intent": "greet", "also": "ask"}\n', r"a\.jsonl:1: 'ask': also is a list"),
    ],
)
def test_a_line_that_cannot_be_learned_from_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(BadLine, match=told):
        read_lines(_file(tmp_path, name, text))


def test_a_missing_file_and_a_strange_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="no such file"):
        read_lines(tmp_path / "gone.csv")
    with pytest.raises(BadSetting, match=r"end in \.csv or \.jsonl"):
        read_lines(_file(tmp_path, "a.txt", "hi"))


def test_an_own_intent_has_to_be_declared() -> None:
    with pytest.raises(BadLine, match=r"a\.csv:7: 'shop:trade': shop\.toml has no \[intents\.trade\]"):
        known([(7, Example("批发价", "shop:trade"))], {"wholesale"}, "a.csv")


def test_at_least_eighty_utterances_of_every_intent_ship_in_each_language() -> None:
    examples = shipped()
    for chinese in (False, True):
        of = [e.intent for e in examples if any("\u4e00" <= letter <= "\u9fff" for letter in e.text) == chinese]
        assert {intent: of.count(intent) >= 80 for intent in INTENTS} == dict.fromkeys(INTENTS, True), of.count(NONE)
