"""How customers were served: how many came, how it ended, who was handed over and why, how long it took, what it cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from math import ceil
from typing import Any, Literal

from eval.insights.intervals import Interval, share
from eval.insights.kept import Visit
from eval.insights.misses import UNANSWERED, is_question
from eval.insights.periods import Period
from eval.insights.withholding import LEAST, parts

Ending = Literal["confirmed", "assumed", "reopened", "by_person", "not_met", "unanswered", "open"]
ENDINGS: tuple[Ending, ...] = ("confirmed", "assumed", "reopened", "by_person", "not_met", "unanswered", "open")
"""The customer said so; nothing was asked for 24 hours after an answer; the same was asked again within a week; a colleague spoke;
one was called and didn't; the last question found no answer; too early to say. Each visit ends in one way."""
RESOLVED = frozenset({"confirmed", "assumed"})
"""By the clerk alone."""
_BREAKS_OFF = frozenset({"shall_hand_over", "which_of", "which_wish", "which_one", "order_which", "order_number", "order_contact"})  # fmt: skip
"""Wordings that ask: who doesn't answer them has got nothing."""
_SMALL_TALK = frozenset({"greet", "thank", "bye"})
DIMENSIONS = ("channel", "language", "hour", "intent")
_HOURS = 3
"""Hours of the shop's day that are one row."""


@dataclass(frozen=True, slots=True)
class Times:
    """Of `n`; seconds."""

    n: int
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a dimension. None is withheld."""

    name: str
    visits: int | None
    alone: Interval | None
    resolved: Interval | None


@dataclass(frozen=True, slots=True)
class Service:
    """Counts of fewer than `LEAST` people are None, and so is what would tell them."""

    visits: int | None
    messages: int | None
    people: int | None
    before: int | None
    """Visits of the period of the same length before; None also where nothing is kept from then."""
    bins: tuple[tuple[date, int | None], ...]
    """Visits by day, or by week from its first day where the period is longer than two."""
    alone: Interval | None
    """Visits answered by the clerk alone."""
    endings: tuple[tuple[Ending, int | None], ...]
    resolved: Interval | None
    """Of the visits whose end is known: confirmed or assumed."""
    handed: tuple[tuple[str, int | None], ...]
    """Visits by why the first hand-over in them was made."""
    clerk: Times | None
    """From a message to the clerk's reply."""
    person: Times | None
    """From the hand-over to a colleague's first words."""
    tokens: int
    cost: Decimal
    per_resolved: Decimal | None
    by: tuple[tuple[str, tuple[Row, ...]], ...]

    def as_json(self) -> dict[str, Any]:
        made = asdict(self)
        return made | {
            "bins": [{"from": day, "visits": count} for day, count in self.bins],
            "endings": dict(self.endings), "handed": dict(self.handed), "by": {name: [asdict(row) for row in rows] for name, rows in self.by},
        }  # fmt: skip


@dataclass(slots=True)
class _Cell:
    visits: int = 0
    alone: int = 0
    known: int = 0
    resolved: int = 0
    people: set[str] = field(default_factory=set)

    def add(self, visit: Visit, ending: Ending) -> None:
        self.visits += 1
        self.alone += not visit.by_person
        self.known += ending != "open"
        self.resolved += ending in RESOLVED
        self.people.add(visit.person)


def service(visits: Iterable[Visit], period: Period, timezone: tzinfo, before: int | None = None) -> Service:
    """`before` is how many visits the period of the same length before had."""
    bins, endings, handed, cells = defaultdict[date, _Cell](_Cell), Counter[Ending](), Counter[str](), defaultdict[tuple[str, str], _Cell](_Cell)  # fmt: skip
    of_ending, of_reason = defaultdict[Ending, set[str]](set), defaultdict[str, set[str]](set)
    whole, clerk, person, waiting = _Cell(), list[float](), list[float](), set[str]()
    messages = tokens = 0
    cost = Decimal(0)
    for visit in visits:
        ending = ending_of(visit)
        whole.add(visit, ending)
        endings[ending] += 1
        of_ending[ending].add(visit.person)
        bins[_bin(visit.began.astimezone(timezone).date(), period, timezone)].add(visit, ending)
        messages += len(visit.asked)
        tokens += sum(one.tokens for one in visit.asked)
        cost += sum((one.cost for one in visit.asked), Decimal(0))
        clerk += [one.took_ms / 1000 for one in visit.asked if not one.to_person and one.took_ms]
        if why := next((one.why or "asked" for one in visit.asked if one.handed_off), None):
            handed[why] += 1
            of_reason[why].add(visit.person)
            if (waited := waited_s(visit)) is not None:
                person.append(waited)
                waiting.add(visit.person)
        for key in _keys(visit, timezone):
            cells[key].add(visit, ending)
    enough = len(whole.people) >= LEAST
    return Service(
        visits=whole.visits if enough else None, messages=messages if enough else None, people=len(whole.people) if enough else None,
        before=before, bins=_bins(bins, period, timezone), alone=_share(whole.alone, whole.visits, whole),
        endings=tuple(_told(endings, of_ending, ENDINGS)), resolved=_share(whole.resolved, whole.known, whole),
        handed=tuple(_told(handed, of_reason, [name for name, _ in handed.most_common()])),
        clerk=_times(clerk) if enough else None, person=_times(person) if len(waiting) >= LEAST else None,
        tokens=tokens, cost=cost, per_resolved=(cost / whole.resolved).quantize(Decimal("0.0001")) if cost and enough and whole.resolved >= LEAST else None,
        by=tuple((name, tuple(_rows(name, cells))) for name in DIMENSIONS),
    )  # fmt: skip


