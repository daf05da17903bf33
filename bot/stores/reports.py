"""Which reports were sent to whom, so that none goes out twice. Rows within a transaction of the caller's."""

from __future__ import annotations

import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS reports_sent (
    period VARCHAR(60) NOT NULL, channel VARCHAR(40) NOT NULL, address VARCHAR(500) NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (period, channel, address)
);
"""


def first(database: sqlite3.Connection, period: str, channel: str, address: str, at: float) -> bool:
    """Whether this period's report has not been sent there yet; from now on it has."""
    row = (period, channel, address, at)
    return database.execute("INSERT OR IGNORE INTO reports_sent (period, channel, address, at) VALUES (?, ?, ?, ?)", row).rowcount > 0  # fmt: skip
