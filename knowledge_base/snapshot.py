"""Knowledge in one SQLite file, and back exactly. Rows are JSON: the file is read whole, so columns would buy nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from knowledge_base.types import (
    Document,
    Faq,
    Interaction,
    InteractionKind,
    Knowledge,
    Product,
    Refusal,
    Review,
    Section,
    Variant,
    Withheld,
)

VERSION = 1
_KEPT = 4096
"""Products that stay read."""


def write(path: Path, knowledge: Knowledge) -> None:
    """Into tables of an SQLite file, new or not, in one transaction."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS knowledge (kind TEXT NOT NULL, place INTEGER NOT NULL, row TEXT NOT NULL, PRIMARY KEY (kind, place)) WITHOUT ROWID"
        )
        database.execute("DELETE FROM knowledge")
        for kind in _MAKERS:
            rows = ((kind, place, _dumps(thing)) for place, thing in enumerate(getattr(knowledge, kind)))
            database.executemany("INSERT INTO knowledge VALUES (?, ?, ?)", rows)
        about = {"version": VERSION, "read": knowledge.read, "prices_as_of": knowledge.prices_as_of}
        database.execute("INSERT INTO knowledge VALUES ('about', 0, ?)", (json.dumps(about, default=_plain),))


def read(path: Path) -> Knowledge:
    told = about(path)
    parts: dict[str, Any] = {kind: tuple(things(path, kind)) for kind in _MAKERS}
    return Knowledge(**parts, read=told["read"], prices_as_of=_time(told["prices_as_of"]))


def about(path: Path) -> dict[str, Any]:
    """`version`, `read` and `prices_as_of` as they were written."""
    with closing(_opened(path)) as database:
        found: dict[str, Any] = json.loads(
            database.execute("SELECT row FROM knowledge WHERE kind = 'about'").fetchone()[0]
        )
    return found


def prices_as_of(path: Path) -> datetime | None:
    return _time(about(path)["prices_as_of"])


def things(path: Path, kind: str) -> Iterator[Any]:
    """All of one kind (`products`, `faqs`, ...), one after the other."""
    with closing(_opened(path)) as database:
        for (row,) in database.execute("SELECT row FROM knowledge WHERE kind = ? ORDER BY place", (kind,)):
            yield _MAKERS[kind](json.loads(row))


class StoredProducts:
    """The products of a file, read one after the other or one by one: a large shop's would fill the memory."""

    def __init__(self, path: Path) -> None:
        self.path, self._database, self._lock = path, _opened(path), Lock()

    def __iter__(self) -> Iterator[Product]:
        return things(self.path, "products")

    def forms(
        self, places: Mapping[str, int], rows_of: Callable[[int], Iterable[int]]
    ) -> Mapping[str, Mapping[str, Product]]:
        """Id -> locale -> product, of ids by their places and of each place the rows, as they are iterated over."""
        return _Forms(places, lru_cache(_KEPT)(lambda product_id: self._make(rows_of(places[product_id]))))

    def _make(self, rows: Iterable[int]) -> Mapping[str, Product]:
        made: dict[str, Product] = {}
        for place in rows:
            ((row,),) = self._all("SELECT row FROM knowledge WHERE kind = 'products' AND place = ?", place)
            product = _product(json.loads(row))
            made[product.locale] = product
        return made

    def _all(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._database.execute(sql, values).fetchall()


class _Forms(Mapping[str, Mapping[str, Product]]):
    def __init__(self, places: Mapping[str, object], make: Callable[[str], Mapping[str, Product]]) -> None:
        self._places, self._make = places, make

    def __getitem__(self, product_id: str) -> Mapping[str, Product]:
        return self._make(product_id)

    def __contains__(self, product_id: object) -> bool:
        return product_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _opened(path: Path) -> sqlite3.Connection:
    """For all threads, of which one reads at a time."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)


def _dumps(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    """What JSON can't write by itself; `asdict` would copy a large shop deeply."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _product(row: dict[str, Any]) -> Product:
    row["price"] = Decimal(row["price"])
    row["compare_at"] = Decimal(row["compare_at"]) if row["compare_at"] is not None else None
    row["variants"] = tuple(Variant(v["id"], v["attributes"], Decimal(v["price"]), v["stock"]) for v in row["variants"])
    row["added"] = _time(row.get("added"))
    row["goes_with"] = _texts(row["goes_with"])
    row["details"] = tuple((name, text) for name, text in row["details"])
    return Product(**row)


def _faq(row: dict[str, Any]) -> Faq:
    return Faq(**{**row, "tags": _texts(row["tags"]), "also": _texts(row["also"])})


def _document(row: dict[str, Any]) -> Document:
    sections = tuple(Section(_texts(section["headings"]), section["text"]) for section in row["sections"])
    return Document(row["id"], row["title"], sections, row["locale"])


def _interaction(row: dict[str, Any]) -> Interaction:
    paid = row.get("amount")
    return Interaction(
        row["customer_id"], row["product_id"], InteractionKind(row["kind"]), datetime.fromisoformat(row["at"]),
        Decimal(paid) if paid is not None else None,
    )  # fmt: skip


def _review(row: dict[str, Any]) -> Review:
    return Review(**{**row, "at": _time(row["at"])})


_MAKERS: dict[str, Callable[[dict[str, Any]], object]] = {
    "products": _product, "faqs": _faq, "documents": _document, "interactions": _interaction, "reviews": _review,
    "refusals": lambda row: Refusal(**row), "withheld": lambda row: Withheld(**row),
}  # fmt: skip
