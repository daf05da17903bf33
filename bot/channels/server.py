"""uvicorn's protocol with a patience: a client that doesn't get its headers out in time is cut. uvicorn itself waits for ever."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Server(uvicorn.Server):
    """Says that it serves once it does, and never where it couldn't begin."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


class Patient(HttpToolsProtocol):
    """`slow_s` is set on a subclass: uvicorn makes the protocol by its class."""

    slow_s = 10.0
    _waiting: asyncio.TimerHandle | None = None
    _is_begun = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Most headers come in one piece, and need no timer."""
        super().data_received(data)
        if self._is_begun:
            self._is_begun = False
            self._wait()

    def on_message_begin(self) -> None:
        self._is_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_begun = False
        self._came()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._came()
        self._waiting = self.loop.call_later(self.slow_s, self._cut)

    def _came(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _cut(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


def patient(slow_s: float) -> type[Patient]:
    return type("Patient", (Patient,), {"slow_s": slow_s})
