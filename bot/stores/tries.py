"""Wrong proofs: five in a quarter of an hour lock what they were tried from and on. What is kept are digests with a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.stores.file import SqliteFile

WINDOW = timedelta(minutes=15)
MOST = 5
SCHEMA = """
CREATE TABLE IF NOT EXISTS tries (key TEXT NOT NULL, tag TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (key, tag)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tries_by_tag ON tries (tag);
"""


class Tries:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def take(self, keys: Sequence[str], tag: str, now: datetime) -> timedelta:
        """Zero, and the try is counted as a wrong one until it turns out right; else how long none of these may be tried.

        The same `tag` is the same try, however often it is made.
        """
        return await self._file.run(_take, [_digest(key) for key in keys], tag, now.timestamp())

    async def was_right(self, tag: str) -> None:
        """The try doesn't count."""
        await self._file.run(_give_back, tag)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]


def _take(database: sqlite3.Connection, keys: Sequence[str], tag: str, now: float) -> timedelta:
    """Looked at and counted in one transaction: a hundred tries at once are no more than five. A lock ends a window after the
    fifth last try."""
    database.execute("DELETE FROM tries WHERE at <= ?", (now - WINDOW.total_seconds(),))
    left = max((_left(database, key, tag, now) for key in keys), default=0.0)
    if left <= 0:
        database.executemany("INSERT OR IGNORE INTO tries VALUES (?, ?, ?)", [(key, tag, now) for key in keys])
    return timedelta(seconds=max(0.0, left))


def _left(database: sqlite3.Connection, key: str, tag: str, now: float) -> float:
    last = "SELECT at FROM tries WHERE key = ? AND tag <> ? ORDER BY at DESC LIMIT ?"
    times = [at for (at,) in database.execute(last, (key, tag, MOST))]
    return float(times[-1]) + WINDOW.total_seconds() - now if len(times) == MOST else 0.0


def _give_back(database: sqlite3.Connection, tag: str) -> None:
    database.execute("DELETE FROM tries WHERE tag = ?", (tag,))
