"""Whoever follows a conversation hears what happens in it, in whichever process it happens: one look at the database for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress

from bot.logs import logger
from bot.stores.happenings import Happened, Happenings

LOOK_EVERY_S = 0.02
"""While somebody follows; it costs one look-up of the largest key. What this process keeps is looked for at once."""
_AGAIN_S = 1.0
"""Before it is looked again where that failed."""
_AT_ONCE = 500
"""Turns that are read at a look."""
_PAGE = 50
_UNHEARD = 100
"""What may lie with a slow follower before it is left to read for itself."""


class Over:
    """Whoever follows has to say anew who they are."""


OVER = Over()
Ear = asyncio.Queue[Happened | Over | None]
"""None where it is better to read anew."""


class Following:
    def __init__(self, happenings: Happenings) -> None:
        self._happenings = happenings
        self._ears: dict[str, set[Ear]] = {}
        self._anyone = asyncio.Event()
        self._kept = asyncio.Event()

    def look_now(self) -> None:
        """Something has just happened."""
        self._kept.set()

    async def run(self) -> None:
        """Look until cancelled; without followers it sleeps."""
        while True:
            await self._anyone.wait()
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - all followers hang on it: it is looked again
                logger().warning("not_followed", reason=type(error).__name__, detail=str(error))
                await asyncio.sleep(_AGAIN_S)

    async def follow(self, conversation_id: str, place: int) -> AsyncGenerator[Happened, None]:
        """What happened behind a place (0: the last turns) and what happens from now on, in order, each once. Ends where `end` is called."""
        with self._ear(conversation_id) as ear:
            while True:
                while page := await self._page(conversation_id, place):
                    for one in page:
                        place = one.place
                        yield one
                while (heard := await ear.get()) is not None:
                    if isinstance(heard, Over):
                        return
                    if heard.place > place:
                        place = heard.place
                        yield heard

    def end(self, conversation_id: str) -> None:
        """The conversation has gone to somebody else: who follows it comes back, and is asked whose it is."""
        for ear in self._ears.get(conversation_id, ()):
            ear.put_nowait(OVER)

    def end_all(self) -> None:
        """The process is about to end: who follows comes back, to whoever serves then."""
        for conversation_id in self._ears:
            self.end(conversation_id)

    async def _page(self, conversation_id: str, place: int) -> list[Happened]:
        if place == 0:
            return await self._happenings.last(conversation_id, _PAGE)
        return await self._happenings.behind(conversation_id, place, _PAGE)

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
        """From the first follower's coming, or from trouble on, until the last has gone."""
        known = await self._happenings.end()
        self._read_anew()  # who came before we knew where we are
        while self._anyone.is_set():
            self._kept.clear()
            known, happened = await self._happenings.since(known, self._ears, _AT_ONCE)
            for one in happened:
                self._tell(one)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._kept.wait()

    def _tell(self, one: Happened) -> None:
        for ear in self._ears.get(one.turn.message.conversation_id, ()):
            ear.put_nowait(one if ear.qsize() < _UNHEARD else None)

    def _read_anew(self) -> None:
        for ears in self._ears.values():
            for ear in ears:
                ear.put_nowait(None)
