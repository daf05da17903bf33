"""A deed is done once, and only after the customer's yes in the turn after the question; the hand-over is the deed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.orders import desk
from bot.types import Conversation, HandOver, Message
from bot.wiring import OpenShop
from tests.talk import NOON, Talk

TYRES, ZH_TYRES = "do you sell car tyres?", "你们卖汽车轮胎吗"
SHALL = "Shall I pass you to a person"


async def state(talk: Talk) -> Conversation:
    async with talk.engine._conversations.open(talk.conversation_id) as opened:
        return opened.conversation


async def test_a_person_is_offered_and_comes_after_the_yes_with_what_the_customer_wrote(talk: Talk) -> None:
    assert not (await talk(TYRES)).handed_off
    waiting = (await state(talk)).prepared
    assert waiting is not None
    assert (waiting.state, waiting.asked_by) == ("waiting", "clerk")
    assert (await talk("yes please")).handed_off
    known = await state(talk)
    assert [(one.deed, one.state) for one in known.done] == [(HandOver("found_nothing", TYRES), "done")]
    assert known.answering == "person"


async def test_chinese_too(talk: Talk) -> None:
    assert not (await talk(ZH_TYRES)).handed_off
    assert (await talk("好的，谢谢")).handed_off


async def test_a_doubled_yes_does_it_once(talk: Talk) -> None:
    await talk(TYRES)
    assert (await talk("yes")).handed_off
    second = await talk("yes")
    assert not second.handed_off
    assert "already" in second.text
    assert len((await state(talk)).done) == 1


async def test_the_same_message_again_gets_the_kept_reply(talk: Talk) -> None:
    await talk(TYRES)
    first = await talk("yes", message_id="m-yes")
    assert await talk("yes", message_id="m-yes") == first
    assert len((await state(talk)).done) == 1


@pytest.mark.parametrize("no", ["no", "no thanks", "never mind", "yes... no, wait", "不用了"])
async def test_a_no_ends_it_and_a_later_yes_means_nothing(talk: Talk, no: str) -> None:
    await talk(TYRES)
    assert not (await talk(no)).handed_off
    assert not (await talk("yes")).handed_off
    assert (await state(talk)).done == ()


async def test_a_no_that_is_taken_back_is_asked_about_once_more(talk: Talk) -> None:
    await talk(TYRES)
    await talk("no")
    again = await talk("actually, yes please")
    assert (again.text.startswith(SHALL), again.handed_off, again.suggestions) == (True, False, ("Yes", "No"))
    assert (await talk("yes")).handed_off


async def test_another_subject_takes_the_offer_away(talk: Talk) -> None:
    await talk(TYRES)
    assert "$12.95" in (await talk("How much is delivery to Canada?")).text
    assert not (await talk("yes")).handed_off
    assert (await state(talk)).done == ()


async def test_a_yes_with_a_question_is_answered_and_asked_again(talk: Talk) -> None:
    await talk(TYRES)
    reply = await talk("yes, but how much is delivery to Canada?")
    assert "$12.95" in reply.text
    assert reply.text.splitlines()[-1].startswith(SHALL)
    assert not reply.handed_off
    assert (await talk("yes")).handed_off


async def test_a_yes_and_a_question_do_both(talk: Talk) -> None:
    await talk(TYRES)
    reply = await talk("Yes. How much is delivery to Canada?")
    assert reply.handed_off
    assert "$12.95" in reply.text


async def test_a_yes_that_comes_late_is_asked_about_once_more(talk: Talk) -> None:
    await talk(TYRES)
    talk.at = NOON + desk.WAITS + timedelta(seconds=1)
    late = await talk("yes")
    assert (late.text.startswith(SHALL), late.handed_off) == (True, False)
    assert (await talk("yes")).handed_off


async def test_what_is_said_again_can_be_confirmed_still(talk: Talk) -> None:
    await talk(TYRES)
    await talk("what did you say?")
    assert (await talk("yes")).handed_off


async def test_who_asks_for_a_person_plainly_has_said_yes(talk: Talk) -> None:
    assert (await talk("I want to talk to a person")).handed_off
    assert [one.asked_by for one in (await state(talk)).done] == ["customer"]


@pytest.mark.parametrize(("text", "shall"), [("you don't understand me", SHALL), ("有真人吗", "要我把您转给人工吗")])
async def test_who_may_want_a_person_is_asked(talk: Talk, text: str, shall: str) -> None:
    asked = await talk(text)
    assert (asked.text.startswith(shall), asked.handed_off, asked.intent) == (True, False, "handoff")
    assert (await talk("好" if shall != SHALL else "ok")).handed_off


async def test_a_waiting_deed_outlives_a_restart(sample: OpenShop, talk: Talk) -> None:
    await talk(TYRES)
    async with sample.conversations.open(talk.conversation_id) as opened:
        assert isinstance(opened.conversation.prepared, desk.Prepared)
        assert isinstance(opened.conversation.prepared.deed, HandOver)


def test_the_same_message_prepares_the_same_deed_and_what_was_done_isnt_done_again() -> None:
    asked = Message("m", "c", "help", NOON)
    one, two = (desk.prepare(HandOver("asked"), asked, by) for by in ("customer", "model"))
    assert one.key == two.key != desk.prepare(HandOver("asked"), replace(asked, id="n"), "model").key
    history = desk.left(Conversation("c"), desk.done(one), declined=False)
    assert desk.step(desk.asked_again(two, NOON), history, NOON) == "already"
    assert len(desk.left(history, desk.done(two), declined=False).done) == 1
