"""An amount and the units that it may be in (units.toml and those of the catalogue)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge_base.measures import units

Bound = str
"""`=`, `~`, `<`, `<=`, `>`, `>=`, `=<` (up to, within), `<~` (just under), `>~` (just over)."""

_AND_HALF = re.compile(r"\s?(?:and a half|半(?![\u4e00-\u9fff]?价))")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it measures: kind `money:USD`, `percent`, `volume`, `duration`, `working`, `unit:volt`, `count`, `bare`, ...

    In the kind's own unit, as `unit` wrote it; `noun` is what a bare number counts.
    """

    kind: str
    low: float
    high: float
    start: int
    end: int
    bound: Bound = "="
    unit: str = ""
    spelled: bool = False
    other: float | None = None
    raw: tuple[float, float] = (0.0, 0.0)
    """Its ends as they were written, in whatever unit."""

    @property
    def family(self) -> str:
        return self.kind.split(":")[0]


def measured(made: Amount, match: re.Match[str], text: str) -> Amount:
    word = match["unit"]
    group, value = known_units()[word]
    if word == "年" and 1900 <= made.low <= 2100:
        return made
    made = replace(made, end=match.end(), unit=word)
    low, high = made.low, made.high
    halved = group in ("duration", "working", "volume", "weight", "length", "money") or word == "岁"
    if halved and (half := _AND_HALF.match(text, made.end)):
        low, high, made = low + 0.5, high + 0.5, replace(made, end=half.end())
    if group == "money":
        return replace(made, kind=currency(word), low=low, high=high)
    if group == "cents":
        return replace(made, kind="money:?", low=low * value, high=high * value)
    if group == "other":
        return replace(made, kind=f"unit:{value}", low=low, high=high)
    other = made.other * value if made.other is not None else None
    return replace(made, kind=group, low=low * value, high=high * value, other=other)


def currency(word: str) -> str:
    word = re.sub(r"\s", "", word)
    return (
        f"money:{unit_tables()['money'].get(word, {'cn¥': 'CNY', 'jp¥': 'JPY', 'us$': 'USD'}.get(word, word.upper()))}"
    )


def scale(one: Amount) -> float:
    group, value = known_units().get(one.unit, ("", 1.0))
    return float(value) if group not in ("money", "other", "cents", "") else 1.0


@cache
def known_units() -> Mapping[str, tuple[str, Any]]:
    tables = unit_tables()
    found: dict[str, tuple[str, Any]] = {}
    for word, (kind, size) in units().items():
        if kind != "duration":
            found[word] = (kind, size)
            if word.isascii() and len(word) > 2:
                found[word + "s"] = (kind, size)
    for group in ("duration", "working", "age", "percent", "money", "other", "cents"):
        found |= {word: (group, value) for word, value in tables[group].items()}
    found |= {word: (kind, value) for word, (kind, value) in tables["also"].items()}
    return found


@cache
def unit_after() -> re.Pattern[str]:
    """A unit after a number; Latin ones not within a longer word, 块 and 度 not in 块肉 or 度假."""
    ordered = sorted(known_units(), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in ordered if word[0].isascii() and word[0].isalpha())
    marks = "|".join(re.escape(word) for word in ordered if not word[0].isalpha())
    han = "|".join(word for word in ordered if word[0].isalpha() and not word[0].isascii())
    return re.compile(
        rf"(?:(?:\s|-)?(?:full |whole |entire |整)?(?P<unit>(?:{latin})(?![a-z0-9])|{marks}|个?(?:{han})))".replace(
            "个?(?:", "(?:"
        )
    )


@cache
def unit_tables() -> Mapping[str, Any]:
    read: Mapping[str, Any] = tomllib.loads(
        files("bot.writing.facts").joinpath("units.toml").read_text(encoding="utf-8")
    )
    return read
