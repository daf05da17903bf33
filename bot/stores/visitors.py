"""Whose a conversation is: of who holds its token, or of a signed-in customer. Tokens are kept as digests only; an id whose conversation
was forgotten stays its owner's, who alone may begin anew under it: else a stranger could come in while its last turn is still under way."""

from __future__ import annotations

import hmac
import json
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from bot.errors import NotYours
from bot.stores.file import SqliteFile

PREFIX = "sct_"
_TOKEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43,86}")
SCHEMA = """
CREATE TABLE IF NOT EXISTS visitors (
    conversation_id TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL, customer_id TEXT, since TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visitors_of ON visitors (customer_id);
CREATE TABLE IF NOT EXISTS departed (
    conversation_id TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL, customer TEXT, since TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS salt (value TEXT NOT NULL);
"""
_BEFORE = (
    "SELECT conversation_id FROM visitors WHERE since < ? AND conversation_id > ? ORDER BY conversation_id LIMIT ?"
)
_SLICE = 500
"""Visitors that are looked at at once when the old ones are forgotten."""
_ONE = "SELECT token, customer_id FROM visitors WHERE conversation_id = ?"
_DEPARTED = "SELECT token, customer FROM departed WHERE conversation_id = ?"
_CLAIM = """INSERT OR IGNORE INTO visitors SELECT ?1, ?2, ?3, ?4
            WHERE NOT EXISTS (SELECT 1 FROM departed WHERE conversation_id = ?1)"""


@dataclass(frozen=True, slots=True)
class Entered:
    """`token` is told this once, where it was made now. `is_taken_over` where its token alone opens it no more from now on."""

    token: str | None = None
    is_taken_over: bool = False


Came = Literal["theirs", "taken over", "another's"] | None
"""What somebody finds who comes to a conversation: None where it is nobody's yet."""


def new_token() -> str:
    """256 bits that nobody guesses."""
    return PREFIX + secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether it has the shape of a token: ours, or a client's own of at least 256 bits."""
    return bool(_TOKEN.fullmatch(text))


class Visitors:
    """`is_known` tells whether a conversation has turns: one that another door began can't be claimed."""

    def __init__(self, file: SqliteFile, is_known: Callable[[str], Awaitable[bool]]) -> None:
        self._file, self._is_known = file, is_known
        self._salt = ""

    async def made_of(self, *told: str) -> str:
        """What an id is made of that was told to us: the same each time, and nobody who knows what was told can tell it. Else a stranger
        could take the id first, or see by it what somebody has written."""
        self._salt = self._salt or await self._file.run(_salt)
        return sha256(json.dumps([self._salt, *told]).encode()).hexdigest()

    async def enter(self, conversation_id: str, token: str | None, customer_id: str | None, now: datetime) -> Entered:
        """The first to use an id owns it; a signed-in customer who holds the token takes it over. Raises NotYours."""
        made = token or new_token()
        came = await self._file.run(_enter, conversation_id, token, customer_id, now)
        if came is None and not await self._is_known(conversation_id):
            if await self._file.run(_claim, conversation_id, _digest(made), customer_id, now):
                return Entered(None if token else made)
            came = await self._file.run(_enter, conversation_id, token, customer_id, now)
        if came in (None, "another's"):
            raise NotYours(conversation_id)
        return Entered(is_taken_over=came == "taken over")

    async def owns(self, conversation_id: str, token: str | None, customer_id: str | None) -> bool:
        row = await self._file.run(_row, conversation_id)
        if row is not None:
            return _may(row, token, customer_id)
        was_theirs = await self._file.run(_was_theirs, conversation_id, token, customer_id)
        return bool(was_theirs) and await self._is_known(
            conversation_id
        )  # what they wrote as it was forgotten is theirs

    async def forget(self, conversation_id: str, now: datetime) -> None:
        """Nothing opens it any more; its owner alone may begin anew under its id."""
        await self._file.run(_depart, conversation_id, now)

    async def forget_before(self, at: datetime) -> int:
        """Those who came before then and have no turns, or none any more; how many they were."""
        forgotten, last = 0, ""
        while came := await self._file.run(_came_before, at, last):
            last = came[-1]
            gone = [one for one in came if not await self._is_known(one)]
            await self._file.run(_forget_these, gone)
            forgotten += len(gone)
        await self._file.run(_forget_departed, at)
        return forgotten


