"""What came in already: a signed request counts once, also after a restart. Kept in the file in which what came by it is kept."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.stores.file import SqliteFile

KEPT = timedelta(hours=72)
SCHEMA = "CREATE TABLE IF NOT EXISTS seen (key TEXT NOT NULL PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;"
_FIRST = """INSERT INTO seen (key, until) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE until < ?"""
_SWEEP_EVERY = 500
"""Keys after which those that are too old are swept away."""


class Seen:
    def __init__(self, file: SqliteFile) -> None:
        self._file, self._since = file, 0

    async def first(self, key: str, now: datetime) -> bool:
        """Whether this key comes for the first time in 72 hours; from now on it has come."""
        self._since += 1
        if self._since % _SWEEP_EVERY == 0:
            await self._file.run(sweep, now.timestamp())
        return await self._file.run(is_first, key, now.timestamp())


def is_first(database: sqlite3.Connection, key: str, now: float) -> bool:
    """Within the caller's transaction; `now` in seconds since 1970."""
    return database.execute(_FIRST, (key, now + KEPT.total_seconds(), now)).rowcount > 0


def sweep(database: sqlite3.Connection, now: float) -> None:
    """Within the caller's transaction."""
    database.execute("DELETE FROM seen WHERE until < ?", (now,))
