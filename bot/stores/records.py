"""Turns and conversation state as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.types import Card, Cite, Conversation, Message, Reply, Spent, Stopped, Turn, Verdict


def plain(value: object) -> object:
    """What `json` can't write by itself."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if (names := getattr(value, "__dataclass_fields__", None)) is not None:  # `fields` looks through them each time
        return {name: getattr(value, name) for name in names}
    raise TypeError(f"{type(value).__name__} can't be kept")


def turn_from(row: dict[str, Any]) -> Turn:
    message = Message(**{**row["message"], "at": datetime.fromisoformat(row["message"]["at"])})
    reply = row["reply"]
    cards = tuple(Card(**{**card, "price": Decimal(card["price"])}) for card in reply["cards"])
    made = Reply(**{**reply, "cards": cards, "cites": tuple(Cite(**cite) for cite in reply["cites"]),
                    "intents": tuple((name, share) for name, share in reply["intents"]), "suggestions": tuple(reply["suggestions"])})  # fmt: skip
    verdict = Verdict(tuple(row["verdict"]["said"]), tuple(Stopped(**s) for s in row["verdict"]["stopped"]))
    spent = row.get("spent", {})  # turns of older versions have none
    cost = Spent(**{**spent, "cost": Decimal(spent.get("cost", 0))})
    told = (row.get(name, "") for name in ("trial", "arm", "split", "way"))
    return Turn(message, made, verdict, row["explained"], cost, *told)


def state_of(conversation: Conversation) -> dict[str, Any]:
    """All but the turns, which are rows of their own; what lies deeper becomes JSON through `plain`."""
    return {field.name: getattr(conversation, field.name) for field in fields(conversation) if field.name != "turns"}


def conversation_from(state: dict[str, Any], turns: tuple[Turn, ...]) -> Conversation:
    """The state as it was kept; a field that an older version didn't have gets its default."""
    return replace(_adapter().validate_python(state), turns=turns)


@cache
def _adapter() -> TypeAdapter[Conversation]:
    return TypeAdapter(Conversation)
