"""Paths that are asked all the time go past the routing, which looks at every route before it finds theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Answer = Callable[[Request], Awaitable[Response]]


class Straight:
    """`posts` are answered behind the same gates as the others, and refused by the same `refusals`; they are routes of the app as well,
    by which they are described and asked in another way."""

    def __init__(self, app: ASGIApp, posts: Mapping[str, Answer], refusals: Mapping[Any, Any]) -> None:
        self._app, self._posts, self._refusals = app, posts, refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in self._posts:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        refused: tuple[type[Exception], ...] = tuple(kind for kind in self._refusals if isinstance(kind, type))
        try:
            response = await self._posts[scope["path"]](request)
        except refused as error:
            response = await self._refusal(request, error)
        await response(scope, receive, send)

    async def _refusal(self, request: Request, error: Exception) -> Response:
        """As the app would have it; what it has no refusal for isn't caught."""
        kind = next(kind for kind in type(error).__mro__ if kind in self._refusals)
        refusal: Response = await self._refusals[kind](request, error)
        return refusal
