"""What is too old is forgotten by and by, also after trouble with a file."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest

from bot.errors import NotTaken
from bot.wiring import rounds
from tests.doors import until


class Troubled:
    """In the place of conversations and of visitors: both fail once."""

    def __init__(self) -> None:
        self.left: list[Exception] = [NotTaken("locked", "by a test"), sqlite3.OperationalError("locked")]
        self.forgotten: list[str] = []

    async def forget_before(self, at: datetime) -> list[str]:
        if len(self.left) == 2:
            raise self.left.pop()
        return ["c"]

    async def forget(self, conversation_id: str, now: datetime) -> None:
        if self.left:
            raise self.left.pop()
        self.forgotten.append(conversation_id)


async def test_the_sweep_goes_on_after_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SWEEP_EVERY_S", 0.01)
    troubled: Any = Troubled()
    task = asyncio.create_task(rounds.sweep(1, troubled, troubled))
    await until(lambda: task.done() or bool(troubled.forgotten), within_s=2)
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
