"""What customers did, in the shop's SQLite file; who wants none of it kept, and who was forgotten. Rows within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from bot.behaviour import ADVISED, REFUSED_FOR, VISITOR, Act, acts_of
from bot.stores.database import Database
from bot.stores.transactions import writing
from bot.types import Conversation, Turn
from knowledge_base.types import Interaction, InteractionKind

AHEAD = timedelta(minutes=5)
"""How far a clock may go ahead of ours; what is later is of the future."""
SAME = timedelta(hours=1)
"""A purchase told by a file and by a page within this time is one purchase."""
_TOLD_TWICE = frozenset({InteractionKind.CARTED, InteractionKind.BOUGHT, InteractionKind.RETURNED})

FORGET = (
    "DELETE FROM behaviour WHERE conversation_id = ?",
    "DELETE FROM untracked WHERE who = 'conversation:' || ?",
)
"""A visitor's acts, and what a customer did within the conversation."""

_COLUMNS = "event_key, kind, product_id, at, conversation_id, customer_id, amount, trial, arm"
_ADD = f"INSERT OR IGNORE INTO behaviour ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REFUSED = """SELECT product_id, kind FROM behaviour WHERE (customer_id = ? OR (conversation_id = ? AND customer_id IS NULL)) AND at >= ?
    AND at <= ? AND kind IN ('refused', 'clicked', 'viewed', 'asked', 'carted', 'bought') ORDER BY at, place"""
_ALL = f"SELECT {_COLUMNS} FROM behaviour WHERE at >= ? ORDER BY at, place"


def add(database: sqlite3.Connection, acts: Iterable[Act]) -> int:
    """Those of people who are tracked, and not from before they were forgotten, each key once; how many were new."""
    new, refuses = 0, dict[tuple[str, str | None], bool]()
    for act in acts:
        who = act.conversation_id, act.customer_id
        if who not in refuses:
            refuses[who] = is_untracked(database, *who)
        if not refuses[who] and not _is_forgotten(database, act):
            new += database.execute(_ADD, _row(act)).rowcount
    return new


def _is_forgotten(database: sqlite3.Connection, act: Act) -> bool:
    """Whether all that the customer had done by then was forgotten: a request may be under way meanwhile."""
    since = (_digest(act.customer_id or ""), _stamp(act.at))
    return database.execute("SELECT 1 FROM forgotten WHERE who = ? AND at >= ?", since).fetchone() is not None


def forget(database: sqlite3.Connection, conversation_id: str) -> None:
    """A visitor's acts, and what a customer did within the conversation."""
    with writing(database):
        for statement in FORGET:
            database.execute(statement, (conversation_id,))


def in_turn(database: sqlite3.Connection, turn: Turn, conversation: Conversation, was_tracked: bool) -> None:
    """Within the turn's transaction: what was done in it, by whom, and whether the customer has opted out or in with it."""
    who = conversation.id, conversation.customer_id
    if not conversation.tracked:
        opt_out(database, *who)
        return
    if not was_tracked:
        opt_in(database, *who)
    join(database, *who)
    add(database, acts_of(turn, conversation))


def join(database: sqlite3.Connection, conversation_id: str, customer_id: str | None) -> None:
    """What a visitor did becomes the customer's who has signed in to the conversation."""
    if customer_id is None or not conversation_id:
        return
    if is_untracked(database, conversation_id, customer_id):
        opt_out(database, conversation_id, customer_id)
        return
    database.execute(
        "UPDATE behaviour SET customer_id = ? WHERE conversation_id = ? AND customer_id IS NULL",
        (customer_id, conversation_id),
    )


def is_untracked(database: sqlite3.Connection, conversation_id: str, customer_id: str | None) -> bool:
    """Whether the person has opted out, as a customer or in this conversation."""
    found = database.execute(
        "SELECT 1 FROM untracked WHERE who IN (?, ?)", (f"conversation:{conversation_id}", f"customer:{customer_id}")
    )
    return found.fetchone() is not None


