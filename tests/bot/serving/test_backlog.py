"""Who writes now doesn't wait behind what others have left: counted in turns and in steps of SQLite, not by a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.serving.merging import Merging
from bot.serving.queue import Queue
from bot.stores.conversations import SqlConversations
from bot.stores.inbox import Inbox
from tests.doors import AT_ONCE, NotingDoor, incoming, open_doors, until

NOW = 1000.0


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    store = SqlConversations(tmp_path / "conversations.sqlite")
    yield Inbox(store.database)
    await store.close()


async def steps(inbox: Inbox, work: Callable[[], Awaitable[object]]) -> int:
    """Tens of steps that SQLite took, in whichever thread."""
    database, count = inbox._database, [0]

    def counted() -> None:
        count[0] += 1

    def listen(opened: Any, heard: Any) -> None:
        opened.set_progress_handler(heard, 10)

    await database.mark(listen, counted)
    await database.look(listen, counted)
    await work()
    await database.mark(listen, None)
    await database.look(listen, None)
    return count[0]


async def test_a_turn_that_is_left_over_doesnt_come_before_somebodys_first_word(tmp_path: Path) -> None:
    async with open_doors(tmp_path, NotingDoor(channel="other")) as (reception, _):
        left = [incoming(f"left {number}", f"c{number % 8}") for number in range(80)]
        await reception.take(*left)  # nobody serves this channel here
    async with open_doors(tmp_path, NotingDoor(), at_once=1) as (reception, clerk):
        await until(lambda: len(clerk.heard) > 3)
        before = len(clerk.heard)
        await reception.answer(incoming("new", "somebody new", channel="web"))
        assert clerk.heard.index("new") - before <= 3
        await until(lambda: len(clerk.heard) == 81)
    for conversation in range(8):
        heard = [text for text in clerk.heard if text in {one.key for one in left[conversation::8]}]
        assert heard == [one.key for one in left[conversation::8]]


async def test_in_a_flood_of_new_conversations_who_comes_last_is_still_answered_soon(tmp_path: Path) -> None:
    async with open_doors(tmp_path, NotingDoor(), at_once=1, merging=AT_ONCE) as (reception, clerk):
        await reception.take(*(incoming(f"flood {number}", f"c{number}") for number in range(300)))
        await until(lambda: len(clerk.heard) > 3)
        before = len(clerk.heard)
        await reception.answer(incoming("new", "somebody new", channel="web"))
        assert clerk.heard.index("new") - before <= 6
        assert clerk.heard[0] == "flood 0"


def test_a_short_queue_is_served_in_order_and_a_long_one_from_both_ends() -> None:
    queue = Queue()
    for number in range(60):
        queue.put(f"{number}", is_left=False)
    queue.put("left", is_left=True)
    taken = [queue.take() for _ in range(len(queue))]
    assert taken[:7] == ["0", "left", "59", "1", "2", "3", "58"]
    assert taken[-40:] == sorted(taken[-40:], key=int), "once it is short, in order"
    assert len(set(taken)) == 61


async def test_a_claim_and_a_sweep_cost_the_same_however_much_waits_in_a_conversation(inbox: Inbox) -> None:
    told: list[tuple[int, int]] = []
    for more in (10, 3_000):
        await inbox.put([incoming(f"{more}/{number}", f"c{number % 5}") for number in range(more)], NOW)

        async def claim() -> None:
            assert await inbox.claim("c3", "me:1", NOW + 1, AT_ONCE.first_turn, lambda claim: False)

        async def sweep() -> None:
            assert await inbox.conversations(["chat"], NOW) == ([f"c{number}" for number in range(5)], "")

        told.append((await steps(inbox, claim), await steps(inbox, sweep)))
    assert told[1][0] <= told[0][0] + 40
    assert told[1][1] <= told[0][1] + 40


async def test_a_sweep_goes_round_all_conversations_by_and_by(inbox: Inbox) -> None:
    await inbox.put([incoming(f"u{number}", f"c{number % 7}", channel="chat" if number % 7 else "mail") for number in range(70)], NOW)  # fmt: skip
    found: list[str] = []
    behind = ""
    for _ in range(3):
        page, behind = await inbox.conversations(["chat"], NOW, behind, 3)
        found += page
    assert (found, behind) == ([f"c{number}" for number in range(1, 7)], "")
    assert await inbox.conversations(["chat"], NOW, "", 7) == ([f"c{number}" for number in range(1, 7)], "c6")
    assert await inbox.conversations(["chat"], NOW, "c6", 7) == ([], "")


async def test_a_conversation_that_another_process_holds_isnt_claimed_though_its_next_messages_are_free(inbox: Inbox) -> None:  # fmt: skip
    await inbox.put([incoming(f"u{number}") for number in range(5)], NOW)
    assert await inbox.claim("c", "other:1", NOW + 1, Merging(0.0).first_turn, lambda claim: False)
    await inbox.put([incoming("earlier 1", sequence=-2), incoming("earlier 2", sequence=-1)], NOW)
    assert not hasattr(await inbox.claim("c", "me:1", NOW + 1, AT_ONCE.first_turn, lambda claim: claim == "other:1"), "rows")  # fmt: skip


async def test_what_came_just_now_is_left_to_the_process_that_took_it_in(inbox: Inbox) -> None:
    await inbox.put([incoming("old", "a")], NOW - 3)
    await inbox.put([incoming("new", "b")], NOW)
    assert (await inbox.conversations(["chat"], NOW - 2))[0] == ["a"]
