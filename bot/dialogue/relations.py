"""Three questions that are asked beside a product: what is like it, what goes with it, what stands for it."""

from __future__ import annotations

import re

from bot.dialogue import acts
from retrieval.seams import Relation

_OPEN = re.compile(r"\b(?:what|which|anything|something|any|alternatives?)\b|什么|啥|哪|有没有|推荐|别的|其他")


def relation_of(text: str) -> Relation | None:
    """Which question is asked beside products, by its words."""
    if acts.does("goes_with", text):
        return "goes_with"
    if acts.does("instead", text) and _OPEN.search(text) and not text.startswith(("换成", "改成")):
        return "replacement"
    return "similar" if acts.does("similar", text) else None


def asks_instead(text: str) -> bool:
    """`what can I take instead?`, 有什么可以替代的: advice, whatever else the words sound like."""
    return relation_of(text) == "replacement"
