"""What needn't wait costs no timer; what waits too long is ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.patience import by


class _Clock:
    """The event loop's timers, counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.set = 0
        loop = asyncio.get_running_loop()
        real: Callable[..., Any] = loop.call_at

        def call_at(*given: Any, **more: Any) -> Any:
            self.set += 1
            return real(*given, **more)

        monkeypatch.setattr(loop, "call_at", call_at)


async def test_what_is_there_at_once_sets_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once() -> str:
        return "here"

    until = asyncio.get_running_loop().time() + 5
    clock = _Clock(monkeypatch)
    assert await by(until, at_once()) == "here"
    assert clock.set == 0


async def test_what_comes_in_time_is_handed_over_however_often_it_waits() -> None:
    async def soon() -> str:
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        return "here"

    assert await by(asyncio.get_running_loop().time() + 5, soon()) == "here"


async def test_what_takes_too_long_is_ended_and_may_tidy_up() -> None:
    tidied = []

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.append(True)

    with pytest.raises(TimeoutError):
        await by(asyncio.get_running_loop().time() + 0.01, never())
    assert tidied == [True]


async def test_its_own_error_and_a_cancelling_from_outside_go_through() -> None:
    async def wrong() -> None:
        await asyncio.sleep(0)
        raise ValueError("its own")

    until = asyncio.get_running_loop().time() + 5
    with pytest.raises(ValueError, match="its own"):
        await by(until, wrong())
    waiting = asyncio.create_task(by(until, asyncio.Event().wait()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
