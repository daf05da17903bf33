"""TOOLS: intent -> one async function -> Findings; all of a shop's own intents have one tool."""

from __future__ import annotations

from collections.abc import Mapping

from bot.tools.ask import ask
from bot.tools.own import own
from bot.tools.people import handoff, order, say
from bot.tools.products import compare, describe, find, recommend
from bot.tools.shelf import Shelf, Tool

__all__ = ["TOOLS", "Shelf", "Tool", "tool_for"]

TOOLS: Mapping[str, Tool] = {
    "greet": say("greet", ("browse", "delivery")),
    "thank": say("thank"),
    "bye": say("bye"),
    "ask": ask,
    "find": find,
    "describe": describe,
    "compare": compare,
    "recommend": recommend,
    "order": order,
    "handoff": handoff,
    "out_of_scope": say("out_of_scope", ("browse", "delivery")),
}


def tool_for(intent: str) -> Tool:
    """The tool of an intent, `shop:<name>` among them."""
    return own if intent.startswith("shop:") else TOOLS[intent]
