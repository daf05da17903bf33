"""A message that was taken in is answered once, in order, whatever fails on the way; no conversation waits for another."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import Forgotten, Gone, NotTaken, SetAside
from bot.mail import Later, Outgoing, Refused
from bot.serving import deliverer
from bot.serving.living import Living
from bot.serving.merging import Merging
from bot.stores import database as databases
from bot.stores import inbox as inboxes
from bot.types import Message
from tests.doors import NotingDoor, incoming, open_doors, until


async def test_a_door_that_waits_hears_the_pieces_and_gets_the_reply(tmp_path: Path) -> None:
    async with open_doors(tmp_path) as (reception, _):
        heard: list[str] = []
        reply = await reception.answer(incoming("m1", text="hi", channel="web"), heard.append)
        assert reply.text == "".join(heard) == "You said hi"
        streamed = [piece async for piece in reception.stream(incoming("m2", text="ho", channel="web"))]
        assert streamed[:-1] == ["You said ", "ho"]
        assert streamed[-1].text == "You said ho"


async def test_a_repeated_message_gets_the_kept_reply_also_while_the_first_is_answered(tmp_path: Path) -> None:
    async with open_doors(tmp_path, think_s=0.05) as (reception, clerk):
        one = incoming("m1", text="hi", channel="web")
        replies = await asyncio.gather(reception.answer(one), reception.answer(one), reception.answer(one))
        assert {reply.text for reply in [*replies, await reception.answer(one)]} == {"You said hi"}
        assert clerk.heard == ["hi"]


async def test_a_reply_leaves_by_its_door_in_order_and_once(tmp_path: Path) -> None:
    door = NotingDoor()
    async with open_doors(tmp_path, door) as (reception, _):
        for number in range(20):
            await reception.take(incoming(f"u{number}", f"c{number % 3}"), incoming(f"u{number}", f"c{number % 3}"))
        await until(lambda: len(door.sent) == 20)
    for conversation in range(3):
        texts = [text for address, text in door.sent if address == f"c{conversation}"]
        assert texts == [f"You said u{number}" for number in range(conversation, 20, 3)]


async def test_several_short_messages_in_a_row_are_one_turn(tmp_path: Path) -> None:
    door = NotingDoor()
    async with open_doors(tmp_path, door, merging=Merging(0.15, 1.0)) as (reception, clerk):
        texts = ("do you have", "a kettle", "under $60?")
        await reception.take(*(incoming(text, merges=True) for text in texts))
        await until(lambda: len(door.sent) == 1)
        assert clerk.heard == ["do you have\na kettle\nunder $60?"]


async def test_a_newer_message_is_taken_in_while_the_clerk_thinks(tmp_path: Path) -> None:
    door = NotingDoor()
    async with open_doors(tmp_path, door, merging=Merging(0.05, 60.0)) as (reception, clerk):
        clerk.gates["c"] = asyncio.Event()
        await reception.take(incoming("show me kettles", merges=True))
        await until(lambda: clerk.heard == ["show me kettles"])
        await reception.take(incoming("red ones", merges=True))
        clerk.gates["c"].set()
        await until(lambda: len(door.sent) == 1)
        await asyncio.sleep(0.1)
        assert door.sent == [("c", "You said show me kettles\nred ones")]


async def test_a_door_that_waits_never_waits_for_the_window(tmp_path: Path) -> None:
    async with open_doors(tmp_path, merging=Merging(20.0, 30.0)) as (reception, _):
        started = time.monotonic()
        await reception.answer(incoming("m1", channel="web"))
        assert time.monotonic() - started < 10


async def test_the_first_turn_of_a_process_has_a_moment_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("bot.serving.worker._ALONE_S", 0.4)
    async with open_doors(tmp_path, NotingDoor()) as (reception, clerk):
        clerk.gates["slow"] = asyncio.Event()
        await reception.take(incoming("m1", "slow"), incoming("m2", "other"))
        await until(lambda: clerk.heard == ["m1"])
        await asyncio.sleep(0.1)
        assert clerk.heard == ["m1"]
        await until(lambda: clerk.heard == ["m1", "m2"])  # and no more than a moment
        clerk.gates["slow"].set()


async def test_a_slow_conversation_delays_no_other(tmp_path: Path) -> None:
    async with open_doors(tmp_path) as (reception, clerk):
        clerk.gates["slow"] = asyncio.Event()
        slow = asyncio.create_task(reception.answer(incoming("m1", "slow", channel="web")))
        await until(lambda: len(clerk.heard) == 1)
        await reception.answer(incoming("m2", "quick", channel="web"))
        assert not slow.done()
        clerk.gates["slow"].set()
        await slow


async def test_what_was_taken_in_before_the_process_died_is_answered_by_the_next(tmp_path: Path) -> None:
    async with open_doors(tmp_path, NotingDoor(channel="other")) as (reception, _):
        await reception.take(incoming("u1"), incoming("u2"))  # nobody serves this channel here
    door = NotingDoor()
    async with open_doors(tmp_path, door):
        await until(lambda: len(door.sent) == 2)
    assert [text for _, text in door.sent] == ["You said u1", "You said u2"]


async def test_a_message_that_a_living_process_holds_is_left_to_it(tmp_path: Path) -> None:
    one, two = Living(tmp_path), Living(tmp_path)
    claim = one.new_claim()
    assert two.is_held(claim)
    assert one.is_only("deliverer-chat")
    assert not two.is_only("deliverer-chat")
    one.close()
    assert not two.is_held(claim)
    assert two.is_only("deliverer-chat")
    two.close()


async def test_retry_after_is_kept_and_delays_no_other_address(tmp_path: Path) -> None:
    door = NotingDoor()
    started = time.monotonic()
    limited = iter([Later("429", 1.5)])
    door.choose = lambda outgoing: next(limited, None) if outgoing.address == "busy" else None
    async with open_doors(tmp_path, door) as (reception, _):
        await reception.take(incoming("u1", "busy"), incoming("u2", "busy"))
        await until(lambda: len(door.tried) == 1)
        await reception.take(incoming("u3", "free"))
        await until(lambda: len(door.sent) == 1)
        assert door.sent == [("free", "You said u3")]
        await until(lambda: len(door.sent) == 3)
        assert time.monotonic() - started >= 1.5
        assert [text for address, text in door.sent if address == "busy"] == ["You said u1", "You said u2"]


async def test_a_message_that_its_door_refuses_or_breaks_at_is_set_aside_and_the_next_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliverer, "_FIRST_S", 0.01)
    door = NotingDoor()

    def choose(outgoing: Outgoing) -> Refused | None:
        if outgoing.body["text"] == "You said poison":
            raise ValueError("no such thing")
        return Refused("blocked") if outgoing.body["text"] == "You said unwanted" else None

    door.choose = choose
    async with open_doors(tmp_path, door) as (reception, _):
        await reception.take(incoming("poison"), incoming("unwanted"), incoming("good"))
        await until(lambda: len(door.sent) == 1)
        state = await reception.state()
    assert len(door.tried) == deliverer.FAULTS + 2
    assert (state.aside, state.to_send, state.waiting) == (2, 0, 0)


@pytest.mark.parametrize("can_own_up", [True, False])
async def test_a_message_that_never_comes_to_an_end_is_owned_up_to_and_set_aside_and_the_next_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_own_up: bool
) -> None:
    monkeypatch.setattr("bot.serving.worker.TRIES", 3)
    monkeypatch.setattr("bot.serving.worker._PAUSES_S", (0.01,))
    door = NotingDoor()
    async with open_doors(tmp_path, door) as (reception, clerk):

        def fail(message: Message) -> None:
            if message.text == "poison":
                raise RuntimeError

        clerk.fail = fail
        if can_own_up:
            for _ in range(2):  # asked again, the same is told
                told = await reception.answer(incoming("poison", channel="web"))
                assert told.text == "I couldn't answer that."
            await reception.take(incoming("poison", "chat-1"))
            await until(lambda: door.sent == [("chat-1", "I couldn't answer that.")])
        else:
            clerk.own_up = None  # type: ignore[method-assign, assignment]
            for _ in range(2):
                with pytest.raises(SetAside):
                    await reception.answer(incoming("poison", channel="web"))
        assert len(clerk.heard) == (6 if can_own_up else 3)
        assert (await reception.answer(incoming("good", channel="web"))).text == "You said good"
        assert (await reception.state()).aside == (2 if can_own_up else 1)


async def test_who_has_gone_is_waited_for_no_longer_and_answered_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("bot.serving.reception._ASK_AGAIN_S", 0.05)

    async def gone() -> bool:
        return True

    async with open_doors(tmp_path) as (reception, clerk):
        clerk.gates["c"] = asyncio.Event()
        with pytest.raises(Gone):
            await reception.answer(incoming("m1", channel="web"), has_gone=gone)
        clerk.gates["c"].set()
        assert (await reception.answer(incoming("m1", channel="web"))).text == "You said m1"
        assert clerk.heard == ["m1"]


async def test_while_the_file_is_locked_nothing_is_acknowledged_or_lost_and_the_state_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stores.database._WAIT_S", 0.1)
    monkeypatch.setattr("bot.serving.reception.LOOK_EVERY_S", 0.05)
    door = NotingDoor()
    async with open_doors(tmp_path, door) as (reception, clerk):
        clerk.gates["c"] = asyncio.Event()
        await reception.take(incoming("before"))
        await until(lambda: clerk.heard == ["before"])
        other = sqlite3.connect(tmp_path / "conversations.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotTaken) as refused:
            await reception.take(incoming("during"))
        assert refused.value.reason == "locked"
        clerk.gates["c"].set()  # the turn is over, and can't be kept
        await asyncio.sleep(0.5)
        assert "another program holds the database" in (await reception.state()).trouble
        other.execute("ROLLBACK")
        other.close()
        await until(lambda: len(door.sent) == 1)
        deadline = time.monotonic() + 5
        while (await reception.state()).trouble:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        await reception.take(incoming("during"))
        await until(lambda: len(door.sent) == 2)


async def test_a_full_disk_is_told_and_over_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own limit of pages stands in for the disk's."""
    monkeypatch.setattr("bot.serving.reception.LOOK_EVERY_S", 0.05)
    prepared, room = databases._prepared, [1_000_000]

    def limited(file: Path) -> sqlite3.Connection:
        """A thread's that was not there before gets no more room than the others."""
        made = prepared(file)
        made.execute(f"PRAGMA max_page_count = {room[0]}")
        return made

    monkeypatch.setattr(databases, "_prepared", limited)
    async with open_doors(tmp_path) as (reception, _):
        await reception.answer(incoming("m1", channel="web"))
        opened = reception._database._opened
        for database in opened:
            room[0] = database.execute("PRAGMA page_count").fetchone()[0]
            database.execute(f"PRAGMA max_page_count = {room[0]}")
        many = [incoming(f"x{number}", text="x" * 3000, channel="elsewhere") for number in range(50)]
        with pytest.raises(NotTaken) as refused:
            await reception.take(*many)
        assert refused.value.reason == "full"
        assert "the disk is full" in (await reception.state()).trouble
        room[0] = 1_000_000
        for database in opened:
            database.execute(f"PRAGMA max_page_count = {room[0]}")
        await reception.answer(incoming("m2", channel="web"))
        assert not (await reception.state()).trouble


