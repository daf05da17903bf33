"""The passages of an index by row: arrays for what a search may be limited to, and each passage itself only when it is asked for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.types import Passage
from retrieval.types import Where

Mask = NDArray[np.bool_]

COLUMNS = ("locale", "source", "category", "source_id")
_FIELDS = ("id", "text", "source", "source_id", "locale", "digest", "title", "category")
_ASKED = 5000
"""Rows named in one question to SQLite."""
_KEPT = 4096
"""Passages that stay decoded, and masks by the limits they stand for (of these a 64th)."""


class Rows:
    """Passages in the order in which they were cut. `codes` has an array a column, `names` what its numbers stand for."""

    def __init__(
        self,
        codes: dict[str, NDArray[np.int32]],
        names: dict[str, list[str]],
        source: _Kept | _Stored,
    ) -> None:
        self._codes, self._names = codes, names
        self._row_of, self._ids = source.row_of, source.ids
        self._source, self._decoded = source, dict[int, Passage]()
        self._source_ids = {name: code for code, name in enumerate(names["source_id"])}
        self._remembered = lru_cache(_KEPT // 64)(self._mask)

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Rows:
        """Over passages in memory."""
        kept = list(passages)
        return cls(*encode(kept), _Kept(kept))

    @classmethod
    def open(cls, file: Path) -> Rows:
        """Over a file written by `write`. Raises sqlite3.Error, ValueError."""
        stored = _Stored(file)
        names = stored.names()
        codes = {column: stored.column(column) for column in COLUMNS}
        return cls(codes, names, stored)

    def __len__(self) -> int:
        return len(self._codes["source"])

    def passage(self, row: int) -> Passage:
        return self.passages([int(row)])[0]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """Those in these rows, in their order; those that aren't decoded yet are asked for at once."""
        decoded = self._decoded
        found = {row: known for row in rows if (known := decoded.get(row)) is not None}
        if missing := [row for row in dict.fromkeys(rows) if row not in found]:
            read = dict(zip(missing, self._source.passages(missing), strict=True))
            if len(decoded) >= _KEPT:
                self._decoded = decoded = {}
            decoded.update(read)
            found |= read
        return [found[row] for row in rows]

    def row_of(self, passage_id: str) -> int:
        """Raises KeyError where there is no such passage."""
        return self._row_of(passage_id)

    def ids(self, rows: NDArray[np.integer]) -> list[str]:
        """The ids of the passages in these rows, in the order of the rows."""
        return self._ids(sorted(rows.tolist()))

    def mask(self, where: Where) -> Mask | None:
        """Which rows are within language, sources, source ids and categories; None where nothing is limited."""
        return self._mask(where) if where.source_ids is not None else self._remembered(where)

    def locales(self) -> list[str]:
        """The languages that passages are written in."""
        return list(self._names["locale"])

    def of_sources(self, ids: Sequence[str]) -> NDArray[np.int32]:
        """[rows] The place in `ids` of what each passage was cut from, -1 where it isn't among them."""
        places = {name: place for place, name in enumerate(ids)}
        known = np.array([places.get(name, -1) for name in self._names["source_id"]] or [-1], dtype=np.int32)
        return known[self._codes["source_id"]]

    def _mask(self, where: Where) -> Mask | None:
        parts = []
        if where.locale:
            parts.append(self._any_of("locale", [where.locale]))
        if where.sources:
            parts.append(self._any_of("source", where.sources))
        if where.categories:
            parts.append(self._any_of("category", {name.casefold() for name in where.categories}))
        if where.source_ids is not None:
            parts.append(self._any_of("source_id", where.source_ids))
        return np.logical_and.reduce(parts) if parts else None

    def _any_of(self, column: str, values: Iterable[str]) -> Mask:
        names = self._names[column]
        wanted = np.zeros(len(names) + 1, dtype=np.bool_)
        codes = self._source_ids if column == "source_id" else {name: code for code, name in enumerate(names)}
        wanted[[codes[value] for value in values if value in codes]] = True
        chosen: Mask = wanted[self._codes[column]]
        return chosen


def encode(passages: Sequence[Passage]) -> tuple[dict[str, NDArray[np.int32]], dict[str, list[str]]]:
    """(column -> a number a passage, column -> what the numbers stand for); categories without case."""
    codes: dict[str, NDArray[np.int32]] = {}
    names: dict[str, list[str]] = {}
    for column in COLUMNS:
        numbers: dict[str, int] = {}
        values = (_value(passage, column) for passage in passages)
        codes[column] = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), dtype=np.int32)
        names[column] = list(numbers)
    return codes, names


def _value(passage: Passage, column: str) -> str:
    value: str = getattr(passage, column)
    return value.casefold() if column == "category" else value


def write(file: Path, passages: Sequence[Passage]) -> None:
    """Into tables of an SQLite file, new or not."""
    codes, names = encode(passages)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"CREATE TABLE passages (row INTEGER PRIMARY KEY, {', '.join(f'{f} TEXT' for f in _FIELDS)})")
        database.execute("CREATE TABLE columns (name TEXT PRIMARY KEY, codes BLOB, names TEXT)")
        rows = ((row, *(getattr(passage, field) for field in _FIELDS)) for row, passage in enumerate(passages))
        database.executemany(f"INSERT INTO passages VALUES (?{', ?' * len(_FIELDS)})", rows)
        database.execute("CREATE UNIQUE INDEX passage_ids ON passages (id)")
        database.executemany(
            "INSERT INTO columns VALUES (?, ?, ?)",
            ((column, codes[column].tobytes(), json.dumps(names[column])) for column in COLUMNS),
        )


class _Kept:
    """Passages in memory."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._row_of = {passage.id: row for row, passage in enumerate(passages)}

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        return [self._passages[row] for row in rows]

    def row_of(self, passage_id: str) -> int:
        return self._row_of[passage_id]

    def ids(self, rows: Sequence[int]) -> list[str]:
        return [self._passages[row].id for row in rows]


class _Stored:
    """One connection for all threads of a process, one reader at a time."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
        self._lock = Lock()

    def names(self) -> dict[str, list[str]]:
        return {column: json.loads(names) for column, names in self._all("SELECT name, names FROM columns")}

    def column(self, column: str) -> NDArray[np.int32]:
        ((codes,),) = self._all("SELECT codes FROM columns WHERE name = ?", column)
        numbers: NDArray[np.int32] = np.frombuffer(codes, dtype=np.int32)
        return numbers

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        made: dict[int, Passage] = {}
        for start in range(0, len(rows), _ASKED):
            some = rows[start : start + _ASKED]
            sql = f"SELECT row, {', '.join(_FIELDS)} FROM passages WHERE row IN ({', '.join('?' * len(some))})"
            made |= {row: Passage(**dict(zip(_FIELDS, fields, strict=True))) for row, *fields in self._all(sql, *some)}
        return [made[row] for row in rows]

    def row_of(self, passage_id: str) -> int:
        found = self._all("SELECT row FROM passages WHERE id = ?", passage_id)
        if not found:
            raise KeyError(passage_id)
        return int(found[0][0])

    def ids(self, rows: Sequence[int]) -> list[str]:
        found: list[str] = []
        for start in range(0, len(rows), _ASKED):
            some = rows[start : start + _ASKED]
            sql = f"SELECT id FROM passages WHERE row IN ({', '.join('?' * len(some))}) ORDER BY row"
            found += [passage_id for (passage_id,) in self._all(sql, *some)]
        return found

    def _all(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._database.execute(sql, values).fetchall()
