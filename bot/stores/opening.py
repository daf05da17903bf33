"""Opening a SQLite file in WAL mode, also where several threads and processes open it for the first time at once."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from threading import Lock

_AGAIN_S = 0.01
_one_at_a_time = Lock()


def opened(file: Path, wait_s: float) -> sqlite3.Connection:
    """A connection to a file whose folder is there, for any thread; `wait_s` is how long a statement waits for another writer."""
    database = sqlite3.connect(file, timeout=wait_s, check_same_thread=False)
    until = time.monotonic() + wait_s
    try:
        with _one_at_a_time:
            _to_wal(database, until)
        database.execute("PRAGMA synchronous = FULL")  # a reply that was given is kept, even where the power goes
    except BaseException:
        database.close()
        raise
    return database


def _to_wal(database: sqlite3.Connection, until: float) -> None:
    """SQLite reads before it locks to change the mode, and refuses at once, whatever the timeout, where another process writes then."""
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)
        else:
            return
