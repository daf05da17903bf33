"""Conversations in SQLite through SQLAlchemy; one schema, fit for PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    create_engine,
    delete,
    event,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.seams import Open
from bot.stores.records import conversation_from, plain, state_of, turn_from
from bot.types import Conversation, Spent, Turn

KEPT_IN_MIND = 20
"""Turns of a conversation that are read back when it is opened."""

_REMEMBERED = 500
"""Turns that stay read: a conversation reads its last ones again each time."""
_PAGE = 500
"""Turns that are read at a time where many are."""
_THREADS = 4

T = TypeVar("T")
P = ParamSpec("P")

_tables = MetaData()
_conversations = Table(
    "conversations", _tables,
    Column("id", String(200), primary_key=True), Column("customer_id", String(200), index=True), Column("state", Text, nullable=False),
)  # fmt: skip
_turns = Table(
    "turns", _tables,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(200), nullable=False), Column("message_id", String(200), nullable=False),
    Column("at", String(40), nullable=False, index=True), Column("turn", Text, nullable=False),
    UniqueConstraint("conversation_id", "message_id"), Index("turns_of", "conversation_id", "place"),
)  # fmt: skip
_spending = Table(
    "spending", _tables,
    Column("day", String(10), primary_key=True), Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False), Column("cost", String(40), nullable=False),
    Column("estimated", Boolean, nullable=False),
)  # fmt: skip
"""What language models cost, a row a day of the shop: kept apart, since `forget` must not make a day cheaper."""


class SqlConversations:
    """The Conversations seam over a database file. One process serves a conversation at a time; two writers are kept apart by SQLite.

    What is read or written at once is one hop to a thread: a driver of coroutines would hop for every statement.
    """

    def __init__(self, file: Path, timezone: tzinfo = UTC) -> None:
        self._timezone = timezone
        file.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 10, "check_same_thread": False})
        event.listen(self._engine, "connect", _prepare)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="conversations")
        self._locks: dict[str, asyncio.Lock] = {}
        self._ready = False

    @asynccontextmanager
    async def open(self, conversation_id: str) -> AsyncIterator[Open]:
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        try:
            async with lock:  # first of all: who asks first is served first
                conversation, ids, is_new = await self._run(_read, conversation_id)
                yield _OpenRow(self, conversation, ids, is_new)
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self._locks.pop(conversation_id, None)

    async def between(self, start: datetime, end: datetime) -> AsyncIterator[Turn]:
        last = (_stamp(start), -1)
        while page := await self._run(_page, last, _stamp(end)):
            for at, place, row in page:
                last = (at, place)
                yield turn_from(json.loads(row))

    async def forget(self, customer_id: str) -> int:
        return await self._run(_forget, customer_id)

    async def write(self, turn: Turn, conversation: Conversation, *, is_new: bool) -> None:
        day = turn.message.at.astimezone(self._timezone).date()
        await self._run(_write, turn, conversation, day, is_new=is_new)

    async def spent_on(self, day: date) -> Spent:
        """What the turns that were kept of this day of the shop have cost."""
        return await self._run(_spent_on, day)

    def turn(self, conversation_id: str, message_id: str) -> Turn:
        """A turn that was kept long ago; asked for so seldom that nobody minds the wait."""
        wanted = (_turns.c.conversation_id == conversation_id, _turns.c.message_id == message_id)
        with self._engine.connect() as connection:
            return _turn(connection.execute(select(_turns.c.turn).where(*wanted)).scalar_one())

    async def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    async def _run(self, work: Callable[Concatenate[Engine, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """In a thread, over a database that has its tables."""

        def prepared() -> T:
            self._make_tables()
            return work(self._engine, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, prepared)

    def _make_tables(self) -> None:
        """Where they aren't there yet; two processes, or two first turns, may ask for them at once."""
        if self._ready:
            return
        with self._engine.begin() as connection:
            for table in _tables.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))
        self._ready = True


