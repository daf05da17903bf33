"""The wishes of several clauses, where some of them are one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogue import acts, limits
from bot.dialogue.reading import has_contact
from bot.types import Message, Understood

SOCIAL = ("greet", "thank", "bye")


def joined(
    made: Sequence[Understood], message: Message, order_id: Callable[[str], str | None]
) -> tuple[Understood, ...]:
    """Greetings beside something else are none; what two clauses say of one wish is one."""
    wishes = list(made)
    if len(wishes) > 1:
        wishes = [one for one in wishes if one.route.intent not in SOCIAL] or wishes[:1]
        wishes = _without_sold_out(wishes)
    return _as_one(_one_order(wishes, message, order_id))


def _without_sold_out(made: list[Understood]) -> list[Understood]:
    """`it's sold out, what instead?` asks but one thing."""
    if not any(one.relation == "replacement" for one in made):
        return made
    return [one for one in made if not acts.does("sold_out", one.message.text.strip().casefold())] or made


def _one_order(made: list[Understood], message: Message, order_id: Callable[[str], str | None]) -> list[Understood]:
    """An order with its number in one clause and the e-mail or phone in another is one wish."""
    wishes = [one for one in made if one.route.intent == "order"]
    given = [one for one in made if one in wishes or has_contact(one.text) or one.order_id]
    if not wishes or len(given) < 2 or not any(has_contact(one.text) for one in given):
        return made
    text = " ".join(one.text for one in given)
    whole = replace(wishes[0], message=message, text=text, order_id=order_id(text))
    return [whole if one is wishes[0] else one for one in made if one is wishes[0] or one not in given]


def _as_one(made: list[Understood]) -> tuple[Understood, ...]:
    """Limits that were given in two clauses, or the same question of the same thing."""
    kept: list[Understood] = []
    for one in made:
        last = kept[-1] if kept else None
        if last and one.route.intent == last.route.intent and one.route.intent in ("find", "recommend", "compare"):
            where = limits.add(last.where, one.where)
            kept[-1] = replace(last, text=f"{last.text}, {one.text}", where=where, query=last.query or one.query)
        else:
            kept.append(one)
    return tuple(kept)