def ending_of(visit: Visit) -> Ending:
    if visit.is_open:
        return "open"
    if visit.by_person:
        return "by_person" if visit.told else "not_met"
    if visit.came_again:
        return "reopened"
    last = next((one for one in reversed(visit.asked) if is_question(one)), None)
    if last is not None and any(wish.said in UNANSWERED | _BREAKS_OFF for wish in last.wishes):
        return "unanswered"
    return "confirmed" if any(wish.intent in _SMALL_TALK - {"greet"} for wish in visit.asked[-1].wishes) else "assumed"


def waited_s(visit: Visit) -> float | None:
    """From the first hand-over to a colleague's first words."""
    since = next((one.at for one in visit.asked if one.handed_off), None)
    spoke = next((one.at for one in visit.told if since and one.at >= since), None)
    return (spoke - since).total_seconds() if since and spoke else None


def main_intent(visit: Visit) -> str:
    """Of the first question; of small talk where there was none."""
    return next((one.intent for one in visit.asked if is_question(one)), visit.asked[0].intent or "none")


def _keys(visit: Visit, timezone: tzinfo) -> list[tuple[str, str]]:
    hour = visit.began.astimezone(timezone).hour // _HOURS * _HOURS
    return [
        ("channel", visit.channel),
        ("language", visit.locale),
        ("hour", f"{hour:02}"),
        ("intent", main_intent(visit)),
    ]


def _rows(name: str, cells: dict[tuple[str, str], _Cell]) -> list[Row]:
    """Hours in their order, others the largest first."""
    ours = {value: cell for (dimension, value), cell in cells.items() if dimension == name}
    counts = parts({value: cell.visits for value, cell in ours.items()}, {value: len(cell.people) for value, cell in ours.items()})  # fmt: skip
    order = sorted(ours, key=lambda value: value if name == "hour" else (-ours[value].visits, value))
    return [
        Row(value, None, None, None) if counts[value] is None
        else Row(value, counts[value], _share(cell.alone, cell.visits, cell), _share(cell.resolved, cell.known, cell))
        for value in order for cell in [ours[value]]
    ]  # fmt: skip


def _told(counts: Counter[Any], people: dict[Any, set[str]], order: Sequence[Any]) -> list[tuple[Any, int | None]]:
    told = parts({name: counts[name] for name in order}, {name: len(people[name]) for name in order})
    return [(name, told[name]) for name in order]


def _share(count: int, n: int, cell: _Cell) -> Interval | None:
    return share(count, n) if n and len(cell.people) >= LEAST else None


def _times(seconds: list[float]) -> Times | None:
    if len(seconds) < LEAST:
        return None
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, ceil(part * len(ordered)) - 1)] for part in (0.5, 0.95)]
    return Times(len(ordered), round(at[0], 3), round(at[1], 3))


def _step(period: Period) -> int:
    return 1 if period.days <= 14 else 7


def _bin(day: date, period: Period, timezone: tzinfo) -> date:
    first, step = period.start.astimezone(timezone).date(), _step(period)
    return first + timedelta(days=(day - first).days // step * step)


def _bins(cells: Mapping[date, _Cell], period: Period, timezone: tzinfo) -> tuple[tuple[date, int | None], ...]:
    """All of the period, those without visits too."""
    last = (period.end - timedelta(microseconds=1)).astimezone(timezone).date()
    day, days = period.start.astimezone(timezone).date(), list[date]()
    while day <= last:
        days.append(day)
        day += timedelta(days=_step(period))
    made = {one: cells.get(one) or _Cell() for one in days}
    told = parts({str(one): cell.visits for one, cell in made.items()}, {str(one): len(cell.people) for one, cell in made.items()})  # fmt: skip
    return tuple((one, told[str(one)]) for one in days)