async def test_a_closing_reception_finishes_what_it_began_and_takes_in_nothing_more(tmp_path: Path) -> None:
    door = NotingDoor()
    async with open_doors(tmp_path, door, think_s=0.3) as (reception, clerk):
        await reception.take(incoming("u1"))
        await until(lambda: clerk.heard == ["u1"])
        started = time.monotonic()
    assert time.monotonic() - started < 5
    with pytest.raises(NotTaken):
        await reception.take(incoming("u2"))
    async with open_doors(tmp_path, door) as (again, clerk):
        await until(lambda: len(door.sent) == 1)
        assert clerk.heard == []  # the turn was kept: only its send was left
        assert (await again.state()).waiting == 0


async def test_a_word_without_a_turn_leaves_once(tmp_path: Path) -> None:
    door = NotingDoor()
    async with open_doors(tmp_path, door) as (reception, _):
        line = Outgoing("desk/1", "chat", "c", "c", {"text": "A person here."})
        await reception.leave(line)
        await reception.leave(line)
        await until(lambda: len(door.sent) == 1)
        await asyncio.sleep(0.05)
    assert door.sent == [("c", "A person here.")]


async def test_half_a_character_is_marked_and_everything_with_it_goes_on(tmp_path: Path) -> None:
    async with open_doors(tmp_path) as (reception, _):
        replies = await asyncio.gather(
            reception.answer(incoming("m1", text="a\ud800b", channel="web")),
            reception.answer(incoming("m2", "d", text="🦊", channel="web")),
        )
    assert [reply.text for reply in replies] == ["You said a\ufffdb", "You said 🦊"]


