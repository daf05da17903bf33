"""The seams of the bot: each has one contract in tests/seams, run on every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.mail import Beside, Delivered, Draft, Later, Leaving, Outcome, Outgoing
from bot.order import Order
from bot.types import Conversation, Deadline, Findings, Found, Message, Route, Turn, Understood, Written
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale

Piece = str | Written | Found
"""What a writer gives: words, how they came about, or new facts."""


@dataclass(frozen=True, slots=True)
class Hands:
    """The clerk's ears and tools within one turn, for a writer that looks further. No deed is done by them."""

    read: Callable[[str], Awaitable[Understood]]
    """What a text that stands alone would be taken to mean."""
    find: Callable[[Understood], Awaitable[Findings]]
    catalogue: Catalogue | None = None
    """What the shop sells: the lock knows its names and values in every language from it."""


class Router(Protocol):
    """A message to what the customer wants."""

    async def route(self, message: Message, history: Conversation) -> Route:
        """Always a route; one that isn't sure has the intent `out_of_scope` or a low confidence."""


class Writer(Protocol):
    """Findings to words."""

    def write(
        self, found: Found, history: Conversation, locale: Locale, by: Deadline, hands: Hands
    ) -> AsyncIterator[Piece]:
        """Pieces of the reply in order, cut anywhere; joined they are the whole text.

        Between them, and last of all, what is known of how they came about; a later note stands for the earlier ones.
        What was found meanwhile stands among them: what follows is checked against that, too.
        Raises NoWords where there are none, or no more.
        """


NOTHING = Leaving()


class Errand(Protocol):
    """A turn's way from the inbox and to the outbox; a turn in the terminal has none."""

    @property
    def address(self) -> str:
        """Where what is said to the customer without being asked goes; empty where there is no such place."""

    async def newer(self, message: Message) -> Message | None:
        """The message together with those that came while the clerk was thinking; None where there are none."""

    def leaving(self, turn: Turn) -> Leaving:
        """What is committed with the turn."""


class Door(Protocol):
    """A channel's way out. What comes in at it goes to `bot.serving.Reception`."""

    channel: str
    at_once: int
    """Sends in flight at most, each to another address. A kill doubles no more than these where the channel has no key for sends."""

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        """The sends that tell a turn, in their order; none where the reply leaves in another way. Pure: it is asked before the commit."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One send. What it raises is a fault of the message or of ours: after a few tries the message is set aside."""


@runtime_checkable
class Askable(Protocol):
    """A door whose channel has no key for sends, but tells afterwards whether one arrived. Other doors are none of this."""

    channel: str

    async def recall(self, receipts: Sequence[tuple[str, str]], noted: Sequence[str]) -> None:
        """Once, before the first send: addresses and receipts of what was sent last, before this process began, and what is noted of what is under way."""

    def before(self, outgoing: Outgoing) -> str:
        """What to note of a send that is about to be made; empty where it can never be asked for."""

    async def arrived(self, outgoing: Outgoing, noted: str, beside: Sequence[Beside]) -> Delivered | Later | None:
        """None where it didn't arrive, and where nobody can be sure: then it is sent again. Later: it has to be asked again. No message is changed by it."""


class Open(Protocol):
    """A conversation held by one turn at a time."""

    conversation: Conversation

    def kept(self, message_id: str) -> Turn | None:
        """The turn already kept for this message, whenever it was."""

    async def keep(self, turn: Turn, conversation: Conversation, leaving: Leaving = NOTHING) -> None:
        """Write the turn, the conversation's new state and what leaves with it in one transaction.

        Raises LostClaim, and writes nothing, where the messages that it answers are no longer held.
        """


class Conversations(Protocol):
    """Where turns are kept."""

    def open(self, conversation_id: str) -> AbstractAsyncContextManager[Open]:
        """Exclusive: a second opener of the same id waits until the first has left."""

    def between(self, start: datetime, end: datetime) -> AsyncIterator[Turn]:
        """Turns with start <= message.at < end, oldest first."""

    async def forget(self, customer_id: str) -> int:
        """Delete all conversations of a customer; how many there were."""


class OrderBackend(Protocol):
    """Orders as the shop has them, read-only. Both raise OrdersAway where the shop can't be asked."""

    async def find(self, order_id: str) -> Order | None:
        """By its number, capitals or not. Whose it is isn't looked at here."""

    async def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """A customer's own, the newest first."""

    async def close(self) -> None:
        """Let go of what was opened."""
