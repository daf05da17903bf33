"""Order status: to whom it belongs, in both languages; to anybody else nothing, not even whether there is such an order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from bot.settings import Settings
from bot.tools.lookup import Lookup
from bot.types import Findings, Found, Message, Reply
from bot.wiring import OpenShop, open_shop, opening
from bot.writing.guard import Guard
from bot.writing.wordings import Wordings
from tests.talk import NOON, Talk

NO_MATCH = "I find no order with that number and that e-mail or phone"


@pytest.fixture
def clock() -> list[datetime]:
    """Of the house, which is not what a message says of its time."""
    return [NOON]


@pytest.fixture
async def shop(sample_settings: Settings, clock: list[datetime], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenShop]:  # fmt: skip
    """What is tried here locks nothing elsewhere."""
    monkeypatch.setattr(opening, "Lookup", partial(Lookup, clock=lambda: clock[0]))
    async with open_shop(sample_settings) as opened:
        yield opened
    with closing(sqlite3.connect(next(sample_settings.data_dir.glob("*/access.sqlite")))) as database, database:
        database.execute("DELETE FROM tries")


class Customer(Talk):
    """Signed in, if there is an id; `later` moves the time of what is written."""

    customer_id: str | None = None

    async def __call__(self, text: str, *, message_id: str | None = None, locale: str | None = None) -> Reply:
        message = Message(uuid4().hex, self.conversation_id, text, self.at, customer_id=self.customer_id)
        return await self.engine.reply(message)

    def later(self, by: timedelta) -> Customer:
        self.at += by
        return self


def customer(shop: OpenShop, customer_id: str | None = None) -> Customer:
    talk = Customer(shop.engine)
    talk.customer_id = customer_id
    return talk


@pytest.mark.parametrize(
    "said",
    [
        ["Where is my order JL-100402? My e-mail is Dan.Okafor@Example.com"],
        ["where's my parcel", "it's jl-100402", "dan.okafor@example.com"],
        ["Where is my order?", "dan.okafor@example.com", "JL-100402"],
        ["order 100402, phone 503-555-0128"],
        ["order JL-100402", "+1 (503) 555-0128"],
        ["where is order JL-100401?", "JL-100402 dan.okafor@example.com"],
        ["order JL-100402 don.okafor@example.com", "sorry, dan.okafor@example.com"],
        ["hello, note-57b62ab2e1ab445bb68c17779a9475bc", "order JL-100402 +1 503-555-0128"],  # said to "Which is it?"
    ],
)
async def test_number_and_contact_show_an_order(shop: OpenShop, said: list[str]) -> None:
    talk = customer(shop)
    for text in said:
        reply = await talk(text)
    assert "Order JL-100402 was placed on" in reply.text
    assert "delivered on Wednesday, 17 December 2025" in reply.text
    assert not reply.handed_off
    assert "okafor" not in reply.text.lower()
    assert "555" not in reply.text


async def test_the_same_in_chinese_with_products_by_their_chinese_names(shop: OpenShop) -> None:
    talk = customer(shop)
    assert "订单号" in (await talk("我的订单到哪了")).text
    assert "邮箱或电话" in (await talk("JL-100404")).text
    reply = await talk("手机 206-555-0145")
    assert "订单 JL-100404" in reply.text
    assert "白蜡木静音挂钟" in reply.text
    assert "已于 2026年1月22日星期四换货" in reply.text
    assert reply.locale == "zh"


async def test_a_proof_counts_in_its_conversation_for_two_hours(shop: OpenShop) -> None:
    talk = customer(shop)
    await talk("order JL-100402 dan.okafor@example.com")
    assert "JL-100402" in (await talk("when will it arrive?")).text
    assert "e-mail or phone" in (await customer(shop)("order JL-100402")).text
    assert "e-mail or phone" in (await talk.later(timedelta(hours=3))("where is order JL-100402?")).text


async def test_a_signed_in_customer_sees_their_own_and_nothing_else(shop: OpenShop) -> None:
    dan = customer(shop, "C002")
    assert "JL-100402" in (await dan("where is my order JL-100402?")).text
    strange, none = await dan("where is my order JL-100401?"), await dan("where is my order JL-999999?")
    assert strange.text == none.text
    assert "JL-1004" not in strange.text
    assert "account" in (await customer(shop, "C999")("where is my order?")).text
    assert "placed on" not in (await dan("where is order JL-100401? rachel@example.com")).text


@pytest.mark.parametrize("wish", ["please cancel it", "change the delivery address of my order", "帮我取消这个订单"])
async def test_what_is_to_be_done_with_an_order_is_passed_to_a_person(shop: OpenShop, wish: str) -> None:
    talk = customer(shop)
    await talk("order JL-100402 dan.okafor@example.com")
    reply = await talk(wish)
    assert reply.handed_off
    assert "JL-100402" in reply.text


async def test_a_wish_is_remembered_while_its_order_is_asked_for(shop: OpenShop) -> None:
    talk = customer(shop)
    assert not (await talk("cancel my order JL-100405")).handed_off
    assert (await talk("zoe.fairbanks@example.com")).handed_off


async def test_what_isnt_there_and_what_isnt_theirs_are_the_same_bytes(shop: OpenShop) -> None:
    replies = [
        await customer(shop)(f"order {number} nobody{place}@example.com")
        for place, number in enumerate(("JL-100402", "JL-999999"))
    ]
    there, gone = (replace(reply, took_ms={}) for reply in replies)
    assert there == gone
    assert NO_MATCH in there.text


@pytest.mark.parametrize("number", ["JL-100402", "JL-999999"])
async def test_five_wrong_proofs_lock_the_number_wherever_they_came_from(
    shop: OpenShop, number: str, clock: list[datetime]
) -> None:
    for place in range(5):
        assert NO_MATCH in (await customer(shop)(f"order {number} wrong{place}@example.com")).text
    right = f"order {number} dan.okafor@example.com"
    assert "15 minutes" in (await customer(shop)(right)).text, "the right one, too"
    for by in (timedelta(minutes=16), timedelta(days=-2)):
        told = (await customer(shop).later(by)(right)).text
        assert "15 minutes" in told, "the time that a message bears opens nothing"
    clock[0] += timedelta(minutes=16)
    told = (await customer(shop)(right)).text
    assert ("was placed on" in told) is (number == "JL-100402")


async def test_five_wrong_proofs_lock_the_conversation_and_the_contact(shop: OpenShop) -> None:
    one = customer(shop)
    for place in range(5):
        await one(f"order JL-20000{place} wrong{place}@example.com")
        await customer(shop)(f"order JL-30000{place} dan.okafor@example.com")
    assert "15 minutes" in (await one("order JL-100401 rachel.stein@example.com")).text
    assert "15 minutes" in (await customer(shop)("order JL-100402 dan.okafor@example.com")).text


async def test_a_phone_is_locked_whatever_is_put_before_it(shop: OpenShop) -> None:
    """Else who knows a phone might try all numbers of orders with it."""
    for place in range(5):
        assert NO_MATCH in (await customer(shop)(f"order JL-30000{place} phone +{place + 1} 503-555-0128")).text
    for before in ("+9 ", "", "+44 "):
        assert "15 minutes" in (await customer(shop)(f"order JL-100402 phone {before}503-555-0128")).text


async def test_right_proofs_never_lock(shop: OpenShop) -> None:
    for _ in range(8):
        assert "was placed on" in (await customer(shop)("order JL-100402 dan.okafor@example.com")).text


async def test_a_model_never_reads_a_proof(shop: OpenShop) -> None:
    talk = customer(shop)
    await talk("order JL-100402 dan.okafor@example.com")
    await talk("my number is 503-555-0128, where is it?")
    async with shop.conversations.open(talk.conversation_id) as opened:
        history = opened.conversation
    assert [proof.order_id for proof in history.proofs] == ["JL-100402"]
    wishes = await shop.engine.understand(Message("m", talk.conversation_id, "dan.okafor@example.com again", NOON))
    found, earlier = Guard(shop.shop, Wordings.load()).for_model(Found(wishes[0], Findings("unknown")), history)
    shown = f"{found.asked.message.text} {found.asked.text} {found.asked.query} {earlier.asked} " + " ".join(
        turn.message.text for turn in earlier.turns
    )
    assert "okafor" not in shown
    assert "555" not in shown
    assert "(e-mail)" in shown


async def test_every_state_of_the_sample_is_told_and_let_through_by_the_lock(shop: OpenShop) -> None:
    """Each sentence that the template makes of an order stands in the reply: none is stopped."""
    file = Path(__file__).parents[3] / "knowledge_base" / "sample" / "orders.jsonl"
    rows = {row["state"]: row for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
    assert len(rows) == 17
    for state, row in rows.items():
        for ask in ("order {id} {email}", "订单 {id} 到哪了 {email}"):
            talk = customer(shop)
            reply = await talk(ask.format(**row))
            async with shop.conversations.open(talk.conversation_id) as opened:
                assert opened.conversation.turns[-1].verdict.stopped == (), (state, reply.text)
            assert row["id"] in reply.text, (state, reply.text)
