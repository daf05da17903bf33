"""Hours of the day: each must be one of the findings, and of its weekday. Dates are judged in when.py."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.writing.facts.clock import Moment
from bot.writing.facts.mentions import When
from bot.writing.facts.reading import surroundings
from bot.writing.facts.scene import Fault, Scene

_HOLIDAYS = (
    ("12-25", re.compile(r"\bchristmas(?: day)?\b(?! eve)|圣诞节?(?!前)")),
    ("07-04", re.compile(r"\bindependence day\b|\bfourth of july\b|美国国庆|独立日")),
    ("01-01", re.compile(r"\bnew year'?s day\b|元旦")),
)
_AS_USUAL = re.compile(r"\bas usual\b|\bwe(?:'re| are) open\b|\bopen\b|照常|正常(?:营业|发货|上班)|都在|有人|营业")


def _holiday(scene: Scene) -> Fault | None:
    """Open, or sending, on a holiday on which the shop is closed."""
    if scene.read.spans or scene.asks or scene.doubts or not _AS_USUAL.search(scene.lower):
        return None
    for day, named in _HOLIDAYS:
        if (
            (match := named.search(scene.lower))
            and day in scene.known.shop.closed_on
            and not _UNTIL.search(scene.lower[max(0, match.start() - 8) : match.end() + 2])
        ):
            return scene.read.text.own[match.start() : match.end()], "hours", "closed on that day"
    return None


_UNTIL = re.compile(r"\b(?:until|before|after|except|besides|not)\b|之前|前|后|除")


def check(scene: Scene) -> Fault | None:
    if fault := _holiday(scene) or _zone(scene):
        return fault
    return next((fault for moment in scene.read.moments if (fault := _hour(moment, scene)) is not None), None)


_ZONE = re.compile(
    r"(?:美?东部?|中部|山地|北京|上海|香港|台北|东京|伦敦|纽约|格林威治|太平洋|西部|美西|夏威夷|悉尼|新加坡)时间|当地时间|"
    r"\b(?:eastern|central|mountain|pacific|greenwich|london|new york|beijing|hong kong|tokyo) (?:standard |daylight )?time\b"
)


def _zone(scene: Scene) -> Fault | None:
    """A time zone that hours are said to be in, of which nothing found speaks."""
    match = _ZONE.search(scene.lower)
    if match is None or not scene.known.moments or scene.asks or scene.doubts or scene.read.spans:
        return None
    zone = match.group()
    if zone in scene.known.all_text or zone in ("美西时间", "西部时间") or zone in scene.asked.text.lower():
        return None
    if len(scene.read.moments) > 1 and any(one in scene.known.all_text and one in scene.lower for one in _OWN):
        return None
    return scene.read.text.own[match.start() : match.end()], "hours", str(scene.known.shop.timezone)


_OWN = ("太平洋时间", "pacific time")


def _hour(moment: Moment, scene: Scene) -> Fault | None:
    said = scene.read.text.own[moment.start : moment.end].strip()
    fits = [
        one
        for one in scene.known.moments
        if isinstance(one.what, Moment) and set(one.what.minutes) & set(moment.minutes)
    ]
    rivals = [one for one in scene.known.moments if one not in fits]
    if _now(moment, scene) or _mine(moment, scene) or _on_its_day(moment, scene):
        return None
    if fits and _shut(moment, scene):
        return said, "hours", "closed on that day"
    if not fits:
        return said, "hours", rivals[0].text if rivals else "no hour was found"
    if len(fits) == 1 and "open" not in fits[0].wide and not {"open", "close"} & scene.read.ids:
        return None
    near = dict.fromkeys(scene.label, 0.8) | surroundings(scene.read, moment) | dict.fromkeys(_edge(scene, moment), 1.0)
    wide = scene.read.ids | scene.told.ids
    if not any(one.startswith("day:") for one in scene.read.ids):
        wide |= {one for one in scene.asked.ids if one.startswith("day:")}
    best = max(_likeness(one, near, wide, scene) for one in fits)
    rival = max(((_likeness(one, near, wide, scene), one) for one in rivals), key=lambda pair: pair[0], default=None)
    if rival is not None and rival[0] > best + 0.3:
        return said, "hours", rival[1].text
    return None


def _shut(moment: Moment, scene: Scene) -> bool:
    """Whether an hour is said of a weekday on which the shop is closed."""
    clause = scene.read.clause_at(moment.start)
    named = {one for one in (clause.ids if clause else ()) if one.startswith("day:")}
    hours = scene.known.shop.opening_hours
    if (
        not named
        or not hours
        or {"order", "sameday", "delivery"} & (clause.ids if clause else frozenset())
        or scene.read.spans
        or scene.asks
    ):
        return False
    return all(hours.get(SHORT[int(one[4:])]) == "closed" for one in named)


def _on_its_day(moment: Moment, scene: Scene) -> bool:
    """Whether the shop opens or closes at that hour on the weekday that stands beside it."""
    clause = scene.read.clause_at(moment.start)
    hours = scene.known.shop.opening_hours
    if clause is None or not hours:
        return False
    named = [term for term in clause.terms if term.kind == "day"]
    before = [term for term in named if term.end <= moment.start]
    beside = [before[-1]] if before else []
    beside += [one for one in named if 0 <= one.start - moment.end <= 6][:1]
    choices = [one.ids for one in beside or named[:1]] or [tuple(one for one in scene.label if one.startswith("day:"))]
    return any(ids and all(_is_edge(one, moment, scene) for one in ids) for ids in choices)


def _is_edge(day: str, moment: Moment, scene: Scene) -> bool:
    """Whether a weekday opens or closes then, the one or the other where the words beside the hour tell which."""
    said = scene.known.shop.opening_hours.get(SHORT[int(day[4:])], "closed")
    if said == "closed":
        return False
    first, _, last = said.partition("-")
    edge = _edge(scene, moment)
    ends = {"open": first, "close": last}
    return bool(
        {int(at[:2]) * 60 + int(at[3:]) for name, at in ends.items() if not edge or name in edge} & set(moment.minutes)
    )


def _now(moment: Moment, scene: Scene) -> bool:
    """`It's 20:00 here now`."""
    clock = scene.known.now.hour * 60 + scene.known.now.minute
    return clock in moment.minutes and bool(re.search(r"\bnow\b|\bit'?s\b|现在|这会儿|目前|此刻", scene.lower))


def _mine(moment: Moment, scene: Scene) -> bool:
    """The customer's own hour: denied, set against another, or within the hours of its day."""
    theirs = {minutes for part in scene.asked.parts for one in part.moments for minutes in one.minutes}
    theirs |= {
        int(value) * 60 + plus
        for value in scene.asked.numbers
        if value == int(value) and 0 < value <= 12
        for plus in (0, 720)
    }
    lasting = [one.amount.low for one in scene.known.mentions if one.amount.family == "duration"]
    theirs |= {at + sign * int(lasts) for at in tuple(theirs) for lasts in lasting if lasts <= 720 for sign in (-1, 1)}
    meant = set(moment.minutes)
    if re.search(r"\bnoon\b|中午|正午", scene.asked.text.lower()):
        theirs.add(720)
    if not theirs & meant:
        return False
    if len(scene.read.moments) > 1 or scene.read.spans or not theirs & meant & _hours_asked(scene):
        return True
    days = {one for one in scene.read.ids | scene.asked.ids if one.startswith("day:")}
    hours = [
        one
        for one in scene.known.moments
        if isinstance(one.what, Moment) and "open" in one.wide and (not days or days & one.wide)
    ]
    ends = [minutes for one in hours if isinstance(one.what, Moment) for minutes in one.what.minutes]
    return bool(ends) and any(min(ends) <= minutes <= max(ends) for minutes in meant)


