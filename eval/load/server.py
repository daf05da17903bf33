"""Servers under load, each a process of its own on the cores that it is given."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.wiring import SAMPLE
from eval.faults.server import free_port
from eval.load.connection import Connection, request

SECRET = "whsec_bG9hZC1sb2FkLWxvYWQtbG9hZC1sb2FkLWxvYWQ="
_NO_LIMIT = str(10**9)
_SERVE = "import sys; from bot.cli import main; sys.argv[0] = 'shopclerk'; main()"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Seconds of processor time that it has used, with its workers."""
        return sum(_used_s(pid) for pid in (self.pid, *_children(self.pid)))


def _used_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


@asynccontextmanager
async def ours(data: Path, cores: Sequence[int], workers: int = 1, **settings: str) -> AsyncIterator[Server]:
    """`shopclerk serve` over the sample shop, without limits, unless `settings` (SHOPCLERK_...) say otherwise."""
    port = free_port()
    limits = {f"SHOPCLERK_LIMIT_{name}": _NO_LIMIT for name in ("CUSTOMER", "ADDRESS", "ALL")}
    given = {"SHOPCLERK_DATA_DIR": str(data), "SHOPCLERK_LOG_LEVEL": "error", "SHOPCLERK_WEBHOOK_SECRETS": SECRET, **limits, **settings}  # fmt: skip
    async with _process(
        [sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--workers", str(workers)],
        given,
        cores,
        port,
        "/readyz",
    ) as server:
        yield server


@asynccontextmanager
async def naive(file: Path, cores: Sequence[int]) -> AsyncIterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "eval.yardsticks.naive_webhook", str(file), str(port)]
    async with _process(command, {"SECRET": SECRET}, cores, port, "/docs") as server:
        yield server


@asynccontextmanager
async def _process(command: Sequence[str], more: Mapping[str, str], cores: Sequence[int], port: int, probe: str) -> AsyncIterator[Server]:  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOPCLERK_")}
    environment = {**kept, "PYTHONPATH": str(SAMPLE.parents[1]), **more}
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdin=asyncio.subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, cores)  # before it has begun any thread
    try:
        await _answers(port, probe, process)
        yield Server(port, process.pid)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _answers(port: int, path: str, process: asyncio.subprocess.Process) -> None:
    until = time.monotonic() + 120
    while process.returncode is None and time.monotonic() < until:
        connection = Connection(port)
        with suppress(OSError, EOFError):
            if (await connection.ask(request("GET", path)))[0] == 200:
                return
        connection.close()
        await asyncio.sleep(0.1)
    raise OSError(f"{process.pid} doesn't answer at port {port}")


@dataclass(slots=True)
class Cues:
    """`ready` is set once the generator's first line on standard error has come; it is told when `over` is set."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


async def generated(plan: Mapping[str, Any], cues: Cues | None = None) -> dict[str, Any]:
    """What a generator process makes of a plan."""
    environment = {**os.environ, "PYTHONPATH": str(SAMPLE.parents[1])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "eval.load.generator", env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if cues else None,
    )  # fmt: skip
    reading = asyncio.create_task(_first_line(process, cues)) if cues else None
    try:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(plan).encode() + b"\n")
        if cues:
            await process.stdin.drain()
            await cues.over.wait()
        process.stdin.close()
        told = json.loads(await process.stdout.read())
        if reading:
            told.update(await reading)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
    made: dict[str, Any] = told
    return made


async def _first_line(process: asyncio.subprocess.Process, cues: Cues) -> dict[str, Any]:
    assert process.stderr
    line = await process.stderr.readline()
    cues.ready.set()
    rest = await process.stderr.read()
    if rest:
        sys.stderr.buffer.write(rest)
    told: dict[str, Any] = json.loads(line or b"{}")
    return told
