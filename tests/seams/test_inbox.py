"""The contract of inbox and outbox, over the real SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import LostClaim
from bot.mail import Incoming, Leaving, Outgoing
from bot.serving.merging import Merging
from bot.stores import desk
from bot.stores.conversations import _OF_ONE, SqlConversations
from bot.stores.database import _SCHEMA
from bot.stores.inbox import KEPT_S, Claimed, Inbox, NotYet
from bot.stores.outbox import Lane, Outbox
from tests.doors import incoming
from tests.seams.test_conversations import NOW as TURN_AT
from tests.seams.test_conversations import turn

ONE_BY_ONE = Merging(0.0).first_turn
NOW = 1000.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlConversations]:
    opened = SqlConversations(tmp_path / "conversations.sqlite")
    yield opened
    await opened.close()


@pytest.fixture
def inbox(store: SqlConversations) -> Inbox:
    return Inbox(store.database)


async def claimed(inbox: Inbox, claim: str = "me:1", conversation: str = "c", held: str = "") -> list[str]:
    found = await inbox.claim(conversation, claim, NOW + 100, ONE_BY_ONE, lambda other: other == held)
    return [row.incoming.key for row in found.rows] if isinstance(found, Claimed) else []


async def test_a_message_is_taken_once_by_the_channels_own_id_and_answered_once(inbox: Inbox) -> None:
    first, again = await inbox.put([incoming("u1"), incoming("u1")], NOW)
    other = (await inbox.put([incoming("u1", channel="mail")], NOW))[0]
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert first.place == again.place != other.place
    assert await claimed(inbox) == ["u1"]


async def test_what_is_taken_is_there_for_the_next_process_as_it_was(inbox: Inbox, tmp_path: Path) -> None:
    given = incoming("u1", text="你好 🦊\x00", address="42/7", sequence=9, merges=True)
    await inbox.put([given], NOW)
    other = SqlConversations(tmp_path / "conversations.sqlite")
    found = await Inbox(other.database).claim("c", "other:1", NOW + 100, Merging(1.0).first_turn, lambda claim: False)
    assert isinstance(found, Claimed)
    assert [row.incoming for row in found.rows] == [given]
    assert found.rows[0].at == NOW
    assert other.database.connection().execute("PRAGMA synchronous").fetchone() == (2,)
    await other.close()


async def test_order_is_the_channels_own_and_by_arrival_where_it_has_none(inbox: Inbox) -> None:
    for sequence in (7, 5, 6):
        await inbox.put([incoming(f"u{sequence}", sequence=sequence)], NOW)
    await inbox.put([incoming("b", "d"), incoming("a", "d")], NOW)
    assert [await claimed(inbox) for _ in range(3)] == [["u5"], ["u5"], ["u5"]]  # never behind one that isn't answered
    assert await claimed(inbox, conversation="d") == ["b"]


async def test_what_a_living_process_holds_is_nobodys_elses_and_that_of_a_dead_one_is_done_again(inbox: Inbox) -> None:
    await inbox.put([incoming("u1"), incoming("u2")], NOW)
    assert await claimed(inbox, "one:1") == ["u1"]
    assert await claimed(inbox, "two:1", held="one:1") == []
    assert await claimed(inbox, "two:2", held="nobody") == ["u1"]


async def test_a_turn_settles_its_messages_and_leaves_its_sends_in_one_transaction(
    store: SqlConversations, inbox: Inbox
) -> None:
    known = await inbox.put([incoming("m1")], NOW)
    assert await claimed(inbox) == ["m1"]
    sends = (Outgoing("k/0", "chat", "c", "c", {"text": "hi"}), Outgoing("k/1", "chat", "c", "c", {"text": "你好"}))
    async with store.open("c") as opened:
        await opened.keep(turn("m1"), opened.conversation, Leaving("me:1", (known[0].place,), sends))
    done = await inbox.known("chat", "m1")
    assert done
    assert (done.state, done.answered_by, done.is_new) == ("done", "m1", False)
    head = await Outbox(store.database).head(Lane("chat", "c"))
    assert head
    assert replace(head.outgoing, place=0) == sends[0]
    assert await inbox.counts() == (0, 0)
    assert await Outbox(store.database).counts() == (2, 0)


async def test_a_turn_whose_claim_was_lost_leaves_nothing_at_all(store: SqlConversations, inbox: Inbox) -> None:
    known = await inbox.put([incoming("m1")], NOW)
    assert await claimed(inbox, "one:1") == await claimed(inbox, "two:1") == ["m1"]
    sends = (Outgoing("k/0", "chat", "c", "c", {"text": "hi"}),)
    async with store.open("c") as opened:
        with pytest.raises(LostClaim):
            await opened.keep(turn("m1"), opened.conversation, Leaving("one:1", (known[0].place,), sends))
    async with store.open("c") as opened:
        assert opened.conversation.turns == ()
        await opened.keep(turn("m1"), opened.conversation, Leaving("two:1", (known[0].place,), sends))
    assert await Outbox(store.database).counts() == (1, 0)


async def test_the_same_send_is_kept_once(store: SqlConversations) -> None:
    outbox, send = Outbox(store.database), Outgoing("k/0", "chat", "c", "c", {"text": "hi"})
    await outbox.add([send, send])
    await outbox.add([send])
    assert await outbox.counts() == (1, 0)


async def test_an_address_gets_its_sends_in_order_and_one_that_is_aside_stops_nobody(store: SqlConversations) -> None:
    outbox, lane = Outbox(store.database), Lane("chat", "c")
    await outbox.add([Outgoing(f"k/{number}", "chat", "c", "c", {"text": str(number)}) for number in range(3)])
    left: list[str] = []
    while head := await outbox.head(lane):
        left.append(str(head.outgoing.body["text"]))
        await (outbox.set_aside(head.outgoing, "why") if len(left) == 2 else outbox.sent(head.outgoing, "r"))
    assert left == ["0", "1", "2"]
    assert await outbox.counts() == (0, 1)


async def test_a_key_is_remembered_for_72_hours_and_its_text_no_longer_than_needed(
    store: SqlConversations, inbox: Inbox
) -> None:
    (known,) = await inbox.put([incoming("m1", text="my phone is 555")], NOW)
    await claimed(inbox)
    await inbox.settle(Leaving("me:1", (known.place,)), "m1")
    texts = store.database.connection().execute("SELECT message FROM inbox").fetchall()
    assert texts == [("",)]
    await inbox.forget_keys(NOW + KEPT_S - 1)
    assert not (await inbox.put([incoming("m1")], NOW))[0].is_new
    await inbox.forget_keys(NOW + KEPT_S + 1)
    assert (await inbox.put([incoming("m1")], NOW))[0].is_new


async def test_what_waits_or_is_aside_is_never_forgotten(inbox: Inbox) -> None:
    await inbox.put([incoming("m1"), incoming("m2", "d")], NOW)
    found = await inbox.claim("d", "me:1", NOW + 1, ONE_BY_ONE, lambda claim: False)
    assert isinstance(found, Claimed)
    await inbox.set_aside(found.rows, "me:1", "broken")
    await inbox.forget_keys(NOW + 10 * KEPT_S)
    assert await inbox.counts() == (1, 1)


async def test_forgetting_a_customer_takes_what_waits_of_theirs(store: SqlConversations, inbox: Inbox) -> None:
    async with store.open("c") as opened:
        await opened.keep(turn("m"), replace(opened.conversation, customer_id="mia"))
    await inbox.put([incoming("m1"), incoming("m2", "d")], NOW)
    await Outbox(store.database).add([Outgoing("k", "chat", "c", "c", {"text": "hi"})])
    await store.forget("mia")
    assert await inbox.conversations(["chat"], NOW + 9) == (["d"], "")
    assert await Outbox(store.database).counts() == (0, 0)


async def test_before_its_time_nothing_is_claimed(inbox: Inbox) -> None:
    await inbox.put([incoming("m1", merges=True)], NOW)
    found = await inbox.claim("c", "me:1", NOW + 1, Merging(1.5).first_turn, lambda claim: False)
    assert found == NotYet(NOW + 1.5)


Steps = st.lists(
    st.tuples(st.sampled_from(["put", "again", "claim", "die", "settle"]), st.integers(0, 2), st.integers(0, 9)),
    max_size=60,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=Steps)
def test_whatever_happens_each_message_is_settled_once_and_in_order(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]) -> None:  # fmt: skip
    asyncio.run(_play(tmp_path_factory.mktemp("inbox"), steps))


async def _play(folder: Path, steps: list[tuple[str, int, int]]) -> None:
    """Arrivals, repetitions, claims, deaths and commits in any order over three conversations, against plain lists."""
    store = SqlConversations(folder / "conversations.sqlite")
    inbox = Inbox(store.database)
    arrived: dict[str, list[Incoming]] = {f"c{number}": [] for number in range(3)}
    settled: dict[str, list[str]] = {name: [] for name in arrived}
    held: dict[str, Claimed] = {}
    for count, (step, number, which) in enumerate([*steps, *[("claim", n, 0) for n in range(3)]]):
        name = f"c{number}"
        if step == "put":
            one = incoming(f"{name}-{len(arrived[name])}", name)
            arrived[name].append(one)
            assert (await inbox.put([one], NOW))[0].is_new
        elif step == "again" and arrived[name]:
            assert not (await inbox.put([arrived[name][which % len(arrived[name])]], NOW))[0].is_new
        elif step == "claim" and name not in held:
            found = await inbox.claim(name, f"me:{count}", NOW + 1, ONE_BY_ONE, lambda claim: False)
            waiting = [one.key for one in arrived[name] if one.key not in settled[name]]
            assert ([row.incoming.key for row in found.rows] if isinstance(found, Claimed) else []) == waiting[:1]
            if isinstance(found, Claimed):
                held[name] = found
        elif step == "die":
            held.pop(name, None)
        elif step == "settle" and name in held:
            done = held.pop(name)
            await inbox.settle(Leaving(done.claim, (done.rows[0].place,)), done.rows[0].incoming.message.id)
            settled[name].append(done.rows[0].incoming.key)
    for name, keys in settled.items():
        assert keys == [one.key for one in arrived[name][: len(keys)]]
    await store.close()


async def test_what_was_claimed_when_its_conversation_was_forgotten_is_never_kept(
    store: SqlConversations, inbox: Inbox
) -> None:
    async with store.open("c") as opened:
        await opened.keep(turn("m0"), opened.conversation)
    (known,) = await inbox.put([incoming("m1")], NOW)
    assert await claimed(inbox) == ["m1"]
    other = SqlConversations(store.database.file)  # another process, which knows nothing of our turn
    async with store.open("c") as opened:
        await other.forget_one("c")
        with pytest.raises(LostClaim):
            await opened.keep(turn("m1"), opened.conversation, Leaving("me:1", (known.place,)))
    await other.close()
    assert not await store.has("c")
    assert await store.turns("c", 5) == ()


async def test_forgetting_a_customer_takes_their_place_at_the_desk_and_leaves_the_keys_of_answered_messages(
    store: SqlConversations, inbox: Inbox
) -> None:
    async with store.open("c") as opened:
        await opened.keep(turn("m"), replace(opened.conversation, customer_id="mia"))
    (known,) = await inbox.put([incoming("m1")], NOW)
    await claimed(inbox)
    await inbox.settle(Leaving("me:1", (known.place,)), "m1")
    with store.database.connection() as database:
        desk.put_place(database, "board", "c", "7")
    assert await store.forget("mia") == 1
    assert await store.database.run(lambda database: desk.place(database, "board", "c")) is None
    assert not (await inbox.put([incoming("m1")], NOW))[0].is_new


async def test_an_old_conversation_in_which_a_new_message_waits_is_not_forgotten(
    store: SqlConversations, inbox: Inbox
) -> None:
    for conversation in ("c", "d"):
        async with store.open(conversation) as opened:
            await opened.keep(turn("m", conversation), opened.conversation)
    later = TURN_AT + timedelta(days=1)
    await inbox.put([incoming("m1")], later.timestamp() + 1)
    assert await store.forget_before(later) == ["d"]


async def test_forgetting_and_counting_look_at_no_row_of_others(store: SqlConversations) -> None:
    for statement in (*_OF_ONE, "SELECT COUNT(*) FROM inbox WHERE state = 'aside'", "SELECT COUNT(*) FROM outbox WHERE state = 'aside'"):  # fmt: skip
        values = ("c",) * statement.count("?")
        plan = store.database.connection().execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        assert all("INDEX" in step[-1] or "SCAN" not in step[-1] for step in plan), (statement, plan)


async def test_a_file_of_an_older_version_gets_the_indexes_that_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    with sqlite3.connect(file) as old:
        old.executescript(_SCHEMA + desk.SCHEMA + "DROP INDEX inbox_of; DROP INDEX outbox_of;")
    old.close()
    opened = SqlConversations(file)
    names = {name for (name,) in opened.database.connection().execute("SELECT name FROM sqlite_master")}
    await opened.close()
    assert {"inbox_of", "outbox_of"} <= names
