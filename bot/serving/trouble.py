"""What keeps the file of the inbox from being written, since when, and whether it is over: the state that /readyz shows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.stores.database import Database, reason_of
from bot.stores.transactions import writing

TOLD: Mapping[str, str] = {
    "full": "the disk is full; make room",
    "locked": "another program holds the database; end it",
    "unwritable": "the file can't be written; look at the folder's rights and the disk",
    "corrupt": "the file is damaged; put a backup in its place",
    "failed": "the database fails; the log knows more",
}
"""By the reason, what is wrong and what to do."""
_PROBE = "INSERT OR REPLACE INTO spending (tokens_in, tokens_out, cost, estimated, day) VALUES (0, 0, ?, 0, 'probe')"


@dataclass(slots=True)
class Trouble:
    """Told of every failure and every success; `reason` is empty where all is well."""

    reason: str = ""
    since: float = 0.0

    def failed(self, error: sqlite3.Error) -> str:
        """The reason, in one word."""
        reason = reason_of(error)
        if reason != self.reason:
            self.reason, self.since = reason, time.time()
        return reason

    def is_over(self) -> None:
        self.reason = ""

    @property
    def told(self) -> str:
        """One line, empty where all is well."""
        if not self.reason:
            return ""
        since = time.strftime("%H:%M:%S", time.gmtime(self.since))
        return (
            f"messages can't be taken in since {since} UTC: {TOLD[self.reason]}. Nothing that was acknowledged is lost."
        )


async def look(database: Database, trouble: Trouble) -> None:
    """Try whether the file can be written again, by a page that is written and taken back."""
    try:
        await database.run(_probe)
    except sqlite3.Error as error:
        trouble.failed(error)
    else:
        trouble.is_over()


def _probe(database: sqlite3.Connection) -> None:
    """Committed, since a full disk shows at the commit: a few pages are written, and deleted again."""
    with writing(database):
        database.execute(_PROBE, ("0" * 8192,))
    with writing(database):
        database.execute("DELETE FROM spending WHERE day = 'probe'")
