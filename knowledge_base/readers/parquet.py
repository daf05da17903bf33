"""Parquet tables, as data warehouses export events. Needs the extra `parquet`: nothing else in the house does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.record import Record

_AT_ONCE = 10_000
"""Rows that are in memory as a table at a time."""


def read_parquet(file: Path) -> Iterator[Record]:
    """`line` is the row's place, from 1. Raises UnreadableFile where it is none, or the library isn't there."""
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise UnreadableFile(str(file), "Parquet needs an extra: pip install 'shopclerk[parquet]'; or export it as CSV") from None  # fmt: skip
    try:
        table = parquet.ParquetFile(file)
        place = 0
        for batch in table.iter_batches(batch_size=_AT_ONCE):
            for row in batch.to_pylist():
                place += 1
                yield Record(place, {name: _plain(value) for name, value in row.items()})
    except (OSError, ValueError, RuntimeError) as error:  # pyarrow's own errors are of these
        raise UnreadableFile(str(file), f"it isn't a Parquet file that can be read ({' '.join(str(error).split())[:200]})") from error  # fmt: skip


def _plain(value: object) -> object:
    """A time as text; whoever reads the column knows what it is."""
    return value.isoformat() if isinstance(value, datetime) else value
