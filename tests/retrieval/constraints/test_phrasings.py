"""How customers put limits in words of their own: each case is a phrasing, not a product."""

from __future__ import annotations

from typing import Any

import pytest

from tests.retrieval.constraints.test_reader import read


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("25 is my limit", {"price_to": 25}),
        ("$60 is my absolute max, dutch oven", {"price_to": 60}),
        ("50 dollars is the most I can do", {"price_to": 50}),
        ("I can go as high as 70", {"price_to": 70}),
        ("spend no more then 50", {"price_to": 50}),
        ("upto $30", {"price_to": 30}),
        ("3 hundred max", {"price_to": 300}),
        ("one hundred dollars would be way too much, 25 is my limit", {"price_to": 25}),
        ("一百块太贵了，五十以内", {"price_to": 50}),
        ("唔好超過五十蚊", {"price_to": 50}),
        ("有冇平過三十蚊嘅", {"price_to": 30}),
        ("a 40 watt bulb max", {"measures": {"power": [None, 40]}}),
        ("a set of 4 mugs, max 50", {"price_to": 50, "measures": {"pieces": [4, 4]}}),
        ("nothing too pricey", {"sort": "price_asc"}),
        ("贵的先排", {"sort": "price_desc"}),
        ("what sells the most", {"sort": "popular"}),
    ],
)
def test_a_budget_and_an_order_are_put_in_many_ways(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("周岁宝宝的礼物", {"age": 1}),
        ("宝宝周岁送什么好", {"age": 1}),
        ("刚满三周岁", {"age": 3}),
        ("家里老人七十五了", {"age": 75}),
        ("kid is 2 and a half", {"age": 2.5}),
        ("the youngest is seven", {"age": 7}),
        ("my nephew will be 7 next week", {"age": 7}),
        ("mens socks 42", {"having": {"size": ["42"]}}),
        ("slippers 43 or 44", {"having": {"size": ["43", "44"]}}),
        ("socks 42 dollars", {"price_from": 33.6, "price_to": 50.4}),
        ("pillow with down filling", {"having": {"material": ["down"]}}),
        ("香皂 买四块", {"quantity": 4}),
        ("四块钱的", {"price_from": 3.2, "price_to": 4.8}),
        ("lookin 4 a beanie under 30", {"price_to": 30}),
        ("3 of the mugs", {"quantity": 3}),
        ("没现货的不要", {"in_stock": True}),
        ("nothing that's sold out", {"in_stock": True}),
        ("今天就能发的", {"in_stock": True}),
    ],
)
def test_ages_sizes_quantities_and_stock_are_put_in_many_ways(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("不锈钢和塑料的都不要", {"without": {"material": ["plastic", "stainless steel"]}}),
        ("黑色白色都不要的T恤", {"without": {"colour": ["black", "white"]}}),
        ("红色蓝色以外的毛毯", {"without": {"colour": ["blue", "red"]}}),
        ("要红色，蓝色不要", {"having": {"colour": ["red"]}, "without": {"colour": ["blue"]}}),
        ("要红的蓝的不要", {"having": {"colour": ["red"]}, "without": {"colour": ["blue"]}}),
        ("尼龙的背包不要，其他都看看", {"without": {"material": ["nylon"]}}),
        ("什么香味都行就是别玫瑰 护手霜", {"without": {"scent": ["rose"]}}),
        ("别太贵的红围巾", {"sort": "price_asc", "having": {"colour": ["red"]}}),
        ("别的颜色也行，蓝色的", {"having": {"colour": ["blue"]}}),
        ("please exclude plastic", {"without": {"material": ["plastic"]}}),
        ("plastic free toys please", {"categories": ["Kids & Toys"], "without": {"material": ["plastic"]}}),
        ("biggest discount on toys first", {"categories": ["Kids & Toys"], "sort": "discount"}),
        ("the blue one is nice but no room, bye", {}),
        ("how many of these fit in a 20l bag", {}),
    ],
)
def test_what_is_refused_or_wished_is_told_from_where_it_stands(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("dishwasher slimline", {}),
        ("洗碗机有卖吗", {}),
        ("goes in the dishwasher", {"having": {"dishwasher safe": ["yes"]}}),
        ("洗碗机能洗的碗", {"having": {"dishwasher safe": ["yes"]}}),
        ("螺蛳粉", {}),
        ("什么口红色号好", {}),
        ("豆沙色口红", {"having": {"colour": ["pink"]}}),
        ("木质调的香水", {}),
        ("纸尿裤L码", {"having": {"size": ["L"]}}),
        ("几十块的小东西", {}),
        ("几百块的", {}),
        ("十几块的", {"price_from": 10, "price_to": 20}),
        ("a chair for 8 hours a day", {}),
        ("a lamp for a small living room", {}),
        ("which one should I get, and is it in stock?", {}),
        ("推荐一款，有现货吗那款", {}),
        ("这款是纯棉的吗，有没有便宜一点的", {"sort": "price_asc"}),
    ],
)
def test_a_word_within_another_and_an_aside_limit_nothing(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("with 100 dollars, what can I get", {"price_to": 100}),
        ("half a grand max", {"price_to": 500}),
        ("below a tenner", {"price_to": 10}),
        ("I've put aside 120 dollars", {"price_to": 120}),
        ("两百块钱不到的", {"price_to": 200}),
        ("人民币三百元以内", {"price_to": 300}),
        ("200块钱够买什么", {"price_to": 200}),
        ("最多能出120", {"price_to": 120}),
        ("价格高的排前面", {"sort": "price_desc"}),
        ("a present for my niece (3)", {"age": 3}),
        ("1 pound of beans", {"measures": {"weight": [453.59, 453.59]}}),
        ("一米五以上，五百块左右", {"price_from": 400, "price_to": 600, "measures": {"length": [150, None]}}),
        ("1米8的", {"measures": {"length": [180, 180]}}),
        ("家里两只猫，地毯", {}),
        ("2月14号能到吗", {}),
        ("24 hour support?", {}),
        ("does delivery to Canada cost more than 10 dollars", {}),
        ("fed up with black", {"without": {"colour": ["black"]}}),
        ("绿色的不好看，换个蓝的", {"having": {"colour": ["blue"]}, "without": {"colour": ["green"]}}),
    ],
)
def test_money_lengths_and_dislikes_in_everyday_words(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("手头就三百块", {"price_to": 300}),
        ("能撑30个小时的", {"measures": {"duration": [30, 30]}}),
        ("navy's fine, black isn't", {"having": {"colour": ["blue"]}, "without": {"colour": ["black"]}}),
        ("红色我不要，给我看蓝色的", {"having": {"colour": ["blue"]}, "without": {"colour": ["red"]}}),
        ("橡胶的别推荐", {"without": {"material": ["rubber"]}}),
        ("what's hot right now?", {"sort": "popular"}),
        ("returned 2 items last week", {}),
        ("is there a fee if I spend less than 35", {}),
        ("I'm 5 foot 4", {}),
        ("身高170厘米，体重60公斤", {}),
    ],
)
def test_what_a_person_is_or_sent_back_is_no_wish(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("somethin round 35", {"price_from": 28, "price_to": 42}),
        ("for maybe 180?", {"price_from": 144, "price_to": 216}),
        ("maybe 3?", {}),
        ("max I'd pay for a blanket is 110", {"price_to": 110}),
        ("can stretch to 140", {"price_to": 140}),
        ("一百蚊以下", {"price_to": 100}),
        ("最贵不要超过三百", {"price_to": 300}),
        ("最贵的", {"sort": "price_desc"}),
        ("what are people buying the most", {"sort": "popular"}),
        ("red? no. green scarf", {"having": {"colour": ["green"]}, "without": {"colour": ["red"]}}),
        ("玻璃杯不要，要陶瓷的", {"having": {"material": ["ceramic"]}, "without": {"material": ["glass"]}}),
        ("我等了半小时了", {}),
    ],
)
def test_guesses_stretches_and_second_thoughts(text: str, where: dict[str, Any]) -> None:
    assert read(text) == where
