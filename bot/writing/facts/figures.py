"""Amounts: each must be one of the findings, of the right thing, or follow from them by arithmetic."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.arithmetic import derived
from bot.writing.facts.follows import EPS, about, alike, follows
from bot.writing.facts.mentions import Mention
from bot.writing.facts.nearness import (
    LEFT,
    REDUCED,
    asked_what_is_left,
    candidates,
    context,
    counts_as_found,
    likeness,
    told_of,
)
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.unproved import repeated, trivial

_KINDS = {
    "money": "price",
    "percent": "discount",
    "duration": "duration",
    "working": "duration",
    "count": "count",
    "bare": "count",
    "unit": "measure",
    "age": "measure",
}


_SUM = re.compile(r"total|together|\bin all\b|\bsum\b|comes? to|adds? up|一共|共计|总|合计|加起来")


def check(scene: Scene) -> Fault | None:
    for amount in scene.read.amounts:
        if (fault := _judged(amount, scene)) is not None:
            return fault
    return None


def _judged(amount: Amount, scene: Scene) -> Fault | None:
    if repeated(amount, scene) or trivial(amount, scene):
        return None
    subjects = scene.subjects.at(amount.start)
    if _AGAINST.search(scene.lower[max(0, amount.start - 16) : amount.start]):
        subjects = ()
    of_each = scene.subjects.every and amount.family not in ("bare", "count")
    groups = [(one,) for one in subjects] if of_each else [subjects]
    return next((fault for group in groups if (fault := _fault(amount, group, scene)) is not None), None)


def _fault(amount: Amount, subjects: tuple[str, ...], scene: Scene) -> Fault | None:
    mine = [
        one for one in scene.known.mentions if _of(one, subjects) and (one.role != "address" or _exact(amount, one))
    ]
    same = candidates(amount, [one for one in mine if alike(amount, one.amount, scene.known)], scene)
    fits = [one for one in same if follows(amount, one.amount, scene)]
    if amount.family in ("money", "bare") and _APART.search(scene.lower[max(0, amount.start - 6) : amount.start]):
        fits = [one for one in fits if not one.role and _TOLD_APART.search(one.text)]
    if amount.low < amount.high and amount.bound == "=" and _ends_of_a_list(amount, mine):
        return None
    return _outdone(amount, fits, same, scene) if fits else _unfounded(amount, subjects, same, scene)


def _exact(amount: Amount, mention: Mention) -> bool:
    return amount.bound == "=" and mention.amount.low == amount.low


def _outdone(amount: Amount, fits: list[Mention], same: list[Mention], scene: Scene) -> Fault | None:
    """A figure that the findings have, where another of its kind is more likely meant."""
    rest = _rivals(amount, fits, same)
    if not rest or _is_bare_price(amount, fits, scene):
        return None
    around = context(amount, scene)
    is_price = any(one.role == "price" for one in fits)
    if around.alone and is_price and amount.bound == "=" and len(scene.known.products) == 1:
        return None
    best = max(likeness(one, around) + (0.4 if one.subject and around.one else 0.0) for one in fits)
    texts = {one.text for one in fits}
    weighed = [(one, likeness(one, around) - (0.15 if one.text in texts else 0)) for one in rest]
    rival, weight = max(weighed, key=lambda pair: pair[1])
    if weight <= best + 0.25:
        return None
    if amount.bound in ("=", "~", "in") and any(abs(value - amount.low) < EPS for value in derived(amount, scene)):
        return None
    return _said(amount, scene), _kind(amount, scene), rival.text


def _rivals(amount: Amount, fits: list[Mention], same: list[Mention]) -> list[Mention]:
    """Figures of the findings that it may be taken for: of its kind, counter, bound and role, and others than its own."""
    own = (amount.low, amount.high)
    rest = [one for one in same if one not in fits and _rival(amount, one) and (one.amount.low, one.amount.high) != own]
    if amount.counter and any(one.amount.counter == amount.counter for one in fits):
        rest = [one for one in rest if one.amount.counter == amount.counter]
    if amount.bound in _BOUNDED and any(one.amount.bound == amount.bound for one in fits):
        rest = [one for one in rest if one.amount.bound == amount.bound]
    roles = {one.role for one in fits}
    if "price" in roles or "before" in roles:
        rest = [one for one in rest if one.role != ("before" if "price" in roles else "price")]
    return rest


def _is_bare_price(amount: Amount, fits: list[Mention], scene: Scene) -> bool:
    """A price without its currency, beside one that has it."""
    return (
        amount.family == "bare"
        and any(one.amount.family == "money" for one in fits)
        and any(one.family == "money" for one in scene.read.amounts)
    )


def _unfounded(amount: Amount, subjects: tuple[str, ...], same: list[Mention], scene: Scene) -> Fault | None:
    """A figure that the findings don't have of this: it must follow from theirs."""
    said, kind = _said(amount, scene), _kind(amount, scene)
    if amount.counter and not _OF_SEVERAL.search(scene.lower) and (told := told_of(amount, scene)):
        return said, kind, " / ".join(f"{value:g}" for value in sorted(told))
    elsewhere = _elsewhere(amount, subjects, scene)
    of_another = (said, "product", f"{elsewhere[0].text} is said of another product") if elsewhere else None
    if of_another and amount.family not in ("money", "bare", "count"):
        return of_another
    if not _stands_alone(amount, scene) and any(about(amount, value) for value in derived(amount, scene)):
        return None
    if of_another:
        return of_another
    around = context(amount, scene)
    nearest = max(same, key=lambda one: likeness(one, around), default=None)
    return said, kind, nearest.text if nearest else "no such figure was found"


