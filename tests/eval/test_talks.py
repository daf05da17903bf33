"""Case files of conversations are read strictly, and each expectation fails where it doesn't hold."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.types import Card, Cite, Reply
from eval.benchmarks.judging import CHECKS, Answer, Before, faults
from eval.benchmarks.talks import KEYS, scripts
from eval.errors import BadRow
from eval.tables.understanding import show_conversations
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product
from retrieval.types import Where

CATALOGUE = Catalogue(
    [Product(i, i, "", "", Decimal(price), "USD", stock=1) for i, price in (("A", 10), ("B", 20), ("C", 30))]
)
BEFORE = Before(shown=("A", "B", "C"), about="B", text="Before.")


def answer(*ids: str, where: Where | None = None, **more: Any) -> Answer:
    cards = tuple(Card(i, i, Decimal({"A": 10, "B": 20, "C": 30}[i]), "USD", True, "", "") for i in ids)
    fields = {"text": "It is $10.", "locale": "en", "intent": "find", "confidence": 1.0, "cards": cards} | more
    return Answer(Reply(**fields), where or Where(), CATALOGUE)


@pytest.mark.parametrize(
    ("expect", "right", "wrong"),
    [
        ({"intent": ["find", "ask"]}, answer(), answer(intent="thank")),
        ({"intents": ["find", "ask"]}, answer(intents=(("ask", 0.9),)), answer()),
        ({"where": {"price_to": 20}}, answer(where=Where(price_to=Decimal(20))), answer()),
        ({"cards": "some"}, answer("A"), answer()),
        ({"cards": "none"}, answer(), answer("A")),
        ({"cards": ["shown:-1", "about"]}, answer("B", "C"), answer("B")),
        ({"first_card": "shown:2"}, answer("B", "A"), answer("A", "B")),
        ({"among": ["A", "B"]}, answer("A"), answer("A", "C")),
        ({"all_have": {"price_to": 20}}, answer("A", "B"), answer("A", "C")),
        ({"cheaper_than": "about"}, answer("A"), answer("B")),
        ({"cheaper_than": "about"}, answer("A"), answer()),
        ({"dearer_than": "B"}, answer("C"), answer("B", "C")),
        ({"cites": ["faq:x", "faq:y"]}, answer(cites=(Cite("faq", "y", ""),)), answer(cites=(Cite("faq", "z", ""),))),
        ({"says": ["IT IS", "$10"]}, answer(), answer(text="It is.")),
        ({"says_not": ["$11"]}, answer(), answer(text="It is $11.")),
        ({"asks": True}, answer(asks=True, suggestions=("A", "B")), answer(asks=True, suggestions=("A",))),
        ({"asks": False}, answer(suggestions=("A", "B")), answer(asks=True, suggestions=("A", "B"))),
        ({"same_reply": True}, answer(text="Before."), answer()),
        ({"handed_off": True}, answer(handed_off=True), answer()),
    ],
)
def test_an_expectation_holds_and_fails(expect: dict[str, Any], right: Answer, wrong: Answer) -> None:
    assert faults(expect, right, BEFORE) == []
    assert [fault.key for fault in faults(expect, wrong, BEFORE)] == list(expect)


def test_every_documented_expectation_has_its_check() -> None:
    documented = (
        (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8").split("## Conversations")[1]
    )
    assert KEYS.keys() == CHECKS.keys()
    assert all(f"`{key}`" in documented for key in KEYS)


def test_a_place_that_was_not_shown_is_a_fault_and_no_crash() -> None:
    (fault,) = faults({"cards": ["shown:9"]}, answer("A"), BEFORE)
    assert "no shown:9" in str(fault.got)


def test_a_report_is_told_in_tables(capsys: pytest.CaptureFixture[str]) -> None:
    right = {"turns": 2, "right": 0.5, "conversations": 1, "wholly_right": 0.0, "by_locale": {"en": 0.5}}
    engine = {**right, "by_key": {"intent": {"cases": 2, "right": 0.5}}}
    wrong = [{"id": "v1", "turn": 2, "say": "and that?", "faults": ["intent: ask for find"]}]
    machine = {"cpu": "a processor", "cores": 2}
    show_conversations({"half": "dev", "engine": engine, "wrong": wrong, "machine": machine, "seconds": 1.0})
    told = capsys.readouterr().out
    assert "v1/2 and that?" in told
    assert "a processor, 2 cores; 1.0 s" in told


GOOD = {"id": "v1", "locale": "en", "turns": [{"say": "hi", "expect": {"intent": "greet"}}]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"turns": [{"say": "hi", "expect": {"intnet": "greet"}}]}, "intnet"),
        ({"turns": [{"say": "hi", "expects": {}}]}, "expects"),
        ({"turns": [{"say": "hi", "expect": {"where": {"prise": 3}}}]}, "prise"),
        ({"turns": [{"say": "hi", "expect": {"asks": "yes"}}]}, "asks"),
        ({"locale": "fr"}, "fr"), ({"half": "train"}, "train"), ({"turns": []}, "at least one"), ({"extra": 1}, "extra"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_file_and_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(json.dumps(GOOD) + "\n" + json.dumps({**GOOD, "id": "v2", **change}) + "\n", encoding="utf-8")
    with pytest.raises(BadRow, match=rf"talks\.jsonl:2: .*{told}"):
        scripts([file], "all")


def test_a_half_that_is_left_out_is_test(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(json.dumps(GOOD), encoding="utf-8")
    assert [script.id for script in scripts([file], "test")] == ["v1"]
    assert scripts([file], "dev") == []