def test_the_key_is_kept_for_three_days() -> None:
    assert inboxes.KEPT_S == 72 * 3600


async def test_a_message_whose_turn_was_forgotten_is_told_so_when_it_comes_again(tmp_path: Path) -> None:
    async with open_doors(tmp_path) as (reception, clerk):
        one = incoming("m1", channel="web")
        await reception.answer(one)
        await clerk.conversations.forget_one("c")
        async with asyncio.timeout(5):
            with pytest.raises(Forgotten, match="m1"):
                await reception.answer(one)


async def test_doors_that_wait_are_told_when_the_conversation_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.reception._ASK_AGAIN_S", 0.05)
    async with open_doors(tmp_path, think_s=0.1) as (reception, clerk):
        waiting = [asyncio.create_task(reception.answer(incoming(f"m{n}", channel="web"))) for n in range(4)]
        await until(lambda: len(clerk.heard) == 1)
        await clerk.conversations.forget_one("c")
        async with asyncio.timeout(5):
            outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(outcome, Forgotten) for outcome in outcomes[1:])
        assert not await clerk.conversations.has("c")
        await until(lambda: not reception._listeners._said)  # no word of it stays in memory
        assert not await clerk.conversations.has("c")


async def test_who_has_a_backlog_doesnt_go_before_who_waits_for_its_window(tmp_path: Path) -> None:
    door = NotingDoor()
    async with open_doors(tmp_path, door, merging=Merging(0.1, 1.0), think_s=0.1, at_once=1) as (reception, clerk):
        await reception.take(*(incoming(f"b{n}", "backlog") for n in range(15)), incoming("one", "other", merges=True))
        await until(lambda: "one" in clerk.heard)
        assert len(clerk.heard) < 6


