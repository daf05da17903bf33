"""Writes of one moment share a commit, and each is kept or undone by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stores.database import Database
from bot.stores.transactions import writing


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "x.sqlite")
    await database.run(lambda opened: opened.execute("CREATE TABLE notes (text TEXT UNIQUE)"))
    yield database
    database.close()


def note(database: sqlite3.Connection, text: str) -> int:
    with writing(database):
        return database.execute("INSERT INTO notes VALUES (?)", (text,)).lastrowid or 0


def fail_after_noting(database: sqlite3.Connection, text: str) -> None:
    note(database, text)
    raise LookupError(text)


async def kept(database: Database) -> list[str]:
    return [text for (text,) in await database.look(lambda opened: opened.execute("SELECT text FROM notes").fetchall())]


async def commits(database: Database) -> int:
    """Counted by SQLite itself: another connection sees a new number after each."""
    return int((await database.look(lambda opened: opened.execute("PRAGMA data_version").fetchone()))[0])


async def test_what_is_asked_at_once_is_committed_at_once_in_its_order(database: Database) -> None:
    seen = [await commits(database)]

    async def look() -> None:
        while len(await kept(database)) < 50:
            seen.append(await commits(database))

    looking = asyncio.create_task(look())
    await asyncio.gather(*(database.keep(note, str(number)) for number in range(50)))
    await looking
    assert await kept(database) == [str(number) for number in range(50)]
    assert len(set(seen)) <= 3


async def test_one_that_fails_is_undone_and_told_alone(database: Database) -> None:
    asked = [database.keep(note, "a"), database.keep(fail_after_noting, "b"), database.keep(note, "a"), database.mark(note, "c")]  # fmt: skip
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in outcomes] == [int, LookupError, sqlite3.IntegrityError, int]
    assert await kept(database) == ["c", "a"]  # notes first


async def test_where_sqlite_undoes_everything_everybody_is_told(database: Database) -> None:
    def undo(opened: sqlite3.Connection) -> None:
        opened.execute("ROLLBACK")  # as a full disk does
        raise sqlite3.OperationalError("database or disk is full")

    asked = [database.keep(note, "a"), database.keep(undo), database.keep(note, "b")]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in outcomes] == [sqlite3.OperationalError] * 3
    assert await kept(database) == []
    assert await database.keep(note, "later")


async def test_who_no_longer_waits_holds_up_nobody(database: Database) -> None:
    gone = asyncio.create_task(database.keep(note, "gone"))
    await asyncio.sleep(0)
    gone.cancel()
    await database.keep(note, "there")
    assert await kept(database) == ["gone", "there"]
