"""Two wishes that a message may be with about the same chance: the readings that a clarifying question offers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.types import Option, Route

CLOSE = 0.5
"""Share of the likeliest reading's chance from which the second is near it."""
BOTH = 0.6
"""Chance that it is one of the two; below it neither is worth a question."""
_MEANS: Mapping[str, str] = {
    "find": "find", "recommend": "find", "describe": "find", "compare": "find", "ask": "ask", "order": "order",
}  # fmt: skip
"""Intent -> what a customer would call it. A person is offered where nothing else is found, and needs no choice."""
_EITHER = {"find", "ask"}
"""What is no choice to offer: the search also looks into the shop's texts, and a question also finds products."""


def readings(route: Route) -> tuple[Option, ...]:
    """The two readings to choose from, the likelier first; empty where one is plainly meant. By the router's calibrated chances."""
    chances: dict[str, float] = {}
    for intent, chance in ((route.intent, route.confidence), *route.others):
        if (means := _MEANS.get(intent)) is not None:
            chances[means] = chances.get(means, 0.0) + chance
    ranked = sorted(chances.items(), key=lambda one: -one[1])[:2]
    if len(ranked) < 2 or {intent for intent, _ in ranked} == _EITHER:
        return ()
    (_, first), (_, second) = ranked
    return (
        tuple(Option("", intent=intent) for intent, _ in ranked)
        if second >= CLOSE * first and first + second >= BOTH
        else ()
    )