def opt_out(database: sqlite3.Connection, conversation_id: str, customer_id: str | None) -> None:
    """From now on nothing is kept, and what was is deleted."""
    for who, column, value in _named(conversation_id, customer_id):
        database.execute("INSERT OR IGNORE INTO untracked (who) VALUES (?)", (who,))
        database.execute(f"DELETE FROM behaviour WHERE {column} = ?", (value,))


def opt_in(database: sqlite3.Connection, conversation_id: str, customer_id: str | None) -> None:
    for who, _, _ in _named(conversation_id, customer_id):
        database.execute("DELETE FROM untracked WHERE who = ?", (who,))


def forget_customer(database: sqlite3.Connection, customer_id: str, at: datetime) -> int:
    """All that a customer did anywhere; how many acts that were. What the shop's files tell of them until now counts no more, either."""
    gone = database.execute("DELETE FROM behaviour WHERE customer_id = ?", (customer_id,)).rowcount
    database.execute("DELETE FROM untracked WHERE who = ?", (f"customer:{customer_id}",))
    database.execute("INSERT OR REPLACE INTO forgotten (who, at) VALUES (?, ?)", (_digest(customer_id), _stamp(at)))
    return gone


def forget_before(database: sqlite3.Connection, at: datetime) -> None:
    database.execute("DELETE FROM behaviour WHERE at < ?", (_stamp(at),))


def acts(database: sqlite3.Connection, since: datetime | None = None) -> Iterator[Act]:
    """In order of time; a clock that went back doesn't change whose turn it was: of one time the first kept is the first."""
    for row in database.execute(_ALL, (_stamp(since) if since else "",)):
        key, kind, product_id, at, conversation_id, customer_id, amount, trial, arm = row
        paid = Decimal(amount) if amount is not None else None
        yield Act(key, kind, product_id, datetime.fromisoformat(at), conversation_id, customer_id, paid, trial, arm)


def refused(
    database: sqlite3.Connection, conversation_id: str, customer_id: str | None, now: datetime
) -> tuple[str, ...]:
    """What the person doesn't like, the latest last: refused within REFUSED_FOR in any of the customer's conversations, or in this one of
    somebody who hasn't signed in, and not looked at, asked about or bought since."""
    last: dict[str, None] = {}
    rows = database.execute(_REFUSED, (customer_id, conversation_id, _stamp(now - REFUSED_FOR), _stamp(now + AHEAD)))
    for product_id, kind in rows:
        last.pop(product_id, None)
        if kind == InteractionKind.REFUSED:
            last[product_id] = None
    return tuple(last)


def learnable(database: sqlite3.Connection, interactions: Iterable[Interaction], now: datetime) -> list[Interaction]:
    """All that may be learned from or counted: the shop's files' (`interactions`) and what was kept here, each once, in order of time.

    Nothing of who opted out, nothing older than somebody's being forgotten, nothing of the future. Anonymous people are `visitor:<id>`.
    """
    may = _Permitted(database, now)
    told = {one for one in interactions if may.count(one)}
    kept = {act.interaction for act in acts(database) if act.kind != ADVISED}
    times = {(one.customer_id, one.product_id, one.kind): list[datetime]() for one in kept if one.kind in _TOLD_TWICE}
    for one in told if times else ():
        if (here := times.get((one.customer_id, one.product_id, one.kind))) is not None:
            here.append(one.at)
    new = {
        one
        for one in kept
        if may.count(one)
        and not any(abs(one.at - at) <= SAME for at in times.get((one.customer_id, one.product_id, one.kind), ()))
    }
    return sorted(told | new, key=lambda one: (one.at, one.customer_id, one.product_id, one.kind))


def permitted(database: sqlite3.Connection, interactions: Iterable[Interaction], now: datetime) -> list[Interaction]:
    """Those that may be counted, in their order; nothing of the store's own."""
    may = _Permitted(database, now)
    return [one for one in interactions if may.count(one)]


