"""One HTTP/1.1 connection that is kept open: as little work a request as can be, so that the server is what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

HOST = "127.0.0.1"


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of a request; made beforehand they cost nothing while the clock runs."""
    lines = [f"{method} {path} HTTP/1.1", "host: x", "content-type: application/json", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """Opened at the first request, and anew where it was cut. Raises OSError and EOFError."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, made: bytes) -> tuple[int, bytes]:
        """(status, body)."""
        try:
            reader, writer = self._open or await self.opened()
            writer.write(made)
            head = await reader.readuntil(b"\r\n\r\n")
            return int(head[9:12]), await reader.readexactly(length_of(head))
        except BaseException:
            self.close()
            raise

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._open = await asyncio.open_connection(HOST, self._port)
        return self._open

    def close(self) -> None:
        if self._open:
            self._open[1].transport.abort()
        self._open = None


def length_of(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"content-length:")
    return int(lower[start + 15 : lower.index(b"\r", start)]) if start >= 0 else 0
