"""The contract of Conversations, for every implementation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.stores.conversations import SqlConversations
from bot.types import Card, Cite, Message, Reply, Spent, Stopped, Turn, Verdict
from retrieval.types import Where

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite"])
async def conversations(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlConversations]:
    store = SqlConversations(tmp_path / "conversations.sqlite")
    yield store
    await store.close()


def turn(id: str, conversation: str = "c", at: datetime = NOW, text: str = "你好 🦊") -> Turn:
    card = Card("P", "Pan", Decimal("5.10"), "USD", None, "https://x.example", "")
    reply = Reply(
        "hi", "zh", "greet", 1.0, (("greet", 1.0),), (Cite("faq", "f", "F"),), (card,), ("more",), False, {"route": 1.5}
    )
    verdict = Verdict(("hi",), (Stopped("It costs $1.", "$1", "price", "$5.10"),))
    return Turn(Message(id, conversation, text, at, customer_id=None), reply, verdict, {"said": "greet"})


async def test_a_kept_turn_comes_back_exactly(conversations: SqlConversations) -> None:
    async with conversations.open("c") as opened:
        assert opened.conversation.turns == ()
        state = replace(
            opened.conversation,
            locale="zh",
            shown=("P",),
            where=Where(price_to=Decimal("9.50"), categories=frozenset({"tea"})),
        )
        await opened.keep(turn("m1"), replace(state, turns=(turn("m1"),)))
    async with conversations.open("c") as again:
        assert again.conversation == replace(state, turns=(turn("m1"),))
        assert again.kept("m1") == turn("m1")
        assert again.kept("m2") is None


async def test_one_conversation_is_held_by_one_turn_at_a_time_and_others_never_wait(
    conversations: SqlConversations,
) -> None:
    order: list[str] = []

    async def hold(conversation: str, name: str, seconds: float) -> None:
        async with conversations.open(conversation):
            order.append(f"{name} in")
            await asyncio.sleep(seconds)
            order.append(f"{name} out")

    await asyncio.gather(hold("c", "first", 1.5), hold("c", "second", 0.0), hold("d", "other", 0.0))
    assert order.index("first out") < order.index("second in")
    assert order.index("other out") < order.index("first out")


async def test_a_turn_that_fails_leaves_no_lock_and_no_trace(conversations: SqlConversations) -> None:
    with pytest.raises(RuntimeError):
        async with conversations.open("c"):
            raise RuntimeError
    async with asyncio.timeout(1), conversations.open("c") as opened:
        assert opened.conversation.turns == ()


async def test_turns_between_two_moments_oldest_first(conversations: SqlConversations) -> None:
    for place, conversation in enumerate(("a", "b", "a")):
        async with conversations.open(conversation) as opened:
            await opened.keep(turn(f"m{place}", conversation, NOW + timedelta(minutes=place)), opened.conversation)
    found = [one.message.id async for one in conversations.between(NOW, NOW + timedelta(minutes=2))]
    assert found == ["m0", "m1"]


async def test_forgetting_a_customer_deletes_all_of_theirs_and_nothing_else(conversations: SqlConversations) -> None:
    for conversation, customer in (("a", "mia"), ("b", "mia"), ("c", "leo")):
        async with conversations.open(conversation) as opened:
            await opened.keep(turn("m", conversation), replace(opened.conversation, customer_id=customer))
    assert await conversations.forget("mia") == 2
    assert await conversations.forget("mia") == 0
    left = [one.message.conversation_id async for one in conversations.between(NOW, NOW + timedelta(days=1))]
    assert left == ["c"]


async def test_of_a_long_conversation_the_last_turns_are_read_and_an_old_message_is_still_known(
    conversations: SqlConversations,
) -> None:
    for number in range(25):
        async with conversations.open("c") as opened:
            await opened.keep(turn(f"m{number}", at=NOW + timedelta(seconds=number)), opened.conversation)
    async with conversations.open("c") as opened:
        assert [one.message.id for one in opened.conversation.turns] == [f"m{number}" for number in range(5, 25)]
        assert opened.kept("m0") == turn("m0")
        assert opened.kept("m24") == turn("m24", at=NOW + timedelta(seconds=24))
        assert opened.kept("m25") is None


async def test_more_turns_than_a_page_come_in_their_order(
    conversations: SqlConversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stores.conversations._PAGE", 2)
    for number in range(5):
        async with conversations.open(f"c{number}") as opened:
            await opened.keep(turn(f"m{number}", f"c{number}"), opened.conversation)
    found = [one.message.id async for one in conversations.between(NOW, NOW + timedelta(days=1))]
    assert found == [f"m{number}" for number in range(5)]


async def test_what_turns_cost_is_kept_by_day_and_forgetting_makes_no_day_cheaper(
    conversations: SqlConversations,
) -> None:
    for number, conversation in enumerate(("c", "d")):
        async with conversations.open(conversation) as opened:
            made = replace(turn("m", conversation), spent=Spent(100, 10, Decimal("0.000375"), estimated=number == 1))
            await opened.keep(made, replace(opened.conversation, customer_id="u", turns=(made,)))
    async with conversations.open("c") as again:
        assert again.conversation.turns[0].spent == Spent(100, 10, Decimal("0.000375"))
    await conversations.forget("u")
    assert await conversations.spent_on(NOW.date()) == Spent(200, 20, Decimal("0.000750"), True)
    assert await conversations.spent_on(NOW.date() + timedelta(days=1)) == Spent()


async def test_what_is_kept_is_there_for_another_process_and_safe_from_a_power_cut(tmp_path: Path) -> None:
    one, other = (SqlConversations(tmp_path / "conversations.sqlite") for _ in range(2))
    async with one.open("c") as opened:
        state = replace(opened.conversation, shown=("P",), where=Where(price_to=Decimal("9.50")))
        await opened.keep(turn("m1"), state)
    async with other.open("c") as again:
        assert again.conversation == replace(state, turns=(turn("m1"),))
    assert one.database.connection().execute("PRAGMA synchronous").fetchone() == (2,)
    await one.close()
    await other.close()


async def test_a_conversation_is_forgotten_alone_or_when_it_is_old(conversations: SqlConversations) -> None:
    for name, at in (("old", NOW - timedelta(days=200)), ("new", NOW), ("other", NOW)):
        async with conversations.open(name) as opened:
            made = turn(f"m-{name}", name, at)
            await opened.keep(made, replace(opened.conversation, turns=(made,)))
    assert await conversations.forget_before(NOW - timedelta(days=180)) == ["old"]
    await conversations.forget_one("other")
    assert [await conversations.has(name) for name in ("old", "new", "other")] == [False, True, False]
    assert [one.message.id for one in await conversations.turns("new", 5)] == ["m-new"]
    assert await conversations.turns("other", 5) == ()