def _salt(database: sqlite3.Connection) -> str:
    """Made once for all processes of a shop."""
    database.execute("INSERT INTO salt SELECT ? WHERE NOT EXISTS (SELECT 1 FROM salt)", (secrets.token_urlsafe(32),))
    return str(database.execute("SELECT value FROM salt").fetchone()[0])


def _may(row: tuple[str, str | None], token: str | None, customer_id: str | None) -> bool:
    """Once a customer has signed in to a conversation, its token alone opens it no more."""
    kept, owner = row
    if owner is not None:
        return customer_id is not None and hmac.compare_digest(owner.encode(), customer_id.encode())
    return token is not None and hmac.compare_digest(kept, _digest(token))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _row(database: sqlite3.Connection, conversation_id: str) -> tuple[str, str | None] | None:
    found: tuple[str, str | None] | None = database.execute(_ONE, (conversation_id,)).fetchone()
    return found


def _was_theirs(
    database: sqlite3.Connection, conversation_id: str, token: str | None, customer: str | None
) -> bool | None:
    """Whether a conversation that was forgotten under this id was theirs; None where there was none."""
    row: tuple[str, str | None] | None = database.execute(_DEPARTED, (conversation_id,)).fetchone()
    return None if row is None else _may(row, token, _veiled(conversation_id, customer))


def _claim(database: sqlite3.Connection, conversation_id: str, token: str, customer: str | None, now: datetime) -> bool:
    return database.execute(_CLAIM, (conversation_id, token, customer, now.isoformat())).rowcount == 1


def _enter(
    database: sqlite3.Connection, conversation_id: str, token: str | None, customer: str | None, now: datetime
) -> Came:
    """Whose it is; from now on the customer's, where it was theirs by its token."""
    row = _row(database, conversation_id)
    if row is None:
        return _return(database, conversation_id, token, customer, now)
    if not _may(row, token, customer):
        return "another's"
    if customer is None or row[1] is not None:
        return "theirs"
    database.execute("UPDATE visitors SET customer_id = ? WHERE conversation_id = ?", (customer, conversation_id))
    return "taken over"


def _return(
    database: sqlite3.Connection, conversation_id: str, token: str | None, customer: str | None, now: datetime
) -> Came:
    """As `_enter`, where it may be a conversation that was forgotten."""
    was_theirs = _was_theirs(database, conversation_id, token, customer)
    if not was_theirs:
        return None if was_theirs is None else "another's"
    kept, _ = database.execute(_DEPARTED, (conversation_id,)).fetchone()
    database.execute("DELETE FROM departed WHERE conversation_id = ?", (conversation_id,))
    _claim(database, conversation_id, kept, customer, now)
    return "theirs"


def _depart(database: sqlite3.Connection, conversation_id: str, now: datetime) -> None:
    if (row := _row(database, conversation_id)) is not None:
        veiled = (conversation_id, row[0], _veiled(conversation_id, row[1]), now.isoformat())
        database.execute("INSERT OR REPLACE INTO departed VALUES (?, ?, ?, ?)", veiled)
        _forget_these(database, [conversation_id])


def _veiled(conversation_id: str, customer: str | None) -> str | None:
    """Of who had something forgotten no name is kept."""
    return None if customer is None else _digest(f"{conversation_id}\n{customer}")


def _forget_these(database: sqlite3.Connection, ids: Sequence[str]) -> None:
    database.executemany("DELETE FROM visitors WHERE conversation_id = ?", [(one,) for one in ids])


def _forget_departed(database: sqlite3.Connection, at: datetime) -> None:
    database.execute("DELETE FROM departed WHERE since < ?", (at.isoformat(),))


def _came_before(database: sqlite3.Connection, at: datetime, last: str) -> list[str]:
    """The next of them behind `last`, by their conversation's id."""
    return [one for (one,) in database.execute(_BEFORE, (at.isoformat(), last, _SLICE))]
