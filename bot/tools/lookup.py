"""Who may see which order: a signed-in customer their own, anybody else by number and contact. Nothing here is worded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.order import Order, Proof
from bot.orders.contacts import proves, told_by
from bot.seams import OrderBackend
from bot.stores.tries import Tries
from bot.types import Conversation, Message

PROOF_LASTS = timedelta(hours=2)
"""How long a conversation may see an order that was proved in it."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Too many wrong proofs; none is looked at for `left`."""

    left: timedelta


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Lookup:
    """`clock` is ours: a lock that went by the time that a message bears would fall to one that bears an old time."""

    backend: OrderBackend
    tries: Tries
    clock: Callable[[], datetime] = _now

    async def own(self, customer_id: str) -> tuple[Order, ...]:
        """A signed-in customer's orders, the newest first. Raises OrdersAway."""
        return await self.backend.of_customer(customer_id)

    async def seen(self, history: Conversation, order_id: str | None, at: datetime) -> Order | None:
        """The order that was proved in this conversation, the last one where no number is given. Raises OrdersAway."""
        known = [proof for proof in history.proofs if at - proof.at <= PROOF_LASTS]
        named = [proof for proof in known if order_id is None or proof.order_id.casefold() == order_id.casefold()]
        return await self.backend.find(named[-1].order_id) if named else None

    async def proved(self, order_id: str, contact: str, message: Message) -> Order | Locked | None:
        """The order, by its number and the contact on it; None alike where it doesn't exist and where the contact isn't on it.

        Tries are counted of the conversation, the number and the contact, whether there is such an order or not. Raises OrdersAway.
        """
        keys = [f"in {message.conversation_id}", f"on {_digits(order_id)}", f"by {told_by(contact)}"]
        tag = sha256(f"{message.conversation_id}\n{message.id}\n{order_id}\n{contact}".encode()).hexdigest()
        if left := await self.tries.take(keys, tag, self.clock()):
            return Locked(left)
        try:
            order = await self.backend.find(order_id)
        except BaseException:
            await self.tries.was_right(tag)
            raise
        if not proves(contact, order):
            return None
        await self.tries.was_right(tag)
        return order


def _digits(order_id: str) -> str:
    """A number is locked with and without its letters."""
    return "".join(letter for letter in order_id if letter.isdecimal()) or order_id.casefold()


def proof_of(order: Order, at: datetime) -> Proof:
    return Proof(order.id, at)
