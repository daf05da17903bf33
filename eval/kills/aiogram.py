"""The yardstick of the kill trial: aiogram as it comes, killed at random moments while customers write, with the same storms of 429."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from bot.wiring import SAMPLE
from eval.doors.bot_api import TOKEN, bot_api
from eval.kills.check import marked, marks
from eval.kills.telegram import Phones
from eval.kills.weather import LIMITED

_CHATS = 50
_STILL_S = 5.0
"""After which nothing more is expected where all was acknowledged."""

Say = Callable[[str, int, int], None]


def run(messages: int, kills: int, seed: int, say: Say) -> dict[str, Any]:
    return asyncio.run(_run(messages, kills, seed, say))


async def _run(messages: int, kills: int, seed: int, say: Say) -> dict[str, Any]:
    phones, rng = Phones(seed=seed), random.Random(seed)
    written: dict[int, list[int]] = {}
    async with bot_api(phones):
        for number in range(kills):
            say("aiogram as it comes", number, kills)
            phones.limited = LIMITED if number % 4 == 3 else 0.0
            process = await _started(phones)
            for _ in range(messages // kills):
                _write(phones, written, rng)
                await asyncio.sleep(rng.expovariate(1 / 0.02))
            await asyncio.sleep(rng.uniform(0.0, 0.3))
            process.kill()
            await process.wait()
        phones.limited = 0.0
        process = await _started(phones)
        heard = -1
        while phones.left or heard != (heard := sum(map(len, phones.heard.values()))):  # noqa: ASYNC110 - another process
            await asyncio.sleep(_STILL_S)
        process.kill()
        await process.wait()
    return {"kills": kills, "limited": phones.refused, **counted(written, phones.heard)}


def _write(phones: Phones, written: dict[int, list[int]], rng: random.Random) -> None:
    number, chat = sum(map(len, written.values())), rng.randrange(1, _CHATS)
    phones.write(marked("hello", number), chat)
    written.setdefault(chat, []).append(number)


async def _started(phones: Phones) -> asyncio.subprocess.Process:
    """Once it asks for updates, or has died."""
    command = [sys.executable, "-m", "eval.yardsticks.plain_aiogram", phones.url, TOKEN]
    environment = {**os.environ, "PYTHONPATH": str(SAMPLE.parents[1])}
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
    asked, until = phones.asked, time.monotonic() + 60
    while phones.asked == asked and process.returncode is None and time.monotonic() < until:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.02)
    return process


def counted(written: Mapping[int, Sequence[int]], heard: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """By the marks of the messages that were said back."""
    lost = swapped = doubled = 0
    for chat, numbers in written.items():
        told = [mark for text in heard.get(chat, ()) for mark in marks(text)]
        first = [*dict.fromkeys(told)]
        lost += len(set(numbers) - set(told))
        swapped += sum(after < before for before, after in pairwise(first))
        doubled += sum(times - 1 for times in Counter(told).values())
    return {
        "messages": sum(map(len, written.values())),
        "lost": lost,
        "out_of_order": swapped,
        "doubled_replies": doubled,
    }
