"""Conversations of another service that a person has there: in which of its states the person spoke last."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from bot.stores.file import SqliteFile

KEPT = timedelta(days=180)
SCHEMA = "CREATE TABLE IF NOT EXISTS held (conversation_id TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;"


class Held:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def hold(self, conversation_id: str, state: str, now: datetime) -> None:
        """A person spoke in it; what nobody spoke in for long is let go."""
        await self._file.run(_hold, conversation_id, state, now)

    async def state(self, conversation_id: str) -> str | None:
        """None where no person has it."""
        return await self._file.run(_state, conversation_id)

    async def let_go(self, conversation_id: str) -> None:
        await self._file.run(_let_go, conversation_id)


def _hold(database: sqlite3.Connection, conversation_id: str, state: str, now: datetime) -> None:
    database.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?)", (conversation_id, state, now.timestamp()))
    database.execute("DELETE FROM held WHERE at < ?", ((now - KEPT).timestamp(),))


def _state(database: sqlite3.Connection, conversation_id: str) -> str | None:
    row = database.execute("SELECT state FROM held WHERE conversation_id = ?", (conversation_id,)).fetchone()
    return None if row is None else str(row[0])


def _let_go(database: sqlite3.Connection, conversation_id: str) -> None:
    database.execute("DELETE FROM held WHERE conversation_id = ?", (conversation_id,))
