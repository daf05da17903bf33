"""Long polling: the offset moves only behind what was taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest

from bot.channels.telegram import polling
from bot.channels.telegram.api import Api
from bot.channels.telegram.updates import Raw
from bot.errors import NotTaken
from eval.doors.bot_api import TOKEN, BotApi, Broken, bot_api
from tests.bot.telegram.customer import until


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApi]:
    monkeypatch.setattr(polling, "_FIRST_S", 0.01)
    async with bot_api() as served:
        yield served


async def polled_by(api: BotApi, taken: list[list[int]], refuse: int = 0) -> None:
    """Polls until all is acknowledged; the first `refuse` batches aren't taken."""

    async def take(raws: Sequence[Raw]) -> None:
        taken.append([raw["update_id"] for raw in raws])
        assert api.confirmed <= raws[0]["update_id"] if raws else True  # none of it is acknowledged yet
        if len(taken) <= refuse:
            raise NotTaken("full", "no room")

    line = Api(TOKEN, api.url)
    task = asyncio.create_task(polling.poll(line, take))
    await until(lambda: task.done() or api.confirmed == api.newest + 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await line.close()


async def test_what_isnt_taken_comes_again_and_only_then_is_acknowledged(api: BotApi) -> None:
    first, taken = api.newest + 1, []
    for text in ("a", "b"):
        api.write(text)
    await polled_by(api, taken, refuse=2)
    assert [batch for batch in taken if batch] == [[first, first + 1]] * 3


async def test_polling_goes_on_after_errors_and_takes_a_webhook_away(api: BotApi) -> None:
    left = [Broken(500, "Internal"), Broken(429, "Too Many Requests", retry_after=1)]
    api.breaks = lambda call: left.pop() if call.method == "getUpdates" and left else None
    api.write("a")
    taken: list[list[int]] = []
    await polled_by(api, taken)
    assert api.told("deleteWebhook")
    assert any(taken)
