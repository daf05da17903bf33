"""Customers and colleagues: a topic a customer, words both ways, and a clerk that is silent while a person speaks."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.people.telling import Deed
from bot.types import Message
from bot.wiring import OpenShop
from eval.doors.bot_api import BotApi, Broken
from tests.bot.telegram.customer import Customer, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
DESK = -1001


class Colleagues:
    """The supergroup, at the topic of one customer."""

    def __init__(self, api: BotApi, ann: Customer) -> None:
        self.api, self.ann = api, ann

    @property
    def thread(self) -> int:
        made = [
            call.fields for call in self.api.told("createForumTopic") if call.fields["name"] == f"Ann{self.ann.chat}"
        ]
        return int(made[-1]["_thread"]) if made else 0

    @property
    def lines(self) -> list[str]:
        sent = [call.fields for call in self.api.told("sendMessage") if call.fields["chat_id"] == DESK]
        return [fields["text"] for fields in sent if fields.get("message_thread_id") == self.thread]

    @property
    def is_gone(self) -> bool:
        return self.thread in [call.fields["message_thread_id"] for call in self.api.told("deleteForumTopic")]

    async def read(self, count: int) -> list[str]:
        await until(lambda: len(self.lines) >= count)
        return self.lines

    def write(self, text: str, **more: Any) -> None:
        self.api.write(
            text, DESK, kind="supergroup", user=501, message_thread_id=self.thread, is_topic_message=True, **more
        )


async def handed_over(ann: Customer) -> Colleagues:
    desk = Colleagues(ann.api, ann)
    ann.write("Do you have a kettle?")
    await ann.heard(1)
    ann.write("I'd like to speak to a person")
    await ann.heard(2)
    await desk.read(1)
    return desk


async def test_a_hand_over_opens_a_topic_with_all_that_a_colleague_needs(ann: Customer) -> None:
    desk = await handed_over(ann)
    (card,) = desk.lines
    for part in (
        f"telegram:{ann.chat}",
        "Asked for a person",
        "› Do you have a kettle?",
        "3 that fit",
        "Looked at: Fernhill",
    ):
        assert part in card
    assert "answer you right here" in ann.texts[1]


async def test_the_customer_reads_what_a_colleague_writes_and_the_clerk_is_silent(ann: Customer) -> None:
    desk = await handed_over(ann)
    desk.write("/take")
    await ann.heard(3)
    desk.write("Hello, I am Eve. Which colour?")
    assert (await ann.heard(4))[2:] == [
        "A colleague has read what you wrote and is here now.",
        "Hello, I am Eve. Which colour?",
    ]
    ann.write("How much is delivery to Canada?")
    assert (await desk.read(3))[2] == "› How much is delivery to Canada?"
    desk.write("/back")
    assert "the clerk, again" in (await ann.heard(5))[4]
    ann.write("How much is delivery to Canada?")
    assert "Canada" in (await ann.heard(6))[5]


async def test_notes_stay_inside(ann: Customer) -> None:
    desk = await handed_over(ann)
    for note in ("// she sounds upset", "/note call her back"):
        desk.write(note)
    desk.write("At your service.")
    assert (await ann.heard(3))[2] == "At your service."
    desk.write("/close")
    await ann.heard(4)
    assert not any("upset" in text or "call her" in text for text in ann.texts)


async def test_nobody_is_told_twice(ann: Customer) -> None:
    desk = await handed_over(ann)
    for _ in range(2):
        desk.write("/take")
    desk.write("// mind her order")
    again = dict(ann.api.waiting[-1])
    await ann.heard(3)
    ann.api.waiting.append(again)  # the acknowledgement got lost
    for _ in range(2):
        desk.write("/close")
    await until(lambda: "settled" in ann.texts[-1])
    await until(lambda: ann.api.confirmed == ann.api.newest + 1)
    assert len(ann.texts) == 4
    assert sum("has taken it" in line for line in desk.lines) == 1


async def test_what_comes_again_is_done_once(shop: OpenShop, ann: Customer) -> None:
    await handed_over(ann)
    conversation, deed = f"telegram:{ann.chat}", Deed(f"page/{ann.chat}", "Eve", "page")
    for _ in range(2):
        await shop.desk.say(conversation, deed, "At your service.")
    await ann.heard(3)
    assert [done.kind for done in await shop.desk.done(conversation)] == ["said"]
    desk = Colleagues(ann.api, ann)
    await until(lambda: "Eve: At your service." in desk.lines)  # said at another board, shown here


async def test_no_visitor_can_take_the_id_of_what_the_desk_will_say(shop: OpenShop, ann: Customer) -> None:
    await handed_over(ann)
    conversation = f"telegram:{ann.chat}"
    deed = Deed(f"guessed/{ann.chat}", "Eve")
    await shop.engine.reply(Message(f"desk/{deed.key}", conversation, "hello", datetime.now(UTC)))
    assert await shop.desk.say(conversation, deed, "At your service.")
    assert (await ann.heard(3))[2] == "At your service."


async def test_a_case_that_cant_be_tended_holds_up_no_other(shop: OpenShop, ann: Customer, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    ben = Customer(ann.api, ann.chat * 100)
    await handed_over(ann)
    await handed_over(ben)
    for one in (ann, ben):
        await shop.desk.take(f"telegram:{one.chat}", Deed(f"taken/{one.chat}", "Eve"))
    do = shop.desk._do

    async def faulty(conversation_id: str, *args: Any, **more: Any) -> Any:
        if conversation_id == f"telegram:{ann.chat}":
            raise sqlite3.IntegrityError("UNIQUE constraint failed")
        return await do(conversation_id, *args, **more)

    monkeypatch.setattr(shop.desk, "_do", faulty)
    await shop.desk.tend(time.time() + 60 * 31)
    await until(lambda: "called away" in ben.texts[-1])


async def test_an_update_that_breaks_a_rule_of_the_database_isnt_asked_for_again(shop: OpenShop, ann: Customer, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    desk, tried = await handed_over(ann), []

    async def faulty(*args: Any) -> Any:
        tried.append(args)
        raise sqlite3.IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr(shop.desk, "say", faulty)
    desk.write("At your service.")
    ann.write("How much is delivery to Canada?")
    assert "Canada" in (await ann.heard(3))[2]
    assert len(tried) == 1


async def test_a_locked_database_is_no_loss(shop: OpenShop, ann: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await handed_over(ann)
    say, tried = shop.desk.say, []

    async def locked(*args: Any) -> Any:
        tried.append(args)
        if len(tried) == 1:
            raise sqlite3.OperationalError("database is locked")
        return await say(*args)

    monkeypatch.setattr(shop.desk, "say", locked)
    desk.write("At your service.")
    assert (await ann.heard(3))[2] == "At your service."
    assert len(tried) == 2


async def test_a_second_wish_for_a_person_is_no_second_card(ann: Customer) -> None:
    desk = await handed_over(ann)
    ann.write("I'd like to speak to a person")
    assert "already" in (await ann.heard(3))[2]
    await desk.read(2)
    assert sum(line.startswith("🔔") for line in desk.lines) == 1
    desk.write("/close")
    await ann.heard(4)
    ann.write("I'd like to speak to a person")
    await until(lambda: sum(line.startswith("🔔") for line in desk.lines) == 2)
    assert len([call for call in ann.api.told("createForumTopic") if call.fields["name"] == f"Ann{ann.chat}"]) == 1


async def test_the_clerk_comes_back_after_a_quiet_time(ann: Customer, shop: OpenShop) -> None:
    desk = await handed_over(ann)
    desk.write("One moment.")
    assert (await ann.heard(3))[2] == "One moment."
    await shop.desk.tend(time.time() + 60 * 29)
    for _ in range(2):
        await shop.desk.tend(time.time() + 60 * 31)
    assert "called away" in (await ann.heard(4))[3]
    ann.write("How much is delivery to Canada?")
    assert "Canada" in (await ann.heard(5))[4]


async def test_a_ready_answer_goes_by_its_name_in_the_customers_language(ann: Customer) -> None:
    desk = Colleagues(ann.api, ann)
    ann.write("我要找人工")
    await ann.heard(1)
    await desk.read(1)
    desk.write("/c nothing")
    assert "thanks" in (await desk.read(2))[1]
    desk.write("/c Thanks")
    assert (await ann.heard(2))[1] == "谢谢您的耐心等待！"


async def test_a_voice_message_reaches_the_colleague_who_has_the_customer(ann: Customer) -> None:
    desk = await handed_over(ann)
    desk.write("/take")
    await ann.heard(3)
    voice = ann.write("", voice={})
    await until(lambda: ann.api.told("copyMessage"))
    copied = ann.api.told("copyMessage")[-1].fields
    assert (copied["from_chat_id"], copied["message_id"], copied["message_thread_id"]) == (ann.chat, voice, desk.thread)
    assert len(ann.texts) == 3


async def test_a_picture_with_words_reaches_the_colleague_whole(ann: Customer) -> None:
    desk = await handed_over(ann)
    desk.write("/take")
    await ann.heard(3)
    photo = ann.write("", caption="It came broken", photo=[{}])
    await until(lambda: "› [photo] It came broken" in desk.lines)
    assert photo in [call.fields["message_id"] for call in ann.api.told("copyMessage")]


async def test_a_colleague_learns_that_the_customer_blocked_us(ann: Customer) -> None:
    desk = await handed_over(ann)
    ann.api.breaks = lambda call: (
        Broken(403, "Forbidden: bot was blocked by the user") if ann.is_mine(call, "sendMessage") else None
    )
    desk.write("Hello?")
    await until(lambda: any("didn't reach" in line for line in desk.lines))


async def test_a_topic_that_was_deleted_is_made_again(ann: Customer) -> None:
    desk = await handed_over(ann)
    gone = desk.thread

    def deleted(call: Any) -> Broken | None:
        is_gone = call.method == "sendMessage" and call.fields.get("message_thread_id") == gone
        return Broken(400, "Bad Request: message thread not found") if is_gone else None

    ann.api.breaks = deleted
    ann.write("Are you there?")
    await until(lambda: desk.thread != gone and desk.lines)
    assert "› Are you there?" in desk.lines[0]


async def test_what_colleagues_say_among_themselves_stays_there(ann: Customer) -> None:
    desk = await handed_over(ann)
    ann.api.write("Lunch?", DESK, kind="supergroup", user=501)
    desk.write("Let me see.")
    await ann.heard(3)
    assert not any("Lunch?" in texts for texts in ann.api.texts.values())


async def test_who_wants_to_be_forgotten_is_forgotten_at_the_desk_too(ann: Customer, shop: OpenShop) -> None:
    desk = await handed_over(ann)
    ann.write("/forget")
    await ann.heard(3)
    ann.press("Yes, delete all")
    await ann.heard(4)
    await until(lambda: desk.is_gone)
    assert await shop.desk.case(f"telegram:{ann.chat}") is None
    assert await shop.desk.place("telegram", f"telegram:{ann.chat}") is None
