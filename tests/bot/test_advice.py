"""Advice in a conversation with the sample shop."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bot.behaviour import Act
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


async def test_cheaper_is_of_the_same_category_and_to_be_had(talk: Talk, sample: OpenShop) -> None:
    await talk("紫砂壶多少钱")
    assert ids(await talk("便宜点的有吗")) == ["JL-TEA-10"]
    other = Talk(sample.engine)
    await other("the moka pot")
    reply = await other("too expensive")
    assert "nothing cheaper of that kind; the lowest price is $32.00" in reply.text  # and no plant pot
    assert not any("cheaper" in one for one in reply.suggestions)
    assert ids(reply) == ["JL-COF-12"]


async def test_where_nothing_is_cheaper_that_is_said_with_the_lowest_price(sample: OpenShop) -> None:
    for first, then, told, lowest in (
        ("介绍一下茶壶", "便宜点的有吗", "同类里没有更便宜的了，最低是 US$34.50", "JL-TEA-10"),
        (
            "show me teapots",
            "cheaper?",
            "There is nothing cheaper of that kind; the lowest price is $34.50",
            "JL-TEA-10",
        ),
        ("有没有茶壶", "便宜点的有吗", "同类里没有更便宜的了，最低是 US$34.50", "JL-TEA-10"),
        ("摩卡壶多少钱", "便宜点的有吗", "同类里没有更便宜的了，最低是 US$32.00", "JL-COF-12"),  # 24.90 is sold out
    ):
        reply = await after(sample, first, then)
        assert told in reply.text
        assert reply.cards[0].product_id == lowest
        assert all(card.in_stock is not False for card in reply.cards), "what is sold out is no cheaper one"


async def test_what_is_like_it_within_a_limit_is_of_its_kind_or_said_not_to_be(sample: OpenShop) -> None:
    kettle = await after(sample, "show me the gooseneck kettle", "anything like it under $60?")
    assert ("the nearest is $129.00" in kettle.text, ids(kettle)) == (True, ["JL-COF-02"])
    assert ids(await after(sample, "手冲壶介绍一下", "有没有类似的，300以内")) == ["JL-COF-02"]
    dripper = await after(sample, "do you have the V-shaped dripper?", "anything like it under $20?")
    assert "nothing else of its kind within that" in dripper.text
    assert len(dripper.cards) == 3


async def test_who_cannot_be_written_to_is_offered_a_person_and_a_yes_is_heard(sample: OpenShop) -> None:
    for wish, yes in (("tell me when the cold brew bottle is back", "yes"), ("冷萃咖啡壶到货通知我", "好的")):
        assert (await after(sample, wish, yes)).intent == "handoff"


async def test_a_question_beside_nothing_asks_which_and_shows_something(sample: OpenShop) -> None:
    for text in ("anything like it?", "what goes with it?", "有没有类似的", "有什么和它搭配的", "something else?"):
        reply = await after(sample, text)
        assert len(reply.cards) == 3, text
        asks = "Like which product?" in reply.text or "您说的是哪一款" in reply.text
        assert asks is (text != "something else?"), text


async def test_all_of_them_are_refused_in_few_words(sample: OpenShop) -> None:
    for text in ("none of these", "no, none of those, thanks", "都不要", "一个都不喜欢", "没有喜欢的"):
        talk = Talk(sample.engine)
        first = ids(await talk("what can you recommend?" if text.isascii() else "推荐几款"))
        again = await talk(text)
        assert (again.intent, set(first) & set(ids(again))) == ("recommend", set()), text


async def test_what_asks_of_all_refuses_none(sample: OpenShop) -> None:
    for first, text in (("show me umbrellas", "do none of them fold?"), ("有什么伞", "都不要钱吗")):
        talk = Talk(sample.engine)
        await talk(first)
        await talk(text)
        async with sample.conversations.open(talk.conversation_id) as opened:
            assert opened.conversation.refused == (), text


async def test_who_has_refused_all_that_there_is_still_gets_something(talk: Talk, sample: OpenShop) -> None:
    every = sample.index.current().catalogue.ids()
    where = talk.conversation_id
    await sample.behaviour.add([Act(f"r/{where}/{i}", "refused", i, NOON, where) for i in every])
    for text, told in (("what can you recommend?", "seen all"), ("推荐几款", "都看过了")):
        reply = await talk(text)
        assert told in reply.text
        assert reply.cards
        assert all(card.in_stock is not False for card in reply.cards)


async def test_an_ok_to_nothing_is_no_question_about_what_was_shown(sample: OpenShop) -> None:
    for first, then, place in (("show me teapots", "ok", "the first one"), ("有没有茶壶", "好的", "第一个")):
        talk = Talk(sample.engine)
        shown = ids(await talk(first))
        assert not ids(await talk(then))
        assert ids(await talk(place))[0] == shown[0]
    assert (await after(sample, "有没有茶壶", "好的谢谢")).intent == "thank"


async def after(shop: OpenShop, *texts: str) -> Reply:
    """The reply to the last of them, in a conversation of their own."""
    talk = Talk(shop.engine)
    replies = [await talk(text) for text in texts]
    return replies[-1]
