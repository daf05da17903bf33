"""JSON over HTTP on the loopback, both sides: just enough for a channel that is made up and a customer who retries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

Json = Mapping[str, Any]
Handler = Callable[[str, Json], Awaitable[tuple[int, Json]]]
"""Path and body to status and body."""


class Client:
    """One connection, opened anew where it was cut. Raises OSError, EOFError and TimeoutError."""

    def __init__(self, port: int, timeout_s: float = 30.0) -> None:
        self._port, self._timeout_s = port, timeout_s
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: Json, token: str = "") -> tuple[int, Json]:
        """`token` opens the conversation that it opened first."""
        return await self._ask("POST", path, json.dumps(body).encode(), token)

    async def get(self, path: str) -> tuple[int, Json]:
        return await self._ask("GET", path, b"")

    async def _ask(self, method: str, path: str, content: bytes, token: str = "") -> tuple[int, Json]:
        try:
            async with asyncio.timeout(self._timeout_s):
                if self._open is None:
                    self._open = await asyncio.open_connection("127.0.0.1", self._port)
                reader, writer = self._open
                head = f"{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n"
                head += f"x-conversation-token: {token}\r\n\r\n" if token else "\r\n"
                writer.write(head.encode() + content)
                await writer.drain()
                line, body = await _message(reader)
                return int(line.split()[1]), _json(body)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._open:
            self._open[1].close()
        self._open = None


def _json(body: bytes) -> Json:
    """A server that is stopping says so in plain text."""
    try:
        told: Json = json.loads(body or b"{}")
    except ValueError:
        return {}
    return told


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    """A server; its port."""
    tasks: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with suppress(OSError, EOFError, asyncio.CancelledError):
            while True:
                line, body = await _message(reader)
                status, answer = await handler(line.split()[1], json.loads(body or b"{}"))
                content = json.dumps(answer).encode()
                writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content)
                await writer.drain()
        writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _message(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """(first line, body). Raises EOFError where the other side has gone."""
    line = (await reader.readline()).decode()
    if not line.strip():
        raise EOFError
    length = 0
    while header := (await reader.readline()).strip():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return line, await reader.readexactly(length)
