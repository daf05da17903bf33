"""What customers asked and what became of it, as the shop's database has kept it: rows that every part of the report is made of.

Read again each time that it is gone through, one conversation at a time, so that memory doesn't grow with how much was said.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.behaviour import VISITOR
from bot.people.telling import PERSON, TURN_ID
from bot.stores import desk
from bot.stores.desk import Done
from bot.stores.turns import OF_TRACKED
from eval.insights.periods import Period
from eval.replay import signs

APART = timedelta(hours=24)
"""Without a word from anybody: what is written after it is another visit, and before it nothing is taken for settled."""
AGAIN = timedelta(days=7)
"""Within which the same question, asked again, opens a settled visit anew."""
_IDS = f"SELECT DISTINCT conversation_id FROM turns WHERE at >= ? AND at < ? AND {OF_TRACKED} ORDER BY conversation_id"
_TURNS = "SELECT turn FROM turns WHERE conversation_id = ? AND at >= ? AND at < ? ORDER BY at, place"
Said = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing wanted in a message; `said` is the wording that answered it."""

    intent: str
    said: str
    text: str = ""
    """As it would stand alone."""
    query: str = ""
    kind: str = ""
    """The word for the kind of thing."""
    products: tuple[str, ...] = ()
    relaxed: str = ""
    price_from: Decimal | None = None
    price_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of a customer's, and what the clerk made of it; `at` aware UTC."""

    id: str
    conversation_id: str
    person: str
    """The customer's id, else `visitor:<conversation>`."""
    at: datetime
    channel: str
    locale: str
    text: str
    wishes: tuple[Wish, ...] = ()
    reply: str = ""
    cards: tuple[str, ...] = ()
    """Products shown."""
    sold_out: tuple[str, ...] = ()
    """Those of them that were sold out then."""
    handed_off: bool = False
    why: str = ""
    """Why it was handed over: asked, order, unknown, complaint, ..."""
    to_person: bool = False
    """Whether a colleague had the customer, and the clerk was silent."""
    stopped: int = 0
    """Sentences that the fact check kept back."""
    tokens: int = 0
    cost: Decimal = Decimal(0)
    took_ms: float = 0.0

    @property
    def products(self) -> tuple[str, ...]:
        """Ids of the products that it speaks of."""
        return tuple(dict.fromkeys(one for wish in self.wishes for one in wish.products))

    @property
    def intent(self) -> str:
        return self.wishes[0].intent if self.wishes else ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a colleague said to the customer."""

    by: str
    text: str
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer's messages with nothing between them for longer than `APART`, and what colleagues said and did about it."""

    conversation_id: str
    number: int
    """Counted from 1 within what was read of the conversation."""
    asked: tuple[Asked, ...]
    told: tuple[Told, ...] = ()
    done: tuple[Done, ...] = ()
    is_open: bool = False
    """Whether it is too early to say how it ended."""
    came_again: bool = False
    """Whether the same was asked again within `AGAIN`, in a later visit."""

    @property
    def began(self) -> datetime:
        return self.asked[0].at

    @property
    def person(self) -> str:
        return self.asked[-1].person

    @property
    def channel(self) -> str:
        return self.asked[0].channel

    @property
    def locale(self) -> str:
        return self.asked[0].locale

    @property
    def ended(self) -> datetime:
        return max(self.asked[-1].at, *(one.at for one in self.told)) if self.told else self.asked[-1].at

    @property
    def by_person(self) -> bool:
        """Whether a colleague was needed: called, or spoke."""
        return bool(self.told) or any(one.handed_off or one.to_person for one in self.asked)


class Kept:
    """The visits that begin within a period, in order of conversations and time; nothing of who opted out."""

    def __init__(
        self, database: sqlite3.Connection, period: Period, say: Said = lambda step, done, of: None, now: datetime | None = None
    ) -> None:  # fmt: skip
        self._database, self.period, self._say, self._now = database, period, say, now or period.end

    def __iter__(self) -> Iterator[Visit]:
        start, end = self.period.start, self.period.end
        ids = [str(one) for (one,) in self._database.execute(_IDS, (_stamp(start), _stamp(end)))]
        for place, conversation_id in enumerate(ids):
            if not place % 200:
                self._say("conversations", place, len(ids))
            yield from self.of(conversation_id)
        if ids:
            self._say("conversations", len(ids), len(ids))

    def of(self, conversation_id: str) -> Iterator[Visit]:
        """One conversation's visits that begin within the period."""
        start, end = self.period.start, self.period.end
        rows = self._database.execute(_TURNS, (conversation_id, _stamp(start - APART), _stamp(end + AGAIN + APART)))
        turns = [json.loads(turn) for (turn,) in rows]
        for visit in visits(turns, desk.done_of(self._database, conversation_id), self._now):
            if start <= visit.began < end:
                yield visit

    def asked(self) -> Iterator[Asked]:
        """Every message of these visits."""
        for visit in self:
            yield from visit.asked


