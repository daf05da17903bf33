"""Days: each must be one of the findings, or follow from them by the shop's calendar. Hours are judged in hours.py."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.writing.facts.hours import SHORT
from bot.writing.facts.mentions import When
from bot.writing.facts.reading import Clause, day_ids
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.times import Day
from bot.writing.facts.workdays import dates, derived


def check(scene: Scene) -> Fault | None:
    if fault := _end_of_month(scene):
        return fault
    return next((fault for day in scene.read.days if (fault := _day(day, scene)) is not None), None)


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
    dated = re.search(r"20\d\d", scene.lower[day.start : day.end]) is not None
    if dated:
        fits = [one for one in fits if isinstance(one.what, Day) and one.what.on == day.on]
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
    if any(day.on == other for other in derived(scene)):
        return None
    if (known.today.month, known.today.day) == (day.on.month, day.on.day) and (not dated or day.on == known.today):
        return None
    about_hours = {"open", "close", *(() if known.findings.answer else ("holiday",))} & (
        scene.read.ids | scene.told.ids | scene.asked.ids
    )
    if about_hours and any(closed.endswith(f"{day.on:%m-%d}") for closed in known.shop.closed_on):
        return None
    if _is_calendar(day, scene):
        return None
    known_days = [one for one in known.days if isinstance(one.what, Day) and one.what.on is not None]
    return said, "date", known_days[0].text if known_days else "no such day was found"


def _opening(day: Day, scene: Scene, said: str) -> Fault | tuple[()]:
    """Whether the shop is open on a date, where the sentence says so: a fault, an empty one where it is right, () where it says nothing."""
    clause = scene.read.clause_at(day.start)
    if day.on is None or clause is None or day.day_only:
        return ()
    about = clause.ids
    if not ("open" in about or _closes(clause, scene) or _USUAL.search(scene.lower)) or (
        {"order", "return", "delivery"} & clause.ids and "open" not in clause.ids
    ):
        return ()
    shop = scene.known.shop
    closed = (
        f"{day.on:%m-%d}" in shop.closed_on
        or f"{day.on:%Y-%m-%d}" in shop.closed_on
        or shop.opening_hours.get(SHORT[day.on.weekday()]) == "closed"
    )
    says_closed = "open" in (
        clause.denied if "open" in clause.ids else frozenset().union(*(one.denied for one in scene.read.clauses))
    )
    if not shop.opening_hours:
        return ()
    if closed != says_closed and not (len(scene.read.clauses) > 1 and closed and "open" not in clause.ids):
        return said, "hours", "closed on that day" if closed else "open on that day"
    return ("", "", "")


def _closes(clause: Clause, scene: Scene) -> bool:
    """Whether it speaks of closing in another word than `until`, which any term may have."""
    return any(
        "close" in term.ids and scene.lower[term.start : term.end] not in ("until", "till", "到")
        for term in clause.terms
    )


def _is_calendar(day: Day, scene: Scene) -> bool:
    """`The 2nd of January is a Saturday`: what any calendar has."""
    after = _IS_A_DAY.match(scene.lower, day.end)
    first = scene.lower[: day.start].strip(" ,;")
    named = [one.weekday for one in scene.read.days if after and one.start <= after.end() <= one.end]
    return bool(after) and day.on is not None and day.on.weekday() in named and bool(_OPENS.search(first))


_IS_A_DAY = re.compile(r",? (?:is|falls on|will be|lands on|happens to be|being) ?(?:an?|on an?)?")
_OPENS = re.compile(r"(?:^|[.;,:]|\b(?:and|but|as|since|because|so|that))$")
_USUAL = re.compile(r"\bas usual\b|照常|正常(?:营业|上班|九点|\d)")


def _day_of_month(day: Day, scene: Scene) -> bool:
    """`the 20th`: of a date that was found, or beside its weekday this month or the next."""
    found = [one.what.on for one in scene.known.days if isinstance(one.what, Day) and one.what.on]
    found += [one.on for part in scene.asked.parts for one in part.days if one.on]
    found += [*derived(scene)]
    if day.on is None:
        return False
    return any(one.day == day.on.day for one in found) or (bool(scene.read.moments) and _beside_its_weekday(day, scene))


def _beside_its_weekday(day: Day, scene: Scene) -> bool:
    """`Saturday the 2nd`, where that is a Saturday within two months."""
    beside = [
        one.weekday
        for one in scene.read.days
        if one.weekday is not None and (0 <= day.start - one.end <= 2 or 0 <= one.start - day.end <= 2)
    ]
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
    clause = scene.read.clause_at(day.start)
    return (
        "open" in (clause.ids if clause else frozenset())
        or bool(scene.read.moments)
        or any(abs((one.on - day.on).days) == 0 and one is not day for one in scene.read.days if one.on and day.on)
        or any(one.on == day.on for part in scene.asked.parts for one in part.days)
    )


def _weekday(day: Day, scene: Scene, said: str) -> Fault | None:
    """A weekday must be that of a date beside it, or stand in the facts about hours."""
    if day.span is not None and day.weekday is None and not day.weekend:
        return (
            None
            if any(one.on and day.span[0] <= one.on <= day.span[1] for one in dates(scene)) or scene.asks
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
            r"[\s,，(（]{0,3}(?:(?:(?:which|that|this|and|so) )?(?:(?:is|was|being|falls on|falls|lands on|will be|that'?s|it'?s|on|i\.e\.)(?: an?| the)?|an?|the)|是|那天是|正好是|又是|即|也就是|刚好是|是个|就是)?[\s(（]{0,2}",
            lower[first.end : second.start],
        )
    )


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
    if any(other.weekday() in numbers and 0 <= (other - scene.known.today).days <= 8 for other in derived(scene)):
        return None
    if any(one.on and one.on.weekday() in numbers for one in dates(scene)):
        return None
    return said, "date", "no such day was found"


_ENDS = re.compile(
    r"(?<![\d一二三四五六七八九十])(?P<end>月底|月末|月初|年底|年末|年初|季末|季度末)|\b(?:the )?(?P<en>end|beginning) of (?:the|this|next) (?:month|year|quarter)\b"
)


def _end_of_month(scene: Scene) -> Fault | None:
    """到月底为止: an end of a month that no date of the findings is."""
    match = _ENDS.search(scene.lower)
    if match is None or scene.asks or scene.doubts or scene.read.spans or match.group() in scene.asked.text.lower():
        return None
    if match.group() in scene.known.all_text or any(
        one.on and (one.on.day >= 25 or one.on.day <= 5) for one in dates(scene)
    ):
        return None
    return scene.read.text.own[match.start() : match.end()], "date", "no such day was found"
