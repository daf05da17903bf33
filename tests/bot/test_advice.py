"""Advice in a conversation with the sample shop."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bot.types import Message, Reply
from bot.wiring import OpenShop
from tests.talk import NOON, Talk


def ids(reply: Reply) -> list[str]:
    return [card.product_id for card in reply.cards]


@pytest.mark.parametrize(
    ("text", "most"),
    [("something for my sister, likes tea, under 40", 40), ("送给爸爸的，喜欢喝茶，四十以内", 40)],
)
async def test_a_wish_in_words_keeps_its_limit_and_is_steered_by_what_is_liked(
    talk: Talk, text: str, most: int
) -> None:
    reply = await talk(text)
    assert len(reply.cards) == 3
    assert all(card.price <= most for card in reply.cards)
    assert all(card.product_id.startswith(("JL-TEA", "JL-DRI-03")) for card in reply.cards)  # teas, and a tea flask
    assert all(card.because and card.because in reply.text for card in reply.cards)


async def test_the_three_questions_beside_a_product_have_three_answers(talk: Talk) -> None:
    await talk("do you have the V-shaped dripper?")
    with_it = ids(await talk("what goes with it?"))
    assert with_it[0] == "JL-COF-04"
    await talk("show me the gooseneck kettle")
    assert ids(await talk("anything like it?"))[0] == "JL-COF-02"
    await talk("冷萃咖啡壶有货吗")
    instead = ids(await talk("没货了，有什么可以替代的？"))
    assert instead
    assert "JL-COF-14" not in instead


async def test_what_is_not_liked_is_not_recommended_again(talk: Talk) -> None:
    first = ids(await talk("推荐几款保温杯"))
    assert not set(first) & set(ids(await talk("不喜欢这款")))
    assert not set(first) & set(ids(await talk("给我推荐点东西吧")))


async def test_a_limit_that_is_refused_is_no_product_that_is_refused(talk: Talk, sample: OpenShop) -> None:
    await talk("show me scarves")
    await talk("not silk")
    async with sample.conversations.open(talk.conversation_id) as opened:
        assert opened.conversation.refused == ()


async def test_a_gift_says_nothing_of_what_the_customer_bought(sample: OpenShop) -> None:
    async def asked(text: str) -> Reply:
        return await sample.engine.reply(Message(uuid4().hex, uuid4().hex, text, NOON, "web", customer_id="C001"))

    assert "you bought" in (await asked("what would you recommend for me?")).text
    assert "you bought" not in (await asked("a gift for my sister")).text


async def test_nobody_gets_an_empty_list(talk: Talk) -> None:
    for text in ("what can you recommend?", "recommend a kettle under 5 dollars", "送喜欢钓鱼的舅舅，五十以内"):
        reply = await talk(text)
        assert reply.cards, text
        assert all(card.in_stock is not False for card in reply.cards)


async def test_where_nothing_is_about_the_wish_the_reply_says_so(talk: Talk) -> None:
    assert "plainly about “astronomy”" in (await talk("a present for my aunt who is into astronomy")).text
