"""Conversations in the shop's SQLite file: their state and their turns."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from bot.mail import Leaving, Outgoing
from bot.seams import NOTHING, Open
from bot.stores import behaviour, desk, outbox, points, proposals, reminders, turns, under_way
from bot.stores.database import Database
from bot.stores.inbox import settle
from bot.stores.records import conversation_from, plain, state_of, turn_from
from bot.stores.transactions import writing
from bot.types import Conversation, Spent, Turn

KEPT_IN_MIND = 20
"""Turns of a conversation that are read back when it is opened."""

_REMEMBERED = 500
"""Turns that stay read: a conversation reads its last ones again each time."""
_PAGE = 500
"""Turns that are read at a time where many are."""
_SLICE = 50
"""Conversations that are forgotten in one transaction: others write between."""

_LAST = "SELECT turn FROM turns WHERE conversation_id = ? ORDER BY place DESC LIMIT ?"
_STATE = "SELECT state, customer_id FROM conversations WHERE id = ?"
_ONE = "SELECT turn FROM turns WHERE conversation_id = ? AND message_id = ?"
_BEHIND = f"""SELECT at, place, turn FROM turns WHERE (at, place) > (?, ?) AND at < ? AND {turns.OF_TRACKED}
    ORDER BY at, place LIMIT ?"""
_IS_ALIVE = """SELECT 1 FROM turns WHERE conversation_id = ? AND at >= ?
    UNION ALL SELECT 1 FROM inbox WHERE conversation_id = ? AND state IN ('new', 'taken') AND at >= ?"""
_KEEP_NEW = "INSERT INTO conversations (customer_id, state, id) VALUES (?, ?, ?)"
_KEEP_KNOWN = "UPDATE conversations SET customer_id = ?, state = ? WHERE id = ?"
_SPENT = "SELECT tokens_in, tokens_out, cost, estimated FROM spending WHERE day = ?"
_KEEP_SPENT = "INSERT OR REPLACE INTO spending (tokens_in, tokens_out, cost, estimated, day) VALUES (?, ?, ?, ?, ?)"


Beside = Callable[[sqlite3.Connection, Turn, Conversation, Leaving], None]
"""What else is written with a turn, within its transaction."""


class SqlConversations:
    """The Conversations seam over a database file. One process serves a conversation at a time; two writers are kept apart by SQLite."""

    def __init__(self, file: Path | Database, timezone: tzinfo = UTC, beside: Beside | None = None) -> None:
        self._timezone, self._beside = timezone, beside
        self.database = file if isinstance(file, Database) else Database(file)
        self._locks: dict[str, asyncio.Lock] = {}
        self.when_kept: Callable[[], object] = lambda: None
        """Called after each turn that is kept by this process."""

    @asynccontextmanager
    async def open(self, conversation_id: str) -> AsyncIterator[Open]:
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        try:
            async with lock:  # first of all: who asks first is served first
                conversation, is_new = await self.database.run(_read, conversation_id)
                yield _OpenRow(self, conversation, is_new)
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self._locks.pop(conversation_id, None)

    async def between(self, start: datetime, end: datetime) -> AsyncIterator[Turn]:
        last = (_stamp(start), -1)
        while page := await self.database.run(_page, last, _stamp(end)):
            for at, place, row in page:
                last = (at, place)
                yield turn_from(json.loads(row))

    async def forget(self, customer_id: str) -> int:
        theirs = await self.database.run(_of_customer, customer_id)
        for conversation_id in theirs:
            await self.forget_one(conversation_id)
        await self.database.run(behaviour.forget_customer_now, customer_id, datetime.now(UTC))
        return len(theirs)

    async def has(self, conversation_id: str) -> bool:
        """Whether anything is kept of it."""
        return await self.database.run(_has, conversation_id)

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of which anything is kept."""
        return await self.database.run(_known, ids)

    async def turns(self, conversation_id: str, most: int) -> tuple[Turn, ...]:
        """Its last turns, the newest last."""
        return await self.database.run(_last, conversation_id, most)

    async def forget_one(self, conversation_id: str) -> None:
        """A conversation and all its turns, after the turn that is going on in it."""
        async with self.open(conversation_id):
            await self.database.run(_forget_these, [conversation_id])

    async def forget_before(self, at: datetime) -> list[str]:
        """Conversations without a turn since then; which they were."""
        old = await self.database.run(_older, _stamp(at))
        forgotten: list[str] = []
        for start in range(0, len(old), _SLICE):
            forgotten += await self.database.run(_forget_old, old[start : start + _SLICE], at)
        await self.database.run(behaviour.forget_before_now, at)
        return forgotten

    async def write(
        self, turn: Turn, conversation: Conversation, leaving: Leaving, *, is_new: bool, was_tracked: bool
    ) -> None:
        day = turn.message.at.astimezone(self._timezone).date()
        kept = _Kept(turn, conversation, day, leaving, is_new, was_tracked)
        await self.database.keep(_write, kept, self._beside)
        self.when_kept()
        points.reach("turn.committed")

    async def spent_on(self, day: date) -> Spent:
        """What the turns that were kept of this day of the shop have cost."""
        return await self.database.run(_spent_on, day)

    def turn(self, conversation_id: str, message_id: str) -> Turn | None:
        """A turn that was kept long ago; asked for so seldom that nobody minds the wait."""
        found = self.database.connection().execute(_ONE, (conversation_id, message_id)).fetchone()
        return None if found is None else _turn(found[0])

    async def close(self) -> None:
        self.database.close()


