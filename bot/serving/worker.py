"""The worker: conversations in which something waits are claimed and answered side by side, each in order, so many at a time."""

from __future__ import annotations

import asyncio
import heapq
import json
import sqlite3
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256

from bot.engine import Engine
from bot.errors import Forgotten, LostClaim, SetAside
from bot.logs import logger
from bot.mail import Leaving, Outgoing
from bot.seams import Door
from bot.serving.listeners import Listeners
from bot.serving.living import Living
from bot.serving.merging import Merging, merged
from bot.serving.queue import Queue
from bot.serving.trouble import Trouble
from bot.stores import points
from bot.stores.inbox import TRIES, Claimed, Inbox, NotYet, Waiting
from bot.types import Message, Turn

SWEEP_S = 1.0
"""How often it looks for what nobody rang for: messages of a process that died."""
_SWEPT = 500
"""Conversations that a sweep rings for: far more than are answered until the next."""
_THEIRS_S = 2.0
"""How long a message that came while we serve is left to the process that took it in: its customer waits there."""
_ALONE_S = 1.0
"""How long the first turn of a process has it for itself: eight cold turns side by side would all end late, and no customer hear anything."""
_PAUSES_S = (0.1, 0.5, 1.0, 2.0)
"""Pauses before a conversation is tried again whose turn couldn't be kept."""

Left = Callable[[Sequence[Outgoing]], object]


class Worker:
    def __init__(
        self, engine: Engine, inbox: Inbox, living: Living, doors: Mapping[str, Door], channels: Collection[str],
        merging: Merging, listeners: Listeners, trouble: Trouble, left: Left, at_once: int,
    ) -> None:  # fmt: skip
        """`left` is told what a turn put into the outbox."""
        self._engine, self._inbox, self._living, self._doors, self._channels = engine, inbox, living, doors, channels
        self._merging, self._listeners, self._trouble, self._left, self._at_once = merging, listeners, trouble, left, at_once  # fmt: skip
        self._due: list[tuple[float, int, str, bool]] = []
        self._queue = Queue()
        self._swept_to, self._has_swept = "", False
        self._waits: dict[str, float] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._rung: set[str] = set()
        self._failed: dict[str, int] = {}
        self._rings = 0
        self._alone_until = 0.0
        self._is_warm = False
        self._wake = asyncio.Event()
        self._is_closing = False

    def ring(self, conversation_id: str, at: float | None = None, *, is_left: bool = False) -> None:
        """Something waits in it, to be looked at from `at` on (seconds since 1970; at once where left out). `is_left` where it isn't somebody's
        first word: others are served between."""
        at = time.time() if at is None else at  # never before those whose window is over
        if not self._at_once:
            return
        if conversation_id in self._running:
            self._rung.add(conversation_id)
        elif at < self._waits.get(conversation_id, float("inf")):
            self._rings += 1
            self._waits[conversation_id] = at
            heapq.heappush(self._due, (at, self._rings, conversation_id, is_left))
            self._wake.set()

    async def run(self) -> None:
        """Until it is closed."""
        while not self._is_closing:
            self._wake.clear()
            self._begin_what_is_due()
            pause = self._due[0][0] - time.time() if self._due and len(self._running) < self._most else SWEEP_S
            if self._is_alone:
                pause = min(pause, self._alone_until - time.time())
            try:
                async with asyncio.timeout(min(max(pause, 0.001), SWEEP_S)):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def sweep(self) -> None:
        """Ring for conversations in which something waits, the next so many of them each time: at the start, and now and then."""
        if not self._at_once:
            return
        before = time.time() - (_THEIRS_S if self._has_swept else 0.0)
        found, self._swept_to = await self._inbox.conversations(self._channels, before, self._swept_to, _SWEPT)
        self._has_swept = self._has_swept or not self._swept_to
        for conversation_id in found:
            if conversation_id not in self._waits and conversation_id not in self._running:
                self.ring(conversation_id, is_left=True)

    async def close(self, within_s: float) -> None:
        """Begin no more turns and wait for those that run; what isn't finished then is done again by whoever comes next."""
        self._is_closing = True
        self._wake.set()
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin_what_is_due(self) -> None:
        now = time.time()
        while self._due and self._due[0][0] <= now:
            at, _, conversation_id, is_left = heapq.heappop(self._due)
            if self._waits.get(conversation_id) == at:  # else it was rung for an earlier moment meanwhile
                self._waits[conversation_id] = 0.0  # no moment is earlier than that
                self._queue.put(conversation_id, is_left=is_left)
        while self._queue and len(self._running) < self._most:
            conversation_id = self._queue.take()
            del self._waits[conversation_id]
            task = asyncio.create_task(self._serve(conversation_id))
            self._running[conversation_id] = task
            self._alone_until = self._alone_until or now + _ALONE_S

    @property
    def _most(self) -> int:
        """Conversations that may be served just now."""
        return min(1, self._at_once) if self._is_alone else self._at_once

    @property
    def _is_alone(self) -> bool:
        return not self._is_warm and time.time() < self._alone_until

    async def _serve(self, conversation_id: str) -> None:
        """One turn of a conversation, and when to look at it again."""
        try:
            again = await self._one(conversation_id)
        except (LostClaim, sqlite3.IntegrityError) as error:  # another process keeps turns of the same conversation
            again = self._after_failure(conversation_id, str(error))
        except sqlite3.Error as error:
            again = self._after_failure(conversation_id, self._trouble.failed(error))
        except Exception:  # noqa: BLE001 - the worker goes on with the others; this one is tried again, and set aside in the end
            again = self._after_failure(conversation_id, traceback.format_exc())
        else:
            self._failed.pop(conversation_id, None)
            again = time.time() if conversation_id in self._rung else again
        finally:
            self._running.pop(conversation_id, None)
            self._rung.discard(conversation_id)
            self._wake.set()
        if again is not None:
            self.ring(conversation_id, again, is_left=True)

    def _after_failure(self, conversation_id: str, reason: str) -> float:
        """When to try again; how often it failed is forgotten with the first success."""
        count = self._failed[conversation_id] = self._failed.get(conversation_id, 0) + 1
        logger().warning("turn_not_kept", conversation_id=conversation_id, count=count, reason=reason)
        return time.time() + _PAUSES_S[min(count, len(_PAUSES_S)) - 1]

    async def _one(self, conversation_id: str) -> float | None:
        """Serve what is due. When something more is, or may be; None where nothing waits."""
        claim, now = self._living.new_claim(), time.time()
        found = await self._inbox.claim(conversation_id, claim, now, self._merging.first_turn, self._living.is_held)
        if found is None or isinstance(found, NotYet):
            return found.at if found else None
        points.reach("claim.committed")
        if found.rows[0].tries >= TRIES:
            await self._give_up(found)
        else:
            await self._answer(found)
        self._trouble.is_over()
        return time.time() if found.more else None

    async def _answer(self, found: Claimed) -> None:
        errand = _Errand(self._inbox, self._doors, self._merging, found, listened=self._listeners.has(found.rows))
        points.reach("turn.thinking")
        try:
            reply = await self._engine.reply(merged(found.rows), self._listeners.hear(found.rows), errand)
            self._is_warm = True
            if not errand.has_left:  # its turn had been kept before
                await self._inbox.settle(Leaving(found.claim, errand.places), found.rows[0].incoming.message.id)
        except sqlite3.Error:
            await self._let_go(found.claim)
            raise
        except LostClaim:
            await self._tell_forgotten(errand.rows)
            raise
        self._left(errand.outgoing)
        self._listeners.tell(errand.rows, reply)
        points.reach("turn.told")

    async def _let_go(self, claim: str) -> None:
        """The file is the trouble, not the message: it isn't counted as a try."""
        try:
            await self._inbox.free(claim, untried=True)
        except sqlite3.Error:
            return  # the rows stay ours, and whoever claims them next of this process may

    async def _tell_forgotten(self, rows: Sequence[Waiting]) -> None:
        """Rows that are gone were forgotten with their conversation; the others are somebody else's now."""
        for row in rows:
            if await self._inbox.known(row.incoming.message.channel, row.incoming.key) is None:
                self._listeners.tell([row], Forgotten(row.incoming.key))

    async def _give_up(self, found: Claimed) -> None:
        """The customer is told, and the message is set aside for a person to look at."""
        row = found.rows[0]
        reason = f"tried {row.tries} times and never finished"
        named = {"conversation_id": row.incoming.message.conversation_id, "key": row.incoming.key}
        logger().error("message_set_aside", **named, reason=reason)
        errand = _Errand(self._inbox, self._doors, self._merging, found, listened=True, aside=reason)
        try:
            reply = await self._engine.own_up(merged(found.rows), errand)
        except sqlite3.OperationalError:
            await self._let_go(found.claim)
            raise
        except Exception:  # noqa: BLE001 - whatever it is, those behind it are answered
            logger().error("not_owned_up_to", **named, trace=traceback.format_exc())
            await self._inbox.set_aside(found.rows, found.claim, reason)
            self._listeners.tell(found.rows, SetAside(row.incoming.key, reason))
            return
        self._left(errand.outgoing)
        self._listeners.tell(found.rows, reply)


