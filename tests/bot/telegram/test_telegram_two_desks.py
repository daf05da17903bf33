"""Two desks, one customer: what is done on the page shows in Telegram's topic, and the reverse; nameless colleagues count."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from bot.channels.conversations import forget
from bot.channels.desk import api, signing_in
from bot.people.reading import Reading
from bot.stores import proposals
from bot.types import Message
from bot.wiring import OpenShop
from eval.doors.bot_api import BotApi, Broken
from tests.bot.telegram.customer import Customer, until
from tests.bot.telegram.test_telegram_desk import DESK, handed_over

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(shop: OpenShop) -> AsyncIterator[httpx.AsyncClient]:
    """Mia, signed in at the page of the same shop."""
    app = FastAPI()
    app.state.shop = shop
    app.include_router(api.routes)
    token = await shop.operators.add("Mia", time.time())
    headers = {signing_in.HEADER: "1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk", headers=headers) as client:
        assert (await client.post("/desk/session", json={"token": token})).status_code == 204
        yield client


async def do(page: httpx.AsyncClient, ann: Customer, what: str, **more: Any) -> int:
    body = {"key": str(uuid4()), **more}
    return (await page.post(f"/desk/cases/telegram:{ann.chat}/{what}", json=body)).status_code


async def shown(shop: OpenShop, ann: Customer) -> list[tuple[str, str, str]]:
    talk = await Reading(shop.desk).talk(f"telegram:{ann.chat}")
    assert talk is not None
    return [(line.kind, line.by, line.text) for line in talk.lines]


async def test_words_on_the_page_are_read_by_customer_and_topic(ann: Customer, page: httpx.AsyncClient) -> None:
    topic = await handed_over(ann)
    assert await do(page, ann, "take") == 204
    assert await do(page, ann, "words/say", text="Hello, I am Mia.") == 204
    assert await do(page, ann, "words/note", text="call her back") == 204
    assert (await ann.heard(4))[3] == "Hello, I am Mia."
    assert (await topic.read(4))[1:] == [
        "✋ Mia has taken it. The customer was told: A colleague has read what you wrote and is here now.",
        "Mia: Hello, I am Mia.", "Mia (//): call her back",
    ]  # fmt: skip
    assert await do(page, ann, "close") == 204
    await until(lambda: "Mia closed it" in topic.lines[-1])
    assert len(await ann.heard(5)) == 5
    assert not any("call her" in text for text in ann.texts)


async def test_words_in_the_topic_are_read_on_the_page(ann: Customer, shop: OpenShop, page: httpx.AsyncClient) -> None:
    topic = await handed_over(ann)
    topic.write("Hello, I am Eve.")
    topic.write("// mind her order")
    topic.write("/close")
    await ann.heard(4)
    lines = await shown(shop, ann)
    assert lines[4:] == [
        ("person", "Ann", "Hello, I am Eve."), ("note", "Ann", "mind her order"), ("deed", "Ann", ""),
        ("clerk", "", "That is settled. Just write whenever something else comes up."),
    ]  # fmt: skip


async def test_taken_on_one_desk_and_taken_on_the_other_is_told_once(ann: Customer, page: httpx.AsyncClient) -> None:
    topic = await handed_over(ann)
    topic.write("/take")
    await ann.heard(3)
    assert await do(page, ann, "take") == 204
    await do(page, ann, "words/say", text="At your service.")
    assert (await ann.heard(4))[3] == "At your service."


async def test_a_message_that_never_arrives_is_told_of_on_both_desks(ann: Customer, shop: OpenShop, page: httpx.AsyncClient) -> None:  # fmt: skip
    topic = await handed_over(ann)
    ann.api.breaks = lambda call: Broken(403, "Forbidden: bot was blocked by the user") if ann.is_mine(call, "sendMessage") else None  # fmt: skip
    await do(page, ann, "words/say", text="Hello?")
    await until(lambda: any("didn't reach" in line and "blocked" in line for line in topic.lines))
    kind, _, text = (await shown(shop, ann))[-1]
    assert (kind, "blocked" in text) == ("deed", True)


async def test_faq_in_the_topic_proposes_the_last_answer(ann: Customer, shop: OpenShop) -> None:
    topic = await handed_over(ann)
    topic.write("/faq")
    await until(lambda: "Nothing has been answered here yet" in topic.lines[-1])
    ann.write("Can you gift-wrap it?")
    await ann.heard(3)
    topic.write("We wrap for $4; say so in the note of your order.")
    await ann.heard(4)
    for _ in range(2):
        topic.write("/faq")
    await until(lambda: "worth keeping" in topic.lines[-1])
    found = [one for one in await shop.conversations.database.run(proposals.waiting) if one.conversation_id == f"telegram:{ann.chat}"]  # fmt: skip
    assert [(one.answer, one.by) for one in found] == [("We wrap for $4; say so in the note of your order.", "Ann")]


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ({"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot", "first_name": "Group"}, "The desk"),
        ({"id": 136817688, "is_bot": True, "username": "Channel_Bot", "first_name": "Channel"}, "Juniper news"),
    ],
)
async def test_who_writes_without_a_name_is_a_colleague(ann: Customer, shop: OpenShop, sender: dict[str, Any], name: str) -> None:  # fmt: skip
    topic = await handed_over(ann)
    chat = DESK if name == "The desk" else -1002
    ann.api.write(
        "Hello from the desk.", DESK, kind="supergroup", message_thread_id=topic.thread, is_topic_message=True,
        sender_chat={"id": chat, "type": "supergroup", "title": name}, **{"from": sender},
    )  # fmt: skip
    assert (await ann.heard(3))[2] == "Hello from the desk."
    assert (await shown(shop, ann))[-1][1] == name


async def test_who_writes_without_a_name_elsewhere_is_no_customer(ann: Customer, shop: OpenShop) -> None:
    sender = {"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot", "first_name": "Group"}
    chat = {"id": -77, "type": "supergroup", "title": "Neighbours"}
    ann.api.write("/help@junipers_bot", -77, kind="supergroup", sender_chat=chat, **{"from": sender})
    ann.write("hello")
    await ann.heard(1)
    assert ann.api.texts[-77] == []


async def test_the_topic_of_a_website_customer_who_is_forgotten_goes(shop: OpenShop, served: BotApi, page: httpx.AsyncClient) -> None:  # fmt: skip
    conversation = uuid4().hex
    await shop.engine.reply(Message("m1", conversation, "can I talk to a person?", datetime.now(UTC), "web"))

    def topic() -> int:
        made = [
            call.fields["_thread"] for call in served.told("createForumTopic") if call.fields["name"] == conversation
        ]
        return int(made[-1]) if made else 0

    await until(lambda: topic() and any(f["message_thread_id"] == topic() for f in sent(served)))
    await forget(shop, conversation)
    await until(lambda: topic() in [call.fields["message_thread_id"] for call in served.told("deleteForumTopic")])
    assert await shop.desk.place("telegram", conversation) is None


def sent(api: BotApi) -> list[dict[str, Any]]:
    return [call.fields for call in api.told("sendMessage") if call.fields["chat_id"] == DESK and call.fields.get("message_thread_id")]  # fmt: skip
