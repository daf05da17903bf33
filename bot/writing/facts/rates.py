"""`At two a day`, `for ten grams you'd need two`: how long a pack lasts, and how many times one goes into another."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.writing.facts.scene import Scene
from retrieval.constraints.numbers import numbers_in

_RATED = re.compile(
    r"(?P<n>\d+(?:\.\d+)?|\b(?:half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice))"
    r"(?: (?P<of>hours?|minutes?|mins?|h)| [a-z]+){0,2} (?:an?|per|each|every|/) ?(?P<unit>day|evening|night|morning|week|month|cup|wash|brew|time)\b"
)
_OFTEN = {"once": 1.0, "twice": 2.0, "a": 1.0, "an": 1.0, "half an": 0.5, "half a": 0.5}
_MINUTES = {"day": 1440, "evening": 1440, "night": 1440, "morning": 1440, "week": 10080, "month": 43200}


def rates(scene: Scene) -> Iterator[tuple[float, bool, str]]:
    """How much of something goes in a day: a number, whether of minutes, and in what."""
    for text in (scene.lower, scene.asked.text.lower()):
        for match in _RATED.finditer(text):
            often = _OFTEN.get(match["n"]) or float(numbers_in(match["n"])[0].low)
            lasting = match["of"] or ""
            if often:
                yield often * (60 if lasting.startswith("h") else 1), bool(lasting), match["unit"]


def lasts(scene: Scene) -> Iterator[float]:
    """`At two a day` a pack of 100 lasts fifty days."""
    for often, timed, unit in rates(scene):
        minutes = _MINUTES.get(unit, 0)
        yield from (count / often * minutes for count in goes_on_for(scene, timed) if minutes)


def goes_on_for(scene: Scene, timed: bool) -> set[float]:
    """The counts of the findings, or how long they say that something lasts."""
    families = ("duration",) if timed else ("bare", "count")
    found = {one.amount.low for one in scene.known.mentions if one.amount.family in families}
    return found if timed else found | set(scene.told.counts)


def needed(scene: Scene) -> Iterator[float]:
    """How many times what was asked goes into what one holds: `for ten grams you'd need two bags`."""
    for part in scene.asked.parts:
        for one in part.amounts:
            for other in scene.known.mentions:
                if (
                    other.amount.kind == one.kind
                    and other.amount.low > 0
                    and one.family not in ("bare", "count", "money")
                ):
                    yield float(math.ceil(one.low / other.amount.low - 1e-9))


NEEDED = re.compile(r"\b(?:need|takes?|use|would do|do it)\b")
