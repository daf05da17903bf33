"""Writes that come at the same moment share one commit: a flood costs one wait for the disk, not one for each of them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from bot.stores.transactions import begun, writing

_MOST = 200
"""Pieces of work of one commit."""

Work = Callable[[sqlite3.Connection], Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    work: Work
    is_note: bool
    done: asyncio.Future[Any]


class Together:
    """Work is done in one thread, notes and the rest each in the order they were asked for. Each piece is kept or undone by itself; what was kept is committed with
    the others of its moment, and nobody hears of it before."""

    def __init__(self, thread: Executor, connection: Callable[[], sqlite3.Connection]) -> None:
        """`connection` is called in the thread, which has to be a single one."""
        self._thread, self._connection = thread, connection
        self._asked: list[_Asked] = []
        self._working: asyncio.Task[None] | None = None
        self._waits_for_disk = True

    async def run(self, work: Work, *, is_note: bool = False) -> Any:
        """What the work returns, once it is committed. Raises what it raises, and what the commit raises.

        A note survives the end of the process, not that of the power: it waits for no disk but that of a commit under way.
        """
        asked = _Asked(work, is_note, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await asked.done

    async def _work(self) -> None:
        """Notes go first, so that none waits for the disk of what came with it: a send that isn't noted is made again after a kill."""
        try:
            while self._asked:
                await self._commit(self._take(is_note=True))
                await self._commit(self._take(is_note=False))
        finally:
            self._working = None

    def _take(self, *, is_note: bool) -> list[_Asked]:
        taken: list[_Asked] = []
        left: list[_Asked] = []
        for asked in self._asked:
            (taken if asked.is_note == is_note and len(taken) < _MOST else left).append(asked)
        self._asked = left
        return taken

    async def _commit(self, batch: Sequence[_Asked]) -> None:
        if not batch:
            return
        outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, self._do, batch)
        for asked, outcome in zip(batch, outcomes, strict=True):
            if not asked.done.done():
                _tell(asked.done, outcome)

    def _do(self, batch: Sequence[_Asked]) -> list[Any]:
        """What each came to: a value, or what it raised."""
        try:
            database = self._connection()
            self._wait_for_disk(database, not batch[0].is_note)
            if len(batch) == 1:
                with database:
                    return [batch[0].work(database)]
            with begun(database):
                return [_one(database, asked.work) for asked in batch]
        except Exception as error:  # noqa: BLE001 - whoever asked decides
            return [_Raised(error)] * len(batch)

    def _wait_for_disk(self, database: sqlite3.Connection, waits: bool) -> None:
        """Connections are opened so that they do."""
        if waits != self._waits_for_disk:
            database.execute(f"PRAGMA synchronous = {'FULL' if waits else 'NORMAL'}")
            self._waits_for_disk = waits


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


def _one(database: sqlite3.Connection, work: Work) -> Any:
    """Undone alone where it fails; where SQLite has undone everything (a full disk) it is everybody's failure."""
    try:
        with writing(database):
            return work(database)
    except Exception as error:  # whatever one piece of work raises is for who asked for it, and no fault of the others
        if not database.in_transaction:
            raise
        return _Raised(error)


def _tell(done: asyncio.Future[Any], outcome: Any) -> None:
    if isinstance(outcome, _Raised):
        done.set_exception(outcome.error)
    else:
        done.set_result(outcome)
