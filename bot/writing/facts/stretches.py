"""How long it is: between two hours, from now to one of them, from today to a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.clock import Moment
from bot.writing.facts.scene import Scene
from bot.writing.facts.times import Day
from bot.writing.facts.workdays import derived as derived_days

_REMAINS = re.compile(r"\bleft\b|\bto go\b|remain|\bago\b|to the day|from now|前|之后|还有|还剩|剩下")
_FROM_NOW = re.compile(r"\b(?:another|from now|to go|remaining|left|still have|more hours?)\b")


def hours_open(amount: Amount, scene: Scene) -> Iterator[float]:
    """How long the shop is open, and how long since a year that was found."""
    if amount.low >= 1440:
        yield from _days_left(scene)
        return
    hours = [one.what.minutes for one in scene.known.moments if isinstance(one.what, Moment)]
    hours += [one.minutes for part in scene.asked.parts for one in part.moments]
    now = scene.known.now.hour * 60 + scene.known.now.minute
    if _FROM_NOW.search(scene.lower):
        yield from (float(abs(minutes - now)) for some in hours for minutes in some)
        return
    for pair in combinations(hours, 2):
        yield from (float(abs(a - b)) for a in pair[0] for b in pair[1])
    yield from (float(abs(minutes - now)) for some in hours for minutes in some)


def _days_left(scene: Scene) -> Iterator[float]:
    """Days from today to a day that was named or follows, where the words tell of it; years since a year that was found."""
    named = {one.on for one in scene.read.days if one.on}
    if _REMAINS.search(scene.lower):
        named |= {
            *derived_days(scene),
            *(one.what.on for one in scene.known.days if isinstance(one.what, Day) and one.what.on),
        }
    for day in named:
        yield abs((day - scene.known.today).days) * 1440.0
    for mention in scene.known.mentions:
        if mention.amount.family == "bare" and 1900 <= mention.amount.low <= 2100:
            yield (scene.known.today.year - mention.amount.low) * 525600
