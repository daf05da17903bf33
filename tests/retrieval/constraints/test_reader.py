"""What messages limit, in both languages, with a small shop whose words are plain."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product, Variant
from retrieval.constraints import Reader, asks_stock, currency_in
from retrieval.stated import stated
from retrieval.types import Where


def product(product_id: str, en: str, zh: str, category: tuple[str, str], **more: Any) -> list[Product]:
    """One product in both languages; `more` has English and Chinese attributes and options in one order."""
    facts, options = more.get("facts", ({}, {})), more.get("options", ([], []))
    made = []
    for place, (locale, title) in enumerate((("en", en), ("zh", zh))):
        variants = tuple(Variant(f"{product_id}-{i}", o, Decimal(20), 3) for i, o in enumerate(options[place]))
        made.append(
            Product(product_id, title, "", category[place], Decimal(20), "USD", 3, facts[place], variants, locale=locale, brand=more.get("brand", ""))
        )  # fmt: skip
    return made


COFFEE, KITCHEN, TOYS = ("Coffee & Tea", "咖啡与茶"), ("Kitchen", "厨房用品"), ("Kids & Toys", "儿童玩具")
CATALOGUE = Catalogue(
    [
        *product("B1", "Harbour Beans", "海港豆", COFFEE, brand="Harbour", facts=(
            {"roast": "light", "origin": "Guji, Ethiopia", "caffeine": "none"}, {"烘焙度": "浅烘", "产地": "埃塞俄比亚古吉", "咖啡因": "无"})),
        *product("B2", "Night Ferry", "晚安低因咖啡", COFFEE, brand="Harbour", facts=({"roast": "dark", "caffeine": "yes"}, {"烘焙度": "深烘", "咖啡因": "有"})),
        *product("K1", "Steel Bowl", "钢碗", KITCHEN, facts=(
            {"dishwasher safe": "yes", "material": "steel"}, {"洗碗机": "是", "材质": "钢"})),
        *product("K2", "Wood Board", "木砧板", KITCHEN, facts=({"dishwasher safe": "no"}, {"洗碗机": "否"})),
        *product("S1", "Bar Soap", "手工皂", KITCHEN, options=(
            [{"scent": "lavender"}, {"scent": "rose"}], [{"香味": "薰衣草"}, {"香味": "玫瑰"}])),
        *product("T1", "Train", "火车", TOYS),
    ],
    ("en", "zh"),
)  # fmt: skip
READER = Reader(CATALOGUE)


def read(text: str) -> dict[str, Any]:
    return stated(READER.read(text).where)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("under 50", {"price_to": 50}),
        ("I don't want to spend more than 80", {"price_to": 80}),
        ("between $20 and $40", {"price_from": 20, "price_to": 40}),
        ("a 50 dollar lamp", {"price_from": 40, "price_to": 60}),
        ("fifty something", {"price_from": 50, "price_to": 60}),
        ("in the thirties", {"price_from": 30, "price_to": 40}),
        ("two hundred and fifty max", {"price_to": 250}),
        ("over $100 but less than $160", {"price_from": 100, "price_to": 160}),
        ("1.5k max", {"price_to": 1500}),
        ("50以内", {"price_to": 50}),
        ("两三百的台灯", {"price_from": 200, "price_to": 300}),
        ("一百二以内", {"price_to": 120}),
        ("不低于两百五", {"price_from": 250}),
        ("五十多块", {"price_from": 50, "price_to": 60}),
        ("一百多", {"price_from": 100, "price_to": 200}),
        ("1.2万以下", {"price_to": 12000}),
        ("两块五以下", {"price_to": 2.5}),
        ("预算五百左右", {"price_from": 400, "price_to": 600}),
        ("三千八的预算", {"price_to": 3800}),
    ],
)
def test_a_price_is_read_in_every_shape(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("navy or black, size M or L", {"having": {"colour": ["black", "blue"], "size": ["L", "M"]}}),
        ("oak board, not bamboo", {"having": {"material": ["wood"]}, "without": {"material": ["bamboo"]}}),
        ("no red, blue or green", {"without": {"colour": ["blue", "green", "red"]}}),
        ("not red, blue please", {"having": {"colour": ["blue"]}, "without": {"colour": ["red"]}}),
        ("plastic-free", {"without": {"material": ["plastic"]}}),
        ("要蓝的不要红的", {"having": {"colour": ["blue"]}, "without": {"colour": ["red"]}}),
        ("除了黑色和白色都行", {"without": {"colour": ["black", "white"]}}),
        ("黑白灰的都行", {"having": {"colour": ["black", "grey", "white"]}}),
        ("藍色圍巾", {"having": {"colour": ["blue"]}}),
        ("绿茶", {}),
        ("feeling a bit blue", {}),
    ],
)
def test_words_are_taken_by_family_and_refused_over_a_list(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("dark or light roast", {"having": {"roast": ["dark", "light"]}}),
        ("浅烘的", {"having": {"roast": ["light"]}}),
        ("decaf from Ethiopia", {"having": {"caffeine": ["none"], "origin": ["Ethiopia"]}}),
        ("埃塞俄比亚的", {"having": {"origin": ["Ethiopia"]}}),
        ("能上洗碗机的碗", {"having": {"dishwasher safe": ["yes"]}}),
        ("a bowl that survives the dishwasher", {"having": {"dishwasher safe": ["yes"]}}),
        ("薰衣草味的皂", {"having": {"scent": ["lavender"]}}),
        ("any scent but rose", {"without": {"scent": ["rose"]}}),
        ("Harbour beans", {"having": {"brand": ["Harbour"]}}),
        ("toys under 20", {"categories": ["Kids & Toys"], "price_to": 20}),
        ("玩具", {"categories": ["Kids & Toys"]}),
        ("stacking toys", {}),
        ("everything but toys", {"not_categories": ["Kids & Toys"]}),
        ("kitchen scale", {}),
    ],
)
def test_a_shops_own_words_mean_its_own_names_and_values(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("at least a litre", {"measures": {"volume": [1000, None]}}),
        ("不超过两斤", {"measures": {"weight": [None, 1000]}}),
        ("10+ hours of battery", {"measures": {"duration": [10, None]}}),
        ("set of 4", {"measures": {"pieces": [4, 4]}}),
        ("for my 6 year old", {"age": 6}),
        ("三岁半", {"age": 3.5}),
        ("she's 18 months", {"age": 1.5}),
        ("four and a half stars or higher", {"rating_from": 4.5}),
        ("四点五分以上的", {"rating_from": 4.5}),
        ("at least 20% off", {"discount_from": 20}),
        ("八五折以上", {"discount_from": 15}),
        ("on sale", {"discount_from": 1}),
        ("半价", {"discount_from": 50}),
        ("best rated first", {"sort": "rating"}),
        ("按价格从高到低", {"sort": "price_desc"}),
        ("four of them", {"quantity": 4}),
        ("来俩", {"quantity": 2}),
        ("现货", {"in_stock": True}),
        ("two of my friends", {}),
        ("100% sure", {}),
    ],
)
def test_amounts_orders_and_stock_are_read(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    "text",
    [
        "is the Night Ferry in stock right now?", "晚安低因咖啡还有货吗", "free shipping over 50?", "满200包邮吗", "do you do 2 day shipping",
        "my order 10482 was meant to come on the 14th", "back in 5 minutes", "电话是2065550142", "the lamp for $40 is broken",
    ],
)  # fmt: skip
def test_a_question_about_one_thing_or_the_shop_limits_nothing(text: str) -> None:
    assert read(text) == {}


def test_the_query_keeps_shades_and_loses_other_limits() -> None:
    wish = READER.read("navy wool scarf under $50, not red")
    assert "navy" in wish.query
    assert "scarf" in wish.query
    assert not {"wool", "50", "red"} & set(wish.query.split())
    assert wish.currency == "USD"


def test_whether_something_is_there_is_a_question() -> None:
    assert asks_stock("还有货吗")
    assert asks_stock("is it in stock?")
    assert not asks_stock("in stock kettles")
    assert currency_in("五十块") == ""
    assert currency_in("五十元") == "CNY"


_DIGITS = "零一二三四五六七八九"
_ONES = (
    "",
    *[
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ],
)
_TENS = ("", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])


def in_chinese(number: int) -> str:
    """12345 -> 一万二千三百四十五, with 零 where places are left out."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return in_chinese(high) + "万" + ("" if not low else "零" * (low < 1000) + in_chinese(low))
    said, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            said += ("零" if zero and said else "") + _DIGITS[digit] + unit
            zero = False
        else:
            zero = bool(said)
    return said


