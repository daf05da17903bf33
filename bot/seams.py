"""The seams of the bot: each has one contract in tests/seams, run on every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.types import Conversation, Deadline, Findings, Message, Route, Turn, Written
from knowledge_base.types import Locale

Piece = str | Written | Findings
"""What a writer gives: words, how they came about, or new facts."""


class Router(Protocol):
    """A message to what the customer wants."""

    async def route(self, message: Message, history: Conversation) -> Route:
        """Always a route; one that isn't sure has the intent `out_of_scope` or a low confidence."""


class Writer(Protocol):
    """Findings to words."""

    def write(
        self, message: Message, findings: Findings, history: Conversation, locale: Locale, by: Deadline
    ) -> AsyncIterator[Piece]:
        """Pieces of the reply in order, cut anywhere; joined they are the whole text.

        Between them, and last of all, what is known of how they came about; a later note stands for the earlier ones.
        Findings among them are what was found meanwhile: what follows is checked against those.
        Raises NoWords where there are none, or no more.
        """


class Open(Protocol):
    """A conversation held by one turn at a time."""

    conversation: Conversation

    def kept(self, message_id: str) -> Turn | None:
        """The turn already kept for this message, whenever it was."""

    async def keep(self, turn: Turn, conversation: Conversation) -> None:
        """Write the turn and the conversation's new state in one transaction."""


class Conversations(Protocol):
    """Where turns are kept."""

    def open(self, conversation_id: str) -> AbstractAsyncContextManager[Open]:
        """Exclusive: a second opener of the same id waits until the first has left."""

    def between(self, start: datetime, end: datetime) -> AsyncIterator[Turn]:
        """Turns with start <= message.at < end, oldest first."""

    async def forget(self, customer_id: str) -> int:
        """Delete all conversations of a customer; how many there were."""
