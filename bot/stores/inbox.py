"""The inbox: a message that is in it may be acknowledged. Taken once by the channel's own id, held by one claim, answered with its turn."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from bot.errors import LostClaim
from bot.mail import Incoming, Leaving
from bot.stores import points, seen
from bot.stores.database import Database
from bot.stores.transactions import writing
from bot.types import Message

KEPT_S = 72 * 3600.0
"""How long the key of an answered message is remembered."""
TRIES = 8
"""Claims of a message that came to nothing, after which it is set aside."""
_HELD_S = 0.05
"""When a conversation that another process works on is looked at again: about as long as a turn takes."""
_AT_ONCE = 40
"""Waiting messages of a conversation that are looked at for one turn."""

_OPEN = "state IN ('new', 'taken')"  # word for word as in the index
_PUT = """INSERT INTO inbox (channel, message_key, conversation_id, sequence, merges, address, message, at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, message_key) DO NOTHING"""
_KNOWN = "SELECT place, state, conversation_id, answered_by, reason FROM inbox WHERE channel = ? AND message_key = ?"
_WAITING = f"""SELECT place, channel, message_key, message, address, sequence, merges, at, claim, tries FROM inbox
               WHERE conversation_id = ? AND {_OPEN} ORDER BY sequence, place LIMIT {_AT_ONCE}"""
_FIRST = _WAITING.replace(f"LIMIT {_AT_ONCE}", "LIMIT 2")
_HELD = f"""SELECT DISTINCT claim FROM (SELECT claim FROM inbox
            WHERE conversation_id = ? AND {_OPEN} ORDER BY sequence, place LIMIT {_AT_ONCE}) WHERE claim <> ''"""
_TAKE = "UPDATE inbox SET state = 'taken', claim = ?, tries = tries + 1 WHERE place = ?"
_SETTLE = "UPDATE inbox SET state = 'done', message = '', claim = '', answered_by = ? WHERE place = ? AND claim = ? AND state = 'taken'"
_ASIDE = "UPDATE inbox SET state = 'aside', claim = '', reason = ?, answered_by = ? WHERE place = ? AND claim = ? AND state = 'taken'"
_FREE = "UPDATE inbox SET state = 'new', claim = '', tries = tries - ? WHERE claim = ?"
_NEXT = f"SELECT MIN(conversation_id) FROM inbox WHERE {_OPEN} AND conversation_id"
_OF_WHOM = f"""WITH RECURSIVE one (id, number) AS (
    SELECT ({_NEXT} > ?), 1
    UNION ALL SELECT ({_NEXT} > one.id), number + 1 FROM one WHERE id IS NOT NULL AND number < ?
) SELECT json_group_array(id) FILTER (WHERE EXISTS (SELECT 1 FROM inbox WHERE conversation_id = id AND {_OPEN} AND at <= ? AND channel IN (%s))),
    MAX(id), COUNT(id) FROM one"""
"""From conversation to conversation, however many messages wait in each. One row: a thread waits for the others at each that it gets."""
_COUNTS = "SELECT (SELECT COUNT(*) FROM inbox WHERE state IN ('new', 'taken')), (SELECT COUNT(*) FROM inbox WHERE state = 'aside')"
_FORGET = "DELETE FROM inbox WHERE state = 'done' AND at < ?"
_FIELDS = tuple(field.name for field in fields(Message))
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What the inbox knows of a message: whether it is the first of its key, and by which message's turn it was answered.
    `came_before` where what it came by did: then it wasn't looked at."""

    place: int
    is_new: bool
    conversation_id: str
    state: str = "new"
    answered_by: str = ""
    reason: str = ""
    came_before: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row that wants an answer; `at` is when it arrived, in seconds since 1970."""

    place: int
    incoming: Incoming
    at: float
    claim: str
    tries: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """The rows of one turn, held by `claim`; `more` where others wait behind them."""

    claim: str
    rows: tuple[Waiting, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nothing to claim before `at`: more of the same may be about to come, or somebody else holds it."""

    at: float


Choice = Callable[[Sequence[Waiting]], tuple[int, float]]
"""How many of the waiting rows, which are in order, make one turn, and from when on."""
IsHeld = Callable[[str], bool]
"""Whether a claim is somebody's who lives and still works on it."""


class Inbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, incoming: Sequence[Incoming], now: float) -> list[Known]:
        """In one transaction, in their order; once it returns all of them may be acknowledged."""
        known = await self._database.keep(put, incoming, now)
        points.reach("inbox.committed")
        return known

    async def known(self, channel: str, key: str) -> Known | None:
        return await self._database.run(_known, channel, key)

    async def claim(self, conversation_id: str, claim: str, now: float, choose: Choice, is_held: IsHeld) -> Claimed | NotYet | None:  # fmt: skip
        """The next rows of a conversation that make a turn; None where nothing waits."""
        return await self._database.mark(_claim, conversation_id, claim, now, choose, is_held)

    async def claim_newer(self, conversation_id: str, claim: str, behind: Sequence[Waiting], choose: Choice) -> tuple[Waiting, ...]:  # fmt: skip
        """Rows that came behind those of the claim and belong to the same turn; they are held by it from now on."""
        return await self._database.mark(_claim_newer, conversation_id, claim, behind, choose)

    async def settle(self, leaving: Leaving, message_id: str) -> None:
        """Rows whose turn had been kept before."""
        await self._database.keep(_settle_alone, leaving, message_id)

    async def set_aside(self, rows: Sequence[Waiting], claim: str, reason: str) -> None:
        await self._database.keep(_set_aside, rows, claim, reason)

    async def free(self, claim: str, *, untried: bool) -> None:
        """Give back what a claim holds. `untried` where that was no fault of the message."""
        await self._database.mark(_free, claim, untried=untried)

    async def conversations(
        self, channels: Collection[str], before: float, behind: str = "", most: int = 1000
    ) -> tuple[list[str], str]:
        """(in which messages of these channels that came before a time wait for an answer, behind which to ask on: empty after the last)."""
        return await self._database.look(_conversations, channels, before, behind, most)

    async def waiting(self, conversation_id: str) -> tuple[Message, ...]:
        """What a customer said that isn't answered yet, the oldest first."""
        rows = await self._database.look(_waiting, conversation_id)
        return tuple(row.incoming.message for row in rows)

    async def counts(self) -> tuple[int, int]:
        """(messages that wait, messages that were set aside)."""
        return await self._database.look(_counts)

    async def forget_keys(self, now: float) -> None:
        await self._database.mark(_forget_keys, now)


