"""Scripted conversations over the sample shop, turn by turn; the state between turns; the question that is never asked twice."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bot.stores.records import conversation_from, plain, state_of
from bot.types import Conversation, Option, Question, Subject
from bot.wiring import OpenShop
from eval.benchmarks.judging import Answer, Before, faults
from eval.benchmarks.talks import scripts
from retrieval.types import Choice, Where
from tests.talk import Talk

SCRIPTS = scripts([Path(__file__).parent / "conversations.jsonl"], "all")


@pytest.mark.parametrize("locale", ["en", "zh"])
async def test_scripted_conversations_go_as_they_should(sample: OpenShop, locale: str) -> None:
    for script in (one for one in SCRIPTS if one.locale == locale):
        talk, before, catalogue = Talk(sample.engine), Before(), sample.index.current().catalogue
        for line in script.turns:
            reply = await talk(line.say)
            async with sample.conversations.open(talk.conversation_id) as opened:
                where = opened.conversation.where
            wrong = faults(line.expect, Answer(reply, where, catalogue), before)
            assert not wrong, (script.id, line.say, wrong, reply.text)
            before = before.after(reply)


async def test_no_two_clarifying_questions_in_a_row(talk: Talk) -> None:
    first = await talk("how much is the kettle?")
    assert first.asks
    assert len(first.suggestions) >= 2
    second = await talk("the kettle")
    assert not second.asks
    assert {card.title for card in second.cards} >= set(first.suggestions)


async def test_a_choice_may_be_picked_by_pressing_it(talk: Talk) -> None:
    asked = await talk("斜挎包多少钱")
    reply = await talk(asked.suggestions[1])
    assert [card.title for card in reply.cards] == [asked.suggestions[1]]


async def test_two_wishes_are_both_served_with_what_each_is_based_on(talk: Talk) -> None:
    reply = await talk("摩卡壶多少钱，包邮吗")
    assert {"describe", "ask"} <= {name for name, _ in reply.intents}
    assert {cite.source for cite in reply.cites} >= {"product"}
    assert len(reply.cites) > 1
    assert "32.00" in reply.text


async def test_a_greeting_before_a_question_is_no_wish_of_its_own(talk: Talk) -> None:
    assert (await talk("Hi there! do you have kettles?")).intent == "find"
    assert (await talk("谢谢，包邮吗")).intent == "ask"


async def test_why_is_answered_in_plain_words_and_changes_nothing(talk: Talk) -> None:
    await talk("How much is delivery to Canada?")
    why = await talk("why?")
    assert "Canada" in why.text
    assert not why.asks
    assert "score" not in why.text
    assert "$12.95" in (await talk("How much is delivery to Canada?")).text


async def test_order_number_and_proof_may_come_one_after_the_other(talk: Talk) -> None:
    assert "e-mail or phone" in (await talk("Where is my order JL-100402?")).text
    assert "delivered on Wednesday, 17 December 2025" in (await talk("dan.okafor@example.com")).text


def test_the_state_is_kept_and_read_back() -> None:
    where = Where(having=(Choice("colour", frozenset({"blue"})),))
    question = Question("the kettle", "describe", (Option("Kettle", product_id="K1"),), clarifies=True)
    known = Conversation(
        "c", shown=("K1", "K2"), about="K1", where=where, query="kettle", intent="find", asked="kettle in blue", frame="find",
        seen=("K1",), spoken=("K1",), past=(Subject("find", "mug", where, ("M1",), "M1"),), question=question,
    )  # fmt: skip
    kept = json.loads(json.dumps(state_of(known), default=plain))
    assert conversation_from(kept, ()) == known


def test_a_row_of_an_older_version_is_still_read() -> None:
    """The fields that it didn't have are as in a new conversation."""
    old = Conversation("c", shown=("K1",), about="K1", query="kettle")
    newer = ("intent", "asked", "frame", "seen", "spoken", "past", "question")
    row = {name: value for name, value in asdict(old).items() if name not in (*newer, "turns")}
    assert conversation_from(json.loads(json.dumps(row, default=plain)), ()) == replace(old)