def in_english(number: int) -> str:
    if number >= 1000:
        high, low = divmod(number, 1000)
        return f"{in_english(high)} thousand" + (f" {'and ' if low < 100 else ''}{in_english(low)}" if low else "")
    if number >= 100:
        high, low = divmod(number, 100)
        return f"{_ONES[high]} hundred" + (f" and {in_english(low)}" if low else "")
    if number < 20:
        return _ONES[number]
    high, low = divmod(number, 10)
    return _TENS[high] + (f"-{_ONES[low]}" if low else "")


AMOUNTS = st.integers(1, 99_999)
SPELLINGS = st.sampled_from([str, in_chinese, in_english, "{:,}".format])
AT_MOST = st.sampled_from(
    [
        "under {}",
        "no more than {} please",
        "{} or less",
        "不超过{}",
        "{}以内的",
        "最多{}块",
        "up to {} dollars",
        "预算{}",
    ]
)
AT_LEAST = st.sampled_from(["over {}", "at least {}", "{} and up", "至少{}", "{}元以上", "不低于{}"])


@settings(max_examples=400, deadline=None)
@given(AMOUNTS, SPELLINGS, AT_MOST)
@example(10, in_chinese, "{}以内的")
@example(110, in_chinese, "不超过{}")
def test_any_number_in_any_phrasing_comes_back_as_the_most(amount: int, spelled: Any, phrase: str) -> None:
    assert READER.read(phrase.format(spelled(amount))).where == Where(price_to=Decimal(amount))


