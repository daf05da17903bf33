"""TOOLS: intent -> one async function -> Findings; all of a shop's own intents have one tool."""

from __future__ import annotations

from collections.abc import Mapping

from bot.tools.advising import recommend
from bot.tools.ask import ask
from bot.tools.clarifying import which
from bot.tools.desk import again, confirm, only_prepared
from bot.tools.finding import find
from bot.tools.orders import order
from bot.tools.own import own
from bot.tools.people import handoff, out_of_scope, say
from bot.tools.products import compare, describe
from bot.tools.reminding import end, remind
from bot.tools.shelf import Shelf, Tool
from bot.tools.talking import cancel, nothing_said, why

__all__ = ["ACTS", "TOOLS", "Shelf", "Tool", "only_prepared", "tool_for", "which"]

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
    "out_of_scope": out_of_scope,
}

ACTS: Mapping[str, Tool] = {
    "why": why, "cancel": cancel, "repeat": nothing_said, "confirm": confirm, "again": again, "remind": remind, "end": end,
}  # fmt: skip
"""What is done where a message speaks of the conversation itself, or of a deed that was prepared."""


def tool_for(intent: str) -> Tool:
    """The tool of an intent, `shop:<name>` among them."""
    return own if intent.startswith("shop:") else TOOLS[intent]
