"""What was written, kept and heard against each other: lost, out of order, doubled. Pure."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

_MARK = re.compile(r"\[(\d+)\]")
"""What a trial puts behind each message, to know it again in a turn: `[17]`."""

Part = tuple[str, int]
"""One send as it was heard: its turn's message id, and its number within the turn."""


@dataclass(frozen=True, slots=True)
class Trial:
    """By conversation: the numbers of its messages as they were written, the turns that were kept, and the sends that were heard."""

    written: Mapping[str, Sequence[int]]
    turns: Mapping[str, Sequence[tuple[str, str]]]
    """(message id, text) in the order they were kept."""
    heard: Mapping[str, Sequence[Part]]
    """In the order they arrived, with every repetition."""


@dataclass(frozen=True, slots=True)
class Counts:
    messages: int = 0
    turns: int = 0
    lost: int = 0
    """Messages that no turn has, or whose turn nobody heard."""
    out_of_order: int = 0
    """Messages that were answered, and sends that were first heard, before an earlier one."""
    doubled_effects: int = 0
    """Messages that more than one turn has."""
    doubled_replies: int = 0
    """Sends that were heard again."""

    def __add__(self, other: Counts) -> Counts:
        mine, theirs = asdict(self), asdict(other)
        return Counts(**{name: mine[name] + theirs[name] for name in mine})


def marked(text: str, number: int) -> str:
    return f"{text} [{number}]"


def marks(text: str) -> list[int]:
    return [int(mark) for mark in _MARK.findall(text)]


def count(trial: Trial) -> Counts:
    return sum((_one(trial, conversation) for conversation in trial.written), Counts())


def _one(trial: Trial, conversation: str) -> Counts:
    written, turns = trial.written[conversation], trial.turns.get(conversation, ())
    heard = trial.heard.get(conversation, ())
    answered = [mark for _, text in turns for mark in marks(text)]
    told = {turn for turn, _ in heard}
    told_of = {mark for turn, text in turns if turn in told for mark in marks(text)}
    places = {turn: place for place, (turn, _) in enumerate(turns)}
    first_heard = [(places.get(turn, -1), number) for turn, number in dict.fromkeys(heard)]
    return Counts(
        messages=len(written),
        turns=len(turns),
        lost=len(set(written) - told_of),
        out_of_order=_steps_back([(written.index(mark),) for mark in answered if mark in written])
        + _steps_back(first_heard),
        doubled_effects=sum(times - 1 for times in Counter(answered).values()),
        doubled_replies=len(heard) - len(set(heard)),
    )


def _steps_back(places: Sequence[tuple[int, ...]]) -> int:
    return sum(after < before for before, after in pairwise(places))


def kept(file: Path) -> dict[str, list[tuple[str, str]]]:
    """The turns of a database by conversation, in the order they were kept."""
    turns: dict[str, list[tuple[str, str]]] = {}
    with closing(sqlite3.connect(file, timeout=10)) as database:
        for conversation, message_id, turn in database.execute(
            "SELECT conversation_id, message_id, turn FROM turns ORDER BY place"
        ):
            turns.setdefault(conversation, []).append((message_id, json.loads(turn)["message"]["text"]))
    return turns
