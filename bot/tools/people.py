"""Small talk, orders (not without proof) and the hand-over to a person."""

from __future__ import annotations

import re
from datetime import datetime

from bot.tools.ask import ask
from bot.tools.shelf import Shelf, Tool
from bot.types import Conversation, Findings, Message, Route
from knowledge_base.shop import Shop

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SURE = 0.6
"""Confidence below which a message may only mention an order."""
_PROOF = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d \-]{6,}\d")


def say(key: str, suggestions: tuple[str, ...] = ()) -> Tool:
    """A tool that finds nothing but the right thing to say."""

    async def tool(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
        return Findings(key, values={"shop": shelf.shop.name_in(shelf.locale)}, suggestions=suggestions)

    return tool


async def order(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    """Nothing of an order is said here: with number and proof it goes to a person, without them both are asked for.

    A question that only mentions an order ("can I change the address of my order?") is one for the FAQ.
    """
    order_id = route.slots.order_id
    if route.confidence < _SURE and (answer := await ask(message, route, history, shelf)).say == "answer":
        return answer
    if order_id and _PROOF.search(message.text.upper().replace(order_id, " ")):
        return to_person("order", {"order": order_id}, message.at, shelf.shop)
    return Findings("order_which", values={"order": order_id or ""}, suggestions=("person",))


async def handoff(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    return to_person("asked", {}, message.at, shelf.shop)


def to_person(reason: str, values: dict[str, str], now: datetime, shop: Shop) -> Findings:
    """A hand-over: by the opening hours, with the ways to reach the shop."""
    key = "handoff_open" if is_open(shop, now) else "handoff_closed"
    if not shop.opening_hours:
        key = "handoff_open"
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
