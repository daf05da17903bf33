"""The rounds that an open shop makes beside its turns. Each goes on for ever: what it meets is logged, and it looks again."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from bot.errors import NotTaken
from bot.logs import logger
from bot.people.desk import Desk
from bot.serving.notices import Notices
from bot.stores.conversations import SqlConversations
from bot.stores.visitors import Visitors
from knowledge_base.errors import KnowledgeError
from retrieval.errors import RetrievalError
from retrieval.index import Index

SWEEP_EVERY_S = 3600.0
TEND_EVERY_S = 1.0
"""How often the desk looks for customers whose colleague has gone."""
NOTICE_EVERY_S = 60.0
"""How often messages that customers asked for are looked at where the index hasn't changed."""
LOOK_EVERY_S = 1.0
"""How often a running process looks for a newer generation."""


@asynccontextmanager
async def beside(*rounds: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """The rounds go on for as long as the context is open."""
    tasks = [asyncio.create_task(one) for one in rounds]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def follow(index: Index, rebuild: Callable[[], object]) -> None:
    """Take up what is newer beside the turns that still use what was: generation, model, rules. What was deleted under us is built anew."""
    fault = ""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            if not index.is_whole():
                logger().error(
                    "index_lost", todo="it is built anew from the shop's files; answers come from what is open"
                )
                await asyncio.to_thread(rebuild)
            await asyncio.to_thread(index.refresh)
            if index.fault_of_rules not in ("", fault):
                logger().error("rules_not_taken_up", reason=index.fault_of_rules)
            fault = index.fault_of_rules
        except (KnowledgeError, RetrievalError, OSError) as error:
            logger().warning("index_not_taken_up", reason=str(error))
            await asyncio.sleep(LOOK_EVERY_S)


async def sweep(keep_days: int | None, conversations: SqlConversations, owners: Visitors) -> None:
    """Forget what is older than the shop keeps it; None keeps it for ever."""
    while keep_days is not None:
        try:
            old = datetime.now(UTC) - timedelta(days=keep_days)
            for conversation_id in await conversations.forget_before(old):
                await owners.forget(conversation_id, datetime.now(UTC))
            await owners.forget_before(old)
        except (sqlite3.Error, NotTaken) as error:
            logger().warning("not_swept", reason=str(error))
        await asyncio.sleep(SWEEP_EVERY_S)


async def tend(desk: Desk) -> None:
    """Bring the clerk back to customers whose colleague has gone."""
    while True:
        await asyncio.sleep(TEND_EVERY_S)
        try:
            await desk.look()
            if desk.is_told:
                await desk.tend(time.time())
        except (sqlite3.Error, NotTaken) as error:
            logger().warning("desk_not_tended", reason=str(error))


async def notify(index: Index, notices: Notices) -> None:
    """Look after each update of the index, and every minute for nights that end and days that are over."""
    looked_at, number = 0.0, 0
    while True:
        try:
            generation = index.current()
            if generation.number != number or time.monotonic() - looked_at >= NOTICE_EVERY_S:
                looked_at, number = time.monotonic(), generation.number
                await notices.look(generation.catalogue, datetime.now(UTC))
        except (sqlite3.Error, RetrievalError) as error:
            logger().warning("notices_not_looked_at", reason=str(error))
        await asyncio.sleep(LOOK_EVERY_S)
