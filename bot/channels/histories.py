"""Which kept conversation a client's history goes on with. Such a client sends all that was said and no id: it is believed only where
it is what was said here, by the same owner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256

from bot.people.telling import TURN_ID
from bot.stores.conversations import SqlConversations
from bot.types import Turn

_NAME = "oa-"
_BESIDE = 50
"""Turns of colleagues that may stand among the customer's."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a client says was said: the customer's words, and the answer; None where the client has none."""

    asked: str
    answered: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the last message of a history belongs."""

    conversation_id: str
    message_id: str


class Histories:
    """Where the messages of a shop's clients belong. A conversation takes one message at a time: of two clients with one history both
    so far, one goes on with it and the other begins a new one."""

    def __init__(self, conversations: SqlConversations) -> None:
        self._conversations, self._looking = conversations, asyncio.Lock()
        self._under_way: dict[str, str] = {}

    @asynccontextmanager
    async def place(self, owner: str, history: Sequence[Exchange]) -> AsyncIterator[Place]:
        """`owner` is who may see it: nobody comes by another's conversation, whatever history they send.

        A conversation is named by the history up to its first message. The history's end is looked for in those that are kept under
        such a name, the longest first; where none goes on as it says, the last message begins a new one.
        """
        async with self._looking:
            found = await self._found(owner, history)
            mine = self._under_way.setdefault(found.conversation_id, found.message_id) == found.message_id
        try:
            yield found
        finally:
            if mine:
                self._under_way.pop(found.conversation_id, None)

    async def _found(self, owner: str, history: Sequence[Exchange]) -> Place:
        names = names_of(owner, history)
        message_id = names[-1]
        free = [name for name in names if self._under_way.get(name, message_id) == message_id]
        kept = await self._conversations.known(free)
        for first, name in enumerate(names[:-1]):
            if name in kept:
                turns = await self._conversations.turns(name, len(history) - first + _BESIDE)
                if goes_on(turns, history[first:-1], message_id):
                    return Place(name, message_id)
        return Place(message_id, message_id)


def names_of(owner: str, history: Sequence[Exchange]) -> list[str]:
    """What a conversation would be called that each of these exchanges had begun, after those before it. Each text is read once: a client's
    history may have a thousand."""
    names, before = list[str](), sha256(owner.encode())
    for one in history:
        named, asked = before.copy(), json.dumps(one.asked).encode()
        named.update(b"asked " + asked)
        names.append(_NAME + named.hexdigest()[:40])
        before.update(b"said " + asked + json.dumps(one.answered).encode())
    return names


def goes_on(turns: Sequence[Turn], said: Sequence[Exchange], message_id: str) -> bool:
    """Whether these turns are what was said, and the message comes next; or came next, where it is sent again."""
    own = [turn for turn in turns if not turn.message.id.startswith(TURN_ID)]
    if len(own) > len(said) and own[len(said)].message.id != message_id:
        return False
    return len(own) >= len(said) and all(_is(turn, one) for turn, one in zip(own, said, strict=False))


def _is(turn: Turn, one: Exchange) -> bool:
    return _plain(turn.message.text) == _plain(one.asked) and (
        one.answered is None or _plain(turn.reply.text) == _plain(one.answered)
    )


def _plain(text: str) -> str:
    """Clients trim and fold space as they like."""
    return " ".join(text.split())


def exchanges_of(messages: Sequence[tuple[str, str]]) -> list[Exchange]:
    """(role, text) in order: what a customer said, and what was answered. Whoever else speaks in it isn't heard."""
    made: list[Exchange] = []
    for role, text in messages:
        if role == "user":
            made.append(Exchange(text))
        elif role == "assistant" and made:
            before = made[-1]
            made[-1] = Exchange(before.asked, text if before.answered is None else f"{before.answered}\n{text}")
    return made


def owner_of(customer_id: str | None, token: str, user: str) -> tuple[str, str, str]:
    """Who may go on with a conversation: a customer of the shop's, or who holds the key; and of them the one that the client names."""
    return ("customer", customer_id, user) if customer_id is not None else ("key", token, user)