def _hours_asked(scene: Scene) -> set[int]:
    hours = {minutes for part in scene.asked.parts for one in part.moments for minutes in one.minutes}
    return hours | {int(value % 12 + plus) * 60 for value in scene.asked.numbers for plus in (0, 12) if value <= 12}


def _edge(scene: Scene, moment: Moment) -> frozenset[str]:
    before, after = scene.lower[max(0, moment.start - 8) : moment.start], scene.lower[moment.end : moment.end + 4]
    if re.search(
        r"\b(?:until|till|til|to|by|close[sd]?|shut)\b|关|打烊|(?:到|至|–|-)(?:下午|晚上|傍晚)?\s?$", before
    ) or re.search(r"关|打烊|收工", after):
        return frozenset({"close"})
    if re.search(r"\b(?:from|open|opens|since|start)\b|开|起|从", before) or re.match(
        r"\s?(?:到|至|–|-|to\b|开|起)", after
    ):
        return frozenset({"open"})
    return frozenset()


def _likeness(one: When, near: Mapping[str, float], wide: frozenset[str], scene: Scene) -> float:
    day = 0.3 if {"order", "sameday"} & near.keys() else 1.6
    score = 0.0
    for other, weight in near.items():
        if other in one.near or other in one.wide:
            score += (day if other.startswith("day:") else 0.8) * max(weight, 0.4) * max(one.near.get(other, 0.0), 0.3)
    return score + 0.5 * sum(0.6 if other.startswith("day:") else 0.2 for other in (wide - near.keys()) & one.wide)


SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
