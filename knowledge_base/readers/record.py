"""What every reader of records yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record and the line (or place, from 1) it starts at. `broken` says why it couldn't even be parsed."""

    line: int
    fields: Mapping[str, object]
    broken: str = ""
