"""Knowledge in one SQLite file, and back exactly. Rows are JSON: the file is read whole, so columns would buy nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
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
)

VERSION = 1


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
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        about = json.loads(database.execute("SELECT row FROM knowledge WHERE kind = 'about'").fetchone()[0])
        parts: dict[str, Any] = {
            kind: tuple(make(row) for row in _rows(database, kind)) for kind, make in _MAKERS.items()
        }
    return Knowledge(**parts, read=about["read"], prices_as_of=_time(about["prices_as_of"]))


def _rows(database: sqlite3.Connection, kind: str) -> Iterator[dict[str, Any]]:
    for (row,) in database.execute("SELECT row FROM knowledge WHERE kind = ? ORDER BY place", (kind,)):
        yield json.loads(row)


def _dumps(thing: Any) -> str:
    return json.dumps(asdict(thing), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
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
    return Interaction(
        row["customer_id"], row["product_id"], InteractionKind(row["kind"]), datetime.fromisoformat(row["at"])
    )


def _review(row: dict[str, Any]) -> Review:
    return Review(**{**row, "at": _time(row["at"])})


_MAKERS: dict[str, Callable[[dict[str, Any]], object]] = {
    "products": _product, "faqs": _faq, "documents": _document, "interactions": _interaction, "reviews": _review,
    "refusals": lambda row: Refusal(**row),
}  # fmt: skip
