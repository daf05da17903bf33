"""Wordings in two languages, the template writer's forms, and the check that words say only the findings."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from bot.errors import BadWording
from bot.types import Findings, Message
from bot.wiring import SAMPLE
from bot.writing.facts import check
from bot.writing.template import TemplateWriter, money
from bot.writing.wordings import LANGUAGES, Wordings
from knowledge_base.shop import load_shop
from knowledge_base.types import Product, Variant
from tests.talk import NOON

SHOP = load_shop(SAMPLE)
KETTLE = Product(
    "K1",
    "Kettle",
    "A kettle for 0.9 L.",
    "Kitchen",
    Decimal("49.00"),
    "USD",
    stock=18,
    attributes={"capacity": "0.9 L", "colour": "black"},
)


def lines(findings: Findings, locale: str = "en") -> str:
    return "\n".join(TemplateWriter(Wordings.load()).lines(findings, locale, "turn"))


def wordings_of(locale: str) -> dict[str, list[str]]:
    return tomllib.loads(files("bot.writing.wordings").joinpath(f"{locale}.toml").read_text(encoding="utf-8"))


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, chinese = (wordings_of(locale) for locale in LANGUAGES)
    assert english.keys() == chinese.keys()
    for key in english:
        wanted = {tuple(sorted(re.findall(r"{(\w+)}", choice))) for choice in [*english[key], *chinese[key]]}
        assert len(wanted) == 1, (key, wanted)


def test_a_shop_overrides_a_wording(tmp_path: Path) -> None:
    (tmp_path / "wordings").mkdir()
    (tmp_path / "wordings" / "en.toml").write_text('thank = ["Any time!"]\n')
    assert Wordings.load(tmp_path).say("en", "thank") == "Any time!"
    assert Wordings.load(tmp_path).say("zh", "thank")


@pytest.mark.parametrize(
    ("text", "told"),
    [('thanks = ["x"]\n', "no wording 'thanks'"), ('bye = ["x"]\nline = ["{title}: {prise}, {stock}"]\n', ":2: line needs exactly"),
     ("line = 5\n", "must be a list"), ('thank = ["x"\n', "en.toml:")],
)  # fmt: skip
def test_a_wrong_wording_is_told_at_the_start_with_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "wordings").mkdir()
    (tmp_path / "wordings" / "en.toml").write_text(text)
    with pytest.raises(BadWording, match=re.escape(told)):
        Wordings.load(tmp_path)


def test_one_turn_always_says_the_same_and_turns_differ() -> None:
    wordings = Wordings.load()
    assert {wordings.say("en", "greet", "c/1", shop="X") for _ in range(5)} == {
        wordings.say("en", "greet", "c/1", shop="X")
    }
    assert len({wordings.say("en", "greet", f"c/{turn}", shop="X") for turn in range(20)}) > 1


@pytest.mark.parametrize(
    ("stock", "en", "zh"),
    [
        (18, "in stock", "有现货"),
        (2, "only 2 left", "仅剩 2 件"),
        (0, "sold out", "已售完"),
        (None, "not known", "不清楚"),
    ],
)
def test_stock_is_said_as_far_as_it_is_known(stock: int | None, en: str, zh: str) -> None:
    product = Product("P", "Pan", "", "", Decimal(5), "USD", stock=stock)
    assert en in lines(Findings("found", products=(product,)))
    assert zh in lines(Findings("found", products=(product,)), "zh")


def test_prices_follow_the_language_and_the_currency() -> None:
    assert money(Decimal("1299"), "USD", "en") == "$1,299.00"
    assert money(Decimal("1299"), "CNY", "zh") == "¥1,299.00"
    assert money(Decimal("1299"), "USD", "zh") == "US$1,299.00"


def test_forms_are_told_with_their_own_prices_and_what_is_sold_out() -> None:
    pot = Product(
        "P", "Pot", "", "", Decimal(32), "USD", 5,
        variants=(Variant("a", {"size": "3 cups"}, Decimal(32), 5), Variant("b", {"size": "6 cups"}, Decimal(41), 0)),
    )  # fmt: skip
    assert "3 cups ($32.00), 6 cups ($41.00, sold out)" in lines(Findings("described", products=(pot,)))


def verdict(text: str, findings: Findings, asked: str = "") -> list[str]:
    found = check([text], findings, Message("m", "c", asked, NOON), SHOP)
    return [f"{stop.kind}: {stop.claim}" for stop in found.stopped]


@pytest.mark.parametrize(
    "text",
    [
        "Kettle: $49.00, in stock",
        "It holds 0.9 L.",
        "水壶：US$49.00",
        "You can write to hello@juniperlane.example.",
        "You asked for under 60.",
    ],
)
def test_what_follows_from_the_findings_is_said(text: str) -> None:
    assert verdict(text, Findings("described", products=(KETTLE,)), asked="a kettle under 60") == []


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("Kettle: $45.00", "price: $45.00"),
        ("It holds 1.2 L.", "measure: 1.2 L"),
        ("Write to sales@evil.example", "email: sales@evil.example"),
        ("See https://evil.example/x", "link: https://evil.example/x"),
        ("We offer free shipping on it.", "attribute: free"),
        ("这款包邮。", "attribute: 包邮"),
        ("水壶：４５元", "price: 45元"),
    ],
)
def test_what_does_not_follow_is_stopped_with_its_claim(text: str, stopped: str) -> None:
    assert verdict(text, Findings("described", products=(KETTLE,))) == [stopped]


def test_a_promise_of_the_shops_own_passes() -> None:
    findings = Findings("answer", answer="Standard delivery has free shipping from $60.")
    assert verdict("Standard delivery has free shipping from $60.", findings) == []
