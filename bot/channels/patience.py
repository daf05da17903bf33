"""How long something may take, at no cost where it needn't wait at all: a timer is set only once it does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from functools import partial
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def by(until: float, what: Awaitable[T]) -> T:
    """What it comes to; `until` is a time of the event loop's clock. Raises TimeoutError where it waits and isn't done by then."""
    steps = what.__await__()
    try:
        waits_for = next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    async with asyncio.timeout_at(until):
        return await _the_rest(steps, waits_for)


@coroutine
def _the_rest(steps: Generator[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """Of an awaitable that has begun to wait."""
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:  # noqa: BLE001 - cancelled, most of all: it is its to answer
            step = partial(steps.throw, error)
        else:
            step = partial(steps.send, sent)
        try:
            waits_for = step()
        except StopIteration as done:
            result: T = done.value
            return result
