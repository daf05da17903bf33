"""Clauses, pointing words, fixed phrases and rewriting, each by itself; and the command that shows them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.dialogue import acts
from bot.dialogue.clauses import clauses, without_opening
from bot.dialogue.pointing import phrase_of, places_in
from bot.dialogue.rewriting import about_products, of_other, same_question
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("多少钱，包邮吗", ["多少钱", "包邮吗"]),
        ("how much is the moka pot and can I return it", ["how much is the moka pot", "can I return it"]),
        ("thanks, and where is my parcel?", ["where is my parcel?"]),
        ("the second one, is it in stock?", ["the second one, is it in stock?"]),
        ("green dress under 50 but not linen, cheapest first", ["green dress under 50 but not linen, cheapest first"]),
        ("how much is 1,200 ml in stock", ["how much is 1,200 ml in stock"]),
        ("xyzzy ????", ["xyzzy ????"]),
        ("is it in stock??? how much is delivery?!", ["is it in stock???", "how much is delivery?!"]),
    ],
)
def test_a_message_is_cut_where_each_part_stands_alone(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_an_opening_is_left_out_but_never_all_of_a_message() -> None:
    assert without_opening("hi, do you have mugs?") == "do you have mugs?"
    assert without_opening("hello") == "hello"
    assert without_opening("oh how much is it") == "how much is it"


@pytest.mark.parametrize(
    ("text", "places"),
    [("the second one", [2]), ("第三个和第一个", [3, 1]), ("number 2 please", [2]), ("最后一个", [-1]), ("倒数第二个", [-2]),
     ("the first time I bought here", []), ("the first two", []), ("kettles", [])],
)  # fmt: skip
def test_places_in_a_list(text: str, places: list[int]) -> None:
    assert places_in(text) == places


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("the steel one", "steel"), ("那个蓝的", "蓝的"), ("玻璃的那个多少钱", "玻璃"), ("the cheapest of these", "cheapest"),
     ("the yellow", "yellow"), ("do you have mugs", "")],
)  # fmt: skip
def test_what_describes_the_thing_that_is_pointed_at(text: str, phrase: str) -> None:
    assert phrase_of(text).strip() == phrase


@pytest.mark.parametrize(
    ("act", "said", "unsaid"),
    [
        ("repeat", "say that again?", "can you repeat the order"),
        ("repeat", "再说一遍", "再说一遍运费是多少"),
        ("cancel", "never mind", "never mind the colour"),
        ("cancel", "算了", "算了吧有便宜的吗"),
        ("why", "why?", "why is delivery so slow"),
        ("cheaper", "再便宜点的", "最便宜的水壶"),
        ("cheaper", "too expensive", "how expensive is delivery"),
        ("more", "还有吗", "还有现货吗"),
        ("back", "back to the kettles", "can I send it back"),
        ("correct", "no, i meant the kettle", "i need a kettle"),
        ("correct", "不是这个，我说的是水壶", "不锈钢水壶"),
    ],
)
def test_a_phrase_does_what_it_says_and_a_like_one_does_not(act: str, said: str, unsaid: str) -> None:
    assert acts.does(act, said)
    assert not acts.does(act, unsaid)


@pytest.mark.parametrize(
    ("text", "names"),
    [("price doesn't matter", {"price"}), ("forget the colour", {"colour"}), ("颜色无所谓", {"colour"}), ("不限价格", {"price"}),
     ("what colour is it", set()), ("多少钱", set())],
)  # fmt: skip
def test_what_is_dropped(text: str, names: set[str]) -> None:
    assert acts.dropped(text) == names


def test_a_follow_up_is_written_out() -> None:
    assert about_products("is it in stock?", ["Moka Pot"], "en") == "is Moka Pot in stock?"
    assert about_products("多少钱", ["摩卡壶"], "zh") == "摩卡壶 多少钱"
    assert "Canada" in same_question("do you ship to Japan", "and to Canada?")
    assert "Japan" not in same_question("do you ship to Japan", "and to Canada?")
    assert of_other("how much is the french press", ["French Press 1.0 L"], ["Moka Pot"], "en").startswith(
        "how much is"
    )
    assert "press" not in of_other("how much is the french press", ["French Press 1.0 L"], ["Moka Pot"], "en")


def test_the_command_shows_route_limits_and_the_question_written_out(sample_settings: Settings) -> None:
    code = "import typer; from bot.commands.understanding import understand; typer.run(understand)"
    told = subprocess.run(
        [sys.executable, "-c", code, "the second one", "--after", "kettles under 60", "--json"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "SHOPCLERK_DATA_DIR": str(sample_settings.data_dir)},
    )  # fmt: skip
    (wish,) = json.loads(told.stdout)["wishes"]
    assert wish["intent"] == "describe"
    assert wish["ranked"][0]["intent"] == "describe"
    assert wish["where"] == {"price_to": 60}
    assert "Kettle" in wish["rewritten"]
    assert len(wish["products"]) == 1
