"""A chat channel that is made up, after Telegram's: updates stay until a later offset is asked for, sends have no key."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from eval.kills.check import Part

_MOST = 100
"""Updates of one answer."""


class Channel:
    """`limited` is the share of sends that are told to come later. `heard` is what customers read, repetitions included."""

    def __init__(self, seed: int) -> None:
        self.updates: list[Mapping[str, Any]] = []
        self.heard: dict[str, list[Part]] = defaultdict(list)
        self.waited: list[float] = []
        """Seconds from a chat's update to the send that tells its turn."""
        self.sends = self.refused = 0
        self.limited, self.retry_after_s = 0.0, 1.0
        self.last_heard = 0.0
        self._rng, self._confirmed = random.Random(seed), 0
        self._news = asyncio.Event()
        self._at: dict[str, float] = {}

    def arrive(self, chat: str, text: str) -> None:
        update = len(self.updates) + 1
        self._at[str(update)] = time.monotonic()
        self.updates.append({"update_id": update, "chat": chat, "text": text})
        self._news.set()

    @property
    def left(self) -> int:
        """Updates that nobody has confirmed."""
        return len(self.updates) - self._confirmed

    async def handle(self, path: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        return await (self._updates(body) if path == "/getUpdates" else self._send(body))

    async def _updates(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        self._confirmed = max(self._confirmed, body["offset"] - 1)
        if not self.left:
            self._news.clear()
            try:
                async with asyncio.timeout(1.0):
                    await self._news.wait()
            except TimeoutError:
                pass
        return 200, {"result": self.updates[self._confirmed : self._confirmed + _MOST]}

    async def _send(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        self.sends += 1
        if self._rng.random() < self.limited:
            self.refused += 1
            return 429, {"retry_after": self.retry_after_s}
        self.heard[body["chat"]].append((body["turn"], body["number"]))
        self.last_heard = time.monotonic()
        if at := self._at.pop(body["turn"], None):
            self.waited.append(self.last_heard - at)
        return 200, {"message_id": self.sends}
