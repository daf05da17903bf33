"""The Router: phrases that are certain, else a classifier with calibrated chances that may abstain."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

from bot.types import Conversation, Message, Route
from retrieval import text as words_of

NONE = "out_of_scope"
CERTAIN = 0.97
"""The confidence of a phrase that decides by itself."""
HOPELESS, LATER = 0.3, 0.75
"""Chance of `none of these` from which a message is taken for one: the first, and a later one, which may leave out what it is about."""
OTHERS = 3


class Guess(Protocol):
    """What a classifier says: chances of all intents and of none, likeliest first; they add up to 1."""

    @property
    def ranked(self) -> Sequence[tuple[str, float]]: ...


class Classifier(Protocol):
    def classify(self, text: str) -> Guess: ...


class ClassifierRouter:
    """One message to its intent, whatever was said before it."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    async def route(self, message: Message, history: Conversation) -> Route:
        text = words_of.normalise(message.text)
        if certain := certain_in(text):
            return Route(certain, CERTAIN)
        return decided(self._classifier.classify(text).ranked, LATER if history.turns else HOPELESS)


def certain_in(text: str) -> str:
    """The intent of a phrase that is certain; empty where none stands in the normalised text."""
    return next((intent for intent, cues in _cues().items() if any(cue.search(text) for cue in cues)), "")


def decided(ranked: Sequence[tuple[str, float]], hopeless: float = HOPELESS) -> Route:
    """The likeliest intent; none of them where that is likelier than each, and at least `hopeless`."""
    none = dict(ranked).get(NONE, 0.0)
    named = [(intent, round(share, 4)) for intent, share in ranked if intent != NONE]
    if not named or none >= max(hopeless, named[0][1]):
        return Route(NONE, none, tuple(named[:OTHERS]))
    (intent, share), *rest = named
    others = [*rest[: OTHERS - 1], (NONE, round(none, 4))]
    return Route(intent, share, tuple(sorted(others, key=lambda other: -other[1])))


@cache
def _cues() -> dict[str, list[re.Pattern[str]]]:
    raw = tomllib.loads(files("bot.intent").joinpath("cues.toml").read_text(encoding="utf-8"))
    return {intent: [re.compile(cue, re.IGNORECASE) for cue in cues] for intent, cues in raw.items()}
