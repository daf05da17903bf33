"""The reception: doors hand in messages and get them committed; a door that waits gets its reply. The worker and the deliverer do the rest."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from bot.engine import Engine
from bot.errors import CameBefore, Forgotten, Gone, NotTaken, SetAside
from bot.logs import logger
from bot.mail import Incoming, Outgoing
from bot.seams import Door
from bot.serving.deliverer import Deliverer, Undelivered, by_channel
from bot.serving.intake import Intake
from bot.serving.listeners import Hear, Listeners
from bot.serving.living import Living
from bot.serving.merging import Merging
from bot.serving.trouble import Trouble, look
from bot.serving.worker import Worker
from bot.stores import points
from bot.stores.conversations import SqlConversations
from bot.stores.database import reason_of
from bot.stores.inbox import Inbox, Known
from bot.stores.outbox import Outbox
from bot.types import Message, Reply

LOOK_EVERY_S = 1.0
"""How often the reception looks for messages of processes that died, and whether trouble is over."""
_FORGET_EVERY_S = 3600.0
_ASK_AGAIN_S = 0.25
"""How often a door that waits asks the inbox itself: another process may have answered."""


HasGone = Callable[[], Awaitable[bool]]


def rest(text: str, heard: str) -> str:
    """What is still to be told of a kept reply: it may have been found just before its listener was told that it had heard all."""
    return text.removeprefix(heard)


async def _stays() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class State:
    """How the doors are: `trouble` is empty where all is well; the rest are counts."""

    trouble: str
    waiting: int
    to_send: int
    aside: int


class Reception:
    def __init__(
        self, engine: Engine, conversations: SqlConversations, living: Living, doors: Sequence[Door], channels: Collection[str],
        merging: Merging, at_once: int,
    ) -> None:  # fmt: skip
        """`channels` are served beside those of the doors: theirs are doors that wait for their reply."""
        self._engine, self._conversations, self._database = engine, conversations, conversations.database
        self._inbox, self._outbox = Inbox(self._database), Outbox(self._database)
        self._trouble, self._listeners, self._merging = Trouble(), Listeners(), merging
        self._intake = Intake(self._inbox)
        by_name = by_channel(doors)
        self._deliverer = Deliverer(self._outbox, by_name, living, self._trouble)
        self._worker = Worker(
            engine, self._inbox, living, by_name, {*by_name, *channels}, merging, self._listeners, self._trouble,
            self._deliverer.ring, at_once,
        )  # fmt: skip
        self._is_closing = False

    async def take(self, *incoming: Incoming) -> list[Known]:
        """Messages into the inbox; once it returns they may be acknowledged. Raises NotTaken: then none of them may be. Raises CameBefore."""
        if self._is_closing:
            raise NotTaken("closing", "the process is about to end")
        points.reach("inbox.arrived")
        try:
            known = await self._intake.put([_whole(one) for one in incoming])
        except sqlite3.Error as error:
            raise NotTaken(self._trouble.failed(error), str(error)) from error
        self._trouble.is_over()
        for one in incoming:
            self._worker.ring(one.message.conversation_id, self._merging.looked_at(one))
        if again := next((one for one, found in zip(incoming, known, strict=True) if found.came_before), None):
            raise CameBefore(again.once)
        points.reach("inbox.acknowledged")
        return known

    async def answer(self, incoming: Incoming, hear: Hear = lambda piece: None, has_gone: HasGone = _stays) -> Reply:
        """The reply to a message whose door waits for it; that of a message that was answered before is the kept one.

        The turn goes on where nobody waits any more; `has_gone` is asked now and then. Raises NotTaken, CameBefore, SetAside, Forgotten and Gone.
        """
        name = incoming.message.channel, incoming.key
        heard = ""

        def listen(piece: str) -> None:
            nonlocal heard
            heard += piece
            hear(piece)

        with self._listeners.one(name, listen) as listener:
            (known,) = await self.take(incoming)
            while (reply := await self._kept(known, incoming)) is None:
                done, _ = await asyncio.wait([listener.reply], timeout=_ASK_AGAIN_S)
                if done:
                    return listener.reply.result()
                if await has_gone():
                    raise Gone(incoming.key)
                found = await self._inbox.known(*name)
                if found is None and not listener.reply.done():
                    raise Forgotten(incoming.key)
                known = found or known
            for line in rest(reply.text, heard).splitlines(keepends=True):
                hear(line)
            return reply

    async def stream(self, incoming: Incoming) -> AsyncIterator[str | Reply]:
        """The pieces of a reply as they are said, then the reply."""
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        answering = asyncio.create_task(self.answer(incoming, pieces.put_nowait))
        answering.add_done_callback(lambda _: pieces.put_nowait(None))
        try:
            while (piece := await pieces.get()) is not None:
                yield piece
            yield answering.result()
        finally:
            answering.cancel()  # the listening alone
            with suppress(asyncio.CancelledError, Exception):
                await answering

    async def waiting(self, conversation_id: str) -> tuple[Message, ...]:
        """What isn't answered yet, the oldest first."""
        return await self._inbox.waiting(conversation_id)

    async def leave(self, *outgoing: Outgoing) -> None:
        """Sends without a turn, such as a colleague's line; the same key is sent once. Raises NotTaken."""
        try:
            await self._outbox.add(outgoing)
        except sqlite3.Error as error:
            raise NotTaken(self._trouble.failed(error), str(error)) from error
        self._deliverer.ring(outgoing)

    def ring(self, outgoing: Sequence[Outgoing]) -> None:
        """Sends that somebody else has put into the outbox leave at once."""
        self._deliverer.ring(outgoing)

    @property
    def undelivered(self) -> Undelivered:
        """Who is told what was set aside, and why."""
        return self._deliverer.undelivered

    @undelivered.setter
    def undelivered(self, tell: Undelivered) -> None:
        self._deliverer.undelivered = tell

    async def state(self) -> State:
        """For /readyz."""
        try:
            (waiting, aside), (to_send, unsent) = await self._inbox.counts(), await self._outbox.counts()
        except sqlite3.Error as error:
            self._trouble.failed(error)
            waiting = to_send = aside = unsent = -1
        return State(self._trouble.told, waiting, to_send, aside + unsent)

    def send_off(self) -> None:
        """Doors that wait need wait no more: their messages are kept, and whoever sends one again has its reply then."""
        self._listeners.tell_all(NotTaken("closing", "the process is about to end; the message is kept"))

    async def run(self) -> None:
        """Serve until it is closed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._worker.run())
            tasks.create_task(self._look())

    async def close(self, within_s: float) -> None:
        """Take in nothing more; finish the turns and sends under way, within so many seconds."""
        self._is_closing = True
        until = time.monotonic() + within_s
        await self._worker.close(within_s)
        await self._deliverer.close(max(0.5, until - time.monotonic()))

    async def _look(self) -> None:
        forgotten = 0.0
        while not self._is_closing:
            try:
                await self._worker.sweep()
                await self._deliverer.sweep()
                if time.monotonic() - forgotten > _FORGET_EVERY_S or not forgotten:
                    forgotten = time.monotonic()
                    await self._inbox.forget_keys(time.time())
                    await self._outbox.forget_keys(time.time())
                if self._trouble.reason:
                    await look(self._database, self._trouble)
            except sqlite3.Error as error:
                logger().warning("inbox_unreadable", reason=reason_of(error), detail=str(error))
                self._trouble.failed(error)
            except OSError as error:
                logger().warning("not_looked", reason=type(error).__name__, detail=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _kept(self, known: Known, incoming: Incoming) -> Reply | None:
        """The reply of a message that was answered before. Raises SetAside, and Forgotten where its turn is gone."""
        if known.state == "aside" and not known.answered_by:
            raise SetAside(incoming.key, known.reason)
        if known.state not in ("done", "aside"):
            return None
        turn = await self._database.run(lambda _: self._conversations.turn(known.conversation_id, known.answered_by))
        if turn is None:
            raise Forgotten(incoming.key)
        return turn.reply


@asynccontextmanager
async def open_reception(
    engine: Engine, conversations: SqlConversations, folder: Path, doors: Sequence[Door] = (), channels: Collection[str] = (),
    merging: Merging | None = None, at_once: int = 8, drain_s: float = 5.0,
) -> AsyncIterator[Reception]:  # fmt: skip
    """Open until the context is left; what waits from before is served first of all. Locks of processes lie in `folder`."""
    living = Living(folder)
    reception = Reception(engine, conversations, living, doors, channels, merging or Merging(), at_once)
    running = asyncio.create_task(reception.run())
    try:
        yield reception
    finally:
        await reception.close(drain_s)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        living.close()


def _whole(incoming: Incoming) -> Incoming:
    """Half of a surrogate pair can't be written; its place is marked, wherever it stands: one such word would hold up all that come with it."""
    message = incoming.message
    told = {name: _mended(value) for name in _TEXTS if isinstance(value := getattr(message, name), str)}
    broken: dict[str, Any] = {name: text for name, text in told.items() if text != getattr(message, name)}
    return replace(incoming, message=replace(message, **broken)) if broken else incoming


def _mended(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_TEXTS = tuple(one.name for one in fields(Message))
