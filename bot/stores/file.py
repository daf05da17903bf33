"""A small SQLite file: what is asked of it is one hop to a thread, and what is written stays written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.errors import NotTaken
from bot.stores.database import reason_of
from bot.stores.opening import opened
from bot.stores.together import Together

T = TypeVar("T")
P = ParamSpec("P")
_WAIT_S = 10


class SqliteFile:
    """One connection in one thread; work is a function of it, kept or undone as a whole. Raises NotTaken where the file can't be used."""

    def __init__(self, file: Path, schema: str) -> None:
        self._file, self._schema = file, schema
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=file.stem)
        self._together = Together(self._thread, self._opened)
        self._database: sqlite3.Connection | None = None

    async def run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            done: T = await self._together.run(lambda database: work(database, *args, **kwargs))
        except sqlite3.Error as error:
            raise NotTaken(reason_of(error), str(error)) from error
        return done

    async def close(self) -> None:
        self._thread.shutdown()
        if self._database is not None:
            self._database.close()

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._database = opened(self._file, _WAIT_S)
            self._database.executescript(self._schema)
        return self._database