def uncounted(database: sqlite3.Connection) -> str:
    """A digest of who isn't counted; empty where everybody is."""
    rows = [
        *database.execute("SELECT who FROM untracked ORDER BY who"),
        *database.execute("SELECT who, at FROM forgotten ORDER BY who"),
    ]
    return _digest(repr(rows)) if rows else ""


class _Permitted:
    def __init__(self, database: sqlite3.Connection, now: datetime) -> None:
        self._untracked = {who for (who,) in database.execute("SELECT who FROM untracked")}
        self._forgotten = dict(database.execute("SELECT who, at FROM forgotten").fetchall())
        self._until = now + AHEAD
        self._since: dict[str, datetime | None] = {}

    def count(self, one: Interaction) -> bool:
        since = self._counted_since(one.customer_id)
        return since is not None and since < one.at <= self._until

    def _counted_since(self, person: str) -> datetime | None:
        """None for who has opted out."""
        if person not in self._since:
            who = f"conversation:{person.removeprefix(VISITOR)}" if person.startswith(VISITOR) else f"customer:{person}"
            at = self._forgotten.get(_digest(person))
            since = datetime.fromisoformat(at) if at else datetime.min.replace(tzinfo=UTC)
            self._since[person] = None if who in self._untracked else since
        return self._since[person]


def forget_customer_now(database: sqlite3.Connection, customer_id: str, at: datetime) -> int:
    """`forget_customer` in a transaction of its own."""
    with writing(database):
        return forget_customer(database, customer_id, at)


def forget_before_now(database: sqlite3.Connection, at: datetime) -> None:
    """`forget_before` in a transaction of its own."""
    with writing(database):
        forget_before(database, at)


class Behaviour:
    """The rows, for who isn't within a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, acts: Sequence[Act]) -> int:
        return await self._database.run(_added, acts)

    async def consent(self, conversation_id: str, customer_id: str | None, given: bool) -> None:
        await self._database.run(_consented, conversation_id, customer_id, given)

    async def is_untracked(self, conversation_id: str, customer_id: str | None) -> bool:
        return await self._database.look(is_untracked, conversation_id, customer_id)

    async def refused(self, conversation_id: str, customer_id: str | None, now: datetime) -> tuple[str, ...]:
        return await self._database.look(refused, conversation_id, customer_id, now)

    async def forget(self, conversation_id: str) -> None:
        """What was done in a conversation that is forgotten."""
        await self._database.run(forget, conversation_id)

    async def forget_customer(self, customer_id: str, at: datetime) -> int:
        return await self._database.run(forget_customer_now, customer_id, at)


def _added(database: sqlite3.Connection, acts: Sequence[Act]) -> int:
    with writing(database):
        for conversation_id, customer_id in {(act.conversation_id, act.customer_id) for act in acts}:
            join(database, conversation_id, customer_id)
        return add(database, acts)


def _consented(database: sqlite3.Connection, conversation_id: str, customer_id: str | None, given: bool) -> None:
    with writing(database):
        (opt_in if given else opt_out)(database, conversation_id, customer_id)


def _named(conversation_id: str, customer_id: str | None) -> Iterator[tuple[str, str, str]]:
    """(who, the column that names them, what stands there)."""
    if conversation_id:
        yield f"conversation:{conversation_id}", "conversation_id", conversation_id
    if customer_id is not None:
        yield f"customer:{customer_id}", "customer_id", customer_id


def _digest(person: str) -> str:
    """Enough to leave somebody out of what a file says, too little to know them by."""
    return sha256(person.encode()).hexdigest()


def _row(act: Act) -> tuple[str | None, ...]:
    paid = None if act.amount is None else f"{act.amount:f}"
    return (
        act.key, act.kind, act.product_id, _stamp(act.at), act.conversation_id, act.customer_id, paid, act.trial, act.arm,
    )  # fmt: skip


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
