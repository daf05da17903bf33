"""Pages that follow their conversations, many at once; some are cut and come back with the last id that they saw."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.load.connection import Connection, request

_OPENED_AT_ONCE = 50
_STILL_S = 3.0
_AWAY_S = 0.05, 1.0
"""How long a page that was cut stays away."""


@dataclass(slots=True)
class Page:
    """One client; `heard` is (message id, when) in the order of arrival, over all its connections."""

    port: int
    conversation: str
    token: str
    heard: list[tuple[str, float]] = field(default_factory=list)
    last_id: str = ""
    cuts: int = 0
    ended: list[str] = field(default_factory=list)
    """Why the server let go of it: it should never."""
    is_over: bool = False
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    _connection: Connection | None = None
    _is_cut: bool = False

    async def follow(self, gate: asyncio.Semaphore) -> None:
        while not self.is_over:
            self._connection = Connection(self.port)
            try:
                await self._read(self._connection, gate)
            except (OSError, EOFError, ValueError) as error:
                if not (self._is_cut or self.is_over):
                    self.ended.append(f"{type(error).__name__}: {error}"[:200])
            self._is_cut = False
            if not self.is_over:
                await asyncio.sleep(random.uniform(*_AWAY_S))

    def cut(self) -> None:
        if self._connection is not None and self.is_open.is_set():
            self.cuts, self._is_cut = self.cuts + 1, True
            self._connection.close()

    def end(self) -> None:
        self.is_over = True
        if self._connection is not None:
            self._connection.close()

    async def _read(self, connection: Connection, gate: asyncio.Semaphore) -> None:
        """Until it is cut: a stream that ends is an error."""
        headers = {"x-conversation-token": self.token, "accept": "text/event-stream"}
        if self.last_id:
            headers["last-event-id"] = self.last_id
        async with gate:
            reader, writer = await connection.opened()
            writer.write(request("GET", f"/v1/conversations/{self.conversation}/events", headers))
            head = await reader.readuntil(b"\r\n\r\n")
        if head[9:12] != b"200":
            raise ValueError(head.split(b"\r\n")[0].decode())
        self.is_open.set()
        event: dict[str, str] = {}
        while line := await reader.readline():  # sizes of chunks are lines, too: none of them begins like a field
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name in ("id", "data"):
                event[name] = value
            elif not name and "data" in event:
                self.heard.append((json.loads(event["data"])["message_id"], time.monotonic()))
                self.last_id, event = event["id"], {}
        raise EOFError("the stream ended")


async def follow(plan: Mapping[str, Any]) -> dict[str, Any]:
    """`pages` are (conversation, token). A line on standard error tells when all of them are connected; the end of standard input, that nothing
    more is written: then it goes on until nobody has heard anything for a while."""
    gate, begun = asyncio.Semaphore(_OPENED_AT_ONCE), time.monotonic()
    pages = [Page(plan["port"], conversation, token) for conversation, token in plan["pages"]]
    running = [asyncio.create_task(page.follow(gate)) for page in pages]
    await asyncio.gather(*(page.is_open.wait() for page in pages))
    print(json.dumps({"ready_s": round(time.monotonic() - begun, 2)}), file=sys.stderr, flush=True)
    cutting = asyncio.create_task(_cut_some(pages, plan))
    await asyncio.to_thread(sys.stdin.read)
    await cutting
    before = -1
    while before < (heard := sum(len(page.heard) for page in pages)):
        before = heard
        await asyncio.sleep(_STILL_S)
    for page in pages:
        page.end()
    await asyncio.gather(*running)
    return {"pages": [{"conversation": page.conversation, "heard": page.heard, "cuts": page.cuts, "ended": page.ended} for page in pages]}  # fmt: skip


async def _cut_some(pages: list[Page], plan: Mapping[str, Any]) -> None:
    """Two cuts for a share of the pages, at random moments of the first three quarters."""
    rng, started = random.Random(plan["seed"]), time.monotonic()
    some = rng.sample(pages, round(len(pages) * plan["cut_share"]))
    moments = sorted((rng.uniform(0.0, 0.75) * plan["seconds"], number) for number in range(2 * len(some)))
    for after, number in moments:
        await asyncio.sleep(max(0.0, started + after - time.monotonic()))
        some[number // 2].cut()
