"""A shop's orders in one SQLite file, filled from its own files of kind `orders`: what the demo and small shops have."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.logs import logger
from bot.order import Order
from bot.orders.rows import order_from
from bot.stores.file import SqliteFile

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (id TEXT NOT NULL PRIMARY KEY, digits TEXT NOT NULL, customer_id TEXT NOT NULL, placed_at TEXT NOT NULL, told TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_by_digits ON orders (digits);
CREATE INDEX IF NOT EXISTS orders_of ON orders (customer_id, placed_at);
CREATE TABLE IF NOT EXISTS filled (digest TEXT NOT NULL);
"""


_Marks = tuple[tuple[int, int], ...]
"""Time and size of each file: where they are as they were it isn't read again."""


class SqlOrders:
    """The OrderBackend seam over `file`, which is brought to `sources` (JSONL) when it is asked and they have changed. Lines that are no orders are skipped."""

    def __init__(self, file: Path, sources: Sequence[Path], currency: str) -> None:
        self._file, self._sources, self._currency = SqliteFile(file, _SCHEMA), sources, currency
        self._filled: _Marks | None = None

    async def find(self, order_id: str) -> Order | None:
        row = await self._asked(_one, order_id.casefold())
        return None if row is None else self._order(row)

    async def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        return tuple(self._order(row) for row in await self._asked(_of, customer_id))

    async def close(self) -> None:
        await self._file.close()

    async def _asked(self, work: Any, key: str) -> Any:
        return await self._file.run(self._look, work, key)

    def _look(self, database: sqlite3.Connection, work: Any, key: str) -> Any:
        try:
            marks = _marks(self._sources)
            if marks != self._filled:
                _fill(database, self._sources, self._currency)
                self._filled = marks
        except OSError as error:
            if self._filled is None:
                raise
            logger().warning("orders_unreadable", reason=type(error).__name__)  # what was read before is told
        return work(database, key)

    def _order(self, row: str) -> Order:
        return order_from(json.loads(row), self._currency)


def _marks(sources: Sequence[Path]) -> _Marks:
    return tuple((told.st_mtime_ns, told.st_size) for told in map(Path.stat, sources))


def _one(database: sqlite3.Connection, order_id: str) -> str | None:
    """A number without the letters before it will do, where it is one order's alone."""
    found = database.execute(
        "SELECT told FROM orders WHERE id = ? OR digits = ? LIMIT 2", (order_id, order_id)
    ).fetchall()
    return str(found[0][0]) if len(found) == 1 else None


def _of(database: sqlite3.Connection, customer_id: str) -> list[str]:
    found = database.execute("SELECT told FROM orders WHERE customer_id = ? ORDER BY placed_at DESC", (customer_id,))
    return [told for (told,) in found]


def _fill(database: sqlite3.Connection, sources: Sequence[Path], currency: str) -> None:
    """Anew where the files have changed."""
    texts = [(file.name, file.read_text(encoding="utf-8", errors="replace")) for file in sources]
    digest = sha256(json.dumps(texts).encode()).hexdigest()
    if database.execute("SELECT 1 FROM filled WHERE digest = ?", (digest,)).fetchone():
        return
    database.execute("DELETE FROM orders")
    database.execute("DELETE FROM filled")
    database.executemany("INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?)", _rows(texts, currency))
    database.execute("INSERT INTO filled VALUES (?)", (digest,))


def _rows(texts: Iterable[tuple[str, str]], currency: str) -> Iterator[tuple[str, str, str, str, str]]:
    for name, text in texts:
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                order = order_from(json.loads(line), currency)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                logger().warning("order_line_skipped", file=name, line=number, kind=type(error).__name__)
                continue
            number_alone = "".join(letter for letter in order.id if letter.isdecimal())
            yield order.id.casefold(), number_alone, order.customer_id, order.placed_at.isoformat(), line
