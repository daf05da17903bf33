"""Conversations that were dealt between two ways, as the database has kept them: what became of each within a day of its first turn.

Every conversation is looked at for the same time, and counts once that is over: else the way that ends sooner would be seen sooner.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.people.telling import PERSON
from eval.errors import BadRow, NothingToDo
from eval.insights.misses import UNANSWERED
from eval.replay import signs
from eval.replay.errors import UnknownFormat
from eval.replay.readers.kept import database_of

WINDOW = timedelta(hours=24)
_SMALL_TALK = frozenset({"greet", "thank", "bye"})
_TURNS = """SELECT place, conversation_id, turn FROM turns AS t WHERE json_extract(turn, '$.split') <> '' AND NOT EXISTS (
    SELECT 1 FROM conversations WHERE id = t.conversation_id AND json_extract(state, '$.tracked') = 0
) ORDER BY conversation_id, place"""
"""Of customers who opted out nothing is counted."""

Turn = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dealt:
    """One conversation. `cost` is money for language models, `took_ms` its slowest turn."""

    id: str
    key: str
    way: str
    at: datetime
    is_whole: bool
    """Whether its day is over."""
    turns: int
    handed_over: bool
    no_answer: bool
    asked_again: bool
    upset: bool
    resolved: bool
    """Nothing of these, by the last question at least: assumed, since nobody asks the customer."""
    cost: Decimal
    took_ms: float


def dealt(source: Path, now: datetime, window: timedelta = WINDOW) -> list[Dealt]:
    """All that were dealt, in the order of their first turns. `source` is a data folder, a shop's folder in it or its database. Raises
    BadRow, NothingToDo."""
    if not source.exists():
        raise NothingToDo(f"{source} isn't there; name the data folder (SHOPCLERK_DATA_DIR) of the shop")
    try:
        file = database_of(source)
    except UnknownFormat as error:
        raise NothingToDo(
            f"{source} holds not one conversations.sqlite; name the shop's folder in the data folder"
        ) from error
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            rows = database.execute(_TURNS)
            found = [
                one for _, turns in groupby(rows, key=lambda row: row[1]) for one in _of(file, list(turns), now, window)
            ]
        except sqlite3.DatabaseError as error:
            raise NothingToDo(f"{file} is no database of kept turns ({error})") from error
    return sorted(found, key=lambda one: (one.at, one.id))


def _of(file: Path, rows: Sequence[tuple[int, str, str]], now: datetime, window: timedelta) -> Iterator[Dealt]:
    """One conversation in each comparison that it was part of."""
    turns = [_read(file, place, turn) for place, _, turn in rows]
    for key in dict.fromkeys(str(turn["split"]) for turn in turns):
        theirs = [turn for turn in turns if turn["split"] == key]
        first = _at(theirs[0])
        yield _made(
            str(rows[0][1]), key, [turn for turn in theirs if _at(turn) < first + window], first + window <= now
        )


def _read(file: Path, place: int, turn: str) -> Turn:
    try:
        row: dict[str, Any] = json.loads(turn)
        _at(row), row["reply"]["intent"], row["explained"], row["way"]
        return row
    except (KeyError, TypeError, ValueError) as error:
        raise BadRow(file, place, f"this row is no turn of ours ({error})") from error


def _made(id_: str, key: str, turns: Sequence[Turn], is_whole: bool) -> Dealt:
    said = [turn["message"]["text"] for turn in turns if turn["reply"]["intent"] not in _SMALL_TALK]
    handed = any(turn["reply"]["handed_off"] or turn["reply"]["intent"] == PERSON for turn in turns)
    unanswered = [_is_unanswered(turn) for turn in turns if turn["reply"]["intent"] not in _SMALL_TALK]
    again = any(signs.is_alike(text, before) for place, text in enumerate(said) for before in said[:place])
    upset = any(signs.is_upset(turn["message"]["text"]) for turn in turns)
    return Dealt(
        id_, key, str(turns[0]["way"]), _at(turns[0]), is_whole, len(turns), handed, any(unanswered), again, upset,
        not (handed or again or upset or unanswered[-1:] == [True]),
        sum((Decimal(turn.get("spent", {}).get("cost", 0)) for turn in turns), Decimal(0)),
        max(sum(turn["reply"]["took_ms"].values()) for turn in turns),
    )  # fmt: skip


def _is_unanswered(turn: Turn) -> bool:
    told = turn["explained"]
    parts = [told, *told.get("also", ())]
    return bool(told.get("failed")) or any(part.get("said") in UNANSWERED for part in parts)


def _at(turn: Turn) -> datetime:
    return datetime.fromisoformat(turn["message"]["at"]).astimezone(UTC)