def _read(database: sqlite3.Connection, conversation_id: str) -> tuple[Conversation, bool]:
    """(the conversation with its last turns, whether it is new)."""
    state = database.execute(_STATE, (conversation_id,)).fetchone()
    if state is None:
        return Conversation(conversation_id, tracked=not behaviour.is_untracked(database, conversation_id, None)), True
    rows = database.execute(_LAST, (conversation_id, KEPT_IN_MIND)).fetchall()
    known = conversation_from(json.loads(state[0]), tuple(_turn(row) for (row,) in reversed(rows)))
    if known.tracked and behaviour.is_untracked(database, conversation_id, state[1]):
        known = replace(known, tracked=False)
    return known, False


def _page(database: sqlite3.Connection, last: tuple[str, int], end: str) -> Sequence[tuple[str, int, str]]:
    """(at, place, turn) of the next turns behind `last`."""
    return database.execute(_BEHIND, (*last, end, _PAGE)).fetchall()


def _of_customer(database: sqlite3.Connection, customer_id: str) -> list[str]:
    return [one for (one,) in database.execute("SELECT id FROM conversations WHERE customer_id = ?", (customer_id,))]


def _has(database: sqlite3.Connection, conversation_id: str) -> bool:
    return database.execute(_STATE, (conversation_id,)).fetchone() is not None


def _known(database: sqlite3.Connection, ids: Sequence[str]) -> frozenset[str]:
    return frozenset(one for one in ids if _has(database, one))


def _last(database: sqlite3.Connection, conversation_id: str, most: int) -> tuple[Turn, ...]:
    return tuple(_turn(row) for (row,) in reversed(database.execute(_LAST, (conversation_id, most)).fetchall()))


def _older(database: sqlite3.Connection, before: str) -> list[str]:
    found = database.execute("SELECT conversation_id FROM turns GROUP BY conversation_id HAVING max(at) < ?", (before,))
    return [conversation_id for (conversation_id,) in found]


_OF_ONE = (
    "DELETE FROM turns WHERE conversation_id = ?",
    "DELETE FROM conversations WHERE id = ?",
    "DELETE FROM inbox WHERE conversation_id = ? AND state <> 'done'",
    under_way.FORGET,
    "DELETE FROM outbox WHERE conversation_id = ? AND state IN ('waiting', 'aside')",
    *desk.FORGET,
    *proposals.FORGET,
    *behaviour.FORGET,
    *reminders.FORGET,
)
"""What is kept of a conversation. Rows of messages that were answered hold no text, and let a message that is sent again be known."""


