"""The deliverer: what the outbox holds leaves by its door, in order within an address, with pauses that the channel asks for."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from bot.logs import logger
from bot.mail import Delivered, Later, Outcome, Outgoing, Refused
from bot.seams import Askable, Door
from bot.serving.living import Living
from bot.serving.trouble import Trouble
from bot.stores import points
from bot.stores.outbox import Head, Lane, Outbox

SEND_S = 30.0
"""How long a send may take; then it is tried again, though it may have arrived."""
ASK_S = 10.0
"""How long a channel is asked whether a send arrived; then it is made again."""
FAULTS = 5
"""Sends of a message that raised something, after which it is set aside."""
LONGEST_S = 72 * 3600.0
"""How long a message that a channel can't take now is tried."""
SWEEP_S = 1.0
"""How often it looks for what nobody rang for: another process's, or that of a deliverer that died."""
_FIRST_S, _MOST_S = 0.5, 60.0
"""Pauses where the channel names none: doubled from the first to the most."""

Undelivered = Callable[[Outgoing, str], Awaitable[object]]


class Deliverer:
    def __init__(self, outbox: Outbox, doors: Mapping[str, Door], living: Living, trouble: Trouble) -> None:
        self._outbox, self._doors, self._living, self._trouble = outbox, doors, living, trouble
        self._gates = {name: asyncio.Semaphore(door.at_once) for name, door in doors.items()}
        self._shut_until: dict[str, float] = {}
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._rung: set[Lane] = set()
        self._faults: dict[str, int] = {}
        self._recalled: set[str] = set()
        self._recalling = asyncio.Lock()
        self._closing = asyncio.Event()
        self.undelivered: Undelivered = _untold
        """Told what was set aside, and why."""

    def ring(self, outgoing: Iterable[Outgoing]) -> None:
        """Something was put into the outbox."""
        for one in outgoing:
            if one.channel in self._doors:
                self._begin(Lane(one.channel, one.address))

    async def sweep(self) -> None:
        """Begin with what was put there behind our back; of a channel that another process delivers, nothing."""
        for name in self._doors:
            if self._living.is_only(f"deliverer-{name}"):
                for lane in await self._outbox.lanes(name):
                    if lane not in self._lanes:
                        self._begin(lane)

    async def close(self, within_s: float) -> None:
        """Begin no more sends, and wait for those under way: a send that is cut off is made again."""
        self._closing.set()
        if self._lanes:
            _, late = await asyncio.wait(self._lanes.values(), timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, lane: Lane) -> None:
        if self._closing.is_set() or not self._living.is_only(f"deliverer-{lane.channel}"):
            return
        self._rung.add(lane)
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.create_task(self._empty(lane))

    async def _empty(self, lane: Lane) -> None:
        """Send what waits in a lane, until nothing does."""
        try:
            while lane in self._rung and not self._closing.is_set():
                self._rung.discard(lane)
                while not self._closing.is_set() and (head := await self._head(lane)) is not None:
                    pause = max(head.next_at, self._shut_until.get(lane.channel, 0.0)) - time.time()
                    if pause > 0:
                        await self._pause(pause)
                    elif not await self._found(self._doors[lane.channel], head):
                        await self._send(self._doors[lane.channel], head)
        finally:
            del self._lanes[lane]
            if lane in self._rung and not self._closing.is_set():
                self._begin(lane)

    async def _head(self, lane: Lane) -> Head | None:
        while True:
            try:
                return await self._outbox.head(lane)
            except sqlite3.Error as error:
                self._trouble.failed(error)
                await self._pause(1.0)
                if self._closing.is_set():
                    return None

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass

    async def _found(self, door: Door, head: Head) -> bool:
        """Whether a send of which nobody knows did arrive: asked beside other lanes, whose sends don't wait for it."""
        if not head.noted or not isinstance(door, Askable):
            return False
        try:
            await self._recall(door)
            async with asyncio.timeout(ASK_S):
                found = await door.arrived(head.outgoing, head.noted, await self._outbox.beside(head.outgoing))
        except TimeoutError:
            return False
        except sqlite3.Error as error:
            self._trouble.failed(error)
            return False
        except Exception:  # noqa: BLE001 - then it is sent again
            logger().error("asking_failed", key=head.outgoing.key, trace=traceback.format_exc())
            return False
        if found is None:
            return False
        logger().info(
            "send_asked", key=head.outgoing.key, channel=door.channel, has_arrived=isinstance(found, Delivered)
        )
        if isinstance(found, Delivered) and head.unsure:
            found = Delivered()  # which of several it is, nobody knows
        await self._note(head, found)
        return True

    async def _send(self, door: Door, head: Head) -> None:
        """One send, and a note of what came of it: until that is written, the door's place is taken."""
        async with self._gates[door.channel]:
            if self._closing.is_set() or self._shut_until.get(door.channel, 0.0) > time.time():
                return
            points.reach("send.chosen")
            if isinstance(door, Askable) and not await self._begun(door, head.outgoing):
                return
            outcome = await self._outcome(door, head.outgoing)
            points.reach("send.made")
            await self._note(head, outcome)

    async def _begun(self, door: Askable, outgoing: Outgoing) -> bool:
        """Whether it may be sent: a note of it stands, where one is wanted, by which it can be asked for."""
        try:
            await self._recall(door)
            noted = door.before(outgoing)
            return not noted or await self._outbox.begin(outgoing, noted)
        except sqlite3.Error as error:
            self._trouble.failed(error)
            await self._pause(_FIRST_S)
            return False

    async def _recall(self, door: Askable) -> None:
        async with self._recalling:
            if door.channel not in self._recalled:
                await door.recall(*await self._outbox.lately(door.channel))
                self._recalled.add(door.channel)

    async def _outcome(self, door: Door, outgoing: Outgoing) -> Outcome:
        try:
            async with asyncio.timeout(SEND_S):
                return await door.send(outgoing)
        except TimeoutError:
            return Later(f"no answer within {SEND_S:g} s", is_unsure=True)
        except Exception as error:  # noqa: BLE001 - a message that breaks its door must not stop those behind it
            count = self._faults[outgoing.key] = self._faults.get(outgoing.key, 0) + 1
            logger().error("send_failed", key=outgoing.key, count=count, trace=traceback.format_exc())
            told = f"{type(error).__name__}: {error}"
            return Refused(f"{told} ({count} times)") if count >= FAULTS else Later(told, is_unsure=True)

    async def _note(self, head: Head, outcome: Outcome) -> None:
        """Written as soon as it can be: what was sent isn't sent again because the disk is full."""
        while True:
            try:
                return await self._write(head, outcome)
            except sqlite3.Error as error:
                self._trouble.failed(error)
                await asyncio.sleep(0.2)

    async def _write(self, head: Head, outcome: Outcome) -> None:
        outgoing = head.outgoing
        match outcome:
            case Delivered(receipt):
                self._faults.pop(outgoing.key, None)
                await self._outbox.sent(outgoing, receipt)
            case Later(reason, after_s, whole_door, is_unsure) if time.time() - head.since < LONGEST_S:
                next_at = time.time() + (pause_s(outgoing.tries) if after_s is None else max(0.0, after_s))
                if whole_door:
                    self._shut_until[outgoing.channel] = next_at
                await self._outbox.later(outgoing, next_at, reason, is_unsure=is_unsure)
            case Later(reason) | Refused(reason):
                logger().error("send_set_aside", key=outgoing.key, channel=outgoing.channel, reason=reason)
                self._faults.pop(outgoing.key, None)
                await self._outbox.set_aside(outgoing, reason)
                await self.undelivered(outgoing, reason)


async def _untold(outgoing: Outgoing, reason: str) -> None:
    """The log and /readyz know."""


def pause_s(tries: int) -> float:
    """Seconds until the next try: doubled each time, and spread, so that not all come back at once."""
    return float(min(_MOST_S, _FIRST_S * 2 ** min(tries, 10))) * random.uniform(0.8, 1.2)


def by_channel(doors: Sequence[Door]) -> dict[str, Door]:
    return {door.channel: door for door in doors}
