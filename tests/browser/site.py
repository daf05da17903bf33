"""A served shop whose network can be made to fail."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, Self

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from bot.channels.web import create_app
from bot.settings import Settings
from bot.types import Message as Said
from bot.types import Reply, Turn, Verdict
from bot.wiring import open_shop


class Site:
    """`cuts`: how many of the next streamed replies break off after their first piece, or where the whole reply would come."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(open_shop(settings))
        self.cuts = 0
        self.asked: list[str] = []
        self._streams: set[asyncio.Task[None]] = set()
        config = uvicorn.Config(
            self._served, interface="asgi3", port=0, log_level="critical", timeout_graceful_shutdown=0
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server ended"
            time.sleep(0.02)
        self.base = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def colleague(self, conversation_id: str, text: str, has: bool = True) -> None:
        """What the desk keeps of a colleague's words: a turn in which the customer wrote nothing. `has`: the clerk is silent from then on."""

        async def keep() -> None:
            message = Said(f"desk/{secrets.token_hex(8)}", conversation_id, "", datetime.now(UTC), "web")
            turn = Turn(message, Reply(text, "en", "person", 1.0, handed_off=has), Verdict((text,)))
            async with self.app.state.shop.conversations.open(conversation_id) as opened:
                await opened.keep(turn, opened.conversation)

        self.run(keep())

    def cut_followers(self) -> None:
        """End all streams of events, as a network does."""

        async def cut() -> None:
            for stream in self._streams:
                stream.cancel()

        self.run(cut())

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        path = scope.get("path", "")
        self.asked.append(f"{scope.get('method')} {path}")
        if path.endswith("/events"):
            task = asyncio.ensure_future(self.app(scope, receive, send))
            self._streams.add(task)
            try:
                await task
            except asyncio.CancelledError:
                raise ConnectionResetError from None
            finally:
                self._streams.discard(task)
        elif path == "/v1/chat/stream" and self.cuts:
            self.cuts -= 1

            async def cut(message: Message) -> None:
                said = message.get("body", b"")
                if b"event: reply" not in said:
                    await send(message)
                if b"event: " in said:
                    raise ConnectionResetError

            await self.app(scope, receive, cut)
        else:
            await self.app(scope, receive, send)
