"""Honest relaxation in replies: one limit, which one and by how much, in both languages, past the fact check."""

from __future__ import annotations

import pytest

from tests.talk import Talk


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("kettles under 40 in stock", "Nothing that fits costs $40.00 or less; the nearest is $49.00, $9.00 over:"),
        ("mugs over 100 in stock", "Nothing that fits costs $100.00 or more; the nearest is $29.50, $70.50 under:"),
        ("backpack at least 30 litres", "Nothing that fits is 30 L or more; the nearest has 26 L, 4 L less:"),
        ("size XXL dress", "Nothing like that comes in XXL; in other sizes there is:"),
        ("有没有四十块以内的手冲细口壶", "没有 US$40.00 以内的；最接近的是 US$49.00，高出 US$9.00："),
        ("紫色的盖毯", "没有紫色的；其他颜色有："),
    ],
)
async def test_the_one_limit_that_was_given_up_is_told(talk: Talk, wish: str, told: str) -> None:
    reply = await talk(wish)
    assert reply.text.splitlines()[0] == told
    assert reply.cards


async def test_the_most_expensive_comes_first(talk: Talk) -> None:
    prices = [card.price for card in (await talk("the most expensive headphones")).cards]
    assert prices == sorted(prices, reverse=True)


async def test_where_two_limits_would_have_to_go_they_are_named(talk: Talk) -> None:
    reply = await talk("headphones for my 3 year old in pink")
    assert "the age and the colour" in reply.text
    assert not reply.cards