def _read(engine: Engine, conversation_id: str) -> tuple[Conversation, frozenset[str], bool]:
    """(the conversation with its last turns, the ids of all its messages, whether it is new)."""
    of_it = _turns.c.conversation_id == conversation_id
    last = select(_turns.c.turn).where(of_it).order_by(_turns.c.place.desc()).limit(KEPT_IN_MIND)
    with engine.connect() as connection:
        state = connection.scalar(select(_conversations.c.state).where(_conversations.c.id == conversation_id))
        rows = connection.scalars(last).all() if state is not None else []
        ids = frozenset(connection.scalars(select(_turns.c.message_id).where(of_it))) if rows else frozenset[str]()
    turns = tuple(map(_turn, reversed(rows)))
    known = Conversation(conversation_id) if state is None else conversation_from(json.loads(state), turns)
    return replace(known, turns=turns), ids, state is None


def _page(engine: Engine, last: tuple[str, int], end: str) -> Sequence[Row[str, int, str]]:
    """(at, place, turn) of the next turns behind `last`."""
    behind = or_(_turns.c.at > last[0], and_(_turns.c.at == last[0], _turns.c.place > last[1]))
    query = select(_turns.c.at, _turns.c.place, _turns.c.turn).where(behind, _turns.c.at < end)
    with engine.connect() as connection:
        return connection.execute(query.order_by(_turns.c.at, _turns.c.place).limit(_PAGE)).all()


def _forget(engine: Engine, customer_id: str) -> int:
    with engine.begin() as connection:
        ids = connection.scalars(select(_conversations.c.id).where(_conversations.c.customer_id == customer_id)).all()
        connection.execute(delete(_turns).where(_turns.c.conversation_id.in_(ids)))
        connection.execute(delete(_conversations).where(_conversations.c.id.in_(ids)))
    return len(ids)


class _OpenRow:
    def __init__(self, store: SqlConversations, conversation: Conversation, ids: frozenset[str], is_new: bool) -> None:
        self._store, self.conversation, self._ids, self._is_new = store, conversation, ids, is_new

    def kept(self, message_id: str) -> Turn | None:
        if message_id not in self._ids:
            return None
        near = next((turn for turn in self.conversation.turns if turn.message.id == message_id), None)
        return near or self._store.turn(self.conversation.id, message_id)

    async def keep(self, turn: Turn, conversation: Conversation) -> None:
        await self._store.write(turn, conversation, is_new=self._is_new)
        self._is_new = False
        self._ids |= {turn.message.id}
        self.conversation = conversation


def _spent_on(engine: Engine, day: date) -> Spent:
    with engine.connect() as connection:
        return _spent_in(connection, day)


def _spent_in(connection: Connection, day: date) -> Spent:
    row = connection.execute(select(_spending).where(_spending.c.day == day.isoformat())).one_or_none()
    return Spent() if row is None else Spent(row.tokens_in, row.tokens_out, Decimal(row.cost), row.estimated)


def _add_spent(connection: Connection, day: date, spent: Spent) -> None:
    """Within the turn's own transaction, which has written before: nobody else can write between reading and writing."""
    before = _spent_in(connection, day)
    row = asdict(before + spent) | {"cost": str(before.cost + spent.cost)}
    of_day = _spending.c.day == day.isoformat()
    if not connection.execute(update(_spending).where(of_day).values(**row)).rowcount:
        connection.execute(insert(_spending).values(day=day.isoformat(), **row))


def _write(engine: Engine, turn: Turn, conversation: Conversation, day: date, *, is_new: bool) -> None:
    state: dict[str, Any] = {"customer_id": conversation.customer_id, "state": _json(state_of(conversation))}
    row = {
        "conversation_id": conversation.id,
        "message_id": turn.message.id,
        "at": _stamp(turn.message.at),
        "turn": _json(asdict(turn)),
    }
    known = update(_conversations).where(_conversations.c.id == conversation.id).values(**state)
    with engine.begin() as connection:
        connection.execute(insert(_conversations).values(id=conversation.id, **state) if is_new else known)
        connection.execute(insert(_turns).values(**row))
        if turn.spent:
            _add_spent(connection, day, turn.spent)


@lru_cache(_REMEMBERED)
def _turn(row: str) -> Turn:
    return turn_from(json.loads(row))


def _prepare(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(
        "PRAGMA synchronous = NORMAL"
    )  # FULL waits 4 ms a turn for the disk; a kill loses nothing, a power cut the last turns
    cursor.close()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)
