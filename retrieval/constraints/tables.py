"""The word tables of words.toml, compiled when they are first needed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def tables() -> Mapping[str, Any]:
    """words.toml as it is written."""
    read: Mapping[str, Any] = tomllib.loads(
        files("retrieval.constraints").joinpath("words.toml").read_text(encoding="utf-8")
    )
    return read


def table(name: str) -> Any:
    return tables()[name]


@cache
def alternation(name: str) -> str:
    """A list of words or patterns as alternatives of a regular expression, in the order of the table."""
    return "|".join(tables()["words"][name])
