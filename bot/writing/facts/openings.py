"""`We stay shut on the Friday as well`: whether the shop is open or closed on a day, by its own calendar."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.writing.facts.clock import Moment
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.times import ordinal

_CLOSED = re.compile(
    r"\b(?:closed|shut(?! at| by)|not open|not here|no ?(?:body|one)(?:'s| is| will be)? (?:here|in|around|there)|have (?:the|a) day off)\b"
)
_OPEN = re.compile(
    r"\b(?:(?:we|people|someone|somebody|the shop|doors|us)(?:'re|'s| are| is|'ll be| will be)? (?:all |here |also |back |as usual |usually |normally )*(?:open|here|back|in|around|staffed)|are (?:open|back)|reopen\w*|open again)\b"
)
_PARTS = re.compile(
    r"[,;:.!?]|\band\b(?= (?:we|are|back|open|closed|the shop|then|reopen|shut))|\bbut\b|\bthough\b|\bwhile\b"
)
_NOT_ON = re.compile(
    r"\b(?:until|till|before|after|except(?: for| on)?|besides|apart from|other than|save for|from|since|not(?: on)?|unless|by|if)\s(?:the |a )?$|n't(?: on)?\s$"
)
_ELSE = re.compile(r"\b(?:deliver|parcel|order|shipp|courier|ups|usps|dhl|post office|bank|warehouse)\w*")
_NTH = re.compile(
    r"\bon the (?P<nth>[a-z]+(?:[- ][a-z]+)?|\d{1,2}(?:st|nd|rd|th))(?=\s*(?:[,.;:!?)]|$|\b(?:as well|too|and|either|also|we)\b))"
)


def check(scene: Scene) -> Fault | None:
    """A day on which it says that the shop is closed, or open, where the calendar has the opposite."""
    shop = scene.known.shop
    if scene.asks or scene.doubts or not shop.opening_hours:
        return None
    if fault := _through(scene) or _answered(scene):
        return fault
    if not (_CLOSED.search(scene.lower) or _OPEN.search(scene.lower)):
        return None
    start, closed = 0, None
    for end in (*(match.start() for match in _PARTS.finditer(scene.lower)), len(scene.lower)):
        part = scene.lower[start:end]
        said = bool(_CLOSED.search(part)) if _CLOSED.search(part) or _OPEN.search(part) else None
        closed = closed if said is None and _goes_on(scene, start, end) else said
        if (
            closed is not None
            and not _ELSE.search(part)
            and not _AT_AN_HOUR.search(part)
            and not any(start <= one.start < end for one in scene.read.moments)
        ):
            for place, last, days, named in _days(scene, start, end):
                if not _NOT_ON.search(scene.lower[:place]) and not _holds(days, named, closed, scene):
                    told = "open on that day" if closed else "closed on that day"
                    return scene.read.text.own[place:last].strip(), "hours", told
        start = end
    return None


def _answered(scene: Scene) -> Fault | None:
    """`We are` of `are you open on Independence Day?`."""
    if not scene.asked.parts or scene.told.last is not None:
        return None
    part = scene.asked.parts[-1]
    yes, no = _YES.match(scene.lower), _NO.match(scene.lower)
    if not (yes or no) or not _ABOUT_OPEN.search(part.text.lower) or part.moments:
        return None
    days = [one for one in part.days if not one.span]
    dates = [one.on or _next(one.weekday or 0, scene.known.today) for one in days if one.on or one.weekday is not None]
    dates += [on for name, on in _feasts(scene) if name.search(part.text.lower)]
    if len(dates) != 1 or _ELSE.search(part.text.lower):
        return None
    if _holds((dates[0],), False, bool(no), scene):
        return None
    said = yes or no
    assert said is not None
    return said.group().strip(), "hours", "closed on that day" if yes else "open on that day"


def _feasts(scene: Scene) -> Iterator[tuple[re.Pattern[str], date]]:
    """Feasts whose dates the calendar knows, the next of each."""
    today = scene.known.today
    for words, month, day in _FEASTS:
        on = date(today.year, month, day)
        yield words, on if on >= today else on.replace(year=today.year + 1)


_FEASTS = (
    (re.compile(r"\bchristmas day\b|\bon christmas(?! eve)\b"), 12, 25),
    (re.compile(r"\bchristmas eve\b"), 12, 24),
    (re.compile(r"\bboxing day\b"), 12, 26),
    (re.compile(r"\bnew year'?s eve\b"), 12, 31),
    (re.compile(r"\bnew year'?s day\b"), 1, 1),
    (re.compile(r"\b(?:independence day|fourth of july|july fourth)\b"), 7, 4),
)
_YES = re.compile(
    r"\W*(?:yes|yep|yeah|sure|we are|we're open|of course|certainly|absolutely|you can|it is)\b(?!n't| not)"
)
_NO = re.compile(
    r"\W*(?:no\b(?! problem| worries)|nope|sorry,? no|i'm afraid not|we aren't|we're not|we're closed|unfortunately not|sadly not)"
)
_ABOUT_OPEN = re.compile(
    r"\b(?:open|closed|come (?:by|in|over)|stop by|drop (?:by|in)|swing by|visit|anyone|anybody|someone|somebody|there|hours)\b"
)


def _through(scene: Scene) -> Fault | None:
    """`Saturday, and we're there from nine to six`: the hours of another weekday."""
    hours = scene.known.shop.opening_hours
    for first, last in itertools.pairwise(scene.read.moments):
        if not _TO.fullmatch(scene.lower[first.end : last.start]) or _INSIDE.search(scene.lower[: first.start]):
            continue
        terms = [term for clause in scene.read.clauses for term in clause.terms if term.kind == "day"]
        before = [term for term in terms if term.start < first.start]
        beside = before[-1:] or [term for term in terms if 0 <= term.start - last.end <= 12][:1]
        named = set(beside[0].ids) if beside else set[str]()
        spans = [hours.get(_SHORT[int(one[4:])], "closed") for one in named]
        if spans and not any(_is_span(span, first, last) for span in spans) and any(span != "closed" for span in spans):
            return scene.read.text.own[first.start : last.end].strip(), "hours", spans[0]
    return None


def _is_span(span: str, first: Moment, last: Moment) -> bool:
    opens, _, closes = span.partition("-")
    return bool(closes) and _minutes(opens) in first.minutes and _minutes(closes) in last.minutes


def _minutes(at: str) -> int:
    return int(at[:2]) * 60 + int(at[3:])


_TO = re.compile(r"\s?(?:-|–|to|until|till|through|up to)\s?")
_INSIDE = re.compile(r"\b(?:between|any ?time|e\.g\.|for example|say|order|break|lunch|delivery|slot)\b")


def _goes_on(scene: Scene, start: int, end: int) -> bool:
    """Whether a part only names a further day: `closed on Sundays, and on 4 July`."""
    part = list(scene.lower[start:end])
    for day in scene.read.days:
        if start <= day.start < end:
            part[day.start - start : day.end - start] = " " * (min(day.end, end) - day.start)
    return not _MORE.search("".join(part))


_MORE = re.compile(r"[a-z]+(?<!\band)(?<!\bon)(?<!\balso)(?<!\bthe)(?<!\bof)(?<!\bin)(?<!\btoo)(?<!\bor)")
_AT_AN_HOUR = re.compile(r"\byet\b|\bany ?more\b|\bby then\b")


def _days(scene: Scene, start: int, end: int) -> Iterator[tuple[int, int, tuple[date, ...], bool]]:
    """Where a day is named, which dates may be meant, and whether any such weekday is."""
    today = scene.known.today
    for day in scene.read.days:
        if not start <= day.start < end or day.span:
            continue
        if day.on is not None and not day.day_only:
            yield day.start, day.end, (day.on,), False
        elif day.weekday is not None:
            froms = [today, *_told(scene)]
            yield day.start, day.end, tuple(_next(day.weekday, one) for one in froms), True
        elif day.day_only and day.on and (near := _of_month(day.on.day, scene)):
            yield day.start, day.end, (near,), False
    for match in _NTH.finditer(scene.lower, start, end):
        number = ordinal(match["nth"])
        near = (
            _of_month(number, scene)
            if number and not any(d.start < match.end() and match.start() < d.end for d in scene.read.days)
            else None
        )
        if near is not None:
            yield match.start(), match.end(), (near,), False


def _told(scene: Scene) -> list[date]:
    found = [one.on for one in scene.read.days if one.on] + list(scene.told.dates)
    return found + [one.on for part in scene.asked.parts for one in part.days if one.on]


def _of_month(number: int, scene: Scene) -> date | None:
    """That day of the month that was spoken of before."""
    for one in reversed(_told(scene)):
        try:
            return one.replace(day=number)
        except ValueError:
            continue
    soon = (scene.known.today + timedelta(days=ahead) for ahead in range(62))
    return next((one for one in soon if one.day == number), None)


def _next(weekday: int, start: date) -> date:
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def _holds(days: tuple[date, ...], any_week: bool, closed: bool, scene: Scene) -> bool:
    shop = scene.known.shop
    regular = [shop.opening_hours.get(_SHORT[one.weekday()], "closed") == "closed" for one in days]
    holidays = [f"{one:%m-%d}" in shop.closed_on or f"{one:%Y-%m-%d}" in shop.closed_on for one in days]
    if closed:
        return any(regular) or any(holidays)
    return not any(regular) and (any_week or not any(holidays))


_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
