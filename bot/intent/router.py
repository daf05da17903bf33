"""The Router by cues: phrases in both languages that speak for an intent. Where none does, retrieval has to tell, as `ask`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from bot.types import Conversation, Message, Route
from retrieval import text as words_of

_ASKING = re.compile(
    r"[?？]|\b(?:what|when|where|who|why|how|which|is|are|do|does|can|could|will|would|may)\b|吗|呢|么|怎|几|多|啥|谁|哪|能|可以|会|要"
)
_SURE = 5.0
_BARE = 3
"""Topic words up to which a message without a question is the name of a thing."""


class CueRouter:
    """Cues decide where they are certain; the conversation is not looked at."""

    async def route(self, message: Message, history: Conversation) -> Route:
        text = words_of.normalise(message.text)
        weights = {intent: sum(weight for cue, weight in cues if cue.search(text)) for intent, cues in _cues().items()}
        ranked = sorted(((weight, intent) for intent, weight in weights.items() if weight > 0), reverse=True)
        if not ranked:
            return Route("find" if _is_bare(text) else "ask", 0.5)
        best, intent = ranked[0]
        others = tuple((name, min(1.0, weight / _SURE)) for weight, name in ranked[1:3] if weight >= 3)
        return Route(intent, min(1.0, best / _SURE), others)


def _is_bare(text: str) -> bool:
    """A few words without a question: the name of a thing."""
    return len(words_of.topic_words(text)) <= _BARE and not _ASKING.search(text)


@cache
def _cues() -> dict[str, list[tuple[re.Pattern[str], float]]]:
    raw = tomllib.loads(files("bot.intent").joinpath("cues.toml").read_text(encoding="utf-8"))
    return {
        intent: [(re.compile(cue, re.IGNORECASE), float(weight)) for cue, weight in cues.items()]
        for intent, cues in raw.items()
    }
