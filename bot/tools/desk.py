"""The desk's tools: ask for a yes, do what was prepared once it is there, and tell what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Literal

from bot.orders import desk
from bot.tools import reminding
from bot.tools.people import offered, to_person
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, HandOver, Prepared, Understood

Do = Callable[[Prepared, Understood, Shelf], Awaitable[Findings]]


async def confirm(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """The customer's yes: the deed is done, asked for again where the yes comes late, or told where it was done already."""
    prepared = history.prepared
    if prepared is None:
        return Findings("cancelled", suggestions=("browse",))
    match desk.step(prepared, history, asked.message.at):
        case "do":
            return replace(await DEEDS[prepared.deed.kind](prepared, asked, shelf), prepared=desk.done(prepared))
        case "already":
            return Findings(f"done_{prepared.deed.kind}", prepared=prepared)
        case "ask":
            return offered(desk.asked_again(prepared, asked.message.at))


async def again(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """What was served before the yes is out of the way: the customer is asked once more."""
    if history.prepared is None:
        return Findings("cancelled", suggestions=("browse",))
    return offered(desk.asked_again(history.prepared, asked.message.at))


def offer(
    why: str, asked: Understood, history: Conversation, by: Literal["customer", "clerk", "model"] = "clerk"
) -> Findings:
    """A hand-over that waits for a yes."""
    return offered(desk.prepare(desk.hand_over(why, history, asked.message), asked.message, by))


def only_prepared(found: Findings, asked: Understood, history: Conversation) -> Findings:
    """What a model's call of a tool may come to: a deed that the tool would do is asked for instead."""
    if not found.handoff and (found.prepared is None or found.prepared.state == "waiting"):
        return found
    return offer(found.handoff or "asked", asked, history, by="model")


async def _hand_over(prepared: Prepared, asked: Understood, shelf: Shelf) -> Findings:
    why = prepared.deed.why if isinstance(prepared.deed, HandOver) else "asked"
    return to_person(why, {}, asked.message.at, shelf.shop)


DEEDS: Mapping[str, Do] = {"hand_over": _hand_over, "remind": reminding.keep}
"""Who does a deed, by its kind. Each may be asked with the same key again after a crash, and then does it once."""
