"""A clerk who answers at once, and doors that note what leaves by them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.mail import Delivered, Draft, Incoming, Outcome, Outgoing
from bot.seams import NOTHING
from bot.serving.merging import Merging
from bot.serving.reception import Reception, open_reception
from bot.stores.conversations import SqlConversations
from bot.types import Message, Reply, Turn, Verdict

AT_ONCE = Merging(0.0)


def incoming(key: str, conversation: str = "c", text: str = "", **more: Any) -> Incoming:
    channel = more.pop("channel", "chat")
    message = Message(key, conversation, text or key, datetime.now(UTC), channel=channel)
    return Incoming(message, key, address=more.pop("address", conversation), **more)


class EchoClerk:
    """In the Engine's place: says what it heard, and keeps the turn with what leaves. `think_s` is waited for in each turn."""

    def __init__(self, conversations: SqlConversations, think_s: float = 0.0) -> None:
        self.conversations, self.think_s = conversations, think_s
        self.heard: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        """By conversation, what its turns wait for before they are over."""
        self.fail: Callable[[Message], None] = lambda message: None

    async def reply(self, message: Message, hear: Any = lambda piece: None, errand: Any = None) -> Reply:
        async with self.conversations.open(message.conversation_id) as opened:
            if kept := opened.kept(message.id):
                return kept.reply
            self.heard.append(message.text)
            await asyncio.sleep(self.think_s)
            if gate := self.gates.get(message.conversation_id):
                await gate.wait()
            while errand and (newer := await errand.newer(message)):
                message = newer
                self.heard.append(message.text)
                await asyncio.sleep(self.think_s)
            self.fail(message)
            hear("You said ")
            hear(message.text)
            turn = Turn(message, Reply(f"You said {message.text}", "en", "greet", 1.0), Verdict())
            known = replace(opened.conversation, turns=(*opened.conversation.turns, turn))
            await opened.keep(turn, known, errand.leaving(turn) if errand else NOTHING)
            return turn.reply

    async def own_up(self, message: Message, errand: Any) -> Reply:
        async with self.conversations.open(message.conversation_id) as opened:
            turn = Turn(message, Reply("I couldn't answer that.", "en", "out_of_scope", 0.0), Verdict())
            known = replace(opened.conversation, turns=(*opened.conversation.turns, turn))
            await opened.keep(turn, known, errand.leaving(turn))
            return turn.reply


class NotingDoor:
    """Notes what is sent; `answers` gives the outcomes in turn, then all is delivered."""

    def __init__(self, *answers: Outcome | Exception, channel: str = "chat", at_once: int = 4) -> None:
        self.channel, self.at_once, self.answers = channel, at_once, list(answers)
        self.sent: list[tuple[str, str]] = []
        self.tried: list[Outgoing] = []
        self.choose: Callable[[Outgoing], Outcome | None] = lambda outgoing: None

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        return [Draft({"text": turn.reply.text})]

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.tried.append(outgoing)
        answer = self.choose(outgoing) or (self.answers.pop(0) if self.answers else Delivered())
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Delivered):
            self.sent.append((outgoing.address, str(outgoing.body["text"])))
        return answer


@asynccontextmanager
async def open_doors(
    folder: Path, *doors: NotingDoor, merging: Merging = AT_ONCE, channels: Sequence[str] = ("web",), think_s: float = 0.0, at_once: int = 8,
) -> AsyncIterator[tuple[Reception, EchoClerk]]:  # fmt: skip
    conversations = SqlConversations(folder / "conversations.sqlite")
    clerk = EchoClerk(conversations, think_s)
    async with open_reception(
        clerk, conversations, folder / "processes", doors, channels, merging, at_once
    ) as reception:  # type: ignore[arg-type]
        yield reception, clerk
    await conversations.close()


async def until(claim: Callable[[], bool], within_s: float = 8.0) -> None:
    """Wait until a claim is true."""
    late = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < late, "it never came true"
        await asyncio.sleep(0.005)
