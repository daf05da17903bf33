"""Colleagues who may use the desk's page: a token each, kept as a digest, and the sessions that were begun with it."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from hashlib import sha256

from bot.errors import BadOperator
from bot.stores.file import SqliteFile

PREFIX = "sco_"
SESSION_S = 12 * 3600.0
"""A working day; then a colleague signs in anew."""
LONGEST = 40
_RESERVED = ("clerk", "店员")
SCHEMA = """
CREATE TABLE IF NOT EXISTS operators (
    name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, token TEXT NOT NULL, since REAL NOT NULL, seen REAL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS operators_by ON operators (token);
CREATE TABLE IF NOT EXISTS operator_sessions (
    digest TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, until REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS operator_sessions_of ON operator_sessions (name);
"""


@dataclass(frozen=True, slots=True)
class Operator:
    """Times are seconds since 1970; `seen` is when they last signed in."""

    name: str
    since: float
    seen: float | None


@dataclass(frozen=True, slots=True)
class Session:
    """`secret` is told once, to the browser."""

    secret: str
    name: str


class Operators:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def add(self, name: str, now: float) -> str:
        """The new operator's token, told this once. Raises BadOperator."""
        told, token = _checked(name), PREFIX + secrets.token_urlsafe(32)
        if not await self._file.run(_add, told, _digest(token), now):
            raise BadOperator(told, "there is one of that name already; revoke it first, or choose another name")
        return token

    async def all(self) -> list[Operator]:
        return await self._file.run(_all)

    async def any(self) -> bool:
        return await self._file.run(_any)

    async def revoke(self, name: str) -> bool:
        """Whether there was one; the sessions end with the token."""
        return await self._file.run(_revoke, name.strip())

    async def begin(self, token: str, now: float) -> Session | None:
        """A session for who has a token; None where it is nobody's."""
        secret = secrets.token_urlsafe(32)
        name = await self._file.run(_begin, _digest(token), _digest(secret), now)
        return None if name is None else Session(secret, name)

    async def name_of(self, secret: str, now: float) -> str | None:
        """Whose session it is; None where it ended, by time or because its operator was revoked."""
        return await self._file.run(_name_of, _digest(secret), now)

    async def end(self, secret: str) -> None:
        await self._file.run(_end, _digest(secret))


def _checked(name: str) -> str:
    told = " ".join(name.split())
    if not 1 <= len(told) <= LONGEST or not told.isprintable():
        raise BadOperator(name, f"a name has 1 to {LONGEST} printable letters")
    if told.casefold() in _RESERVED:
        raise BadOperator(name, "that is what the clerk is called")
    return told


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _add(database: sqlite3.Connection, name: str, token: str, now: float) -> bool:
    return database.execute("INSERT OR IGNORE INTO operators VALUES (?, ?, ?, NULL)", (name, token, now)).rowcount == 1


def _all(database: sqlite3.Connection) -> list[Operator]:
    return [Operator(*row) for row in database.execute("SELECT name, since, seen FROM operators ORDER BY name")]


def _any(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT 1 FROM operators LIMIT 1").fetchone() is not None


def _revoke(database: sqlite3.Connection, name: str) -> bool:
    database.execute("DELETE FROM operator_sessions WHERE name = ?", (name,))
    return database.execute("DELETE FROM operators WHERE name = ?", (name,)).rowcount > 0


def _begin(database: sqlite3.Connection, token: str, session: str, now: float) -> str | None:
    row = database.execute("SELECT name FROM operators WHERE token = ?", (token,)).fetchone()
    if row is None:
        return None
    database.execute("DELETE FROM operator_sessions WHERE until <= ?", (now,))
    database.execute("INSERT INTO operator_sessions VALUES (?, ?, ?)", (session, row[0], now + SESSION_S))
    database.execute("UPDATE operators SET seen = ? WHERE name = ?", (now, row[0]))
    return str(row[0])


def _name_of(database: sqlite3.Connection, session: str, now: float) -> str | None:
    row = database.execute(
        "SELECT name FROM operator_sessions WHERE digest = ? AND until > ?", (session, now)
    ).fetchone()
    return None if row is None else str(row[0])


def _end(database: sqlite3.Connection, session: str) -> None:
    database.execute("DELETE FROM operator_sessions WHERE digest = ?", (session,))
