"""What stands before the app: floods turned away before a byte of them is read, bodies capped, slow clients cut."""

from __future__ import annotations

import asyncio
import math

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.callers import told_too_fast
from bot.channels.limits import Limits
from bot.channels.patience import by
from bot.channels.refusals import problem, too_large

FREE = ("/healthz", "/readyz", "/widget.js", "/demo.js", "/demo.css")
"""Who watches over us is never turned away, nor a page that loads what it is made of."""
_TOLD = "/v1/"
"""What is told there is one person's: no cache between us and them may keep it."""
_FILES = ("/pictures/", "/desk/files/")
BROUGHT = {"/telegram": 1024 * 1024, "/v1/chatwoot": 1024 * 1024}
"""Where one service brings what many customers wrote, and the bytes that its body may have: its secret is asked for before a body is
read, and each customer has a limit of their own behind it. Chatwoot's key may stand behind the path."""


class LimitGate:
    """429 with Retry-After for an address that asks too much, or where all together do."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path in FREE:
            return await self._app(scope, receive, send)
        if brought(path) or path.startswith(_FILES):
            return await self._unless_refused(scope, receive, send)
        if wait_s := await self._wait_s(scope):
            return await _too_much(scope, wait_s)(scope, receive, send)
        return await self._app(scope, receive, send)

    async def _unless_refused(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What a service brings isn't counted, nor a picture. Whoever is refused there is no such service, and counts as anywhere else."""
        is_too_much = False

        async def told(message: Message) -> None:
            nonlocal is_too_much
            is_refused = message["type"] == "http.response.start" and 400 <= message["status"] < 500
            if is_refused and (wait_s := await self._wait_s(scope)):
                is_too_much = True
                await _too_much(scope, wait_s)(scope, receive, send)
            if not is_too_much:
                await send(message)

        await self._app(scope, receive, told)

    async def _wait_s(self, scope: Scope) -> float:
        return await self._limits.wait_s(address=(scope.get("client") or ("",))[0])


def _too_much(scope: Scope, wait_s: float) -> Response:
    seconds = math.ceil(wait_s)
    answer = problem(scope["path"], 429, "Too many requests", told_too_fast(Request(scope), seconds))
    answer.headers["retry-after"] = str(seconds)
    return answer


def brought(path: str) -> int:
    """The bytes of a body there; zero where it is no such path."""
    return BROUGHT.get(path) or BROUGHT.get(path.rpartition("/")[0], 0)


class BodyGate:
    """Refuses a body that says it is too large unread, and one that turns out so where it does; `slow_s` is for the whole body, and
    for each piece of an answer that a client has to take."""

    def __init__(self, app: ASGIApp, limit: int, slow_s: float) -> None:
        self._app, self._limit, self._slow_s = app, limit, slow_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = max(self._limit, brought(scope["path"]))
        headers = Headers(scope=scope)
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told[:20]) > limit:
            return await too_large(scope["path"], limit)(scope, receive, send)
        seen, whole = 0, not told and "transfer-encoding" not in headers
        clock = asyncio.get_running_loop().time
        until = clock() + self._slow_s

        async def counted() -> Message:
            nonlocal seen, whole
            try:
                message = await (receive() if whole else by(until, receive()))
            except TimeoutError:
                raise HTTPException(408, "The request took too long to come.", {"connection": "close"}) from None
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > limit:
                raise HTTPException(413)
            return message

        async def taken(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith(_TOLD):
                _keep_out_of_caches(message)
            await by(clock() + self._slow_s, send(message))

        return await self._app(scope, counted, taken)


def _keep_out_of_caches(start: Message) -> None:
    headers = MutableHeaders(raw=start["headers"])
    headers.setdefault("cache-control", "no-store")
    start["headers"] = headers.raw
