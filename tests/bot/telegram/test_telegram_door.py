"""A customer in Telegram: written, pressed, commanded, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.limits import Limits, MemoryBuckets
from bot.channels.telegram.api import Api
from bot.channels.telegram.opening import telegram_of
from bot.channels.telegram.presses import Press
from bot.errors import NotTaken
from bot.mail import Incoming, Outgoing
from bot.serving.reception import Reception
from bot.settings import Settings
from bot.stores.inbox import Known
from bot.types import Message
from bot.wiring import OpenShop, kept_turns, shop_of
from eval.doors.bot_api import TOKEN, Broken, Call, bot_api
from tests.bot.telegram.customer import Customer, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_question_is_answered_and_only_then_acknowledged(ann: Customer) -> None:
    ann.write("How much is delivery to Canada?")
    assert "Canada" in (await ann.heard(1))[0]
    await until(lambda: ann.api.confirmed == ann.api.newest + 1)
    await until(lambda: ann.told("sendChatAction"))


async def test_commands_are_described_in_both_languages(ann: Customer) -> None:
    await until(lambda: len(ann.api.told("setMyCommands")) == 4)
    english, chinese = (call.fields for call in ann.api.told("setMyCommands") if "scope" not in call.fields)
    assert [command["command"] for command in english["commands"]] == [c["command"] for c in chinese["commands"]]
    assert (english.get("language_code"), chinese["language_code"]) == (None, "zh")
    assert "人工" in chinese["commands"][2]["description"]


async def test_a_list_is_buttons_and_a_button_brings_the_card(ann: Customer) -> None:
    ann.write("do you have a kettle?")
    await ann.heard(1)
    button = ann.press("1. Fernhill Pour-Over")
    assert "$49.00" in button["text"]
    await until(lambda: ann.told("sendPhoto"))
    card = ann.told("sendPhoto")[0]
    assert card["photo"] == "<file JL-COF-01.png>"
    assert "$49.00" in card["caption"]
    assert card["caption_entities"][0]["type"] == "text_link"
    labels = [button["text"] for row in card["reply_markup"]["inline_keyboard"] for button in row]
    assert labels[:3] == ["More like this", "Cheaper", "In another colour"]
    ann.press("In another colour")
    assert "white" in (await ann.heard(3))[2]
    await until(lambda: len(ann.api.told("answerCallbackQuery")) >= 2)


async def test_a_picture_is_uploaded_once(ann: Customer) -> None:
    for _ in range(2):
        ann.write("Tell me about the Fernhill Pour-Over Kettle 0.9 L in detail please")
    await until(lambda: len(ann.told("sendPhoto")) == 2)
    assert [call["photo"] for call in ann.told("sendPhoto")][1].startswith("file-")
    uploads = [call for call in ann.api.told("sendPhoto") if call.fields["photo"] == "<file JL-COF-01.png>"]
    assert len(uploads) == 1


async def test_pages_take_each_others_place(ann: Customer) -> None:
    ann.write("有水壶吗？")
    await ann.heard(1)
    ann.press("更多")
    await until(lambda: len(ann.told("editMessageText")) == 1)
    ann.press("返回")
    await until(lambda: len(ann.told("editMessageText")) == 2)
    assert ann.texts[2] == ann.texts[0]
    ann.press("更多")
    await until(lambda: len(ann.told("editMessageText")) == 3)
    assert ann.texts[3] == ann.texts[1] != ann.texts[0]


async def test_an_old_list_says_that_it_is_old(ann: Customer) -> None:
    ann.write("有水壶吗？")
    await ann.heard(1)
    ann.write("有茶壶吗？")
    await ann.heard(2)
    rows = ann.told("sendMessage")[0]["reply_markup"]["inline_keyboard"]
    old = next(button for row in rows for button in row if "更多" in button["text"])
    ann.api.press_button(old, ann.chat)
    assert "过期" in (await ann.heard(3))[2]


async def test_a_suggestion_is_as_if_it_had_been_written(ann: Customer) -> None:
    ann.write("/start")
    await ann.heard(1)
    ann.press("How much is delivery?")
    assert "$" in (await ann.heard(2))[1]


async def test_words_choose_the_language_before_the_device_does(ann: Customer) -> None:
    ann.write("有水壶吗？", language="en")
    assert "水壶" in (await ann.heard(1))[0]
    for words in ("👍", "/start"):
        ben = Customer(ann.api, ann.chat * 100 + len(words))
        ben.write(words, language="zh-hans")
        assert "您" in (await ben.heard(1))[0]


async def test_a_command_behind_a_question_that_is_still_being_answered_speaks_its_language(ann: Customer) -> None:
    ann.write("Hello", language="en")
    await ann.heard(1)
    ann.write("有水壶吗？", language="en")
    ann.write("/help", language="en")
    assert "店员" in (await ann.heard(3))[2]


async def test_the_language_can_be_chosen(ann: Customer) -> None:
    ann.write("/language")
    await ann.heard(1)
    ann.press("中文")
    assert "中文" in (await ann.heard(2))[1]
    ann.write("🙂")
    assert "您" in (await ann.heard(3))[2]


async def test_what_has_no_words_gets_a_polite_word(ann: Customer) -> None:
    for number, sign in enumerate(["voice", "sticker", "photo", "contact"], 1):
        ann.write("", **{sign: {}})
        await ann.heard(number)
    voice, sticker, photo, contact = ann.texts
    assert "voice" in voice
    assert "words" in sticker
    assert "pictures" in photo
    assert "words" in contact


async def test_a_changed_message_is_answered_anew_and_a_touched_one_is_not(ann: Customer) -> None:
    message = ann.write("How much is delivery to Canada?")
    await ann.heard(1)
    ann.edit(message, "How much is delivery to Canada?")
    ann.edit(message, "Do you have a kettle?")
    told = (await ann.heard(2))[1]
    assert told.startswith("About what you changed:")
    assert "Kettle" in told


async def test_a_changed_message_that_could_not_be_taken_in_is_answered_when_it_comes_again(
    ann: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = ann.write("How much is delivery to Canada?")
    await ann.heard(1)
    take, full = Reception.take, [NotTaken("full", "no room")]

    async def refuse_once(self: Reception, *incoming: Incoming) -> list[Known]:
        if full:
            raise full.pop()
        return await take(self, *incoming)

    monkeypatch.setattr(Reception, "take", refuse_once)
    ann.edit(message, "Do you have a kettle?")
    assert (await ann.heard(2))[1].startswith("About what you changed:")


async def test_in_a_group_nobody_is_answered_who_didnt_ask_us(ann: Customer) -> None:
    group = Customer(ann.api, -ann.chat)
    group.write("How much is delivery to Canada?", kind="group", user=7)
    mention = [{"type": "mention", "offset": 0, "length": 13}]
    asked = group.write("@junipers_bot how much is delivery to Canada?", kind="group", user=8, entities=mention)
    told = await group.heard(1)
    await until(lambda: ann.api.confirmed == ann.api.newest + 1)
    assert len(told) == 1
    assert group.told("sendMessage")[0]["reply_parameters"]["message_id"] == asked


async def test_who_opts_out_isnt_learned_from_and_who_asks_is_forgotten(ann: Customer, bot_settings: Settings) -> None:
    async def kept() -> int:
        turns = await asyncio.to_thread(kept_turns, bot_settings, shop_of(bot_settings))
        return sum(turn.message.conversation_id == f"telegram:{ann.chat}" for turn in turns)

    ann.write("Do you have a kettle?")
    ann.write("/privacy")
    await ann.heard(2)
    assert await kept() == 2
    ann.press("Opt out")
    assert "opted out" in (await ann.heard(3))[2]
    assert await kept() == 0
    ann.write("/forget")
    await ann.heard(4)
    ann.press("Yes, delete all")
    assert "deleted" in (await ann.heard(5))[4]
    ann.write("🙂")
    await ann.heard(6)
    assert await kept() == 1


async def test_what_was_written_before_is_taken_in_before_all_is_forgotten(
    shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[Any] = []

    async def forget_one(conversation_id: str) -> None:
        left.append(f"forget {conversation_id}")

    monkeypatch.setattr(shop.conversations, "forget_one", forget_one)
    async with bot_api() as api:
        telegram = telegram_of(shop, Api(TOKEN, api.url))
        front = await telegram.front(_Reception(left))
        api.write("Do you have a kettle?", 992)
        api.press_button({"text": "Yes", "callback_data": Press("do", "en", "/forget yes").data}, 992)
        await front.take(list(api.waiting))
        await front.close()
        await telegram.api.close()
    assert isinstance(left[0], Incoming)
    assert left[1] == "forget telegram:992"


async def test_who_floods_is_told_once_when_to_write_again(shop: OpenShop) -> None:
    limits = Limits(MemoryBuckets(), customer=2)
    async with bot_api() as api:
        telegram = telegram_of(shop, Api(TOKEN, api.url))
        left: list[Any] = []
        front = await telegram.front(_Reception(left), limits)
        for _ in range(6):
            api.write("hello", 990, language="zh-hans")
        api.write("hello", 991)
        await front.take(list(api.waiting))
        await front.take(list(api.waiting))  # once more: the acknowledgement got lost
        await front.close()
        await telegram.api.close()
    taken = [one.message.conversation_id for one in left if isinstance(one, Incoming)]
    assert taken == ["telegram:990", "telegram:990", "telegram:991"] * 2
    (told,) = [one for one in left if isinstance(one, Outgoing)]
    assert "秒后再发" in told.body["text"]


class _Reception(Reception):
    """Notes what it is given."""

    def __init__(self, left: list[Any]) -> None:
        self.left = left

    async def take(self, *incoming: Incoming) -> Any:
        self.left.extend(incoming)

    async def waiting(self, conversation_id: str) -> tuple[Message, ...]:
        return ()

    async def leave(self, *outgoing: Outgoing) -> None:
        self.left.extend(outgoing)


async def test_a_message_that_telegram_calls_malformed_goes_as_plain_text(ann: Customer) -> None:
    ann.api.breaks = lambda call: (
        Broken(400, "Bad Request: can't parse entities") if call.fields.get("entities") else None
    )
    ann.write("do you have a kettle?")
    await ann.heard(1)
    assert ann.told("sendMessage")[0]["reply_markup"]


async def test_without_its_picture_a_card_is_a_text(ann: Customer) -> None:
    ann.api.breaks = lambda call: Broken(400, "Bad Request: PHOTO_INVALID") if call.method == "sendPhoto" else None
    ann.write("Tell me about the Fernhill Pour-Over Kettle 0.9 L")
    assert "Fernhill" in (await ann.heard(1))[0]


async def test_other_chats_dont_wait_for_one_that_is_told_to(ann: Customer) -> None:
    ben, tried = Customer(ann.api, ann.chat * 100), []

    def slow(call: Call) -> Broken | None:
        if not ann.is_mine(call, "sendMessage") or tried:
            return None
        tried.append(call)
        return Broken(429, "Too Many Requests: retry after 1", retry_after=1)

    ann.api.breaks = slow
    ann.write("hello")
    ben.write("hello")
    await ben.heard(1)
    assert not ann.texts
    assert await ann.heard(1)


async def test_a_server_error_is_tried_again(ann: Customer) -> None:
    tried: list[Call] = []

    def fails(call: Call) -> Broken | None:
        if not ann.is_mine(call, "sendMessage"):
            return None
        tried.append(call)
        return Broken(502, "Bad Gateway") if len(tried) < 2 else None

    ann.api.breaks = fails
    ann.write("hello")
    assert await ann.heard(1)


async def test_a_customer_who_blocked_us_holds_up_nobody(ann: Customer) -> None:
    ben = Customer(ann.api, ann.chat * 100)
    ann.api.breaks = lambda call: (
        Broken(403, "Forbidden: bot was blocked by the user") if ann.is_mine(call, "sendMessage") else None
    )
    ann.write("hello")
    ben.write("hello")
    await ben.heard(1)
    assert not ann.texts


async def test_an_update_that_cant_be_read_holds_up_nobody(ann: Customer) -> None:
    ann.api.push(message={"chat": "nonsense"})
    ann.api.push(some_new_kind={"x": 1})
    ann.write("hello")
    await ann.heard(1)


async def test_an_update_that_comes_again_is_answered_once(ann: Customer) -> None:
    ann.write("hello")
    again = dict(ann.api.waiting[-1])
    await ann.heard(1)
    ann.api.waiting.append(again)  # the acknowledgement got lost
    ann.write("How much is delivery to Canada?")
    await ann.heard(2)
    assert len(ann.texts) == 2
