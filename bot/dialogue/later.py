"""What a customer wants to be told of later: `tell me when it's back`, `when it's under $30`, `when I need more`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from bot.dialogue import acts
from bot.dialogue.reading import Said
from bot.types import Conversation, Message, Remind, Route, Understood
from knowledge_base.catalogue import Catalogue
from retrieval.types import Where

Event = Literal["back", "cheaper", "refill"]
_EVENTS: Sequence[Event] = ("back", "cheaper", "refill")
_BELOW = re.compile(r"(?:under|below|to|less than|than|到|于|至)\s?[$€£¥]?\s?(\d{1,7}(?:\.\d{1,2})?)(?!\d)")
"""The price from which on down the customer wants to be told."""


def event_in(text: str) -> Event | None:
    return next((event for event in _EVENTS if acts.does(f"remind_{event}", text)), None)


def reminder(
    message: Message,
    said: Said,
    event: Event,
    history: Conversation,
    catalogue: Catalogue,
    ambiguous: Callable[[Said, Sequence[str]], Sequence[str]],
) -> Understood:
    """Of the product that is named, else of the one spoken of or shown last."""
    named = said.named or [i for i in said.called if i in (*history.shown, history.about)]
    if not named and said.called:
        named = said.called
    if event == "back":
        named = [i for i in named if (one := catalogue.get(i)) and one.in_stock is False] or named
    if event == "refill" and len(named) > 1:
        named = ambiguous(said, named) or named
    ids = named or [i for i in (history.about, *history.shown) if i]
    named_price = _BELOW.search(said.text)
    below = said.where.price_to or (Decimal(named_price[1]) if named_price else None)
    where = Where(price_to=below)
    return Understood(
        message, message.text, Route("remind", 1.0), where, products=tuple(ids[:1]), acts=("remind",), remind=event
    )


def is_written_to(history: Conversation) -> bool:
    """Whether a message was asked for here, and no other deed waits for a yes or a stop."""
    asks = history.prepared is not None and history.prepared.state == "waiting"
    return not asks and any(isinstance(one.deed, Remind) for one in history.done)
