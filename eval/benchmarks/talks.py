"""Scripted conversations as docs/cases.md writes them, read strictly: an unknown key is an error naming file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.corpora import rows
from eval.errors import BadRow
from knowledge_base.types import Locale
from retrieval.stated import where_of

HALVES = ("dev", "test", "frozen")
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "intent": (str, list), "intents": list, "where": dict, "cards": (str, list), "first_card": str, "among": list, "all_have": dict,
    "cheaper_than": str, "dearer_than": str, "cites": list, "says": list, "says_not": list, "asks": bool, "same_reply": bool,
    "handed_off": bool,
}  # fmt: skip
"""Expectation -> what it may hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a customer says, and what has to hold of the reply."""

    say: str
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation to be played: `half` is what it may be used for."""

    id: str
    locale: Locale
    half: str
    turns: tuple[Line, ...]


def scripts(files: Sequence[Path], half: str) -> list[Script]:
    """The scripts of one half, or `all`. Raises BadRow for a key or value that docs/cases.md doesn't have."""
    found: dict[str, Script] = {}
    for file in files:
        for number, row in rows(file):
            try:
                script = _script(row)
                if script.id in found:
                    raise ValueError(f"id {script.id!r} is there twice")
            except (KeyError, TypeError, ValueError) as error:
                reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
                raise BadRow(file, number, reason) from error
            found[script.id] = script
    return [script for script in found.values() if half in ("all", script.half)]


def _script(row: Mapping[str, Any]) -> Script:
    _only(row, {"id", "locale", "half", "turns"}, "a conversation")
    locale, half = row["locale"], row.get("half", "test")
    if locale not in ("en", "zh"):
        raise ValueError(f"locale {locale!r} is neither en nor zh")
    if half not in HALVES:
        raise ValueError(f"half {half!r} is none of {', '.join(HALVES)}")
    if not isinstance(row["turns"], list) or not row["turns"]:
        raise ValueError("turns must be a list of at least one turn")
    return Script(str(row["id"]), locale, half, tuple(map(_line, row["turns"])))


def _line(turn: Mapping[str, Any]) -> Line:
    _only(turn, {"say", "expect"}, "a turn")
    expect: Mapping[str, Any] = turn.get("expect", {})
    _only(expect, set(KEYS), "expect")
    for key, value in expect.items():
        if not isinstance(value, KEYS[key]):
            raise ValueError(f"{key} can't be {value!r}")
    for key in ("where", "all_have"):
        where_of(expect.get(key, {}))
    return Line(str(turn["say"]), expect)


def _only(row: Mapping[str, Any], known: set[str], of: str) -> None:
    if not isinstance(row, dict):
        raise ValueError(f"{of} must be an object, not {row!r}")
    if unknown := row.keys() - known:
        raise ValueError(f"{of} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
