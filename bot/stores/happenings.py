"""What happened in conversations, in the order it was kept: their turns, those in which a colleague speaks among them, with their places."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from bot.stores.database import Database
from bot.stores.records import turn_from
from bot.types import Turn

_LAST = "SELECT place, turn FROM turns WHERE conversation_id = ? ORDER BY place DESC LIMIT ?"
_BEHIND = "SELECT place, turn FROM turns WHERE conversation_id = ? AND place > ? ORDER BY place LIMIT ?"
_SINCE = "SELECT place, conversation_id, turn FROM turns WHERE place > ? ORDER BY place LIMIT ?"
_END = "SELECT COALESCE(MAX(place), 0) FROM turns"


@dataclass(frozen=True, slots=True)
class Happened:
    """`place` grows with each turn of a conversation."""

    place: int
    turn: Turn


class Happenings:
    """Over the shop's database; what other processes write there is seen as well."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, conversation_id: str, most: int) -> list[Happened]:
        """The last so many turns of a conversation, oldest first."""
        return (await self._database.run(_rows, _LAST, conversation_id, most))[::-1]

    async def behind(self, conversation_id: str, place: int, most: int) -> list[Happened]:
        """The next so many turns of a conversation."""
        return await self._database.run(_rows, _BEHIND, conversation_id, place, most)

    async def since(self, place: int, conversations: Collection[str], most: int) -> tuple[int, list[Happened]]:
        """(how far that is, what happened in these conversations) among the next so many turns of all."""
        return await self._database.look(_since, place, conversations, most)

    async def end(self) -> int:
        """The last place of all conversations."""
        return await self._database.run(_end)


def _rows(database: sqlite3.Connection, statement: str, *values: object) -> list[Happened]:
    return [Happened(place, turn_from(json.loads(turn))) for place, turn in database.execute(statement, values)]


def _since(
    database: sqlite3.Connection, place: int, conversations: Collection[str], most: int
) -> tuple[int, list[Happened]]:
    rows = database.execute(_SINCE, (place, most)).fetchall()
    found = [Happened(at, turn_from(json.loads(turn))) for at, name, turn in rows if name in conversations]
    return rows[-1][0] if rows else place, found


def _end(database: sqlite3.Connection) -> int:
    end: int = database.execute(_END).fetchone()[0]
    return end
