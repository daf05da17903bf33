"""Telegram's polling outlives an error that nobody foresaw."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from bot.channels.telegram import polling
from bot.channels.telegram.api import Api
from bot.channels.telegram.updates import Raw
from eval.doors.bot_api import TOKEN, bot_api
from tests.doors import until


async def test_an_update_at_which_the_code_breaks_comes_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(polling, "_FIRST_S", 0.01)
    tries: list[Sequence[Raw]] = []

    async def take(raws: Sequence[Raw]) -> None:
        tries.append(raws)
        if len(tries) == 1:
            raise KeyError(str(raws))

    async with bot_api() as api:
        api.write("my phone is 555")
        line = Api(TOKEN, api.url)
        task = asyncio.create_task(polling.poll(line, take))
        await until(lambda: task.done() or api.confirmed == api.newest + 1, within_s=5)
        assert not task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await line.close()
    assert tries[0] == tries[1]
    told = capsys.readouterr().err
    assert "updates_failed" in told
    assert "555" not in told
