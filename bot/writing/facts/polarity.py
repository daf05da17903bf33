"""Whether what is said is denied in the findings, or the other way about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.writing.facts.forms import stands
from bot.writing.facts.known import Known
from bot.writing.facts.licences import FREELY
from bot.writing.facts.mentions import Fact
from bot.writing.facts.reading import Clause, surroundings
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import Term
from bot.writing.facts.theirs import is_topic

_NO_POLARITY = frozenset(
    """
    price before total each order store card address review payment colleague dearer save standard assistant
    giftnote original ready code weekend holiday member student express abroad tracking defect replace packaging
    reply included delivery delivered warranty refund
    """.split()
)


_APART = re.compile(r"不[含带附送配]|另[购买]|自备")
"""Where a fact speaks of a thing and says that it isn't there: 用 5 号电池，盒内不含."""
_LEFT_OUT = re.compile(r"(?:那?[款只个]|的)?(?:就|倒)(?:别|不行|不可以|不能|不建议|不合适|免)")
"""A product that is ruled out by its name: 运动水壶就别了."""


def only_names(term: Term) -> bool:
    return bool(term.ids) and term.ids[0] in _NO_POLARITY


def polarity(term: Term, clause: Clause, facts: Sequence[Fact], denied: bool, scene: Scene) -> Fault | None:
    """The clause of the findings that is most like this one must say, or deny, the same."""
    if (
        denied
        and scene.lower.isascii()
        and any(set(term.ids) & scene.known.title_ids.get(one, frozenset()) for one in scene.subjects.at(term.start))
    ):
        return None
    near = dict.fromkeys(scene.label, 0.8) | surroundings(scene.read, term)
    if denied and (any(_APART.search(fact.text) for fact in facts) or _LEFT_OUT.match(scene.lower, term.end)):
        return None
    if _tells_apart(term, scene) or any(is_topic(one, scene) for one in scene.read.amounts):
        return None
    if term.ids[0] == "stock" and stands(scene, clause, term.start, there=not denied):
        return None
    if term.ids[0] == "stock":
        facts = _standing(near, facts)
    near = {one: weight for one, weight in near.items() if one not in term.ids}
    wide = scene.read.ids - near.keys()
    best: dict[bool, float] = {}
    told: dict[bool, str] = {}
    for fact in facts:
        if fact is scene.known.blank:
            return None
        if set(term.ids) & fact.named and scene.lower.isascii():
            continue
        says, denies = bool(set(term.ids) & fact.clause.said), bool(set(term.ids) & fact.clause.denied)
        score = _likeness(near, wide, fact, scene.known)
        for theirs in {True for _ in [0] if denies} | {False for _ in [0] if says or not denies}:
            if score > best.get(theirs, -1.0):
                best[theirs], told[theirs] = score, fact.text
    if "open" in term.ids and (
        any(day.on for day in scene.read.days) or any(one.startswith("day:") for one in scene.read.ids)
    ):
        return _open_that_day(term, clause, denied, scene)
    if term.ids[0] not in ("open", "stock") and any(
        one.startswith("day:") for one in (scene.read if "pickup" in term.ids else clause).ids
    ):
        return None
    same, other = best.get(denied), best.get(not denied)
    if other is None or (same is not None and (same >= other - 0.1 or term.kind in ("colour", "material", "place"))):
        return None
    if term.kind == "place" and denied:
        return None
    if scene.doubts or (scene.asks and same is None):
        return None
    return scene.read.text.own[term.start : term.end], "attribute", told[not denied]


def _tells_apart(term: Term, scene: Scene) -> bool:
    """`No zip on top, but a pocket with a zip`: said of one part and denied of another."""
    ids = set(term.ids)
    return (
        term.ids[0] not in FREELY
        and len(scene.read.clauses) > 1
        and bool(
            ids & frozenset().union(*(one.said - one.denied for one in scene.read.clauses))
            and ids & frozenset().union(*(one.denied - one.said for one in scene.read.clauses))
        )
    )


def _standing(near: Mapping[str, float], facts: Sequence[Fact]) -> Sequence[Fact]:
    """Of stock, where no form is named, whether the product itself can be had."""
    forms = frozenset().union(*(fact.clause.ids for fact in facts if not fact.clause.terms)) - {"stock"}
    whole = [fact for fact in facts if fact.clause.ids == {"stock"}]
    return whole if whole and not forms & near.keys() else facts


def _open_that_day(term: Term, clause: Clause, denied: bool, scene: Scene) -> Fault | None:
    """Whether the shop is open, or closed, on the weekday beside it."""
    hours = scene.known.shop.opening_hours
    days = {one for one in clause.ids or scene.read.ids if one.startswith("day:")} or {
        one for one in scene.read.ids if one.startswith("day:")
    }
    if not hours or not days or "holiday" in scene.read.ids or any(day.on for day in scene.read.days):
        return None
    closed = [hours.get(_SHORT[int(one[4:])], "closed") == "closed" for one in days]
    wrong = all(closed) if not denied else not any(closed)
    if wrong and not scene.read.moments and len(days) <= 2:
        return (
            scene.read.text.own[term.start : term.end],
            "hours",
            "closed on that day" if not denied else "open on that day",
        )
    return None


_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _likeness(near: Mapping[str, float], wide: frozenset[str], fact: Fact, known: Known) -> float:
    close = sum(
        known.weight(one) * weight * (1.0 if one in fact.clause.ids else 0.5)
        for one, weight in near.items()
        if one in fact.wide
    )
    return close + 0.08 * sum(known.weight(one) for one in wide & fact.wide)
