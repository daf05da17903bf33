"""`Placed on Wednesday, handed over on Friday`: the day of what happened to an order must be that of the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.writing.facts.mentions import When
from bot.writing.facts.reading import stated
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.times import Day
from bot.writing.facts.workdays import derived

_EVENTS: Mapping[str, re.Pattern[str]] = {
    "placed": re.compile(r"\b(?:placed|ordered|bought|came in|order (?:is|was) from|order of|purchased)\b"),
    "left": re.compile(
        r"\b(?:left|handed|handed over|went (?:out|off|to)|gone (?:out|off|to)|shipped|dispatched|posted|sent|sent out|given to|gave it|picked up by|set off|has been with|on its way since|travelling since)\b"
    ),
    "delivered": re.compile(r"\b(?:delivered|arrived|signed for|dropped off|left at)\b"),
    "scanned": re.compile(r"\b(?:scanned|scan|seen)\b"),
    "ready": re.compile(r"\b(?:ready|waiting)\b"),
    "collected": re.compile(r"\b(?:collected|fetched)\b"),
    "cancelled": re.compile(r"\bcancell?ed\b"),
    "refunded": re.compile(r"\b(?:refund|refunded|money)\b"),
    "returned": re.compile(r"\b(?:came back|returned|back with us|received your return)\b"),
    "paid": re.compile(r"\b(?:paid|payment|charged)\b"),
}
_UNTIL = re.compile(r"\b(?:until|till|up to(?: and including)?|no later than|latest(?: is| on)?)(?: the end of)?\s?$")
_NOT_DONE = re.compile(
    r"\b(?:will|would|should|could|can|may|might|if|once|when|until|by|due|expected|planned|plan|within|before|after|not|to be|earliest|latest)\b|n't\b|'ll\b"
)
_AGO = re.compile(r"\b(?:ago|from|as of|of|since)\s$")
_BETWEEN = 34
"""Characters that may lie between what happened and its day."""


def check(scene: Scene) -> Fault | None:
    """A day beside what happened, where the findings give another for the same."""
    if not scene.known.of_order or not scene.read.days or scene.asks or scene.doubts:
        return None
    lower = scene.lower
    for day in scene.read.days:
        if day.span or day.weekend or (day.on is None and day.weekday is None) or _AGO.search(lower[: day.start]):
            continue
        event = _event(lower, day)
        if event is None:
            continue
        dates = [one for name, one in _known(scene) if name == event]
        if dates and not any(_is(day, one) for one in (*dates, *(derived(scene) if event == "until" else ()))):
            return scene.read.text.own[day.start : day.end].strip(), "date", f"{event} {dates[0]:%A %d %B}"
    return None


def _event(lower: str, day: Day) -> str | None:
    """What stands last before a day and near it, said as done."""
    if _UNTIL.search(lower[: day.start]):
        return "until"
    start = max(0, day.start - _BETWEEN)
    before = lower[start : day.start]
    found = [(match.end(), name) for name, words in _EVENTS.items() for match in words.finditer(before)]
    if not found:
        return None
    end, name = max(found)
    if _NOT_DONE.search(before[end:]) or _NOT_DONE.search(lower[max(0, start + end - 30) : start + end]):
        return None
    return name if not re.search(r"[.;!?]|\b(?:but|while)\b", before[end:]) else None


def _known(scene: Scene) -> Iterator[tuple[str, date]]:
    for one in scene.known.days:
        if isinstance(one.what, Day) and one.what.on and (name := _told(one, scene)):
            yield name, one.what.on


def _told(one: When, scene: Scene) -> str | None:
    lower = stated(one.text, scene.known.today).text.lower
    assert isinstance(one.what, Day)
    return _event(lower, one.what)


def _is(day: Day, on: date) -> bool:
    if day.on is None:
        return day.weekday == on.weekday()
    return day.on.day == on.day if day.day_only else (day.on.month, day.on.day) == (on.month, on.day)
