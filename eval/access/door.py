"""The web's door in this process: requests as raw bytes, so that hostile ones get there as they are."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.access import Access
from bot.channels.customers import Customers
from bot.channels.signing import Keys
from bot.channels.web import create_app
from bot.settings import Settings, load_settings
from bot.wiring import OpenShop, open_shop

SECRET = b"the trial's own secret of 32 bytes."
AUDIENCE = "shopclerk"
KEYS = Keys.of("whsec_" + "dHJpYWwgb2YgdGhlIGRvb3JzLCBrZXkgb25l")
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Door:
    app: Any
    """ASGI."""
    shop: OpenShop

    async def ask(self, method: str, path: str, headers: Headers = (), body: bytes = b"") -> Answer:
        """One request; an exception that the app lets out is a 500, as a server would make it."""
        came: list[dict[str, Any]] = []
        bodies, ended = [{"type": "http.request", "body": body, "more_body": False}], asyncio.Event()

        async def receive() -> dict[str, Any]:
            """The client stays until it has the whole answer: a stream is heard to its end."""
            if bodies:
                return bodies.pop()
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            came.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                ended.set()

        given = [(name.lower(), value) for name, value in headers]
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
            "root_path": "", "scheme": "http", "headers": [*given, (b"content-length", str(len(body)).encode())],
            "client": ("127.0.0.1", 1), "server": ("trial", 80), "asgi": {"version": "3.0"}, "state": {},
        }  # fmt: skip
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (whatever it is, a customer gets a 500)
            return Answer(500, (), repr(error).encode())
        start: dict[str, Any] = next(
            (one for one in came if one["type"] == "http.response.start"), {"status": 500, "headers": ()}
        )
        return Answer(start["status"], start["headers"], b"".join(one.get("body", b"") for one in came))

    async def say(self, text: str, headers: Headers = (), **more: Any) -> Answer:
        told = json.dumps({"text": text, **more}).encode()
        return await self.ask("POST", "/v1/chat", [(b"content-type", b"application/json"), *headers], told)

    async def forget_tries(self) -> None:
        """Wrong proofs of before lock nothing: else the locks would be all that a trial sees."""
        await self.shop.access.run(_no_tries)


def _no_tries(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM tries")


def signed_in(customer_id: str) -> Headers:
    import jwt

    claims = {"sub": customer_id, "aud": AUDIENCE, "exp": int(time.time()) + 3600}
    return [(b"authorization", b"Bearer " + jwt.encode(claims, SECRET, "HS256").encode())]


def by(token: str | None) -> Headers:
    return [(b"x-conversation-token", token.encode())] if token else []


@asynccontextmanager
async def opened(settings: Settings | None = None) -> AsyncIterator[Door]:
    """Over the sample shop, with keys and customers of the trial's own, in a folder of its own unless `settings` name one."""
    with tempfile.TemporaryDirectory() as folder:
        given = settings or load_settings(data_dir=Path(folder))
        app = create_app(open_shop(given), access=Access(Customers(AUDIENCE, SECRET), KEYS))
        async with app.router.lifespan_context(app):
            yield Door(app, app.state.shop)