def put(database: sqlite3.Connection, incoming: Sequence[Incoming], now: float) -> list[Known]:
    with writing(database):
        known = [_put_one(database, one, now) for one in incoming]
        points.reach("inbox.written")
    return known


def settle(database: sqlite3.Connection, leaving: Leaving, message_id: str) -> None:
    """Within a transaction. Raises LostClaim."""
    for place in leaving.settles:
        if leaving.aside:
            settled = database.execute(_ASIDE, (leaving.aside, message_id, place, leaving.claim))
        else:
            settled = database.execute(_SETTLE, (message_id, place, leaving.claim))
        if not settled.rowcount:
            raise LostClaim(leaving.claim, leaving.settles)


def _put_one(database: sqlite3.Connection, one: Incoming, now: float) -> Known:
    message = one.message
    if one.once and not seen.is_first(database, one.once, now):
        return Known(0, False, message.conversation_id, came_before=True)
    row = (message.channel, one.key, message.conversation_id, one.sequence or 0, one.merges, one.address, _json(message), now)  # fmt: skip
    added = database.execute(_PUT, row)
    if added.rowcount:
        return Known(added.lastrowid or 0, True, message.conversation_id)
    known = _known(database, message.channel, one.key)
    assert known is not None, "a row that conflicts is there"
    return known


def _known(database: sqlite3.Connection, channel: str, key: str) -> Known | None:
    row = database.execute(_KNOWN, (channel, key)).fetchone()
    return None if row is None else Known(row[0], False, row[2], row[1], row[3], row[4])


def _claim(
    database: sqlite3.Connection, conversation_id: str, claim: str, now: float, choose: Choice, is_held: IsHeld
) -> Claimed | NotYet | None:
    with writing(database):
        rows = _waiting(database, conversation_id, _FIRST)
        if not rows:
            return None
        if any(is_held(claim) for (claim,) in database.execute(_HELD, (conversation_id,))):
            return NotYet(now + _HELD_S)
        if len(rows) > 1 and rows[0].incoming.merges:
            rows = _waiting(database, conversation_id)
        count, due = choose(rows)
        if due > now:
            return NotYet(due)
        for row in rows[:count]:
            database.execute(_TAKE, (claim, row.place))
        points.reach("claim.written")
    return Claimed(claim, rows[:count], len(rows) > count)


def _claim_newer(
    database: sqlite3.Connection, conversation_id: str, claim: str, behind: Sequence[Waiting], choose: Choice
) -> tuple[Waiting, ...]:
    held = {row.place for row in behind}
    with writing(database):
        newer = tuple(row for row in _waiting(database, conversation_id) if row.place not in held)
        count, _ = choose([*behind, *newer])
        taken = newer[: max(0, count - len(behind))]
        for row in taken:
            database.execute(_TAKE, (claim, row.place))
    return taken


def _waiting(database: sqlite3.Connection, conversation_id: str, statement: str = _WAITING) -> tuple[Waiting, ...]:
    return tuple(_row(row) for row in database.execute(statement, (conversation_id,)))


def _row(row: tuple[int, str, str, str, str, int, int, float, str, int]) -> Waiting:
    place, _, key, message, address, sequence, merges, at, claim, tries = row
    return Waiting(place, Incoming(message_from(message), key, address, sequence, bool(merges)), at, claim, tries)


def _settle_alone(database: sqlite3.Connection, leaving: Leaving, message_id: str) -> None:
    with writing(database):
        settle(database, leaving, message_id)


def _set_aside(database: sqlite3.Connection, rows: Sequence[Waiting], claim: str, reason: str) -> None:
    with writing(database):
        for row in rows:
            database.execute(_ASIDE, (reason, "", row.place, claim))


def _free(database: sqlite3.Connection, claim: str, *, untried: bool) -> None:
    with writing(database):
        database.execute(_FREE, (int(untried), claim))


def _conversations(
    database: sqlite3.Connection, channels: Collection[str], before: float, behind: str, most: int
) -> tuple[list[str], str]:
    of = ", ".join("?" * len(channels))
    found, last, count = database.execute(_OF_WHOM % of, (behind, most, before, *channels)).fetchone()
    return json.loads(found), last if count == most else ""


def _counts(database: sqlite3.Connection) -> tuple[int, int]:
    waiting, aside = database.execute(_COUNTS).fetchone()
    return waiting, aside


def _forget_keys(database: sqlite3.Connection, now: float) -> None:
    with writing(database):
        database.execute(_FORGET, (now - KEPT_S,))
        seen.sweep(database, now)


def _json(message: Message) -> str:
    row = {name: getattr(message, name) for name in _FIELDS}
    row["at"] = message.at.isoformat()
    return _ENCODER.encode(row)


def message_from(text: str) -> Message:
    fields = json.loads(text)
    return Message(**{**fields, "at": datetime.fromisoformat(fields["at"])})
