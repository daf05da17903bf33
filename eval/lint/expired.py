"""Days that have passed: offers that ended, holidays of another year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from eval.lint.figures import read
from eval.lint.types import Problem, Texts
from knowledge_base.types import Place

_YEAR = re.compile(r"(?<![\d.-])(20\d\d)(?!\d)")
_AFTER = re.compile(r"^\s?年?(?:开张|开业|创立|成立|起|以来)")
_SINCE = re.compile(
    r"\b(?:since|founded|established|from|in business|©)\s*(?:[a-z]+\s+)?$|(?:自|从|创立于|成立于|始于)\s*$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d\s?月|\b\d{1,2}[/-]\d{1,2}\b", re.IGNORECASE
)


def check(texts: Texts) -> Iterator[Problem]:
    for entry in texts.entries:
        for line in entry.lines:
            if says := _past(line, texts.today):
                yield entry.problem("expired", line, says)
    yield from _closed(texts)


def _past(line: str, today: date) -> str:
    """Why a line holds no more; empty where it does, or names no year."""
    years = [
        int(match[1])
        for match in _YEAR.finditer(line)
        if not (_SINCE.search(line[: match.start()]) or _AFTER.search(line[match.end() :]))
    ]
    if not years or not _MONTH.search(line):
        return ""
    if max(years) < today.year:
        return f"it speaks of {max(years)}, which is over"
    gone = [day.on for day in read(line, today).days if day.on and not day.relative and day.on.year in years]
    return f"{max(gone).isoformat()} has passed" if gone and max(gone) < today else ""


def _closed(texts: Texts) -> Iterator[Problem]:
    for day in texts.shop.closed_on:
        if len(day) == len("2026-01-01") and int(day[:4]) < texts.today.year:
            yield Problem("expired", Place("shop.toml", 1), "closed_on", "", day, f"{day} is in a year that is over")