async def test_a_look_that_fails_at_the_disk_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.serving.reception.LOOK_EVERY_S", 0.01)
    looks: list[int] = []

    async def sweep(worker: object) -> None:
        looks.append(1)
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("bot.serving.worker.Worker.sweep", sweep)
    async with open_doors(tmp_path) as (reception, _):
        await until(lambda: len(looks) > 2, within_s=2)
        assert (await reception.answer(incoming("m1", channel="web"))).text == "You said m1"


async def test_half_a_letter_in_any_field_holds_up_nobody(tmp_path: Path) -> None:
    """A chat's program may call itself as it likes; those whose messages come with it are taken in, too."""
    door = NotingDoor()
    async with open_doors(tmp_path, door) as (reception, _):
        broken = incoming("m1", "c1", "hi \ud83d")
        odd = replace(broken, message=replace(broken.message, hint="\ud800", zone="\udfff", sign="\ud800", on="\ud800"))
        await reception.take(odd, incoming("m2", "c2", "ho 😀"))
        await until(lambda: len(door.sent) == 2)
        assert sorted(text for _, text in door.sent) == ["You said hi \ufffd", "You said ho 😀"]


async def test_a_reply_that_is_found_before_its_listener_is_told_is_heard_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.reception._ASK_AGAIN_S", 0.0)  # it looks all the time, as a busy machine seems to
    async with open_doors(tmp_path) as (reception, _):
        for number in range(30):
            streamed = [piece async for piece in reception.stream(incoming(f"m{number}", text="hi", channel="web"))]
            assert "".join(streamed[:-1]) == streamed[-1].text
