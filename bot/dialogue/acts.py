"""What a message does to its conversation: fixed phrases of both languages, read from acts.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_EDGES = " \t?？!！。.,，~～…"


@lru_cache(maxsize=2048)
def does(act: str, text: str) -> bool:
    """Whether a normalised message has a phrase of that act, or is one where the act is said as a whole."""
    return _found(act, text) is not None


def without(act: str, text: str) -> str:
    """The message without the phrases of that act."""
    for pattern in _patterns()[act][1]:
        text = pattern.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip(" ,，。.")


@lru_cache(maxsize=256)
def dropped(text: str) -> frozenset[str]:
    """What the message says doesn't matter any more: keys of the table `called`."""
    return frozenset(name for name, patterns in _drops().items() if any(pattern.search(text) for pattern in patterns))


def without_drops(text: str) -> str:
    """The message without what it drops."""
    for patterns in _drops().values():
        for pattern in patterns:
            text = pattern.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip(" ,，。.")


def _found(act: str, text: str) -> re.Match[str] | None:
    whole, anywhere = _patterns()[act]
    bare = text.strip(_EDGES)
    for pattern in whole:
        if match := pattern.fullmatch(bare):
            return match
    for pattern in anywhere:
        if match := pattern.search(text):
            return match
    return None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("acts.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> dict[str, tuple[list[re.Pattern[str]], list[re.Pattern[str]]]]:
    return {
        act: ([re.compile(p) for p in phrases.get("whole", ())], [re.compile(p) for p in phrases.get("anywhere", ())])
        for act, phrases in _table().items()
        if act not in ("drop", "called")
    }


@cache
def _drops() -> dict[str, list[re.Pattern[str]]]:
    phrases = _table()["drop"]["anywhere"]
    return {
        name: [re.compile(p.replace("{what}", f"(?:{'|'.join(words)})")) for p in phrases]
        for name, words in _table()["called"].items()
    }