def _forget_these(database: sqlite3.Connection, ids: Sequence[str]) -> None:
    with writing(database):
        _delete(database, ids)


def _forget_old(database: sqlite3.Connection, ids: Sequence[str], at: datetime) -> list[str]:
    """Those in which nobody has written since they were found to be old."""
    with writing(database):
        old = [one for one in ids if not database.execute(_IS_ALIVE, (one, _stamp(at), one, at.timestamp())).fetchone()]
        _delete(database, old)
    return old


def _delete(database: sqlite3.Connection, ids: Sequence[str]) -> None:
    turns.before_forgetting(database)
    shown = [(place, one) for one in ids for place in desk.places_of(database, one)]
    for delete in _OF_ONE:
        database.executemany(delete, [(one,) for one in ids])
    outbox.add(database, [_taken_down(board, where, one) for (board, where), one in shown])


def _taken_down(board: str, where: str, conversation_id: str) -> Outgoing:
    """What tells a board of colleagues to delete what it shows of a conversation. In the lane of its lines: none comes behind it."""
    key = f"desk/{board}/forget/{secrets.token_hex(8)}"
    return Outgoing(key, board, "", f"{desk.LANE}{conversation_id}", {"forget": where})


class _OpenRow:
    def __init__(self, store: SqlConversations, conversation: Conversation, is_new: bool) -> None:
        self._store, self.conversation, self._is_new = store, conversation, is_new

    def kept(self, message_id: str) -> Turn | None:
        turns = self.conversation.turns
        near = next((turn for turn in turns if turn.message.id == message_id), None)
        is_whole = len(turns) < KEPT_IN_MIND
        return near if near or is_whole else self._store.turn(self.conversation.id, message_id)

    async def keep(self, turn: Turn, conversation: Conversation, leaving: Leaving = NOTHING) -> None:
        was_tracked = self.conversation.tracked
        await self._store.write(turn, conversation, leaving, is_new=self._is_new, was_tracked=was_tracked)
        self._is_new = False
        self.conversation = conversation


def _spent_on(database: sqlite3.Connection, day: date) -> Spent:
    row = database.execute(_SPENT, (day.isoformat(),)).fetchone()
    return Spent() if row is None else Spent(row[0], row[1], Decimal(row[2]), bool(row[3]))


def _add_spent(database: sqlite3.Connection, day: date, spent: Spent) -> None:
    """Within the turn's own transaction: nobody else can write between reading and writing."""
    sum_ = _spent_on(database, day) + spent
    row = (sum_.tokens_in, sum_.tokens_out, str(sum_.cost), sum_.estimated, day.isoformat())
    database.execute(_KEEP_SPENT, row)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A turn on its way into the file; `day` is the shop's."""

    turn: Turn
    conversation: Conversation
    day: date
    leaving: Leaving
    is_new: bool
    was_tracked: bool


def _write(database: sqlite3.Connection, kept: _Kept, beside: Beside | None) -> None:
    turn, conversation, leaving = kept.turn, kept.conversation, kept.leaving
    state, row = _json(state_of(conversation)), _json(turn)
    with writing(database):
        database.execute(_KEEP_NEW if kept.is_new else _KEEP_KNOWN, (conversation.customer_id, state, conversation.id))
        turns.keep(database, conversation.id, turn.message.id, _stamp(turn.message.at), row)
        if turn.spent:
            _add_spent(database, kept.day, turn.spent)
        if leaving.settles:
            settle(database, leaving, turn.message.id)
        if leaving.outgoing:
            outbox.add(database, leaving.outgoing)
        behaviour.in_turn(database, turn, conversation, kept.was_tracked)
        if beside:
            beside(database, turn, conversation, leaving)
        points.reach("turn.written")


@lru_cache(_REMEMBERED)
def _turn(row: str) -> Turn:
    return turn_from(json.loads(row))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)