@settings(max_examples=200, deadline=None)
@given(AMOUNTS, SPELLINGS, AT_LEAST)
def test_any_number_in_any_phrasing_comes_back_as_the_least(amount: int, spelled: Any, phrase: str) -> None:
    assert READER.read(phrase.format(spelled(amount))).where == Where(price_from=Decimal(amount))


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 5000),
    st.integers(1, 5000),
    st.sampled_from(["between {} and {}", "{}到{}之间", "from {} to {} dollars", "{}-{}元"]),
)
def test_a_range_comes_back_with_both_ends(low: int, more: int, phrase: str) -> None:
    where = READER.read(phrase.format(low, low + more)).where
    assert (where.price_from, where.price_to) == (low, low + more)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
@example("不要不要不要")
@example("½ ① ⑳ 〇 ٣ under")
@example("\ue000\ue001\x00\x02 under 50")
@example("under 999999999999999999999999")
@example("9" * 400 + "以内")
def test_any_text_can_be_read(text: str) -> None:
    wish = READER.read(text)
    assert all(start < end for start, end in wish.spans)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["under 50", "藏青色 M码", "4 stars and up", "不要塑料", "set of 4", "cheapest", "decaf"]),
    st.sampled_from(["hi there, ", "please show me something nice, ", "您好，麻烦看看，", "hmm well, "]),
)
def test_words_without_limits_change_nothing(limit: str, words: str) -> None:
    assert READER.read(words + limit).where == READER.read(limit).where


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["under 50", "100-200元", "$40 max", "size M or L", "4.5星以上", "USB-C", "20% off", "500ml"]))
def test_full_width_is_half_width_and_capitals_are_small(text: str) -> None:
    expected = READER.read(text).where
    assert READER.read(full_width(text)).where == expected
    assert READER.read(text.upper()).where == expected
    assert READER.read(unicodedata.normalize("NFKD", text)).where == expected
