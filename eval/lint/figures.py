"""The figures of a text in one form for all languages: amounts in their kind's own unit, hours, days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.writing.facts.reading import Sentence, sentence
from eval.lint.types import Entry

Value = tuple[object, ...]
_SMALL = 2
"""Bare numbers up to it are words: `the two of us`, 两个."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure comes to, and as it is written; `raw` are its bare ends, by which `16` and `16 years` are the same."""

    kind: str
    value: Value
    raw: tuple[float, float] | None
    text: str
    line: str


@lru_cache(maxsize=4096)
def read(line: str, today: date) -> Sentence:
    return sentence(line, today)


def figures(entry: Entry, today: date) -> list[Figure]:
    return [figure for line in entry.lines for figure in of_line(line, today)]


def of_line(line: str, today: date) -> Iterator[Figure]:
    read_line = read(line, today)
    own = read_line.text.own
    for one in read_line.amounts:
        text, bare = own[one.start : one.end], one.kind in ("bare", "count")
        if (
            one.spelled
            or (bare and one.low == one.high <= _SMALL)
            or own[max(0, one.start - 1) : one.start] in ("下", "号")
        ):
            continue
        kind = "number" if bare else one.family
        yield Figure(kind, (round(one.low, 3), round(one.high, 3)), one.raw, text, line)
    for moment in read_line.moments:
        text = own[moment.start : moment.end]
        if any(letter.isdigit() for letter in text):
            yield Figure("hour", moment.minutes, None, text, line)
    for day in read_line.days:
        if day.on and not day.relative:
            yield Figure("day", (day.on.month, day.on.day), None, own[day.start : day.end], line)


def lacking(ours: Iterable[Figure], theirs: Iterable[Figure]) -> list[Figure]:
    """Those of ours that the others don't have, whatever unit they are in."""
    others = list(theirs)
    values = {(one.kind, one.value) for one in others}
    raws = {one.raw for one in others if one.raw} | {(end, end) for one in others if one.raw for end in one.raw}
    return [one for one in ours if (one.kind, one.value) not in values and not (one.raw and one.raw in raws)]
