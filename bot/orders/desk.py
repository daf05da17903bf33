"""The desk: a deed is prepared, the customer is asked, and it is done once after a yes. Pure: tools do it, `Engine` keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from bot.types import Conversation, Deed, HandOver, Message, Prepared

WAITS = timedelta(minutes=15)
"""How long a yes counts; later the customer is asked again."""
INTENTS: Mapping[str, str] = {"hand_over": "handoff", "remind": "remind"}
"""What a customer who asks for the deed outright is understood to want."""
_KEPT = 20
"""Deeds that a conversation remembers."""
_EARLIER, _LONGEST = 2, 300
"""Messages before this one, and characters of each, that a person is told."""

Step = Literal["do", "ask", "already"]


def prepare(deed: Deed, asked: Message, by: Literal["customer", "clerk", "model"]) -> Prepared:
    """The same message asks for the same deed: however often it is prepared, its key is one."""
    told = f"{asked.conversation_id}\n{asked.id}\n{deed.kind}"
    return Prepared(sha256(told.encode()).hexdigest()[:16], deed, by, asked.at)


def step(prepared: Prepared, history: Conversation, at: datetime) -> Step:
    """What a yes at this moment comes to."""
    if prepared.state == "done" or any(one.key == prepared.key for one in history.done):
        return "already"
    return "do" if prepared.state == "waiting" and at - prepared.asked_at <= WAITS else "ask"


def asked_again(prepared: Prepared, at: datetime) -> Prepared:
    return replace(prepared, asked_at=at, state="waiting")


def done(prepared: Prepared) -> Prepared:
    return replace(prepared, state="done")


def left(history: Conversation, found: Prepared | None, *, declined: bool) -> Conversation:
    """The conversation with what a turn leaves at the desk: what it prepared or did, else nothing that a later yes could mean."""
    if found is None and declined and history.prepared and history.prepared.state == "waiting":
        found = replace(history.prepared, state="declined")
    known = {one.key for one in history.done}
    more = (found,) if found and found.state == "done" and found.key not in known else ()
    return replace(history, prepared=found, done=(*history.done, *more)[-_KEPT:])


def hand_over(why: str, history: Conversation, message: Message) -> HandOver:
    """What the person is told is what the customer wrote, as it was written."""
    words = [turn.message.text for turn in history.turns[-_EARLIER:]] + [message.text]
    return HandOver(why, "\n".join(text.strip()[:_LONGEST] for text in words if text.strip()))
