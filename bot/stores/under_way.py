"""Sends under way: what was noted before each, so that after a death its channel can be asked whether it arrived."""

from __future__ import annotations

import sqlite3

from bot.mail import Beside, Outgoing

SCHEMA = """
CREATE TABLE IF NOT EXISTS under_way (
    place INTEGER NOT NULL PRIMARY KEY, noted VARCHAR(200) NOT NULL, unsure INTEGER NOT NULL DEFAULT 0
);
"""
"""`place` is the outbox's. `noted` is empty where the last send surely didn't arrive; `unsure` counts those before it of which nobody knows."""

END = "DELETE FROM under_way WHERE place = ?"
NOT_MADE = "UPDATE under_way SET noted = '' WHERE place = ?"
SWEEP = "DELETE FROM under_way WHERE place NOT IN (SELECT place FROM outbox)"
_BEGIN = """INSERT INTO under_way (place, noted) SELECT place, ? FROM outbox WHERE place = ? AND state = 'waiting'
            ON CONFLICT (place) DO UPDATE SET unsure = unsure + (noted <> ''), noted = excluded.noted"""
_BESIDE = """SELECT place, address, receipt FROM outbox WHERE conversation_id = ? AND channel = ? AND place <> ?"""
_LATELY = "SELECT address, receipt FROM outbox WHERE state = 'sent' AND channel = ? ORDER BY place DESC LIMIT ?"
_NOTED = "SELECT noted FROM under_way CROSS JOIN outbox USING (place) WHERE channel = ?"

FORGET = """UPDATE outbox SET state = 'sent', body = '', reason = '', receipt = '' WHERE conversation_id = ? AND state IN ('waiting', 'aside')
            AND place IN (SELECT place FROM under_way)"""
"""What may have arrived stays, without its text: else the next send to the same place would be taken for it."""


def begin(database: sqlite3.Connection, outgoing: Outgoing, noted: str) -> bool:
    """Within a transaction. False where there is nothing to send any more: it was forgotten meanwhile."""
    return database.execute(_BEGIN, (noted, outgoing.place)).rowcount > 0


def beside(database: sqlite3.Connection, outgoing: Outgoing) -> list[Beside]:
    values = outgoing.conversation_id, outgoing.channel, outgoing.place
    return [Beside(*row) for row in database.execute(_BESIDE, values)]


def lately(database: sqlite3.Connection, channel: str, most: int) -> tuple[list[tuple[str, str]], list[str]]:
    """(address, receipt) of what was sent last, and what was noted of what is under way."""
    sent = database.execute(_LATELY, (channel, most)).fetchall()
    return sent, [noted for (noted,) in database.execute(_NOTED, (channel,))]
