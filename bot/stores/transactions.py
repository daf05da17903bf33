"""One transaction, and one within another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def begun(database: sqlite3.Connection) -> Iterator[None]:
    """One transaction, which nobody writes between its reading and its writing."""
    database.execute("BEGIN IMMEDIATE")
    with database:
        yield


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """The same; within another one it is undone by itself, and committed with it."""
    if not database.in_transaction:
        with begun(database):
            yield
        return
    database.execute("SAVEPOINT within")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK TO within")
            database.execute("RELEASE within")
        raise
    database.execute("RELEASE within")
