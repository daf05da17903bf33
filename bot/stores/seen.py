"""What came in already: a signed request counts once, also after a restart."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from bot.stores.file import SqliteFile

KEPT = timedelta(hours=72)
SCHEMA = "CREATE TABLE IF NOT EXISTS seen (key TEXT NOT NULL PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;"
_SWEEP_EVERY = 500
"""Keys after which those that are too old are swept away."""


class Seen:
    def __init__(self, file: SqliteFile) -> None:
        self._file, self._since = file, 0

    async def first(self, key: str, now: datetime) -> bool:
        """Whether this key comes for the first time in 72 hours; from now on it has come."""
        self._since += 1
        if self._since % _SWEEP_EVERY == 0:
            await self._file.run(_sweep, now)
        return await self._file.run(is_first, key, now)

    async def forget(self, key: str) -> None:
        """It may come again."""
        await self._file.run(_forget, key)


def is_first(database: sqlite3.Connection, key: str, now: datetime) -> bool:
    """Within the caller's transaction."""
    until = (now + KEPT).timestamp()
    row = database.execute(
        "INSERT INTO seen (key, until) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE until < ? RETURNING key",
        (key, until, now.timestamp()),
    ).fetchone()
    return row is not None


def _forget(database: sqlite3.Connection, key: str) -> None:
    database.execute("DELETE FROM seen WHERE key = ?", (key,))


def _sweep(database: sqlite3.Connection, now: datetime) -> None:
    database.execute("DELETE FROM seen WHERE until < ?", (now.timestamp(),))
