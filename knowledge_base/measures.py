"""Amounts with units and ages, as catalogues write them in English and Chinese -> ranges in ml, g, cm, W, hours, pieces, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import get_args

from knowledge_base.families import is_han, plain, tables
from knowledge_base.where import MeasureKind

KINDS: tuple[MeasureKind, ...] = get_args(MeasureKind)
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})(?:\s?(?:-|–|—|~|to|至|到)\s?({_NUMBER}))?")
_MULTIPLIED = re.compile(rf"{_NUMBER}(?:\s?[×x*]\s?{_NUMBER})+")
_AREA = re.compile(r"\s?(?:/\s?(?:m²|m2|平方米|㎡|h\b|小时)|g/m)")
_COUNTED = re.compile(
    r"(?:set|pack|box|bag|case)s?\s(?:of|with)\s(\d+)|(\d+)[\s-]?(?:pieces?|pcs?|packs?|pk|sheets?|bags?|pairs?|count|ct|bowls?|spoons?|straws?|cubes?|baskets?|"
    r"lights?|bulbs?|plates?|arches|blocks?|colours?|colors?|mugs?|cups?|tiers?|seals?|lids?|scrapers?|pillowcases?|tiles?|sachets?|rolls?|tablets?)\b"
    r"|(\d+)\s?(?:件|只|个|支|张|片|块|双|包|袋|枚|颗|粒|条|瓶|罐|盒|卷|色)"
)
_YEARS = re.compile(r"(\d+(?:\.\d+)?)\s?(?:个)?(月|months?|mths?|m(?![a-z])|岁|周岁|years?|yrs?|y(?![a-z]))?")
_OPEN = re.compile(r"\bfrom\b|\band up\b|\bup$|\+|以上|起|over|older")
_UP_TO = re.compile(r"\bup to\b|\bunder\b|以下|以内|below")
_BIRTH = re.compile(r"\bbirth\b|newborn|新生儿|初生|all ages|全年龄")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount that a text states, in its kind's own unit."""

    kind: MeasureKind
    low: float
    high: float


@cache
def units() -> dict[str, tuple[MeasureKind, float]]:
    """Unit in its plain form -> (kind, how much of the kind's own unit it is)."""
    return {
        plain(word): (kind, float(size)) for kind in KINDS for word, size in tables()["units"].get(kind, {}).items()
    }


@cache
def unit_pattern() -> str:
    """Any unit, longest first, Latin ones in the plural, too, and not within a longer word."""
    ordered = sorted(units(), key=len, reverse=True)
    latin = "|".join(
        re.escape(word).replace(r"\ ", r"\.?\s?") + ("s?" if len(word) > 1 else "")
        for word in ordered
        if not is_han(word)
    )
    han = "|".join(word for word in ordered if is_han(word))
    return rf"(?:(?:{latin})(?![a-z])|{han})"


def unit_of(word: str) -> tuple[MeasureKind, float]:
    """What `litres` or `毫升` measures. KeyError for what is no unit."""
    known = units()
    bare = re.sub(r"\s+", " ", word.replace(".", " ")).strip()
    return known[bare] if bare in known else known[bare.removesuffix("s")]


@cache
def _amounts() -> re.Pattern[str]:
    return re.compile(rf"({_NUMBER})(?:\s?(?:-|–|—|~|to|至|到)\s?({_NUMBER}))?\s?-?({unit_pattern()})")


@lru_cache(maxsize=20_000)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """`500 ml / 0.75 L` -> volumes 500 and 750; `12 × 18 × 27 cm` -> three lengths; not what is per area or per hour."""
    found = []
    said = plain(text)
    for match in _amounts().finditer(said):
        if _AREA.match(said, match.end()) or said[match.end() : match.end() + 2] in ("小时",):
            continue
        kind, size = unit_of(match[3])
        low = float(match[1].replace(",", ""))
        high = float(match[2].replace(",", "")) if match[2] else low
        found.append(Amount(kind, _round(low * size), _round(high * size)))
    return (*found, *_sides(said))


def _sides(said: str) -> list[Amount]:
    """The sides before the last, which alone has the unit: 12 and 18 of `12 × 18 × 27 cm`."""
    found = []
    for match in _MULTIPLIED.finditer(said):
        unit = re.compile(rf"\s?({unit_pattern()})").match(said, match.end())
        if unit and unit_of(unit[1])[0] == "length":
            sides = re.findall(_NUMBER, match.group())[:-1]
            found += [Amount("length", v, v) for side in sides for v in [_round(float(side) * unit_of(unit[1])[1])]]
    return found


@lru_cache(maxsize=20_000)
def pieces_in(text: str) -> tuple[Amount, ...]:
    """How many pieces a set has: `set of 4`, `100 sheets`, `4 支装`."""
    found = []
    for match in _COUNTED.finditer(plain(text)):
        count = float(next(group for group in match.groups() if group))
        found.append(Amount("pieces", count, count))
    return tuple(found)


@lru_cache(maxsize=5_000)
def years_in(text: str) -> tuple[float, float] | None:
    """The ages that something is for: `from 3 years` 3 to any, `12 months to 3 years` 1 to 3; None where none is said."""
    said = plain(text)
    matches = [match for match in _YEARS.finditer(said) if match[1]]
    if not matches:
        return (0.0, float("inf")) if _BIRTH.search(said) else None
    ages: list[float] = []
    unit = "years"
    for match in reversed(matches):
        unit = match[2] or unit
        ages.insert(0, float(match[1]) / (12 if unit[0] in "m月" else 1))
    if len(ages) > 1:
        return min(ages[:2]), max(ages[:2])
    if _UP_TO.search(said):
        return 0.0, ages[0]
    return ages[0], float("inf") if _OPEN.search(said) else ages[0]


def _round(value: float) -> float:
    return round(value, 4)
