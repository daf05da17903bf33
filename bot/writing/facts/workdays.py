"""Days that follow from the durations of the findings, by the shop's calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from bot.writing.facts.scene import Scene
from bot.writing.facts.times import Day


def derived(scene: Scene) -> Iterator[date]:
    """Days that durations of the findings lead to, from today or from a day of the findings."""
    known = scene.known
    starts = {known.today, *(one.what.on for one in known.days if isinstance(one.what, Day) and one.what.on)}
    starts |= {one.on for part in scene.asked.parts for one in part.days if one.on}
    if _NEXT_WORKING.search(known.all_text):
        yield from (_working(start, 1, known.shop.closed_on) for start in starts)
    for mention in known.mentions:
        amount = mention.amount
        if amount.family == "working":
            for start in starts:
                yield from (_working(start, int(n), known.shop.closed_on) for n in {amount.low, amount.high} if n <= 60)
        if amount.unit in ("个月", "month", "months"):
            for start in starts:
                yield from (_months(start, int(n)) for n in {*amount.raw} if n == int(n) and n <= 120)
        if amount.family == "duration" and amount.low >= 1440:
            for start in starts:
                for minutes in {amount.low, amount.high}:
                    if minutes <= 1440 * 3660:
                        yield start + timedelta(minutes=minutes)
                        if minutes % 525600 == 0:
                            yield (
                                start.replace(year=start.year + int(minutes // 525600))
                                if (start.month, start.day) != (2, 29)
                                else start
                            )


def _months(start: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


_NEXT_WORKING = re.compile(r"\bnext (?:working|business) day\b|下一?个工作日")


def _working(start: date, days: int, closed: frozenset[str]) -> date:
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and f"{day:%m-%d}" not in closed and f"{day:%Y-%m-%d}" not in closed:
            days -= 1
    return day


def dates(scene: Scene) -> list[Day]:
    return [one.what for one in scene.known.days if isinstance(one.what, Day) and one.what.on]


def days_by(day: Day, scene: Scene) -> bool:
    """Whether something that takes as long as the findings say has come by that day."""
    known = scene.known
    last = day.on or (day.span[1] if day.span else None)
    if last is None and day.weekday is not None:
        last = known.today + timedelta(days=(day.weekday - known.today.weekday()) % 7)
    stated = [one.what.on for one in known.days if isinstance(one.what, Day) and one.what.on]
    if last in stated:
        return True
    slowest = [
        _working(known.today, int(one.amount.high), known.shop.closed_on)
        for one in known.mentions
        if one.amount.family == "working" and one.amount.high <= 60
    ]
    return bool(slowest) and last is not None and max(slowest) <= last
