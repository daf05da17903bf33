"""Wordings in two languages, the template writer's forms, and the check that words say only the findings."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from bot.errors import BadWording
from bot.types import Findings, Message
from bot.wiring import SAMPLE
from bot.writing.facts import check
from bot.writing.forms import day, listed, money, noted
from bot.writing.template import TemplateWriter
from bot.writing.wordings import LANGUAGES, Wordings
from knowledge_base.shop import load_shop
from knowledge_base.types import Product, Variant
from retrieval.types import Recommendation
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


def test_wordings_that_nobody_reads_are_told(tmp_path: Path) -> None:
    (tmp_path / "wordings").mkdir()
    (tmp_path / "wordings" / "fr.toml").write_text('thank = ["De rien."]\n')
    with pytest.raises(BadWording, match=re.escape("fr.toml:1: wordings are read from en.toml, zh.toml only")):
        Wordings.load(tmp_path)


def test_a_brace_of_a_customer_or_product_is_no_placeholder() -> None:
    assert Wordings.load().say("en", "line", title="{price}", price="$5.00", stock="{x}") == "{price}: $5.00, {x}"


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
        (None, "don't know", "不清楚"),
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


def test_lists_have_an_and_before_the_last() -> None:
    assert [listed(items, "en") for items in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert [listed(items, "zh") for items in (["价格"], ["价格", "颜色"], ["A", "B", "颜色"])] == [
        "价格",
        "价格和颜色",
        "A、B 和颜色",
    ]
    wish = Findings("nothing_fits", values={"limits": "price colour stock"})
    assert "the price, the colour and in stock now" in lines(wish)
    assert "价格、颜色和现在有货" in lines(wish, "zh")


def test_days_are_written_as_each_language_writes_them() -> None:
    assert day(NOON.date(), "en") == "Tuesday, 24 November 2026"
    assert day(NOON.date(), "zh") == "2026年11月24日星期二"


def test_notes_and_punctuation_are_of_the_language_and_titles_stay_as_they_are() -> None:
    assert noted("XL", ["sold out"], "en") == "XL (sold out)"
    assert noted("XL", ["US$5.00", "已售完"], "zh") == "XL（US$5.00，已售完）"
    pan = Product("P", "Pan (28 cm)", "", "", Decimal(5), "USD", stock=1)
    picked = Findings(
        "recommended",
        values={"because:P": "店里常有人选"},
        products=(pan,),
        recommendations=(Recommendation("P", 1.0, ("popular",)),),
    )
    assert "1. Pan (28 cm)：US$5.00，仅剩 1 件（店里常有人选）" in lines(picked, "zh")


@pytest.mark.parametrize(
    ("stock", "en", "zh"),
    [
        (18, "The price of Kettle is $49.00; in stock now.", "Kettle 售价 US$49.00，有现货。"),
        (1, "The price of Kettle is $49.00; only 1 left.", "Kettle 售价 US$49.00，仅剩 1 件。"),
        (0, "The price of Kettle is $49.00; sold out just now.", "Kettle 售价 US$49.00，目前已售完。"),
        (
            None,
            "The price of Kettle is $49.00; whether there is any left I don't know.",
            "Kettle 售价 US$49.00，有没有货我不清楚。",
        ),
    ],
)
def test_one_product_is_told_in_sentences(stock: int | None, en: str, zh: str) -> None:
    found = Findings("described", values={"asked": "capacity"}, products=(replace(KETTLE, stock=stock),))
    assert lines(found) == f"Capacity: 0.9 L.\n{en}"
    assert lines(found, "zh").endswith(zh)


def test_forms_are_told_with_their_own_prices_and_what_is_sold_out() -> None:
    pot = Product(
        "P", "Pot", "", "", Decimal(32), "USD", 5,
        variants=(Variant("a", {"size": "3 cups"}, Decimal(32), 5), Variant("b", {"size": "6 cups"}, Decimal(41), 0)),
    )  # fmt: skip
    assert "3 cups ($32.00) and 6 cups ($41.00, sold out)" in lines(Findings("described", products=(pot,)))


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
