"""The intake: messages that arrive at the same moment are committed together, so that a flood costs one wait for the disk, not thousands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bot.mail import Incoming
from bot.stores.inbox import Inbox, Known

_TOGETHER = 500
"""Messages of one commit at most."""


class Intake:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._arrived: list[tuple[Sequence[Incoming], asyncio.Future[list[Known]]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, incoming: Sequence[Incoming]) -> list[Known]:
        """Returns once they are committed, all of them or none. Raises what the database raises."""
        done: asyncio.Future[list[Known]] = asyncio.get_running_loop().create_future()
        self._arrived.append((incoming, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        """Commit what has arrived, and what arrives meanwhile, until nothing is left."""
        try:
            while self._arrived:
                batch, self._arrived = self._arrived[:_TOGETHER], self._arrived[_TOGETHER:]
                await self._commit(batch)
        finally:
            self._writing = None

    async def _commit(self, batch: Sequence[tuple[Sequence[Incoming], asyncio.Future[list[Known]]]]) -> None:
        try:
            known = iter(await self._inbox.put([one for incoming, _ in batch for one in incoming], time.time()))
        except Exception as error:  # noqa: BLE001 - whoever handed them in decides
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for incoming, done in batch:
            told = [next(known) for _ in incoming]
            if not done.done():
                done.set_result(told)
