"""A conversation as it stood in the transcript: what was really answered takes the place of our own reply before the next turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from bot.mail import Leaving
from bot.seams import NOTHING, Open
from bot.types import Conversation, Turn


class InMind:
    """The Conversations seam for one conversation at a time; nothing is written anywhere."""

    def __init__(self) -> None:
        self.conversation = Conversation("")

    @asynccontextmanager
    async def open(self, conversation_id: str) -> AsyncIterator[Open]:
        if conversation_id != self.conversation.id:
            self.conversation = Conversation(conversation_id)
        yield _Held(self)

    async def between(self, start: datetime, end: datetime) -> AsyncIterator[Turn]:
        for turn in self.conversation.turns:
            if start <= turn.message.at < end:
                yield turn

    async def forget(self, customer_id: str) -> int:
        return 0


class _Held:
    def __init__(self, mind: InMind) -> None:
        self._mind = mind
        self.conversation = mind.conversation

    def kept(self, message_id: str) -> Turn | None:
        return None

    async def keep(self, turn: Turn, conversation: Conversation, leaving: Leaving = NOTHING) -> None:
        self._mind.conversation = self.conversation = conversation


def answered(conversation: Conversation, text: str, named: Callable[[str], Sequence[str]]) -> Conversation:
    """After a turn whose real answer was `text`: the products named there are what was shown or spoken of, and a question or a deed
    that only we brought up was never heard of."""
    last = conversation.turns[-1]
    if not text or last.reply.text.strip() == text.strip():
        return conversation
    told = replace(last, reply=replace(last.reply, text=text, asks=False, suggestions=(), cards=()))
    products = tuple(named(text))
    state = replace(conversation, turns=(*conversation.turns[:-1], told), question=None, prepared=None)
    if len(products) == 1:
        return replace(state, about=products[0], spoken=(*state.spoken, products[0]))
    return replace(state, shown=products, about="") if products else state
