"""Conversations in SQLite through SQLAlchemy; one schema, fit for PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.seams import Open
from bot.stores.records import conversation_from, plain, state_of, turn_from
from bot.types import Conversation, Turn

KEPT_IN_MIND = 20
"""Turns of a conversation that are read back when it is opened."""

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


class SqlConversations:
    """The Conversations seam over a database file. One process serves a conversation at a time; two writers are kept apart by SQLite."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._engine: AsyncEngine = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": 10})
        event.listen(self._engine.sync_engine, "connect", _prepare)
        self._locks: dict[str, asyncio.Lock] = {}
        self._ready = False

    @asynccontextmanager
    async def open(self, conversation_id: str) -> AsyncIterator[Open]:
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        try:
            async with lock:  # first of all: who asks first is served first
                await self._make_tables()
                yield await _OpenRow.read(self._engine, conversation_id)
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self._locks.pop(conversation_id, None)

    async def between(self, start: datetime, end: datetime) -> AsyncIterator[Turn]:
        await self._make_tables()
        query = (
            select(_turns.c.turn)
            .where(_turns.c.at >= _stamp(start), _turns.c.at < _stamp(end))
            .order_by(_turns.c.at, _turns.c.place)
        )
        async with self._engine.connect() as connection:
            async for (row,) in await connection.stream(query):
                yield turn_from(json.loads(row))

    async def forget(self, customer_id: str) -> int:
        await self._make_tables()
        async with self._engine.begin() as connection:
            ids = (
                await connection.scalars(select(_conversations.c.id).where(_conversations.c.customer_id == customer_id))
            ).all()
            await connection.execute(delete(_turns).where(_turns.c.conversation_id.in_(ids)))
            await connection.execute(delete(_conversations).where(_conversations.c.id.in_(ids)))
        return len(ids)

    async def close(self) -> None:
        await self._engine.dispose()

    async def _make_tables(self) -> None:
        """Where they aren't there yet; two processes, or two first turns, may ask for them at once."""
        if self._ready:
            return
        async with self._engine.begin() as connection:
            for table in _tables.sorted_tables:
                await connection.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    await connection.execute(CreateIndex(index, if_not_exists=True))
        self._ready = True


class _OpenRow:
    def __init__(self, engine: AsyncEngine, conversation: Conversation, kept: dict[str, Turn], is_new: bool) -> None:
        self._engine, self.conversation, self._kept, self._is_new = engine, conversation, kept, is_new

    @classmethod
    async def read(cls, engine: AsyncEngine, conversation_id: str) -> _OpenRow:
        async with engine.connect() as connection:
            state = await connection.scalar(
                select(_conversations.c.state).where(_conversations.c.id == conversation_id)
            )
            query = (
                select(_turns.c.message_id, _turns.c.turn)
                .where(_turns.c.conversation_id == conversation_id)
                .order_by(_turns.c.place)
            )
            rows = (await connection.execute(query)).all()
        kept = {message_id: turn_from(json.loads(row)) for message_id, row in rows}
        turns = tuple(kept.values())[-KEPT_IN_MIND:]
        known = Conversation(conversation_id) if state is None else conversation_from(json.loads(state), turns)
        return cls(engine, replace(known, turns=turns), kept, state is None)

    def kept(self, message_id: str) -> Turn | None:
        return self._kept.get(message_id)

    async def keep(self, turn: Turn, conversation: Conversation) -> None:
        state: dict[str, Any] = {"customer_id": conversation.customer_id, "state": _json(state_of(conversation))}
        row = {
            "conversation_id": conversation.id,
            "message_id": turn.message.id,
            "at": _stamp(turn.message.at),
            "turn": _json(asdict(turn)),
        }
        async with self._engine.begin() as connection:
            if self._is_new:
                await connection.execute(insert(_conversations).values(id=conversation.id, **state))
            else:
                await connection.execute(
                    update(_conversations).where(_conversations.c.id == conversation.id).values(**state)
                )
            await connection.execute(insert(_turns).values(**row))
        self._is_new = False
        self._kept[turn.message.id] = turn
        self.conversation = conversation


def _prepare(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)
