"""How customers feel in their chats: how many are unhappy in what they write, in all and as time goes by; of few people nothing.

Unhappy is who complains in so many words, or writes what the sentiment model reads as blame almost surely: most questions feel nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from eval.insights.intervals import Interval, share
from eval.insights.misses import complains
from eval.insights.periods import Period
from eval.insights.withholding import LEAST
from retrieval.seams import Vectors

SURE = 0.8
"""Chance of blame from which a message is one: 6 of 100 questions about the sample shop have it, most of them about something broken or lost."""
_NEGATIVE = "negative"
_AT_ONCE = 1000


class Labeller(Protocol):
    """A sentiment model, `bot.sentiment.training.load`."""

    def chances(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Moods:
    """Shares of people; None where they are too few."""

    people: int | None
    unhappy: Interval | None
    bins: tuple[tuple[date, Interval | None], ...]
    """By day, or by week from its first day where the period is longer than two."""


def unhappy(texts: Sequence[str], model: Labeller, labels: Sequence[str]) -> list[bool]:
    """Of each message."""
    if not texts:
        return []
    blame = _blame(texts, model, labels.index(_NEGATIVE)) if _NEGATIVE in labels else [0.0] * len(texts)
    return [complains(text) or chance >= SURE for text, chance in zip(texts, blame, strict=True)]


def _blame(texts: Sequence[str], model: Labeller, label: int) -> list[float]:
    parts = (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))
    return [float(chance) for part in parts for chance in model.chances(part)[:, label]]


def moods(felt: Iterable[tuple[str, datetime, bool]], period: Period, zone: tzinfo) -> Moods:
    """Of (person, when, unhappy) of every message; who was unhappy once in a day is so in all of it."""
    whole, bins = _People(), defaultdict[date, _People](_People)
    for person, at, is_unhappy in felt:
        for people in (whole, bins[_bin(at, period, zone)]):
            people.all.add(person)
            people.unhappy |= {person} if is_unhappy else set()
    days = _days(period, zone)
    enough = len(whole.all) >= LEAST
    return Moods(len(whole.all) if enough else None, whole.share, tuple((day, bins[day].share) for day in days))


class _People:
    def __init__(self) -> None:
        self.all, self.unhappy = set[str](), set[str]()

    @property
    def share(self) -> Interval | None:
        return share(len(self.unhappy), len(self.all)) if len(self.all) >= LEAST else None


def _step(period: Period) -> int:
    return 1 if period.days <= 14 else 7


def _bin(at: datetime, period: Period, zone: tzinfo) -> date:
    first = period.start.astimezone(zone).date()
    return first + timedelta(days=(at.astimezone(zone).date() - first).days // _step(period) * _step(period))


def _days(period: Period, zone: tzinfo) -> list[date]:
    """The first day of each stretch of the period."""
    day, last = period.start.astimezone(zone).date(), period.last.astimezone(zone).date()
    return [day + timedelta(days=n) for n in range(0, (last - day).days + 1, _step(period))]
