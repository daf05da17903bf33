"""Whoever follows a conversation hears what happens in it, whichever process it happens in: one look at the database for all of them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from bot.stores.happenings import Happened, Happenings, Place

LOOK_EVERY_S = 0.05
"""While somebody follows. It costs two look-ups of the largest key."""
_AT_ONCE = 1000
"""Read at a look; where more happened, followers read what they missed themselves."""
_BEHIND = 100
"""What may lie unheard with a slow follower before it is left to read for itself."""

Ear = asyncio.Queue[Happened | None]
"""None where it is better to read anew."""


class Following:
    def __init__(self, happenings: Happenings) -> None:
        self._happenings = happenings
        self._ears: dict[str, set[Ear]] = {}
        self._anyone = asyncio.Event()

    async def run(self) -> None:
        """Look until cancelled; without followers it sleeps."""
        while True:
            await self._anyone.wait()
            try:
                await self._look()
            except sqlite3.Error:
                self._wake_all()
            await asyncio.sleep(LOOK_EVERY_S)

    async def follow(self, conversation_id: str, heard: Place) -> AsyncIterator[tuple[Happened, Place]]:
        """What happened after `heard` and what happens from now on, in order, each once, with how far that is. Never ends."""
        with self._ear(conversation_id) as ear:
            while True:
                for one in await self._happenings.of(conversation_id, heard):
                    heard = one.added_to(heard) if one.beyond(heard) else heard
                    yield one, heard
                while (one := await ear.get()) is not None:
                    if one.beyond(heard):
                        heard = one.added_to(heard)
                        yield one, heard

    @contextmanager
    def _ear(self, conversation_id: str) -> Iterator[Ear]:
        ear: Ear = asyncio.Queue()
        self._ears.setdefault(conversation_id, set()).add(ear)
        self._anyone.set()
        try:
            yield ear
        finally:
            ears = self._ears[conversation_id]
            ears.discard(ear)
            if not ears:
                del self._ears[conversation_id]
            if not self._ears:
                self._anyone.clear()

    async def _look(self) -> None:
        """From the first follower's coming on until the last has gone."""
        known = await self._happenings.ends()
        self._wake_all()  # who came before we knew where we are
        while self._anyone.is_set():
            await asyncio.sleep(LOOK_EVERY_S)
            ends = await self._happenings.ends()
            if ends == known:
                continue
            if ends.turns < known.turns:  # a conversation was forgotten, and its numbers are given again
                known = ends
                self._wake_all()
                continue
            happened = await self._happenings.since(known, _AT_ONCE, frozenset(self._ears))
            known = ends
            if len(happened) >= _AT_ONCE:
                self._wake_all()
            for one in happened:
                for ear in self._ears.get(one.conversation_id, ()):
                    ear.put_nowait(one if ear.qsize() < _BEHIND else None)

    def _wake_all(self) -> None:
        for ears in self._ears.values():
            for ear in ears:
                ear.put_nowait(None)

