"""What a colleague reads on the page: who is at the desk, and a customer's whole talk with what was done about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.asides import brings_more
from bot.people.case import Case
from bot.people.desk import Desk
from bot.people.summary import orders_of, products_of
from bot.people.telling import PERSON
from bot.stores import desk as rows
from bot.stores.desk import Done
from bot.stores.records import turn_from
from bot.types import Turn

MOST_TURNS = 400
"""Of a talk, the last ones."""
EARLIER_S, MOST_EARLIER = 24 * 3600.0, 30
"""For how long, and how many, of those who were given back or settled are still shown."""
_LAST = "SELECT turn FROM turns WHERE conversation_id = ? ORDER BY place DESC LIMIT ?"
MOST_OPEN = 200
"""Customers who are shown as waiting or spoken with, the first that came in front."""
_LAST_ASKED = """SELECT turn FROM turns WHERE conversation_id = ? AND json_extract(turn, '$.message.sign') IS NOT ?
                 ORDER BY place DESC LIMIT 1"""
_TOLD_BY_TURN = ("said",)
"""Deeds whose turn says all."""

Kind = Literal["customer", "clerk", "person", "note", "deed"]


@dataclass(frozen=True, slots=True)
class Line:
    """Something said or done; `at` is seconds since 1970. `deed` is what was done, `key` that of what a colleague said."""

    id: str
    kind: Kind
    by: str
    text: str
    at: float
    deed: str = ""
    key: str = ""
    cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    case: Case
    asked: str
    """The customer's last words."""
    answered: str
    orders: Sequence[str]
    products: Sequence[str]
    customer_id: str
    """Of one who is signed in; empty for others."""
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Shown:
    case: Case
    asked: str


class Reading:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._database = desk, desk.database

    async def all(self, now: float) -> list[Shown]:
        """Who waits, who is spoken with, and who was a while ago."""
        return await self._database.look(self._all, now)

    async def talk(self, conversation_id: str) -> Talk | None:
        return await self._database.look(self._talk, conversation_id)

    async def stamp(self, conversation_id: str) -> tuple[object, ...]:
        """Another one as soon as anything of it is."""
        return await self._database.look(rows.stamp, conversation_id)

    def _all(self, database: sqlite3.Connection, now: float) -> list[Shown]:
        found = rows.open_rows(database)[:MOST_OPEN] + rows.known_rows(database, now - EARLIER_S, MOST_EARLIER)
        cases = [Case(**{**row, "told_late": bool(row["told_late"])}) for row in found]
        return [Shown(case, _preview(database, case.conversation_id)) for case in cases]

    def _talk(self, database: sqlite3.Connection, conversation_id: str) -> Talk | None:
        case = self._desk.read(database, conversation_id)
        if case is None:
            return None
        turns = _turns(database, conversation_id, MOST_TURNS)
        answered = next((turn.reply.text for turn in reversed(turns) if turn.reply.text), "")
        customer_id = next((turn.message.customer_id for turn in reversed(turns) if turn.message.customer_id), "")
        lines = lines_of(turns, rows.done_of(database, conversation_id))
        return Talk(case, _asked_last(turns), answered, orders_of(turns), products_of(turns), customer_id, lines)


def lines_of(turns: Sequence[Turn], done: Sequence[Done]) -> list[Line]:
    """Said and done in one row: a deed in front of the turn that told the customer of it, others by their time."""
    left = [one for one in done if one.kind not in _TOLD_BY_TURN]
    told = {str(turn.explained.get("key")) for turn in turns if turn.message.sign == PERSON}
    found: list[Line] = []
    for turn in turns:
        before = [one for one in left if _is_before(one, turn, told)]
        left = [one for one in left if one not in before]
        found += [_of_deed(one) for one in before] + _of_turn(turn)
    return found + [_of_deed(one) for one in left]


def _is_before(one: Done, turn: Turn, told: set[str]) -> bool:
    key = str(turn.explained.get("key", "")) if turn.message.sign == PERSON else ""
    return one.key == key if one.key in told else one.at <= turn.message.at.timestamp()


def _of_deed(one: Done) -> Line:
    kind: Kind = "note" if one.kind == "noted" else "deed"
    text = one.text if one.kind in ("noted", "undelivered") else ""
    return Line(f"d{one.place}", kind, one.by, text, one.at, one.kind, one.text if one.kind == "kept" else "")


def _of_turn(turn: Turn) -> list[Line]:
    message, reply, at = turn.message, turn.reply, turn.message.at.timestamp()
    by = str(turn.explained.get("by", ""))
    if message.sign == PERSON and turn.explained.get("deed") == "said":
        return [Line(f"t{message.id}", "person", by, reply.text, at, "said", str(turn.explained.get("key", "")))]
    asks = "asked_person" if reply.intent == "handoff" else ""
    lines = [] if message.sign == PERSON else [Line(f"c{message.id}", "customer", "", _words(turn), at, asks)]
    cards = tuple(card.title for card in reply.cards)
    return lines + ([Line(f"r{message.id}", "clerk", "", reply.text, at, cards=cards)] if reply.text else [])


def _words(turn: Turn) -> str:
    """What the customer wrote, whole, and what they sent with it or instead."""
    message = turn.message
    if not message.text.strip():
        return f"[{message.sign or '…'}]"
    return f"[{message.sign}] {message.text}" if brings_more(message) else message.text


def _preview(database: sqlite3.Connection, conversation_id: str) -> str:
    row = database.execute(_LAST_ASKED, (conversation_id, PERSON)).fetchone()
    return _words(turn_from(json.loads(row[0]))) if row else ""


def _asked_last(turns: Sequence[Turn]) -> str:
    return next((_words(turn) for turn in reversed(turns) if turn.message.sign != PERSON), "")


def _turns(database: sqlite3.Connection, conversation_id: str, most: int) -> list[Turn]:
    found = database.execute(_LAST, (conversation_id, most)).fetchall()
    return [turn_from(json.loads(row)) for (row,) in reversed(found)]
