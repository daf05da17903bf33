"""How much one customer may write in a chat, counted as at the other doors; told at most once a minute that it was too much."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from bot.channels.limits import Limits

_TOLD_EVERY_S = 60.0
_REMEMBERED = 5_000


class Pace:
    """Without `limits` everything comes in, as often as it likes."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._weighed: OrderedDict[int, float] = OrderedDict()
        self._told: OrderedDict[str, float] = OrderedDict()

    async def wait_s(self, conversation_id: str, update_id: int) -> float:
        """Zero, or the seconds until this customer may write again. An update that comes again costs nothing more."""
        if self._limits is None:
            return 0.0
        if update_id not in self._weighed:
            _keep(self._weighed, update_id, await self._limits.wait_s(customer=conversation_id))
        return self._weighed[update_id]

    def is_to_be_told(self, conversation_id: str) -> bool:
        """At most once a minute: a flood isn't answered with one."""
        now = self._clock()
        if now - self._told.get(conversation_id, now - _TOLD_EVERY_S) < _TOLD_EVERY_S:
            return False
        self._told.pop(conversation_id, None)
        _keep(self._told, conversation_id, now)
        return True


def _keep(where: OrderedDict[Any, float], key: Hashable, value: float) -> None:
    where[key] = value
    while len(where) > _REMEMBERED:
        where.popitem(last=False)