class _Errand:
    """What one claim brings to its turn, and what the turn leaves."""

    def __init__(
        self, inbox: Inbox, doors: Mapping[str, Door], merging: Merging, found: Claimed, *, listened: bool, aside: str = ""
    ) -> None:  # fmt: skip
        """`listened` where somebody hears the turn as it is made: it can't be thought over then. `aside` is why its rows are set aside."""
        self._aside = aside
        self._inbox, self._doors, self._merging, self._listened = inbox, doors, merging, listened
        self._claim, self.rows = found.claim, found.rows
        self.outgoing: tuple[Outgoing, ...] = ()
        self.has_left = False

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(row.place for row in self.rows)

    @property
    def address(self) -> str:
        return self.rows[0].incoming.address

    async def newer(self, message: Message) -> Message | None:
        if self._listened or not self._merging.may_grow(self.rows):
            return None
        newer = await self._inbox.claim_newer(message.conversation_id, self._claim, self.rows, self._merging.taken_in)
        self.rows += newer
        return merged(self.rows) if newer else None

    def leaving(self, turn: Turn) -> Leaving:
        self.has_left, self.outgoing = True, _outgoing(self._doors, self.rows[0], turn)
        return Leaving(self._claim, self.places, self.outgoing, self._aside)


def _outgoing(doors: Mapping[str, Door], row: Waiting, turn: Turn) -> tuple[Outgoing, ...]:
    """The sends that tell a turn; a door that waits for its reply has none. The same turn makes the same keys."""
    message, address = turn.message, row.incoming.address
    door = doors.get(message.channel)
    if door is None:
        return ()
    named = sha256(json.dumps([message.channel, message.conversation_id, message.id]).encode()).hexdigest()[:32]
    return tuple(
        Outgoing(f"{named}/{number}", draft.channel or message.channel, message.conversation_id, draft.address or address, draft.body)
        for number, draft in enumerate(door.told(turn, address))
    )  # fmt: skip
