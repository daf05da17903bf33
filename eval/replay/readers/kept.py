"""Conversations that shopclerk itself has kept: `conversations.sqlite`, or the data folder that holds it. Read alone, never written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from bot.people.telling import PERSON, TURN_ID
from eval.errors import BadRow
from eval.replay.errors import UnknownFormat
from eval.replay.readers.making import Maker, Raw
from eval.replay.transcripts import Transcript

_TURNS = """SELECT place, conversation_id, turn FROM turns AS t WHERE NOT EXISTS (
    SELECT 1 FROM conversations WHERE id = t.conversation_id AND json_extract(state, '$.tracked') = 0
) ORDER BY conversation_id, place"""
"""Of customers who opted out nothing is learned or counted."""


def database_of(source: Path) -> Path:
    """The one database under a data folder. Raises UnknownFormat where there is none, or more than one."""
    if source.is_file():
        return source
    found = sorted(source.glob("conversations.sqlite")) or sorted(source.glob("*/conversations.sqlite"))
    if len(found) != 1:
        told = ", ".join(str(one) for one in found)
        raise UnknownFormat(source, f"which of {told} is meant" if found else "a folder without conversations.sqlite")
    return found[0]


def read(source: Path, maker: Maker) -> Iterator[Transcript]:
    """Its conversations in the order of their ids; a line is named by its row."""
    file = database_of(source)
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            rows = database.execute(_TURNS)
            for conversation, turns in groupby(rows, key=lambda row: str(row[1])):
                raw: list[Raw] = []
                first = 0
                for place, _, turn in turns:
                    first = first or place
                    raw += _said(file, place, turn)
                if any(who == "customer" and str(text).strip() for _, who, text, _ in raw):
                    yield maker.transcript(first, conversation, raw)
        except sqlite3.DatabaseError as error:
            raise UnknownFormat(file, f"a database without our turns ({error})") from error


def _said(file: Path, place: int, turn: str) -> list[Raw]:
    try:
        row = json.loads(turn)
        message, reply = row["message"], row["reply"]
        if str(message["id"]).startswith(TURN_ID):
            return [(place, "person", reply["text"], message["at"])]
        said: list[Raw] = [(place, "customer", message["text"], message["at"])]
        return said if reply["intent"] == PERSON else [*said, (place, "clerk", reply["text"], message["at"])]
    except (KeyError, TypeError, ValueError) as error:
        raise BadRow(file, place, f"this row is no turn of ours ({error})") from error
