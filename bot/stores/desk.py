"""The desk's rows: who is at it, what was done there, and where each board shows whom. All within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass, fields
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS desk (
    conversation_id VARCHAR(200) NOT NULL PRIMARY KEY, channel VARCHAR(40) NOT NULL, address VARCHAR(500) NOT NULL,
    locale VARCHAR(20) NOT NULL, state VARCHAR(8) NOT NULL, why VARCHAR(200) NOT NULL, by VARCHAR(200) NOT NULL, number INTEGER NOT NULL,
    opened_at DOUBLE PRECISION NOT NULL, customer_at DOUBLE PRECISION NOT NULL, person_at DOUBLE PRECISION NOT NULL,
    told_late BOOLEAN NOT NULL
);
CREATE INDEX IF NOT EXISTS desk_open ON desk (state, opened_at);
CREATE TABLE IF NOT EXISTS desk_done (
    place INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, done_key VARCHAR(500) NOT NULL, conversation_id VARCHAR(200) NOT NULL,
    kind VARCHAR(20) NOT NULL, by VARCHAR(200) NOT NULL, text TEXT NOT NULL, at DOUBLE PRECISION NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS desk_done_once ON desk_done (done_key);
CREATE INDEX IF NOT EXISTS desk_done_of ON desk_done (conversation_id, place);
CREATE TABLE IF NOT EXISTS desk_places (
    board VARCHAR(40) NOT NULL, conversation_id VARCHAR(200) NOT NULL, place VARCHAR(200) NOT NULL, PRIMARY KEY (board, conversation_id)
);
CREATE INDEX IF NOT EXISTS desk_places_of ON desk_places (conversation_id);
"""
LANE = "desk/"
"""What the address of a send to colleagues begins with; the conversation's id follows."""
FORGET = tuple(f"DELETE FROM {table} WHERE conversation_id = ?" for table in ("desk", "desk_done", "desk_places"))

_COLUMNS = (
    "conversation_id", "channel", "address", "locale", "state", "why", "by", "number", "opened_at", "customer_at", "person_at", "told_late",
)  # fmt: skip
_CASE = f"SELECT {', '.join(_COLUMNS)} FROM desk"
_KEEP = f"INSERT OR REPLACE INTO desk ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_DO = "INSERT OR IGNORE INTO desk_done (done_key, conversation_id, kind, by, text, at) VALUES (?, ?, ?, ?, ?, ?)"
_DONE = "SELECT kind, by, text, at, done_key, place FROM desk_done"
_STAMP = """SELECT COUNT(*), MAX(opened_at), MAX(customer_at), (SELECT COUNT(*) FROM desk), (SELECT MAX(place) FROM desk_done),
            (SELECT MAX(place) FROM turns WHERE conversation_id = ?) FROM desk WHERE state IN ('waiting', 'taken')"""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done at the desk: taken, back, closed, said, noted, kept, undelivered, quiet, late."""

    kind: str
    by: str
    text: str
    at: float
    key: str = ""
    place: int = 0


def row_of(database: sqlite3.Connection, conversation_id: str) -> dict[str, Any] | None:
    return next(iter(_rows(database, f"{_CASE} WHERE conversation_id = ?", conversation_id)), None)


def open_rows(database: sqlite3.Connection) -> list[dict[str, Any]]:
    """Who waits or is spoken with, the one that came first in front."""
    return _rows(database, f"{_CASE} WHERE state IN ('waiting', 'taken') ORDER BY state DESC, opened_at")


def known_rows(database: sqlite3.Connection, since: float, most: int) -> list[dict[str, Any]]:
    """Who was given back or settled since then, the last in front."""
    return _rows(
        database, f"{_CASE} WHERE state IN ('clerk', 'closed') AND person_at >= ? ORDER BY person_at DESC LIMIT ?", since, most
    )  # fmt: skip


def stamp(database: sqlite3.Connection, conversation_id: str) -> tuple[object, ...]:
    """Another one as soon as anything at the desk, or in this conversation, is."""
    found: tuple[object, ...] = database.execute(_STAMP, (conversation_id,)).fetchone()
    return found


def keep(database: sqlite3.Connection, case: Any) -> None:
    """A Case, its fields as columns."""
    row = asdict(case)
    assert tuple(field.name for field in fields(case)) == _COLUMNS
    database.execute(_KEEP, tuple(row[name] for name in _COLUMNS))


def do(database: sqlite3.Connection, key: str, conversation_id: str, done: Done) -> bool:
    """Whether it is the first of its key: only then has it any consequence."""
    return database.execute(_DO, (key, conversation_id, done.kind, done.by, done.text, done.at)).rowcount > 0


def done_of(database: sqlite3.Connection, conversation_id: str) -> list[Done]:
    return [
        Done(*row) for row in database.execute(f"{_DONE} WHERE conversation_id = ? ORDER BY place", (conversation_id,))
    ]


def last_said(database: sqlite3.Connection, conversation_id: str, key: str = "") -> Done | None:
    """What a colleague has told the customer last, or under that key."""
    told = "AND done_key = ?" if key else "AND ? = ''"
    statement = f"{_DONE} WHERE conversation_id = ? AND kind = 'said' {told} ORDER BY place DESC LIMIT 1"
    row = database.execute(statement, (conversation_id, key)).fetchone()
    return None if row is None else Done(*row)


def place(database: sqlite3.Connection, board: str, conversation_id: str) -> str | None:
    """Where a board shows a customer."""
    row = database.execute(
        "SELECT place FROM desk_places WHERE board = ? AND conversation_id = ?", (board, conversation_id)
    ).fetchone()
    return None if row is None else str(row[0])


def put_place(database: sqlite3.Connection, board: str, conversation_id: str, where: str) -> None:
    database.execute(
        "INSERT OR REPLACE INTO desk_places (board, conversation_id, place) VALUES (?, ?, ?)",
        (board, conversation_id, where),
    )


def places_of(database: sqlite3.Connection, conversation_id: str) -> list[tuple[str, str]]:
    """Where it is shown: boards with their places."""
    return database.execute(
        "SELECT board, place FROM desk_places WHERE conversation_id = ?", (conversation_id,)
    ).fetchall()


def shown_at(database: sqlite3.Connection, board: str, where: str) -> str | None:
    """Whom a board shows at a place."""
    row = database.execute(
        "SELECT conversation_id FROM desk_places WHERE board = ? AND place = ?", (board, where)
    ).fetchone()
    return None if row is None else str(row[0])


def _rows(database: sqlite3.Connection, statement: str, *values: object) -> list[dict[str, Any]]:
    return [dict(zip(_COLUMNS, row, strict=True)) for row in database.execute(statement, values)]
