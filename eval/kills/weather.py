"""Bad weather for one process that serves: a channel that limits, a locked database, a full disk, an index that is deleted."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.wiring import SAMPLE, index_shop, shop_of
from eval.faults.server import free_port
from eval.kills.channel import Channel
from eval.kills.check import Trial, count, kept, marked
from eval.kills.wire import Client, serving

QUESTIONS = ("How much is delivery to Canada?", "可以退货吗？", "Do you have a kettle under $60?", "有没有保温杯")
LIMITED = 0.3
"""Share of sends that the channel tells to come later."""
HELD_S = 12.0
"""How long the database is locked, and the disk full: longer than anyone waits for a lock."""
_CHATS, _EVERY_S = 40, 0.05
_DISK = "256m"

Say = Callable[[str, int, int], None]
Make = Callable[[Path, Channel], Iterator[None]]


def run(messages: int, say: Say) -> dict[str, Any]:
    """A row by weather. The full disk is a small one of its own, which needs the right to mount; without it that row is left out."""
    weathers: Mapping[str, Make] = {"calm": _calm, "limited": _limited, "locked": _locked, "full": _full, "no index": _no_index}  # fmt: skip
    rows = {}
    with tempfile.TemporaryDirectory(prefix="weather-") as name:
        index_shop(settings := Settings(data_dir=Path(name) / "made", _env_file=None), shop_of(settings))  # type: ignore[call-arg]
        for number, (weather, make) in enumerate(weathers.items()):
            say("weather", number, len(weathers))
            data = Path(name) / str(number)
            data.mkdir()
            with _disk(data) as is_small:
                if weather == "full" and not is_small:
                    continue
                shutil.copytree(Path(name) / "made", data / "shop")
                rows[weather] = asyncio.run(_one(contextmanager(make), data / "shop", messages))
    return rows


async def _one(make: Callable[..., Any], data: Path, messages: int) -> dict[str, Any]:
    """A third of the messages before, a third meanwhile, a third after."""
    channel, port = Channel(1), free_port()
    written: dict[str, list[int]] = {}
    seen: list[str] = []
    async with serving(channel.handle) as channel_port:
        environment = {**os.environ, "PYTHONPATH": str(SAMPLE.parents[1])}
        command = [sys.executable, "-m", "eval.kills.victim", "--data", str(data), "--port", str(port), "--channel", str(channel_port)]  # fmt: skip
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdin=asyncio.subprocess.DEVNULL)
        try:
            await _until_ready(port)
            watching = asyncio.create_task(_watch(port, seen))
            await _write(channel, written, messages // 3)
            with make(data, channel):
                started = time.monotonic()
                await _write(channel, written, messages // 3)
                await asyncio.sleep(max(0.0, HELD_S - (time.monotonic() - started)))
            ended = time.monotonic()
            recovered = await _until_ready(port) - ended
            await _write(channel, written, messages - 2 * (messages // 3))
            await _until_drained(port, channel)
            watching.cancel()
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
    heard = {f"chat-{chat}": parts for chat, parts in channel.heard.items()}
    waited = sorted(channel.waited)
    return {
        **asdict(count(Trial(written, kept(_file(data)), heard))), "states": sorted(set(seen)), "recovered_s": round(max(0.0, recovered), 1),
        "p50_s": round(waited[len(waited) // 2], 2), "p95_s": round(waited[len(waited) * 95 // 100], 2), "sends": channel.sends, "limited": channel.refused,
    }  # fmt: skip


async def _write(channel: Channel, written: dict[str, list[int]], messages: int) -> None:
    for _ in range(messages):
        number = len(channel.updates)
        chat = str(number % _CHATS)
        channel.arrive(chat, marked(QUESTIONS[number % len(QUESTIONS)], number))
        written.setdefault(f"chat-{chat}", []).append(number)
        await asyncio.sleep(_EVERY_S)


async def _ready(port: int) -> tuple[bool, Mapping[str, Any]]:
    client = Client(port, 15.0)
    try:
        status, body = await client.get("/readyz")
    except (OSError, EOFError, TimeoutError):
        return False, {"status": "silent"}
    finally:
        client.close()
    return status == 200, body


async def _watch(port: int, seen: list[str]) -> None:
    while True:
        told = (await _ready(port))[1]
        warnings = [str(one) for one in told.get("warnings", ())]
        seen.append(": ".join([str(told["status"]), *(line.partition("UTC: ")[2] or line for line in warnings)]))
        await asyncio.sleep(0.5)


async def _until_ready(port: int) -> float:
    while not (told := await _ready(port))[0] or told[1]["status"] != "ready":  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.1)
    return time.monotonic()


async def _until_drained(port: int, channel: Channel) -> None:
    while channel.left or (body := (await _ready(port))[1]).get("waiting", 1) or body.get("to_send", 1):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.2)


def _file(data: Path) -> Path:
    return next(data.glob("*/conversations.sqlite"))


def _calm(data: Path, channel: Channel) -> Iterator[None]:
    yield


def _limited(data: Path, channel: Channel) -> Iterator[None]:
    channel.limited = LIMITED  # to the end
    yield


def _locked(data: Path, channel: Channel) -> Iterator[None]:
    other = sqlite3.connect(_file(data), isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def _full(data: Path, channel: Channel) -> Iterator[None]:
    filler = data / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    yield
    filler.unlink()


def _no_index(data: Path, channel: Channel) -> Iterator[None]:
    for folder in data.glob("*/index/generations/*/chroma"):
        shutil.rmtree(folder)
    yield


@contextmanager
def _disk(folder: Path) -> Iterator[bool]:
    """A small disk of its own at the folder; False where this process may not mount one."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)], capture_output=True, check=False)  # fmt: skip
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(folder)], check=False)
