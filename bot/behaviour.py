"""What a customer does with products, as it is kept: the noun, and what one turn of a conversation says of it. Pure; nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.dialogue.refusals import is_refusal
from bot.types import Conversation, Turn
from knowledge_base.types import Interaction, InteractionKind

ADVISED = "advised"
"""The kind of an act that no model learns from: advice was asked for, in this arm of this trial. It stands for those who get none, too."""
VISITOR = "visitor:"
"""Before a conversation's id it names somebody who hasn't signed in."""
REFUSED_FOR = timedelta(days=180)
"""How long what somebody doesn't like isn't recommended to them: tastes and seasons change."""
_ON_ONE = ("describe", "compare")
"""Intents whose cards are products that were asked about, not offered."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one person; two with one `key` are one. `at` aware UTC; `amount` is what was paid, in the shop's currency."""

    key: str
    kind: str
    """One of InteractionKind, or ADVISED."""
    product_id: str
    at: datetime
    conversation_id: str = ""
    customer_id: str | None = None
    amount: Decimal | None = None
    trial: str = ""
    """The trial of recommendations that it belongs to, as `Trial.key` says it; empty for acts that follow from no advice."""
    arm: str = ""

    @property
    def person(self) -> str:
        return person_of(self.customer_id, self.conversation_id)

    @property
    def interaction(self) -> Interaction:
        """As models read it. Raises ValueError for ADVISED."""
        return Interaction(self.person, self.product_id, InteractionKind(self.kind), self.at, self.amount)


def person_of(customer_id: str | None, conversation_id: str) -> str:
    """Who somebody is to a model: the customer where verified, else the conversation's visitor."""
    return customer_id or VISITOR + conversation_id


def acts_of(turn: Turn, conversation: Conversation) -> tuple[Act, ...]:
    """What the customer did in a turn: asked for advice, refused, pressed, asked about, and was shown. `conversation` is as the turn left it."""
    message = turn.message

    def act(kind: str, product_id: str) -> Act:
        of_advice = turn.arm and kind in (ADVISED, InteractionKind.SHOWN)
        return Act(
            f"turn/{len(conversation.id)}/{conversation.id}/{message.id}/{kind}/{product_id}", kind, product_id, message.at,
            conversation.id, conversation.customer_id, None, turn.trial if of_advice else "", turn.arm if of_advice else "",
        )  # fmt: skip

    return tuple(act(kind, product_id) for kind, product_id in dict.fromkeys(_done(turn, conversation.turns)))


def _done(turn: Turn, turns: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    """(kind, product id), in the order in which it happened."""
    message, reply = turn.message, turn.reply
    before = [one for one in turns if one.message.id != message.id]
    named = _filtered(turn.explained, "products")
    if turn.arm:
        yield ADVISED, ""
    pressed = _pressed(message.sign)
    if pressed:
        yield InteractionKind.CLICKED, pressed
    refused = _refused(turn, before, named)
    for product_id in refused:
        yield InteractionKind.REFUSED, product_id
    offered = [card.product_id for card in reply.cards]
    about = () if refused or pressed else offered if reply.intent in _ON_ONE else named if reply.intent == "ask" else ()
    for product_id in about:
        yield InteractionKind.ASKED, product_id
    for product_id in offered:
        if product_id not in {*about, *refused, pressed}:
            yield InteractionKind.SHOWN, product_id


def _pressed(sign: str) -> str:
    """The product whose button was pressed: `details:<product>`, `similar:<product>`, ...; a page of a list is none."""
    wish, mark, about = sign.partition(":")
    return about if mark and wish not in ("more", "before") and "/" not in wish else ""


def _refused(turn: Turn, before: Sequence[Turn], named: Sequence[str]) -> Sequence[str]:
    """The products that `not my style` is said of: those that it was understood of, names or points at, else all that were shown last."""
    if understood := _filtered(turn.explained, "refused"):
        return understood
    if not is_refusal(turn.message.text):
        return ()
    last = next((one for one in reversed(before) if one.reply.cards), None)
    shown = [card.product_id for card in last.reply.cards] if last else []
    meant = [product_id for product_id in named if product_id in shown] or list(named)
    return meant or shown


def _filtered(explained: Mapping[str, Any], name: str) -> Sequence[str]:
    """Product ids that the turn was understood to be about (`products`) or against (`refused`), of all its wishes."""
    wishes = [explained, *explained.get("also", ())]
    return [product_id for wish in wishes for product_id in (wish.get("filters") or {}).get(name, ())]
