"""A turn from message to kept reply, over the sample shop's real wiring."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.seams import Router
from bot.types import Conversation, Message, Route
from bot.wiring import OpenShop
from bot.writing.forms import money
from tests.talk import NOON, Talk

SUNDAY = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


async def test_a_faq_question_gets_the_faqs_words_and_is_cited(talk: Talk) -> None:
    reply = await talk("How much is delivery to Canada?")
    assert "$12.95" in reply.text
    assert [(cite.source, cite.source_id) for cite in reply.cites] == [("faq", "delivery-canada-cost")]


async def test_a_chinese_question_gets_a_chinese_answer(talk: Talk) -> None:
    reply = await talk("寄到加拿大运费多少？")
    assert reply.locale == "zh"
    assert "12.95" in reply.text
    assert "加拿大" in reply.text or "运费" in reply.text


async def test_a_search_keeps_its_limits_and_shows_cards(talk: Talk) -> None:
    reply = await talk("Do you have a kettle under $60?")
    assert reply.intent == "find"
    assert reply.cards
    assert all(card.price <= 60 and "Kettle" in card.title for card in reply.cards)
    assert all(money(card.price, "USD", "en") in reply.text for card in reply.cards)


async def test_what_is_sold_out_stands_last(talk: Talk) -> None:
    reply = await talk("Do you have a kettle under $60?")
    stocks = [card.in_stock for card in reply.cards]
    assert stocks == sorted(stocks, key=lambda in_stock: in_stock is False)


async def test_where_nothing_meets_the_price_the_reply_says_so(talk: Talk) -> None:
    reply = await talk("a chef's knife under $5")
    assert "$5.00 or less; the nearest is" in reply.text
    assert all(card.price > 5 for card in reply.cards)


async def test_the_second_one_is_the_second_that_was_shown(talk: Talk) -> None:
    shown = await talk("show me kettles")
    reply = await talk("tell me more about the second one")
    assert reply.intent == "describe"
    assert [card.product_id for card in reply.cards] == [shown.cards[1].product_id]


async def test_cheaper_is_below_the_first_that_was_shown_where_nothing_is_below_all_and_of_its_kind(
    talk: Talk, sample: OpenShop
) -> None:
    shown = await talk("有没有60块以内的水壶？")
    reply = await talk("便宜点的有吗")
    assert reply.cards
    catalogue = sample.index.current().catalogue
    for card in reply.cards:
        product = catalogue.get(card.product_id, "zh")
        assert product is not None
        assert card.price < shown.cards[0].price  # the list has the cheapest of its kind: below the first of it
        assert "水壶" in product.title + product.keywords


async def test_an_attribute_that_is_asked_for_is_told(talk: Talk) -> None:
    assert "no" in (await talk("Is the chef's knife dishwasher safe?")).text.splitlines()[0]
    assert "induction" in (await talk("Does the moka pot work on induction?")).text.splitlines()[0]
    assert "90" in (await talk("摩卡壶多少钱")).text or "32.00" in (await talk("摩卡壶多少钱")).text


async def test_what_is_not_stated_of_a_product_is_admitted(talk: Talk) -> None:
    reply = await talk("Who designed the moka pot?")
    assert "for sure" in reply.text or "no sure answer" in reply.text
    assert reply.cards[0].product_id == "JL-COF-12"


async def test_a_comparison_puts_price_and_differences_side_by_side(talk: Talk) -> None:
    reply = await talk("Compare the moka pot with the French press")
    assert {card.product_id for card in reply.cards} == {"JL-COF-12", "JL-COF-13"}
    assert "| Price | from $32.00 | $34.90 |" in reply.text


async def test_a_recommendation_is_in_stock_within_budget_and_has_a_true_reason(talk: Talk, sample: OpenShop) -> None:
    reply = await talk("Can you recommend a gift for someone who loves tea, under $40?")
    assert reply.intent == "recommend"
    assert reply.cards
    assert all(card.price <= 40 and card.in_stock is not False for card in reply.cards)


async def test_what_goes_with_a_product_is_what_the_shop_says(talk: Talk, sample: OpenShop) -> None:
    reply = await talk("What goes with the matcha set?")
    product = sample.index.current().catalogue.get("JL-TEA-14", "en")
    assert product is not None
    assert {card.product_id for card in reply.cards} <= {*product.goes_with, *sample.index.current().catalogue.ids()}
    assert "Matcha Set" in reply.text


async def test_an_order_needs_proof_and_a_wrong_one_gets_what_no_order_gets(talk: Talk) -> None:
    asked = await talk("Where is my order JL-100423?")
    assert (asked.intent, asked.handed_off) == ("order", False)
    assert "e-mail" in asked.text
    given = await talk("order JL-100423, my e-mail is mia@example.com")
    assert (given.intent, given.handed_off) == ("order", False)
    assert given.text == (await talk("order JL-999999, my e-mail is mia@example.com")).text
    assert "a person can help" in given.text


@pytest.mark.parametrize(("at", "told"), [(NOON, "call"), (SUNDAY, "nobody is at the desk")])
async def test_a_wish_for_a_person_is_noted_and_says_when_people_are_there(
    sample: OpenShop, at: datetime, told: str
) -> None:
    reply = await Talk(sample.engine, at)("I want to speak to a real person")
    assert (reply.intent, reply.handed_off) == ("handoff", True)
    assert told in reply.text
    assert "hello@juniperlane.example" in reply.text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", "greet"), ("你好", "greet"), ("thanks!", "thank"), ("谢谢啦", "thank"), ("bye", "bye"), ("再见", "bye"),
        ("write me a poem about spring", "out_of_scope"), ("今天天气怎么样", "out_of_scope"), ("转人工", "handoff"),
        ("where is my parcel", "order"), ("我的快递到哪了", "order"), ("推荐个送妈妈的礼物", "recommend"),
    ],
)  # fmt: skip
async def test_what_a_good_clerk_would_understand(talk: Talk, text: str, intent: str) -> None:
    assert (await talk(text)).intent == intent


@pytest.mark.parametrize(
    "text", ["Do you sell car tyres?", "who is your favourite football team", "你们卖汽车轮胎吗", "qwertz asdf yxcv"]
)
async def test_what_the_shop_cannot_answer_is_not_answered(talk: Talk, text: str) -> None:
    reply = await talk(text)
    assert not reply.cards
    assert not reply.cites
    assert not any(character.isdigit() for character in reply.text)


async def test_an_order_number_alone_keeps_the_language_of_the_talk(talk: Talk) -> None:
    await talk("都问了三遍了，我的货到底在哪！")
    assert (await talk("JL-100403，joanna.reyes@example.com")).locale == "zh"
    assert (await talk("50块以内的保温杯")).locale == "zh"


async def test_a_third_language_is_answered_in_the_default_one_and_told_so(talk: Talk) -> None:
    reply = await talk("Сколько стоит доставка в Канаду?")
    assert reply.locale == "en"
    assert reply.text.startswith("I can answer in English or Chinese only.")


async def test_a_repeated_message_gets_the_kept_reply_and_is_no_second_turn(talk: Talk, sample: OpenShop) -> None:
    first = await talk("thanks", message_id="same")
    assert await talk("How much is delivery to Canada?", message_id="same") == first
    async with sample.conversations.open(talk.conversation_id) as opened:
        assert len(opened.conversation.turns) == 1


async def test_the_last_answer_can_be_explained(talk: Talk, sample: OpenShop) -> None:
    assert await sample.engine.explain(talk.conversation_id) is None
    await talk("有没有60块以内的水壶？")
    why = await sample.engine.explain(talk.conversation_id)
    assert why is not None
    assert why["route"]["intent"] == "find"  # type: ignore[index]
    assert why["filters"]["where"]["price_to"] == "60"  # type: ignore[index]
    assert why["passages"][0]["score"] > 0  # type: ignore[index]
    assert {"route", "tool", "write"} <= set(why["took_ms"])  # type: ignore[call-overload]


class Broken:
    """A Router that always fails."""

    async def route(self, message: Message, history: Conversation) -> Route:
        raise RuntimeError("out of order")


async def test_when_something_breaks_the_customer_is_told_and_the_next_turn_works(
    sample: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(sample.engine)
    broken: Router = Broken()
    with monkeypatch.context() as patched:
        patched.setattr(sample.engine.clerk, "_router_for", lambda generation: broken)
        patched.setattr(sample.engine.clerk, "_dialogues", {})
        assert "Something went wrong" in (await talk("hello")).text
    assert (await talk("hello")).intent == "greet"


async def test_two_messages_of_one_conversation_are_answered_one_after_the_other(sample: OpenShop) -> None:
    import asyncio

    talk = Talk(sample.engine)
    await asyncio.gather(*(talk(f"hello {place}") for place in range(6)))
    async with sample.conversations.open(talk.conversation_id) as opened:
        assert len(opened.conversation.turns) == 6


async def test_cheaper_than_the_cheapest_is_admitted_not_repeated(talk: Talk) -> None:
    shown = await talk("有没有50块以内的伞？")
    reply = await talk("再便宜点的")
    assert "没有更便宜的" in reply.text
    assert min(card.price for card in shown.cards) <= min(card.price for card in reply.cards)


async def test_a_catalogue_of_another_shop_has_other_order_numbers(talk: Talk) -> None:
    assert (await talk("订单号 20260401 到哪了")).intent == "order"
    assert (await talk("where is order 88231?")).intent == "order"


async def test_a_place_where_nothing_stands_is_asked_about(talk: Talk) -> None:
    shown = await talk("Do you have a kettle under $60?")
    reply = await talk("tell me more about the fifth one")
    assert str(len(shown.cards)) in reply.text
    assert not reply.cards


async def test_a_limit_alone_goes_on_with_the_search_before_it(talk: Talk) -> None:
    await talk("show me kettles")
    reply = await talk("anything under 60 dollars?")
    assert reply.cards
    assert all("Kettle" in card.title and card.price <= 60 for card in reply.cards)


async def test_a_wish_for_a_gift_is_a_search_of_its_own_with_the_limit_behind_it(talk: Talk) -> None:
    flasks = await talk("有没有保温杯，100以内")
    gifts = await talk("帮我推荐个送妈妈的礼物，两百以内")
    assert gifts.intent == "recommend"
    assert gifts.cards
    assert not {card.product_id for card in gifts.cards} & {card.product_id for card in flasks.cards}
    assert all(card.price <= 200 for card in gifts.cards)