def visits(turns: Sequence[Mapping[str, Any]], done: Sequence[Done], now: datetime) -> Iterator[Visit]:
    """One conversation's, from its kept turns in order of time. What colleagues say begins none."""
    found: list[tuple[list[Asked], list[Told]]] = []
    last: datetime | None = None
    for turn in turns:
        row = _asked(turn) or _told(turn)
        if row is None:
            continue
        if isinstance(row, Asked) and (last is None or row.at - last > APART):
            found.append(([], []))
        if found:
            (found[-1][0] if isinstance(row, Asked) else found[-1][1]).append(row)  # type: ignore[arg-type]
            last = row.at
    made = [
        Visit(asked[0].conversation_id, place, tuple(asked), tuple(told))
        for place, (asked, told) in enumerate(found, 1)
    ]
    for place, visit in enumerate(made):
        later = made[place + 1 :]
        until = later[0].began.timestamp() if later else float("inf")
        theirs = tuple(one for one in done if visit.began.timestamp() <= one.at < until)
        yield replace(visit, done=theirs, is_open=now - visit.ended < APART, came_again=_came_again(visit, later))


def _came_again(visit: Visit, later: Sequence[Visit]) -> bool:
    soon = [one for other in later if other.began - visit.ended <= AGAIN for one in other.asked]
    return any(signs.is_alike(one.text, other.text) for one in visit.asked for other in soon if _is_question(one) and _is_question(other))  # fmt: skip


def _is_question(asked: Asked) -> bool:
    return any(wish.intent not in ("greet", "thank", "bye", "handoff") for wish in asked.wishes)


def _asked(turn: Mapping[str, Any]) -> Asked | None:
    """None for a colleague's turn, a message that was asked for, and a command."""
    message, reply, explained = turn["message"], turn["reply"], turn["explained"]
    if (
        str(message["id"]).startswith(TURN_ID)
        or str(message.get("sign", "")).startswith("/")
        or not message["text"].strip()
    ):
        return None
    spent = turn.get("spent", {})
    desk = explained.get("desk") or {}
    to_person = reply["intent"] == PERSON
    conversation_id = str(message["conversation_id"])
    cards = [(str(card["product_id"]), card["in_stock"]) for card in reply["cards"]]
    return Asked(
        str(message["id"]), conversation_id, message.get("customer_id") or f"{VISITOR}{conversation_id}",
        datetime.fromisoformat(message["at"]).astimezone(UTC), message["channel"], reply["locale"], message["text"],
        () if to_person else tuple(_wishes(reply, explained)), reply["text"], tuple(one for one, _ in cards),
        tuple(one for one, there in cards if there is False), bool(reply["handed_off"]) and not to_person,
        _why(reply, desk) if reply["handed_off"] and not to_person else "", to_person, len(turn["verdict"]["stopped"]),
        spent.get("tokens_in", 0) + spent.get("tokens_out", 0), Decimal(spent.get("cost", 0)), sum(reply["took_ms"].values()),
    )  # fmt: skip


def _told(turn: Mapping[str, Any]) -> Told | None:
    message, explained = turn["message"], turn["explained"]
    if not str(message["id"]).startswith(TURN_ID) or explained.get("deed") != "said":
        return None
    at = datetime.fromisoformat(message["at"]).astimezone(UTC)
    return Told(str(explained.get("by", "")), turn["reply"]["text"], at, str(explained.get("key", "")))


def _why(reply: Mapping[str, Any], desk: Mapping[str, Any]) -> str:
    """As `bot.people.summary.why_of` has it."""
    why = (desk.get("deed") or {}).get("why")
    return str(why or ("order" if reply["intent"] == "order" else "asked"))


def _wishes(reply: Mapping[str, Any], explained: Mapping[str, Any]) -> Iterator[Wish]:
    """What was answered without being understood, a greeting say, is a wish by its reply's intent alone."""
    parts = [part for part in (explained, *explained.get("also", ())) if "route" in part]
    for part in parts:
        filters, where = part.get("filters") or {}, (part.get("filters") or {}).get("where") or {}
        yield Wish(
            part["route"]["intent"], part.get("said", ""), part.get("rewritten", ""), filters.get("query", ""), filters.get("kind", ""),
            tuple(filters.get("products") or ()), part.get("relaxed", ""), _amount(where.get("price_from")), _amount(where.get("price_to")),
        )  # fmt: skip
    if not parts:
        yield Wish(reply["intent"], str(explained.get("said", "")))


def _amount(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
