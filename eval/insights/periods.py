"""The time that a report is of: `--since` a day of the shop, or so many days back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from eval.errors import EvalError

_FIRST = date(1970, 1, 1)
"""Nothing was kept before it, and the time in front of a period has to be a time, too."""
_DAYS_BACK = re.compile(r"(\d{1,4})d")


class BadSince(EvalError):
    def __init__(self, given: str) -> None:
        super().__init__(f"--since is {given!r}; write a day such as 2026-11-01, or days back such as 7d or 30d")


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on, before `end`; both aware UTC."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start) / timedelta(days=1)

    @property
    def last(self) -> datetime:
        """The last moment of it."""
        return self.end - timedelta(microseconds=1)

    @property
    def before(self) -> Period:
        """The one of the same length in front of it."""
        return Period(self.start - (self.end - self.start), self.start)


def period_since(since: str, now: datetime, timezone: tzinfo) -> Period:
    """Whole days of the shop, and today until now. Raises BadSince."""
    if back := _DAYS_BACK.fullmatch(since.strip()):
        day = (now.astimezone(timezone) - timedelta(days=int(back[1]))).date()
    else:
        try:
            day = date.fromisoformat(since.strip())
        except ValueError:
            raise BadSince(since) from None
    if day < _FIRST:
        raise BadSince(since)
    start = datetime.combine(day, time(), timezone).astimezone(UTC)
    if start >= now:
        raise BadSince(since)
    return Period(start, now)
