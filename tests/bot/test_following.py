"""A conversation that is followed: nothing is missed, nothing comes twice or out of order, and nobody hears another's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.serving.following import Following
from bot.stores.conversations import SqlConversations
from bot.stores.happenings import Happenings
from bot.types import Message, Reply, Turn, Verdict


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlConversations]:
    store = SqlConversations(tmp_path / "conversations.sqlite")
    yield store
    await store.close()


@pytest.fixture
async def following(store: SqlConversations) -> AsyncIterator[Following]:
    following = Following(Happenings(store.database))
    looking = asyncio.create_task(following.run())
    yield following
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking


async def say(store: SqlConversations, conversation_id: str, text: str) -> None:
    message = Message(text, conversation_id, text, datetime.now(UTC))
    async with store.open(conversation_id) as opened:
        await opened.keep(Turn(message, Reply(text, "en", "ask", 1.0), Verdict((text,))), opened.conversation)


async def heard(following: Following, conversation_id: str, count: int, place: int = 0) -> list[tuple[int, str]]:
    """The next so many, within five seconds."""
    found: list[tuple[int, str]] = []
    async with asyncio.timeout(5), aclosing(following.follow(conversation_id, place)) as happening:
        async for one in happening:
            found.append((one.place, one.turn.message.text))
            if len(found) == count:
                break
    return found


async def test_what_was_and_what_comes_is_told_once_and_in_order(store: SqlConversations, following: Following) -> None:
    await say(store, "a", "0")
    listening = asyncio.create_task(heard(following, "a", 30))
    for number in range(1, 30):
        await say(store, "a", str(number))
        await say(store, "b", f"b{number}")
        await asyncio.sleep(0.005)
    assert [text for _, text in await listening] == [str(number) for number in range(30)]


async def test_who_comes_back_with_the_last_id_hears_the_rest(store: SqlConversations, following: Following) -> None:
    for number in range(2):
        await say(store, "a", str(number))
    place, _ = (await heard(following, "a", 2))[-1]
    for number in range(2, 70):
        await say(store, "a", str(number))
    assert [text for _, text in await heard(following, "a", 68, place)] == [str(number) for number in range(2, 70)]


async def test_another_conversation_is_not_heard(store: SqlConversations, following: Following) -> None:
    listening = asyncio.create_task(heard(following, "a", 1))
    await say(store, "b", "secret")
    await asyncio.sleep(0.2)
    await say(store, "a", "mine")
    assert [text for _, text in await listening] == ["mine"]


async def test_who_comes_back_after_the_conversation_was_forgotten_and_begun_again_misses_nothing(
    store: SqlConversations, following: Following
) -> None:
    for number in range(2):
        await say(store, "a", str(number))
    place, _ = (await heard(following, "a", 2))[-1]
    await store.forget_one("a")
    await say(store, "a", "anew")  # its place was 1 again, and whoever had heard 2 never heard of it
    await store.forget_one("b")
    (told,) = await heard(following, "a", 1, place)
    assert told == (place + 1, "anew")


async def test_forgetting_one_conversation_loses_nothing_of_another(
    store: SqlConversations, following: Following
) -> None:
    await say(store, "a", "0")
    for number in range(3):
        await say(store, "b", f"b{number}")
    listening = asyncio.create_task(heard(following, "a", 2))
    await asyncio.sleep(0.15)
    await store.forget_one("b")
    await asyncio.sleep(0.15)
    await say(store, "a", "1")
    assert [text for _, text in await listening] == ["0", "1"]


async def test_a_slow_follower_misses_nothing(store: SqlConversations, following: Following) -> None:
    async with aclosing(following.follow("a", 0)) as happening:
        await say(store, "a", "0")
        found = [(await anext(happening)).turn.message.text]
        for number in range(1, 130):
            await say(store, "a", str(number))
        await asyncio.sleep(0.3)
        async with asyncio.timeout(5):
            found += [(await anext(happening)).turn.message.text for _ in range(129)]
    assert found == [str(number) for number in range(130)]


async def test_following_goes_on_after_an_error_that_nobody_foresaw(
    store: SqlConversations, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.following._AGAIN_S", 0.01, raising=False)
    since, broken = Happenings.since, [ValueError("a row that can't be read")]

    async def breaks_once(*args: Any) -> Any:
        if broken:
            raise broken.pop()
        return await since(*args)

    monkeypatch.setattr(Happenings, "since", breaks_once)
    listening = asyncio.create_task(heard(following, "a", 2))
    await asyncio.sleep(0.1)
    for text in ("0", "1"):
        await say(store, "a", text)
        await asyncio.sleep(0.1)
    assert [text for _, text in await listening] == ["0", "1"]
