"""The outbox: what leaves, committed with the turn that it tells, in order within each channel and address until it is sent or set aside."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.mail import Beside, Outgoing
from bot.stores import points, under_way
from bot.stores.database import Database
from bot.stores.transactions import writing

KEPT_S = 72 * 3600.0
"""How long the key of what was sent is remembered."""

_ADD = """INSERT INTO outbox (send_key, channel, conversation_id, address, body, at) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (send_key) DO NOTHING"""
_HEAD = """SELECT place, send_key, channel, conversation_id, address, body, tries, at, next_at, noted, unsure
           FROM outbox LEFT JOIN under_way USING (place) WHERE channel = ? AND address = ? AND state = 'waiting' ORDER BY place LIMIT 1"""
_LANES = "SELECT DISTINCT address FROM outbox WHERE state = 'waiting' AND channel = ?"
_SENT = "UPDATE outbox SET state = 'sent', body = '', receipt = ? WHERE place = ?"
_LATER = "UPDATE outbox SET tries = tries + 1, next_at = ?, reason = ? WHERE place = ? AND state = 'waiting'"
_ASIDE = "UPDATE outbox SET state = 'aside', reason = ? WHERE place = ? AND state = 'waiting'"
_REMEMBERED = 200
"""Sends of a channel whose receipts a process looks at when it begins."""
_COUNTS = (
    "SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'waiting'), (SELECT COUNT(*) FROM outbox WHERE state = 'aside')"
)
_FORGET = "DELETE FROM outbox WHERE state = 'sent' AND at < ?"


Statement = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Lane:
    """Sends to one address of a channel: they leave one after the other."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Head:
    """The first of a lane, since when it waits and when it may be tried; seconds since 1970."""

    outgoing: Outgoing
    since: float
    next_at: float
    noted: str = ""
    """Before a send of it of which nobody knows whether it arrived."""
    unsure: int = 0
    """How many such sends were made before that one."""


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, outgoing: Sequence[Outgoing]) -> None:
        """What leaves without a turn; of the same key once."""
        await self._database.keep(_add_alone, outgoing)

    async def head(self, lane: Lane) -> Head | None:
        return await self._database.look(_head, lane)

    async def lanes(self, channel: str) -> list[Lane]:
        """In which something waits."""
        return await self._database.look(_lanes, channel)

    async def lately(self, channel: str) -> tuple[list[tuple[str, str]], list[str]]:
        """(address, receipt) of what was sent last, and what was noted of what is under way."""
        return await self._database.look(under_way.lately, channel, _REMEMBERED)

    async def beside(self, outgoing: Outgoing) -> list[Beside]:
        return await self._database.look(under_way.beside, outgoing)

    async def begin(self, outgoing: Outgoing, noted: str) -> bool:
        """A send is about to be made; False where it mustn't be any more: it was forgotten."""
        begun = await self._database.mark(_begin, outgoing, noted)
        points.reach("send.noted")
        return begun

    async def sent(self, outgoing: Outgoing, receipt: str) -> None:
        done = (_SENT, (receipt[:200], outgoing.place)), (under_way.END, (outgoing.place,))
        await self._database.mark(_write, "send", *done)
        points.reach("send.marked")

    async def later(self, outgoing: Outgoing, next_at: float, reason: str, *, is_unsure: bool = False) -> None:
        done: list[Statement] = [(_LATER, (next_at, reason[:500], outgoing.place))]
        if not is_unsure:
            done.append((under_way.NOT_MADE, (outgoing.place,)))
        await self._database.mark(_write, "", *done)

    async def set_aside(self, outgoing: Outgoing, reason: str) -> None:
        """Kept with its body, for a person to look at."""
        await self._database.mark(_write, "", (_ASIDE, (reason[:500], outgoing.place)))

    async def counts(self) -> tuple[int, int]:
        """(sends that wait, sends that were set aside)."""
        return await self._database.look(_counts)

    async def forget_keys(self, now: float) -> None:
        await self._database.mark(_write, "", (_FORGET, (now - KEPT_S,)), (under_way.SWEEP, ()))


def add(database: sqlite3.Connection, outgoing: Sequence[Outgoing]) -> None:
    """Within a transaction."""
    now = time.time()
    for one in outgoing:
        body = json.dumps(one.body, ensure_ascii=False)
        database.execute(_ADD, (one.key, one.channel, one.conversation_id, one.address, body, now))


def _add_alone(database: sqlite3.Connection, outgoing: Sequence[Outgoing]) -> None:
    with writing(database):
        add(database, outgoing)


def _head(database: sqlite3.Connection, lane: Lane) -> Head | None:
    row = database.execute(_HEAD, (lane.channel, lane.address)).fetchone()
    if row is None:
        return None
    place, key, channel, conversation_id, address, body, tries, at, next_at, noted, unsure = row
    outgoing = Outgoing(key, channel, conversation_id, address, json.loads(body), place, tries)
    return Head(outgoing, at, next_at, noted or "", unsure or 0)


def _lanes(database: sqlite3.Connection, channel: str) -> list[Lane]:
    return [Lane(channel, address) for (address,) in database.execute(_LANES, (channel,))]


def _begin(database: sqlite3.Connection, outgoing: Outgoing, noted: str) -> bool:
    with writing(database):
        return under_way.begin(database, outgoing, noted)


def _write(database: sqlite3.Connection, name: str, *statements: Statement) -> None:
    with writing(database):
        for statement, values in statements:
            database.execute(statement, values)
        if name:
            points.reach(f"{name}.written")


def _counts(database: sqlite3.Connection) -> tuple[int, int]:
    waiting, aside = database.execute(_COUNTS).fetchone()
    return waiting, aside
