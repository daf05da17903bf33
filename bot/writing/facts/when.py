"""Days and hours: each must be one of the findings, or follow from them by the shop's calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.writing.facts.mentions import When
from bot.writing.facts.reading import day_ids, surroundings
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.times import Day, Moment

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
    if fault := _holiday(scene):
        return fault
    for moment in scene.read.moments:
        if (fault := _hour(moment, scene)) is not None:
            return fault
    for day in scene.read.days:
        if (fault := _day(day, scene)) is not None:
            return fault
    return None


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
    if any("open" not in one.wide for one in fits) and not {"open", "close"} & scene.read.ids and len(fits) == 1:
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
    return all(hours.get(_SHORT[int(one[4:])]) == "closed" for one in named)


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
    said = scene.known.shop.opening_hours.get(_SHORT[int(day[4:])], "closed")
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
    meant = set(moment.minutes)
    lasting = {
        one.amount.low for one in scene.known.mentions if one.amount.family == "duration" and one.amount.low <= 720
    }
    theirs |= {at + sign * int(lasts) for at in tuple(theirs) for lasts in lasting for sign in (-1, 1)}
    if re.search(r"\bnoon\b|中午|正午", scene.asked.text.lower()):
        theirs.add(720)
    if not theirs & meant:
        return False
    if len(scene.read.moments) > 1 or scene.read.spans or any(at not in _hours_asked(scene) for at in theirs & meant):
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
    return {minutes for part in scene.asked.parts for one in part.moments for minutes in one.minutes}


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


def _day(day: Day, scene: Scene) -> Fault | None:
    said = scene.read.text.own[day.start : day.end].strip()
    known = scene.known
    if day.on is None or (day.weekday is not None and not day.relative):
        return _weekday(day, scene, said)
    if day.relative and any(
        one.on and not one.relative and not one.day_only and one.on != day.on and abs(one.start - day.end) <= 2
        for one in scene.read.days
    ):
        return said, "date", f"{day.on:%Y-%m-%d}"
    opening = _opening(day, scene, said)
    if opening:
        return opening if opening[0] else None
    if day.day_only and _day_of_month(day, scene):
        return None
    if any(one.on == day.on for part in scene.asked.parts for one in part.days if one.on):
        return None
    if day.relative and (day.on == known.today or _is_statement_of_today(day, scene)):
        return None
    if scene.repeats and any(one.on == day.on for part in scene.asked.parts for one in part.days):
        return None
    fits = [one for one in known.days if isinstance(one.what, Day) and one.what.on is not None and _same(day, one.what)]
    if fits:
        near = scene.near(scene.read.clause_at(day.start))
        best = max(_closeness(one, near, scene) for one in fits)
        rivals = [
            one for one in known.days if isinstance(one.what, Day) and one.what.on is not None and one not in fits
        ]
        rival = max(((_closeness(one, near, scene), one) for one in rivals), key=lambda pair: pair[0], default=None)
        if rival is not None and rival[0] > best + 0.5:
            return said, "date", rival[1].text
        return None
    if any(day.on == other for other in _derived(scene)):
        return None
    if f"{known.today.month:02}-{known.today.day:02}" == f"{day.on.month:02}-{day.on.day:02}":
        return None
    if any(closed.endswith(f"{day.on.month:02}-{day.on.day:02}") for closed in known.shop.closed_on):
        return None
    known_days = [one for one in known.days if isinstance(one.what, Day) and one.what.on is not None]
    return said, "date", known_days[0].text if known_days else "no such day was found"


def _opening(day: Day, scene: Scene, said: str) -> Fault | tuple[()]:
    """Whether the shop is open on a date, where the sentence says so: a fault, an empty one where it is right, () where it says nothing."""
    clause = scene.read.clause_at(day.start)
    if day.on is None or clause is None:
        return ()
    about = clause.ids
    if not ({"open", "close"} & about or _USUAL.search(scene.lower)) or (
        {"order", "return", "delivery"} & clause.ids and "open" not in clause.ids
    ):
        return ()
    shop = scene.known.shop
    closed = (
        f"{day.on:%m-%d}" in shop.closed_on
        or f"{day.on:%Y-%m-%d}" in shop.closed_on
        or shop.opening_hours.get(_SHORT[day.on.weekday()]) == "closed"
    )
    says_closed = "open" in (
        clause.denied if "open" in clause.ids else frozenset().union(*(one.denied for one in scene.read.clauses))
    )
    if not shop.opening_hours:
        return ()
    if closed != says_closed and not (len(scene.read.clauses) > 1 and closed and "open" not in clause.ids):
        return said, "hours", "closed on that day" if closed else "open on that day"
    return ("", "", "")


_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_USUAL = re.compile(r"\bas usual\b|照常|正常(?:营业|上班|九点|\d)")


def _day_of_month(day: Day, scene: Scene) -> bool:
    """`the 20th`: of a date that was found, or beside its weekday this month or the next."""
    found = [one.what.on for one in scene.known.days if isinstance(one.what, Day) and one.what.on]
    found += [one.on for part in scene.asked.parts for one in part.days if one.on]
    found += [*_derived(scene)]
    if day.on is None:
        return False
    return any(one.day == day.on.day for one in found) or (bool(scene.read.moments) and _beside_its_weekday(day, scene))


def _beside_its_weekday(day: Day, scene: Scene) -> bool:
    """`Saturday the 2nd`, where that is a Saturday within two months."""
    beside = [one.weekday for one in scene.read.days if one.weekday is not None and 0 <= day.start - one.end <= 2]
    soon = (scene.known.today + timedelta(days=ahead) for ahead in range(60))
    return any(day.on is not None and one.day == day.on.day and one.weekday() in beside for one in soon)


def _closeness(one: When, near: frozenset[str], scene: Scene) -> float:
    known = scene.known
    return sum(known.weight(other) for other in near & one.wide) + 0.5 * sum(
        known.weight(other) for other in (scene.read.ids - near) & one.wide
    )


def _same(day: Day, other: Day) -> bool:
    if day.on is None or other.on is None:
        return False
    if day.day_only:
        return day.on.day == other.on.day
    return (day.on.month, day.on.day) == (other.on.month, other.on.day)


def _is_statement_of_today(day: Day, scene: Scene) -> bool:
    """`Tomorrow is Wednesday`, `open tomorrow`: a day that is only named."""
    return (
        "open" in scene.read.ids
        or bool(scene.read.moments)
        or any(abs((one.on - day.on).days) == 0 and one is not day for one in scene.read.days if one.on and day.on)
        or any(one.on == day.on for part in scene.asked.parts for one in part.days)
    )


def _derived(scene: Scene) -> Iterator[date]:
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


_NEXT_WORKING = re.compile(r"\bnext (?:working|business) day\b|下一?个工作日")


def _working(start: date, days: int, closed: frozenset[str]) -> date:
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and f"{day:%m-%d}" not in closed and f"{day:%Y-%m-%d}" not in closed:
            days -= 1
    return day


def _weekday(day: Day, scene: Scene, said: str) -> Fault | None:
    """A weekday must be that of a date beside it, or stand in the facts about hours."""
    if day.span is not None and day.weekday is None and not day.weekend:
        return (
            None
            if any(one.on and day.span[0] <= one.on <= day.span[1] for one in _dates(scene)) or scene.asks
            else _arrives(day, scene, said)
        )
    beside = [
        one.on
        for one in scene.read.days
        if one.on is not None
        and (one.start >= day.end or one.end <= day.start)
        and min(abs(one.start - day.end), abs(day.start - one.end)) <= 24
    ]
    if beside and day.weekday is not None and not day.relative:
        if any(one.weekday() == day.weekday for one in beside) or any(
            one.day_only for one in scene.read.days if one.on in beside
        ):
            return None
        near = [
            one for one in scene.read.days if one.on in beside and not one.day_only and _tied(scene.lower, one, day)
        ]
        if near:
            return said, "date", f"{near[0].on:%A}"
    return _arrives(day, scene, said)


def _tied(lower: str, one: Day, other: Day) -> bool:
    """Whether a date and a weekday stand so that one is the other."""
    first, second = sorted((one, other), key=lambda day: day.start)
    if re.search(r"(?:那天是|当天是|正好是|which (?:is|was) an?|that'?s an?|that was an?)\s?$", lower[: second.start]):
        return True
    return bool(
        re.fullmatch(
            r"[\s,，(（]{0,3}(?:the |a |is a |is |on a |that'?s (?:a )?|falls on (?:a )?|was a |是|那天是|正好是|又是|即|也就是|刚好是|是个|就是)?[\s(（]?",
            lower[first.end : second.start],
        )
    )


def _dates(scene: Scene) -> list[Day]:
    return [one.what for one in scene.known.days if isinstance(one.what, Day) and one.what.on]


_COMING = re.compile(
    r"\barriv|\bdeliver|\bget it\b|\bhave it\b|\bhave them\b|\bwith you\b|\byours by\b|\bby\b|\bship|\bleave|\breach|\bback\b|\bready\b|\bcome|\bcall|\breply|\brefund|到|送|收|发|寄|之前|前|补货|回电|退款|做好"
)


def _arrives(day: Day, scene: Scene, said: str) -> Fault | None:
    """Of what comes or goes a weekday must follow from a duration or stand beside the same words in the facts."""
    ids = day_ids(day)
    clause = scene.read.clause_at(day.start)
    if set(ids) & scene.asked.ids or not ids:
        return None
    if "open" in (clause.ids if clause else frozenset()) or "close" in (clause.ids if clause else frozenset()):
        return None
    if (
        scene.asks
        or scene.doubts
        or scene.read.spans
        or any(clause and clause.start <= one.start < clause.end for one in scene.read.moments)
    ):
        return None
    facts = [fact for one in ids for fact in scene.known.by_id.get(one, ()) if "open" not in fact.wide]
    if (
        not _COMING.search(scene.part(day.start))
        or sum(term.kind == "day" for term in (clause.terms if clause else ())) > 1
    ):
        return None
    if "open" in scene.read.ids or "close" in scene.read.ids:
        return None
    if any((clause.ids if clause else frozenset()) & fact.wide - set(ids) for fact in facts):
        return None
    numbers = {int(one.partition(":")[2]) for one in ids}
    if any(other.weekday() in numbers and 0 <= (other - scene.known.today).days <= 8 for other in _derived(scene)):
        return None
    if any(one.on and one.on.weekday() in numbers for one in _dates(scene)):
        return None
    return said, "date", "no such day was found"


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
