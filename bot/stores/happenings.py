"""What happened in a conversation as its customer sees it: kept turns, and what colleagues said there; each with its place in time."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from bot.stores.database import Database, writing
from bot.stores.records import turn_from
from bot.types import Turn

_ADD = "INSERT INTO lines (line_key, conversation_id, at, kind, who, text) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (line_key) DO NOTHING"
_TURNS = "SELECT place, conversation_id, turn FROM turns WHERE place > ? {of} ORDER BY place DESC LIMIT ?"
_LINES = (
    "SELECT place, conversation_id, line_key, at, kind, who, text FROM lines WHERE place > ? {of} ORDER BY place DESC LIMIT ?"
)
_OF_ONE = "AND conversation_id = ?"
_ENDS = "SELECT COALESCE((SELECT MAX(place) FROM turns), 0), COALESCE((SELECT MAX(place) FROM lines), 0)"

LineKind = Literal["said", "taken", "back"]
"""A colleague said something, took the conversation, or gave it back to the clerk."""


class Place(NamedTuple):
    """How far somebody has heard: the last turn and the last line. Written `12-40`, as the id of an event."""

    turns: int = 0
    lines: int = 0

    def __str__(self) -> str:
        return f"{self.turns}-{self.lines}"

    @classmethod
    def of(cls, text: str) -> Place:
        """The beginning where the text is no place."""
        found = re.fullmatch(r"(\d{1,18})-(\d{1,18})", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else cls()


@dataclass(frozen=True, slots=True)
class Line:
    """What a colleague did in a conversation. `key` is the same however often it is handed in; `at` aware UTC."""

    key: str
    conversation_id: str
    at: datetime
    kind: LineKind = "said"
    who: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """`place` counts among turns or among lines, whichever it is."""

    place: int
    what: Turn | Line

    @property
    def conversation_id(self) -> str:
        return self.what.conversation_id if isinstance(self.what, Line) else self.what.message.conversation_id

    @property
    def at(self) -> datetime:
        return self.what.at if isinstance(self.what, Line) else self.what.message.at

    def beyond(self, heard: Place) -> bool:
        return self.place > (heard.lines if isinstance(self.what, Line) else heard.turns)

    def added_to(self, heard: Place) -> Place:
        """How far somebody is who has heard this, too."""
        return heard._replace(lines=self.place) if isinstance(self.what, Line) else heard._replace(turns=self.place)


class Happenings:
    """Over the shop's database; what other processes write there is seen as well."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, line: Line) -> None:
        """Of the same key once."""
        await self._database.run(_add, line)

    async def of(self, conversation_id: str, heard: Place = Place(), most: int = 50) -> list[Happened]:  # noqa: B008 (frozen)
        """What happened in a conversation after `heard`, oldest first: the last so many turns and as many lines."""
        return await self._database.run(_read, heard, most, (conversation_id,))

    async def since(self, heard: Place, most: int, conversations: Collection[str]) -> list[Happened]:
        """The same of several conversations."""
        return await self._database.run(_read, heard, most, conversations)

    async def ends(self) -> Place:
        """The last of all conversations."""
        return await self._database.run(_ends)

    async def forget(self, conversation_id: str) -> None:
        await self._database.run(_forget, conversation_id)


def _add(database: sqlite3.Connection, line: Line) -> None:
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    with writing(database):
        database.execute(_ADD, (line.key, line.conversation_id, at, line.kind, line.who[:100], line.text))


def _read(database: sqlite3.Connection, heard: Place, most: int, conversations: Collection[str]) -> list[Happened]:
    one = next(iter(conversations)) if len(conversations) == 1 else None
    of, which = ("", ()) if one is None else (_OF_ONE, (one,))
    turns = database.execute(_TURNS.format(of=of), (heard.turns, *which, most)).fetchall()
    lines = database.execute(_LINES.format(of=of), (heard.lines, *which, most)).fetchall()
    happened = [Happened(place, turn_from(json.loads(turn))) for place, name, turn in turns if name in conversations]
    happened += [Happened(place, Line(key, name, datetime.fromisoformat(at), kind, who, text))
                 for place, name, key, at, kind, who, text in lines if name in conversations]  # fmt: skip
    return sorted(happened, key=lambda one: (one.at, one.place))


def _ends(database: sqlite3.Connection) -> Place:
    return Place(*database.execute(_ENDS).fetchone())


def _forget(database: sqlite3.Connection, conversation_id: str) -> None:
    with writing(database):
        database.execute("DELETE FROM lines WHERE conversation_id = ?", (conversation_id,))

