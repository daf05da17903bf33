"""A process that is killed between any two steps: the next one answers what was acknowledged, once and in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.mail import Delivered, Draft, Incoming, Outcome, Outgoing
from bot.serving.intake import Intake
from bot.stores import database, inbox, outbox, points
from bot.stores.inbox import Known
from bot.types import Turn
from eval.kills.check import Counts, Trial, count, kept, marked
from tests.doors import NotingDoor, incoming, open_doors, until

MESSAGES = 9
CONVERSATIONS = ("a", "b")


class FileDoor(NotingDoor):
    """A channel in files: what arrived lies in `acknowledged`, what was sent in `heard`, whatever becomes of the process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(at_once=1)
        self.folder = folder

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        return [Draft({"turn": turn.message.id, "number": number}) for number in range(2)]

    async def send(self, outgoing: Outgoing) -> Outcome:
        _append(self.folder / "heard", [outgoing.address, outgoing.body["turn"], outgoing.body["number"]])
        return Delivered()

    def acknowledge(self, number: int) -> None:
        _append(self.folder / "acknowledged", [number])

    def left(self) -> list[int]:
        """What the channel would bring next time."""
        done = [number for (number,) in _lines(self.folder / "acknowledged")]
        return [number for number in range(MESSAGES) if number not in done]


def _append(file: Path, row: list[object]) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row) + "\n")


def _lines(file: Path) -> list[list[object]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def _serve(folder: Path) -> None:
    """Take in what the channel has, and end once nothing is left to do."""
    door = FileDoor(folder)
    async with open_doors(folder, door) as (reception, _):
        for number in door.left():
            conversation = CONVERSATIONS[number % 2]
            await reception.take(incoming(f"u{number}", conversation, marked("hello", number), sequence=number))
            door.acknowledge(number)
        last = await reception.state()
        while last.waiting or last.to_send:
            await asyncio.sleep(0.01)
            last = await reception.state()


def in_a_process(work: Callable[[], None]) -> int:
    """The exit status of a copy of this process that does the work; minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing of the test run may go on in the copy
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(point: str, folder: Path, times: int = 2) -> Counts:
    """Serve, die at the point, serve again to the end."""
    passed = 0

    def die(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == times:
            os.kill(os.getpid(), signal.SIGKILL)

    def first() -> None:
        points.when_reached(die)
        asyncio.run(_serve(folder))

    assert in_a_process(first) == -signal.SIGKILL, f"{point} was never reached"
    assert in_a_process(lambda: asyncio.run(_serve(folder))) == 0
    written = {name: range(place, MESSAGES, 2) for place, name in enumerate(CONVERSATIONS)}
    heard: dict[str, list[tuple[str, int]]] = {}
    for address, turn, number in _lines(folder / "heard"):
        heard.setdefault(str(address), []).append((str(turn), int(str(number))))
    return count(Trial(written, kept(folder / "conversations.sqlite"), heard))


ELSEWHERE = {"turn.thought", "send.noted"}
"""Passed by the engine, which this clerk doesn't think by, and at channels that can be asked (test_telegram_once.py)."""


@pytest.mark.parametrize("point", [point for point in points.POINTS if point not in ELSEWHERE])
def test_a_kill_loses_nothing_swaps_nothing_and_doubles_no_effect(point: str, tmp_path: Path) -> None:
    found = killed_at(point, tmp_path)
    assert (found.messages, found.lost, found.out_of_order, found.doubled_effects) == (MESSAGES, 0, 0, 0)
    assert found.doubled_replies <= 1, "one send is under way at a time: what has arrived and isn't noted is one"


def test_an_acknowledgement_before_the_commit_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committing = []

    async def put(intake: Intake, messages: Sequence[Incoming]) -> list[Known]:
        committing.append(asyncio.create_task(intake._inbox.put(messages, 0.0)))
        return [Known(0, True, "c") for _ in messages]

    monkeypatch.setattr(Intake, "put", put)
    assert killed_at("inbox.written", tmp_path).lost > 0


def test_an_inbox_without_its_unique_index_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = database._SCHEMA.replace("CREATE UNIQUE INDEX", "CREATE INDEX").replace("UNIQUE (conversation_id, message_id)", "CHECK (1)")  # fmt: skip
    monkeypatch.setattr(database, "_SCHEMA", without)
    monkeypatch.setattr(inbox, "_PUT", inbox._PUT.partition("ON CONFLICT")[0])
    monkeypatch.setattr(outbox, "_ADD", outbox._ADD.partition("ON CONFLICT")[0])
    monkeypatch.setattr("bot.stores.conversations._OpenRow.kept", lambda *_: None)
    assert killed_at("inbox.committed", tmp_path, times=1).doubled_effects > 0


def test_a_turn_apart_from_its_sends_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def apart(file: sqlite3.Connection, outgoing: Sequence[Outgoing]) -> None:
        file.commit()
        points.reach("turn.written")
        file.execute("BEGIN IMMEDIATE")
        add(file, outgoing)

    add = outbox.add
    monkeypatch.setattr(outbox, "add", apart)
    assert killed_at("turn.written", tmp_path, times=1).lost > 0


async def test_every_named_point_is_passed(tmp_path: Path) -> None:
    passed: set[str] = set()
    points.when_reached(passed.add)
    try:
        door = NotingDoor()
        async with open_doors(tmp_path, door) as (reception, _):
            await reception.take(incoming("u1"))
            await until(lambda: "send.marked" in passed)
    finally:
        points.when_reached(None)
    assert passed == set(points.POINTS) - ELSEWHERE
