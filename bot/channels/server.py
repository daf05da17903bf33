"""uvicorn's protocol with a patience: a client that doesn't get its headers out in time, or never ends them, is cut. uvicorn itself waits
for ever, and keeps whatever comes."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.settings import Settings

FINISH_S = 4
"""How long open connections may take to end; with the turns and sends under way that is less than the ten seconds a stop may take."""
KEEP_ALIVE_S = 75
"""Longer than nginx keeps an idle connection (60): who closes first must not be us, or a request that is under way meets a closed door and the visitor a 502."""
MOST_BESIDE = 256 * 1024
"""Bytes of a request that are no body: headers, chunks' sizes, trailers. uvicorn keeps them all, and they never end by themselves."""
_KEYED = re.compile(r"(/v1/(?:chatwoot|reminders)/)[^/? ]+")
_SEES_REQUESTS = ("debug", "info")
"""Levels at which each request is a line of the log; at the others none is put together."""


class Server(uvicorn.Server):
    """Says that it serves once it does, and never where it couldn't begin. Who still waits when it has to end is told to come again, not cut off."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None], send_off: Callable[[], None]) -> None:
        """`send_off` is called a second before connections are cut."""
        super().__init__(config)
        self._tell, self._send_off = tell, send_off

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        leaving = asyncio.get_running_loop().call_later(FINISH_S - 1, self._send_off)
        await super().shutdown(sockets)
        leaving.cancel()


class Patient(HttpToolsProtocol):
    """`slow_s` is set on a subclass: uvicorn makes the protocol by its class."""

    slow_s = 10.0
    _waiting: asyncio.TimerHandle | None = None
    _is_begun = False
    _beside = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Most headers come in one piece, and need no timer."""
        self._beside += len(data)
        super().data_received(data)
        if self._beside > MOST_BESIDE:
            self._cut()
        if self._is_begun:
            self._is_begun = False
            self._wait()

    def on_message_begin(self) -> None:
        self._is_begun, self._beside = True, 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._beside -= len(body)
        super().on_body(body)

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


def config_of(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How every door over HTTP is served."""
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_level=settings.log_level, timeout_graceful_shutdown=FINISH_S, timeout_keep_alive=KEEP_ALIVE_S,
        http=patient(settings.slow_s), forwarded_allow_ips=settings.proxies, access_log=settings.log_level in _SEES_REQUESTS,
    )  # fmt: skip
    logging.getLogger("uvicorn.access").addFilter(_discreet)
    return config


def _discreet(record: logging.LogRecord) -> bool:
    """A line of the log with no key in it that stands in a path."""
    if isinstance(record.args, tuple):
        record.args = tuple(_KEYED.sub(r"\1***", one) if isinstance(one, str) else one for one in record.args)
    return True
