"""Pages that follow conversations while turns are written by another process: how long after the commit each hears of one, and whether of each once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.stores import visitors
from bot.stores.conversations import SqlConversations
from bot.stores.file import SqliteFile
from bot.types import Message, Reply, Turn, Verdict
from eval.load.generator import token_of
from eval.load.server import Cues, Server, generated

_TEXT = "Delivery to Canada takes 7 to 12 working days and costs $12.00; it is free from $80.00 on."

Written = list[tuple[str, float]]
"""(message id, when its commit returned) of one conversation, in order."""


async def pages(
    server: Server, file: Path, *, pages: int, conversations: int, writes: float, seconds: float, cut_share: float, seed: int
) -> dict[str, Any]:  # fmt: skip
    """`file` is the shop's database."""
    names = [f"page-{number}" for number in range(conversations)]
    await _owned(file.with_name("access.sqlite"), names)
    following = [(names[number % conversations], token_of(names[number % conversations])) for number in range(pages)]
    cues = Cues()
    asked = {
        "kind": "follow",
        "port": server.port,
        "pages": following,
        "seconds": seconds,
        "cut_share": cut_share,
        "seed": seed,
    }
    generating = asyncio.create_task(generated(asked, cues))
    await _either(cues.ready, generating)
    before = server.cpu_s()
    written = await _write(file, names, writes, seconds, seed)
    used = server.cpu_s() - before
    cues.over.set()
    told = await generating
    return {
        **compared(written, told["pages"]), "pages": pages, "conversations": conversations, "turns": sum(map(len, written.values())),
        "all_connected_s": told["ready_s"], "server_cpu_share": round(used / seconds, 2), "generator": told["generator"],
    }  # fmt: skip


def compared(written: Mapping[str, Written], heard: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Every page against what was written in its conversation. What a page missed while it was cut it hears late: that isn't a delay of ours
    and is counted apart."""
    missed = doubled = swapped = ended = 0
    delays: list[float] = []
    late: list[float] = []
    for page in heard:
        expected = written.get(page["conversation"], [])
        at = dict(expected)
        ids = [name for name, _ in page["heard"]]
        missed += len(at.keys() - set(ids))
        doubled += sum(times - 1 for times in Counter(ids).values())
        swapped += list(dict.fromkeys(ids)) != [name for name, _ in expected if name in ids]
        ended += len(page["ended"])
        for name, when in page["heard"]:
            (late if page["cuts"] else delays).append(1000 * (when - at[name]))
    delays.sort()
    return {
        "expected": sum(len(written.get(page["conversation"], ())) for page in heard), "events": len(delays) + len(late), "missed": missed, "doubled": doubled, "out_of_order": swapped, "unasked_ends": ended,
        "cut_pages": sum(bool(page["cuts"]) for page in heard), "cuts": sum(page["cuts"] for page in heard),
        **{f"p{share}_ms": round(delays[min(len(delays) - 1, len(delays) * share // 100)], 1) if delays else 0.0 for share in (50, 95, 99)},
        "max_ms": round(delays[-1], 1) if delays else 0.0,
    }  # fmt: skip


async def _owned(file: Path, names: Sequence[str]) -> None:
    """Each conversation gets its owner, without a turn."""

    async def is_known(name: str) -> bool:
        return False

    access = SqliteFile(file, visitors.SCHEMA)
    owners = visitors.Visitors(access, is_known)
    await asyncio.gather(*(owners.enter(name, token_of(name), None, datetime.now(UTC)) for name in names))
    await access.close()


async def _write(file: Path, names: Sequence[str], rate: float, seconds: float, seed: int) -> dict[str, Written]:
    """Turns at an even rate, into conversations at random, by a process that isn't the server."""
    store, rng = SqlConversations(file), random.Random(seed)
    written: dict[str, Written] = {name: [] for name in names}
    started = time.monotonic()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        name = rng.choice(names)
        message = Message(f"w{number}", name, "How much is delivery to Canada?", datetime.now(UTC), channel="web")
        turn = Turn(message, Reply(_TEXT, "en", "ask", 0.9), Verdict((_TEXT,)))
        async with store.open(name) as opened:
            await opened.keep(turn, replace(opened.conversation, turns=(*opened.conversation.turns, turn)))
        written[name].append((message.id, time.monotonic()))
    await store.close()
    return written


async def _either(ready: asyncio.Event, generating: asyncio.Task[Any]) -> None:
    """A generator that ends before it is ready has failed."""
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait([waiting, generating], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if generating.done():
        generating.result()