def _said(amount: Amount, scene: Scene) -> str:
    return scene.read.text.own[amount.start : amount.end].strip()


_OF_SEVERAL = re.compile(
    r"共|总|合计|加|减|差|多[了出]|少[了些]|再|还|剩|每|各|除|乘|倍|只能|够|至少|最多|[一二两三四五六七八九\d]+\s?(?:份|套|盒|组|单)"
)
"""Where a number of things may be made of those that the findings have."""
_SUMS = re.compile(
    r"\b(?:total|together|in all|altogether|sum|both|each|per|sets?|packs?|pairs?|more|fewer|less|difference|times|twice|make|makes)\b|[\u3400-\u9fff]"
)


def _ends_of_a_list(amount: Amount, mine: list[Mention]) -> bool:
    """从 1 毫升到 15 毫升 of a list that goes from the one to the other."""
    lists: dict[str, list[float]] = {}
    for one in mine:
        if one.amount.family == amount.family and one.amount.low == one.amount.high and not one.role:
            lists.setdefault(one.text, []).append(one.amount.low)
    return any(len(some) > 2 and (min(some), max(some)) == (amount.low, amount.high) for some in lists.values())


def _stands_alone(amount: Amount, scene: Scene) -> bool:
    """Whether no arithmetic proves it: a former price, or one figure that is within what the customer named or is left."""
    counting = amount.family == "bare" and amount.bound == "=" and len(scene.known.products) == 1
    if counting and not scene.asked.numbers and not _SUMS.search(scene.lower) and counts_as_found(amount, scene):
        return True
    if amount.family == "money" and REDUCED.search(scene.lower[: amount.end]):
        return True
    if len(scene.known.products) != 1 or amount.bound[0] not in "<>" or len(scene.read.amounts) > 1:
        return False
    return amount.low in scene.asked.numbers or (amount.family == "bare" and asked_what_is_left(scene))


def _elsewhere(amount: Amount, subjects: tuple[str, ...], scene: Scene) -> list[Mention]:
    """Where another product's facts have it."""
    return [
        one
        for one in scene.known.mentions
        if subjects
        and one.subject
        and one.subject not in subjects
        and alike(amount, one.amount, scene.known)
        and follows(amount, one.amount, scene)
    ]


def _of(mention: Mention, subjects: tuple[str, ...]) -> bool:
    return not mention.subject or not subjects or mention.subject in subjects


def _kind(amount: Amount, scene: Scene) -> str:
    if amount.family in ("bare", "count") and LEFT.search(scene.lower):
        return "stock"
    if amount.family == "money" and _SUM.search(scene.part(amount.start)):
        return "total"
    return _KINDS.get(amount.family, "measure")


def _rival(amount: Amount, mention: Mention) -> bool:
    """A number without a unit has rivals among those alone; 304 不锈钢 is a name."""
    if amount.family != "bare":
        return True
    names = not mention.role and not mention.amount.counter and mention.amount.low >= 100 and not mention.text.isascii()
    return mention.amount.family == "bare" and not names


_BOUNDED = frozenset({">=", "<=", ">", "<", "=<"})
_APART = re.compile(r"(?:还差|只差|相差|差了?|便宜了?|贵了?|省了?|省下)(?:了|约|大约|大概|整整)?\s?$")
"""A difference: no price itself."""
_TOLD_APART = re.compile(r"[差省减抵]|便宜|优惠|折|\b(?:less|more|off|save|worth)\b")
_AGAINST = re.compile(
    r"\b(?:not|against|versus|vs\.?|rather than|compared (?:to|with)|than|to)\s(?:the |its |only )?$|(?:而不是|对比|不是|比|对)\s?$"
)
