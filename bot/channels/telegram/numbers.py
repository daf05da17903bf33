"""The numbers of messages in private chats, which Telegram counts for all of them together, whoever writes: what we know of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from bot.channels.telegram.updates import Raw

_KEPT = 5_000
_BEYOND = 10
"""How far above the highest number that is known a message may be that was sent before we heard the newest updates."""


class Numbers:
    """`highest` is 0 before any is known. A number above it is of a message that came, or was sent, later than all we know of."""

    def __init__(self, *, waits_for_updates: bool = False) -> None:
        """`waits_for_updates` where they are asked for, so that the first come soon, be they none."""
        self.highest = 0
        self._taken: OrderedDict[int, None] = OrderedDict()
        self._is_polled, self._heard = waits_for_updates, asyncio.Event()

    def reach(self, number: int) -> None:
        """There is a message of this number, whosever it is."""
        self.highest = max(self.highest, number)

    def take(self, chat: int, number: int) -> None:
        """We know whose message it is; in groups numbers are others."""
        if chat <= 0:
            return
        self.reach(number)
        self._taken[number] = None
        while len(self._taken) > _KEPT:
            self._taken.popitem(last=False)

    def hear(self, raws: Iterable[Raw]) -> None:
        """Updates as they came. A pressed button's message is one of ours: that it is there is all it tells."""
        self._heard.set()
        for raw in raws:
            for kind, number in _numbers_of(raw):
                if kind == "callback_query":
                    self.reach(number)
                else:
                    self.take(1, number)

    async def until_heard(self, within_s: float) -> None:
        """Until the first updates have come, or so long."""
        if not self._is_polled:
            return
        try:
            async with asyncio.timeout(within_s):
                await self._heard.wait()
        except TimeoutError:
            pass

    def unknown(self, above: int, most: int) -> list[int]:
        """The first numbers that nobody is known to have; of those that nobody can have yet, where we would know, few."""
        is_current = self._is_polled and self._heard.is_set()
        last = max(above, self.highest) + (_BEYOND if is_current else most)
        return list(islice((number for number in range(above + 1, last + 1) if number not in self._taken), most))


def _numbers_of(raw: Raw) -> Iterator[tuple[str, int]]:
    for kind in ("message", "edited_message", "callback_query"):
        told: Any = raw.get(kind) if isinstance(raw, Mapping) else None
        if kind == "callback_query" and isinstance(told, Mapping):
            told = told.get("message")
        chat = told.get("chat") if isinstance(told, Mapping) else None
        if isinstance(chat, Mapping) and chat.get("type") == "private" and isinstance(told.get("message_id"), int):
            yield kind, told["message_id"]
