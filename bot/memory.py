"""What a process has loaded in order to serve stays loaded: the collector of unused objects needn't look through it again and again."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

T = TypeVar("T")
_THRESHOLDS = 10_000, 20, 20
"""New objects before the young, the older and the oldest are looked through. A turn makes some thousands, and lets go of nearly all by itself."""


@asynccontextmanager
async def settled(opening: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """The same, and once it is open what is there counts as lasting. What is no more used of it is freed all the same, unless it holds itself."""
    async with opening as opened:
        gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
        yield opened
