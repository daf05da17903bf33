"""Small talk and the hand-over to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.orders import desk
from bot.tools.ask import ask
from bot.tools.shelf import Shelf, Tool
from bot.types import Conversation, Findings, Prepared, Understood
from knowledge_base.shop import Shop

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLAIN = 0.75
"""Confidence from which a message asks for a person in so many words."""
_HOPELESS = 0.8
"""Chance of `none of these` from which no answer is looked for."""


def say(key: str, suggestions: tuple[str, ...] = ()) -> Tool:
    """A tool that finds nothing but the right thing to say."""

    async def tool(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
        return Findings(key, values={"shop": shelf.shop.name_in(shelf.locale)}, suggestions=suggestions)

    return tool


async def handoff(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """Who asks for a person plainly has said yes by that; where it may only be meant, a person is offered."""
    deed = desk.hand_over("asked", history, asked.message)
    if asked.route.confidence < _PLAIN:
        return offered(desk.prepare(deed, asked.message, "clerk"))
    made = desk.prepare(deed, asked.message, "customer")
    return replace(to_person("asked", {}, asked.message.at, shelf.shop), prepared=desk.done(made))


def offered(prepared: Prepared) -> Findings:
    """What would be done, and `yes or no?`"""
    return Findings(f"shall_{prepared.deed.kind}", prepared=prepared, suggestions=("yes", "no"))


async def out_of_scope(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """Nothing that a shop does, unless its own texts answer after all."""
    nothing = await say("out_of_scope", ("browse", "delivery"))(asked, history, shelf)
    if asked.route.confidence >= _HOPELESS:
        return nothing
    answer = await ask(asked, history, shelf)
    return answer if answer.say in ("answer", "described") else replace(nothing, looked_at=answer.looked_at)


def to_person(reason: str, values: dict[str, str], now: datetime, shop: Shop) -> Findings:
    """A hand-over: by the opening hours, with the ways to reach the shop. A shop that names no hours says nothing of who is there."""
    key = "handoff_open" if is_open(shop, now) else "handoff_closed"
    if not shop.opening_hours:
        key = "handoff_noted"
    return Findings(
        key,
        values={**values, "email": shop.contacts.get("email", ""), "phone": shop.contacts.get("phone", "")},
        handoff=reason,
    )


def is_open(shop: Shop, now: datetime) -> bool:
    """Whether people are there at this moment, by the shop's own clock."""
    local = now.astimezone(shop.timezone)
    if shop.closed_on & {local.strftime("%Y-%m-%d"), local.strftime("%m-%d")}:
        return False
    hours = shop.opening_hours.get(_DAYS[local.weekday()], "closed")
    if hours == "closed":
        return False
    start, end = hours.split("-")
    now_at = local.strftime("%H:%M")
    return start <= now_at < end if start < end else now_at >= start or now_at < end
