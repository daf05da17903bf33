"""The one SQLite file of a shop's conversations, inbox and outbox: its tables, its connections, and what its errors mean.

Plain statements: SQLAlchemy took 2.5 ms more of every turn and .4 s more of a cold start. PostgreSQL would be another implementation.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Concatenate, ParamSpec, TypeVar

from bot.stores import desk, proposals, reminders, reports, seen, turns, under_way
from bot.stores.opening import opened
from bot.stores.together import Together

T = TypeVar("T")
P = ParamSpec("P")

_THREADS = 4
_WAIT_S = 3
"""How long a writer waits for another's; each writes for milliseconds, and who fails tries again."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (id VARCHAR(200) NOT NULL PRIMARY KEY, customer_id VARCHAR(200), state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_conversations_customer_id ON conversations (customer_id);
CREATE TABLE IF NOT EXISTS turns (
    place INTEGER NOT NULL PRIMARY KEY, conversation_id VARCHAR(200) NOT NULL, message_id VARCHAR(200) NOT NULL,
    at VARCHAR(40) NOT NULL, turn TEXT NOT NULL, UNIQUE (conversation_id, message_id)
);
CREATE INDEX IF NOT EXISTS ix_turns_at ON turns (at);
CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation_id, place);
CREATE TABLE IF NOT EXISTS spending (
    day VARCHAR(10) NOT NULL PRIMARY KEY, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, cost VARCHAR(40) NOT NULL,
    estimated BOOLEAN NOT NULL
);
CREATE TABLE IF NOT EXISTS inbox (
    place INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, channel VARCHAR(40) NOT NULL, message_key VARCHAR(500) NOT NULL,
    conversation_id VARCHAR(200) NOT NULL, sequence BIGINT NOT NULL, merges BOOLEAN NOT NULL, address VARCHAR(500) NOT NULL,
    message TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, state VARCHAR(8) NOT NULL DEFAULT 'new', claim VARCHAR(100) NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0, answered_by VARCHAR(200) NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS inbox_once ON inbox (channel, message_key);
CREATE INDEX IF NOT EXISTS inbox_open ON inbox (conversation_id, sequence, place) WHERE state IN ('new', 'taken');
CREATE INDEX IF NOT EXISTS inbox_of ON inbox (conversation_id);
CREATE INDEX IF NOT EXISTS inbox_aside ON inbox (place) WHERE state = 'aside';
CREATE INDEX IF NOT EXISTS inbox_closed ON inbox (at) WHERE state = 'done';
CREATE TABLE IF NOT EXISTS outbox (
    place INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, send_key VARCHAR(500) NOT NULL, channel VARCHAR(40) NOT NULL,
    conversation_id VARCHAR(200) NOT NULL, address VARCHAR(500) NOT NULL, body TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    state VARCHAR(8) NOT NULL DEFAULT 'waiting', tries INTEGER NOT NULL DEFAULT 0, next_at DOUBLE PRECISION NOT NULL DEFAULT 0,
    receipt VARCHAR(200) NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS outbox_once ON outbox (send_key);
CREATE INDEX IF NOT EXISTS outbox_lanes ON outbox (channel, address, place) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS outbox_of ON outbox (conversation_id);
CREATE INDEX IF NOT EXISTS outbox_aside ON outbox (place) WHERE state = 'aside';
CREATE INDEX IF NOT EXISTS outbox_sent ON outbox (at) WHERE state = 'sent';
CREATE TABLE IF NOT EXISTS behaviour (
    place INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, event_key VARCHAR(700) NOT NULL, kind VARCHAR(10) NOT NULL,
    product_id VARCHAR(200) NOT NULL, at VARCHAR(40) NOT NULL, conversation_id VARCHAR(200) NOT NULL, customer_id VARCHAR(200),
    amount VARCHAR(40), trial VARCHAR(500) NOT NULL DEFAULT '', arm VARCHAR(100) NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS behaviour_once ON behaviour (event_key);
CREATE INDEX IF NOT EXISTS behaviour_of ON behaviour (conversation_id);
CREATE INDEX IF NOT EXISTS behaviour_by ON behaviour (customer_id);
CREATE INDEX IF NOT EXISTS behaviour_at ON behaviour (at, place);
CREATE TABLE IF NOT EXISTS untracked (who VARCHAR(220) NOT NULL PRIMARY KEY);
CREATE TABLE IF NOT EXISTS forgotten (who VARCHAR(64) NOT NULL PRIMARY KEY, at VARCHAR(40) NOT NULL);
"""
"""`spending` is what language models cost, a row a day of the shop: kept apart, since `forget` must not make a day cheaper.
`behaviour` is what customers did (bot/stores/behaviour.py); `untracked` names who wants none of it kept, `forgotten` has digests of who was.
An inbox row is new, taken, done or aside; an outbox row waiting, sent or aside. Texts are taken out once they were answered or sent."""
_VERSION = 4
"""One more with every table or index that is added: a file of an older number gets what it lacks when it is opened."""

REASONS = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_IOERR: "unwritable",
    sqlite3.SQLITE_CANTOPEN: "unwritable",
    sqlite3.SQLITE_READONLY: "unwritable",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
}


def reason_of(error: sqlite3.Error) -> str:
    """One word for what is wrong with the file; `failed` where it isn't the file."""
    return REASONS.get((getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF, "failed")


class Database:
    """One file. What is read or written at once is one hop to a thread: a driver of coroutines would hop for every statement."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file, self._of_thread = file, local()
        self._opened: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="database")
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="keeps")
        self._together = Together(self._keeping, self.connection)
        self._looking = ThreadPoolExecutor(1, thread_name_prefix="looks")

    async def run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Survives a power cut once it has returned."""
        return await self._hop(self._threads, work, *args, **kwargs)

    async def keep(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for what is written all the time: it shares its commit with what else is kept at this moment."""
        kept: T = await self._together.run(lambda database: work(database, *args, **kwargs))
        return kept

    async def mark(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """For notes whose loss costs a repetition and no message: survives the end of the process, not of the power."""
        marked: T = await self._together.run(lambda database: work(database, *args, **kwargs), is_note=True)
        return marked

    async def look(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """For reading alone: waits for no writer, and for nobody who waits for one."""
        return await self._hop(self._looking, work, *args, **kwargs)

    async def _hop(
        self, threads: ThreadPoolExecutor, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:  # fmt: skip
        def there() -> T:
            return work(self.connection(), *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(threads, there)

    def connection(self) -> sqlite3.Connection:
        """This thread's, to a file that has its tables."""
        known: sqlite3.Connection | None = getattr(self._of_thread, "database", None)
        if known is None:
            known = self._of_thread.database = _prepared(self.file)
            self._opened.append(known)
        return known

    def close(self) -> None:
        for threads in (self._threads, self._keeping, self._looking):
            threads.shutdown()
        for database in self._opened:
            database.close()


def _prepared(file: Path) -> sqlite3.Connection:
    """Two processes, or two first turns, may ask for the tables at once."""
    database = opened(file, _WAIT_S)
    try:
        if database.execute("PRAGMA user_version").fetchone()[0] < _VERSION:
            tables = (
                f"{_SCHEMA}{turns.SCHEMA}{seen.SCHEMA}{desk.SCHEMA}{proposals.SCHEMA}{reminders.SCHEMA}{reports.SCHEMA}"
                f"{under_way.SCHEMA}"
            )
            database.executescript(f"BEGIN IMMEDIATE; {tables}PRAGMA user_version = {_VERSION}; COMMIT;")
    except BaseException:
        database.close()
        raise
    return database
