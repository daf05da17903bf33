"""The trials of who may come in, small; and that each sees what is planted for it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.channels import signing
from bot.channels.latest import Latest
from bot.order import Proof
from bot.settings import Settings
from bot.stores import seen, visitors
from bot.stores.conversations import SqlConversations
from bot.stores.orders import SqlOrders
from bot.stores.visitors import new_token
from bot.tools import lookup
from bot.wiring import open_shop
from bot.writing.wordings import Wordings
from eval.access import hostile, naughty, sameness, sessions
from eval.access.door import Door, Headers, by, opened
from tests.shops import settings_in
from tests.talk import Talk


@pytest.fixture
async def door(sample_settings: Settings) -> AsyncIterator[Door]:
    async with opened(sample_settings) as made:
        yield made
        await made.forget_tries()


def zeros(report: dict[str, Any]) -> Sequence[int]:
    return [report.get(name, 0) for name in ("five_xx", "accepted", "controls_refused", "replays_accepted")]


async def test_a_turn_at_which_the_clerk_failed_within_is_counted_though_it_was_answered(
    sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(settings_in(tmp_path, sample_settings)) as shop:
        talk = Talk(shop.engine)
        await talk("How much is delivery to Canada?")
        monkeypatch.setattr(shop.engine.clerk, "_think", None)
        assert (await talk("and to France?")).text.strip()
        told = await naughty.turns(shop)
    assert told == {"turns": 2, "turns_failed": 1, "failed_at": ["and to France?"]}


async def test_hostile_requests_are_all_refused(door: Door) -> None:
    report = await hostile.run(door, 300)
    assert (zeros(report), report["controls"], report["replays"]) == ([0, 0, 0, 0], 1, 1), report
    assert all(len(counts) >= 1 and sum(counts.values()) == 20 for counts in report["by_kind"].values())


@pytest.mark.parametrize(
    ("module", "name", "fault", "seen_as"),
    [
        (signing.Keys, "_matches", lambda *told: True, "accepted"),
        (signing.Keys, "_matches", lambda self, given, *told: hmac.compare_digest(given, "v1,as text"), "five_xx"),
        (signing.Keys, "_matches", lambda *told: False, "controls_refused"),
        (seen, "is_first", lambda *told: True, "replays_accepted"),
    ],
)
async def test_a_broken_check_of_signatures_is_seen(
    door: Door, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, fault: Any, seen_as: str
) -> None:
    monkeypatch.setattr(module, name, fault)
    monkeypatch.setattr(Latest, "is_first", lambda *told: True)  # the disk alone knows, as after a start
    assert (await hostile.run(door, 900 if seen_as == "five_xx" else 150))[seen_as] > 0


async def test_a_shift_of_the_clock_that_is_let_through_is_seen(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "SKEW", signing.timedelta(days=40_000))
    report = await hostile.run(door, 60)
    assert report["by_kind"]["out of time"].get(200, 0) > 0


async def test_nobody_sees_what_isnt_theirs(door: Door) -> None:
    report = await sessions.run(door, 30)
    assert (report["foreign_bytes"], report["let_in"], report["five_xx"], report["kept_back"]) == (0, 0, 0, 0), report
    assert report["owed"] > 10


async def test_who_comes_while_a_conversation_is_forgotten_hears_nothing_of_its_last_turn(door: Door) -> None:
    where, owner, stranger = uuid4().hex, by(new_token()), by(new_token())
    path, other = f"/v1/conversations/{where}", f"/v1/conversations/{uuid4().hex}"
    async with door.shop.conversations.open(where):  # its first turn can't be kept before we are done
        first = asyncio.create_task(door.say("hello, note-1", owner, conversation_id=where))
        await until_async(lambda: _waits(door))
        forgetting = asyncio.create_task(door.ask("DELETE", path, owner))
        await until_async(lambda: _has_left(door, where, owner))
        assert (await door.say("hello", stranger, conversation_id=where)).status == 403
        assert not (await asyncio.wait([forgetting], timeout=0.2))[0], "it waits for the turn that is under way"
    told, done = await asyncio.gather(first, forgetting)
    assert (told.status in (200, 410), done.status) == (True, 204)
    nothing = await door.ask("GET", other, stranger)
    for who in (owner, stranger):
        assert (await door.ask("GET", path, who)).body == nothing.body
    assert (await door.say("hello again", owner, conversation_id=where)).status == 200
    assert b"note-1" not in (await door.ask("GET", path, owner)).body


async def _waits(door: Door) -> bool:
    return bool((await door.app.state.reception.state()).waiting)


async def _has_left(door: Door, conversation_id: str, owner: Headers) -> bool:
    return not await door.shop.visitors.owns(conversation_id, owner[0][1].decode(), None)


async def until_async(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await is_so():  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("fault", ["no owner", "nothing forgotten", "no proof", "proof everywhere"])
@pytest.mark.slow
async def test_a_missing_check_of_owners_is_seen(door: Door, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    if fault == "no owner":
        monkeypatch.setattr(visitors, "_may", lambda row, token, customer_id: True)
    elif fault == "nothing forgotten":
        monkeypatch.setattr(SqlConversations, "forget_one", lambda *told: asyncio.sleep(0))
    elif fault == "no proof":
        monkeypatch.setattr(lookup, "proves", lambda contact, order: order is not None)
    else:
        real = lookup.Lookup.seen
        proofs = tuple(Proof(order.id, datetime.now(UTC)) for order in sessions.orders_of(door))
        monkeypatch.setattr(
            lookup.Lookup,
            "seen",
            lambda self, history, number, at: real(self, replace(history, proofs=proofs), number, at),
        )
    report = await sessions.run(door, 40)
    assert report["foreign_bytes"] > 0 or report["let_in"] > 0, report


async def test_an_order_that_is_there_and_one_that_isnt_are_the_same_to_a_stranger(door: Door) -> None:
    report = await sameness.run(door, 40)
    assert report["kinds_of_bytes"] == 1


async def test_a_slower_look_at_what_is_there_is_seen(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SqlOrders.find

    async def slow(self: SqlOrders, order_id: str) -> Any:
        found = await real(self, order_id)
        await asyncio.sleep(0.02 if found else 0)
        return found

    monkeypatch.setattr(SqlOrders, "find", slow)
    assert (await sameness.run(door, 40))["medians_a_millisecond_apart"] == 1


async def test_another_wording_for_what_is_there_is_seen(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Wordings.say
    told = {"there": False}
    find = SqlOrders.find

    async def noted(self: SqlOrders, order_id: str) -> Any:
        found = await find(self, order_id)
        told["there"] = found is not None
        return found

    def say(self: Wordings, locale: str, key: str, turn: str = "", **values: object) -> str:
        return real(self, locale, "order_none" if key == "order_no_match" and told["there"] else key, turn, **values)

    monkeypatch.setattr(SqlOrders, "find", noted)
    monkeypatch.setattr(Wordings, "say", say)
    assert (await sameness.run(door, 20))["kinds_of_bytes"] == 2
