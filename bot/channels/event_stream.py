"""Server-sent events as bytes that were made once, however many pages they go to. FastAPI's own stream makes them for each, in three tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Generic, TypeVar

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

T = TypeVar("T")
PING_S = 15.0
"""A sign of life, so that nothing between us and the page thinks the stream dead."""
_REMEMBERED = 500


class EventStream(Response):
    """Goes on until its events end, the page has gone, or `longest_s` are over: then the page comes back."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None], longest_s: float, status_code: int = 200) -> None:
        super().__init__(status_code=status_code, headers={"cache-control": "no-cache", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._events, self._longest_s = events, longest_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        telling = asyncio.create_task(self._tell(send))
        tasks = {telling, asyncio.create_task(_gone(receive))}
        until = asyncio.get_running_loop().time() + self._longest_s
        try:
            while (left := until - asyncio.get_running_loop().time()) > 0:
                done, _ = await asyncio.wait(tasks, timeout=min(PING_S, left), return_when=asyncio.FIRST_COMPLETED)
                if done:
                    break
                if left > PING_S:
                    await _send(send, KEEPALIVE_COMMENT)
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            async for event in events:
                await _send(send, event)


class Made(Generic[T]):
    """The last events by their numbers: each is made, as JSON, for the first page that it goes to."""

    def __init__(self, name: str, make: Callable[[T], str]) -> None:
        self._name, self._make = name, make
        self._of: dict[int, bytes] = {}

    def event(self, number: int, of: T) -> bytes:
        """As it goes over the wire."""
        made = self._of.get(number)
        if made is None:
            if len(self._of) >= _REMEMBERED:
                del self._of[next(iter(self._of))]
            made = self._of[number] = format_sse_event(data_str=self._make(of), event=self._name, id=str(number))
        return made


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
