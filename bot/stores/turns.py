"""A turn's place among all turns: it grows, and the place of one that was forgotten is never given again, so that a page that follows by it
neither misses a turn nor hears one twice."""

from __future__ import annotations

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS turns_given (id INTEGER NOT NULL PRIMARY KEY, place INTEGER NOT NULL);
"""
"""One row: the last place that any forgetting has seen. A file of any age gets it; AUTOINCREMENT would have meant to make the table anew."""
_KEEP = """INSERT INTO turns (place, conversation_id, message_id, at, turn) SELECT
    1 + MAX(COALESCE((SELECT MAX(place) FROM turns), 0), COALESCE((SELECT place FROM turns_given), 0)), ?, ?, ?, ?"""
OF_TRACKED = """NOT EXISTS (
    SELECT 1 FROM conversations WHERE id = conversation_id AND (json_extract(state, '$.tracked') = 0
        OR EXISTS (SELECT 1 FROM untracked WHERE who IN ('conversation:' || id, 'customer:' || customer_id)))
)"""
"""Of customers who opted out nothing is learned or counted: a condition on rows of `turns`."""
_SEEN = """INSERT INTO turns_given (id, place) SELECT 1, COALESCE(MAX(place), 0) FROM turns WHERE true
    ON CONFLICT (id) DO UPDATE SET place = MAX(place, excluded.place)"""


def keep(database: sqlite3.Connection, conversation_id: str, message_id: str, at: str, turn: str) -> None:
    """Within a transaction. `at` in UTC, microseconds and all."""
    database.execute(_KEEP, (conversation_id, message_id, at, turn))


def before_forgetting(database: sqlite3.Connection) -> None:
    """Within the transaction that deletes turns, before it does."""
    database.execute(_SEEN)
