"""Messages that customers asked for and said yes to: what each waits for, and whether it was sent. All within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

SCHEMA = """
CREATE TABLE IF NOT EXISTS reminders (
    reminder_key VARCHAR(100) NOT NULL PRIMARY KEY, conversation_id VARCHAR(200) NOT NULL, channel VARCHAR(40) NOT NULL,
    address VARCHAR(500) NOT NULL, customer_id VARCHAR(200) NOT NULL, locale VARCHAR(20) NOT NULL, zone VARCHAR(60) NOT NULL,
    event VARCHAR(10) NOT NULL, product_id VARCHAR(200) NOT NULL, former VARCHAR(40) NOT NULL, below VARCHAR(40) NOT NULL, days DOUBLE PRECISION NOT NULL,
    due_at DOUBLE PRECISION NOT NULL, asked_at DOUBLE PRECISION NOT NULL, token VARCHAR(100) NOT NULL,
    state VARCHAR(8) NOT NULL DEFAULT 'waiting', sent_at DOUBLE PRECISION NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS reminders_of ON reminders (conversation_id);
CREATE INDEX IF NOT EXISTS reminders_waiting ON reminders (asked_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS reminders_sent ON reminders (sent_at) WHERE state = 'sent';
CREATE UNIQUE INDEX IF NOT EXISTS reminders_token ON reminders (token);
"""
"""A reminder is waiting, sent or ended, and goes with its conversation."""
FORGET = ("DELETE FROM reminders WHERE conversation_id = ?",)
WEEK_S = 7 * 86_400.0

Event = Literal["back", "cheaper", "refill"]


@dataclass(frozen=True, slots=True)
class Reminder:
    """`former` is the price when it was asked for, `below` that from which on down to tell: decimal numbers. `due_at` and `asked_at` are seconds since 1970, `days` how long it lasts."""

    reminder_key: str
    conversation_id: str
    channel: str
    address: str
    customer_id: str
    locale: str
    zone: str
    event: Event
    product_id: str
    former: str
    below: str
    days: float
    due_at: float
    asked_at: float
    token: str


_COLUMNS = tuple(field.name for field in fields(Reminder))
_READ = f"SELECT {', '.join(_COLUMNS)} FROM reminders"
_ADD = f"INSERT OR IGNORE INTO reminders ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_SENT = "UPDATE reminders SET state = 'sent', sent_at = ? WHERE reminder_key = ? AND state = 'waiting'"
_THIS_WEEK = """SELECT COUNT(*) FROM reminders WHERE state = 'sent' AND sent_at > ?
                AND (conversation_id = ? OR (customer_id <> '' AND customer_id = ?))"""


def add(database: sqlite3.Connection, reminder: Reminder) -> None:
    """Once, however often its turn is kept."""
    database.execute(_ADD, tuple(getattr(reminder, name) for name in _COLUMNS))


def waiting(database: sqlite3.Connection) -> Sequence[Reminder]:
    """The one asked for first in front."""
    return [Reminder(*row) for row in database.execute(f"{_READ} WHERE state = 'waiting' ORDER BY asked_at")]


def mark_sent(database: sqlite3.Connection, reminder: Reminder, at: float, per_week: int) -> bool:
    """Whether it may go now: only where it still waits, and fewer than `per_week` went to this customer in the last seven days."""
    mine = (at - WEEK_S, reminder.conversation_id, reminder.customer_id)
    if database.execute(_THIS_WEEK, mine).fetchone()[0] >= per_week:
        return False
    return database.execute(_SENT, (at, reminder.reminder_key)).rowcount > 0


def end_of(database: sqlite3.Connection, conversation_id: str) -> int:
    """All that wait in a conversation; how many there were."""
    ended = "UPDATE reminders SET state = 'ended' WHERE conversation_id = ? AND state = 'waiting'"
    return database.execute(ended, (conversation_id,)).rowcount


def end_by(database: sqlite3.Connection, token: str) -> bool:
    """All of the conversation that a link belongs to; False where there is no such link."""
    row = database.execute("SELECT conversation_id FROM reminders WHERE token = ?", (token,)).fetchone()
    if row is not None:
        end_of(database, str(row[0]))
    return row is not None


def knows(database: sqlite3.Connection, token: str) -> bool:
    return database.execute("SELECT 1 FROM reminders WHERE token = ?", (token,)).fetchone() is not None
