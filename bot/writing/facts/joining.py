"""Amounts that are one: ranges, `a dollar fifty`, and the sides of `12 × 18 × 27 cm`, of which the last has the unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.writing.facts.measured import Amount, scale, unit_after

_RANGE = re.compile(r"\s?(?:-|–|—|~|～|to|至|到|or|或者?)\s?(?:us)?[$£€¥]?\s?")
_TIMES = re.compile(r"\s?(?:×|x|\*|by|乘|乘以)\s?")
_BETWEEN = re.compile(r"(?:between|介于|在)\s?\S{0,3}$")
_MARKS_BEFORE = re.compile(r"(?:us\s?\$|usd|cny|rmb|eur|gbp|hkd|hk\$|cad|aud|sgd|cn¥|jp¥|[$£€¥])\s?$")
_COUNTED_RANGE = re.compile(r"\s?(个人|[个只件条位人张片])\s?(?:到|至|-|~)\s?")
"""两个人到四个人"""
_ALSO = re.compile(r"\s?[、和及跟与]\s?")
"""25、50 和 100 美元, 1、2.5 和 5 毫升"""
_OF_A_LIST = frozenset({"volume", "length", "weight", "power"})
_A_DOLLAR = re.compile(r"\b(?:a|one) dollar (?:and )?$")
_SIGNS = ("$", "¥", "€", "£", "us$", "usd")


def joined(found: Sequence[Amount], text: str) -> list[Amount]:
    """The amounts in order, those that belong together as one."""
    items = list(found)
    for here in range(len(items) - 1, 0, -1):
        items[here - 1], items[here] = _shared(items[here - 1], items[here], text)
    made: list[Amount] = []
    place = 0
    while place < len(items):
        one = _from_dollar(items[place], text)
        after = items[place + 1] if place + 1 < len(items) else None
        both = after and (_with_cents(one, after, text) or _or_more(one, after, text) or _range(one, after, text))
        made.append(both or one)
        place += 2 if both else 1
    return made


def _shared(left: Amount, right: Amount, text: str) -> tuple[Amount, Amount]:
    """A unit goes back over × and ranges; a currency's sign goes on to the end of its range."""
    between = text[left.end : right.start]
    if (
        left.kind == "bare"
        and right.family not in ("bare", "money", "percent", "count")
        and _in_list(left, right, text)
    ):
        size = scale(right)
        return replace(left, kind=right.kind, low=left.low * size, high=left.high * size, unit=right.unit), right
    ranged = bool(_RANGE.fullmatch(between))
    if left.kind == "bare" and right.kind != "bare":
        if _said_between(left, between, text) or _TIMES.fullmatch(between) or (ranged and right.family != "money"):
            size = scale(right)
            return replace(left, kind=right.kind, low=left.low * size, high=left.high * size, unit=right.unit), right
        if (right.family == "money" or right.family in _OF_A_LIST) and _ALSO.fullmatch(between):
            size = scale(right) if right.family in _OF_A_LIST else 1
            return replace(left, kind=right.kind, low=left.low * size, high=left.high * size, unit=right.unit), right
        if ranged and right.end > right.start and not _MARKS_BEFORE.search(text[: right.start + 3]):
            return replace(left, kind=right.kind, unit=right.unit), right
    elif right.kind == "bare" and left.family == "money" and ranged and left.unit in _SIGNS:
        return left, replace(right, kind=left.kind, unit=left.unit)
    return left, right


def _in_list(left: Amount, right: Amount, text: str) -> bool:
    """`1, 2.5, 5 and 10 ml`: figures of one list, of which the last has the unit."""
    return any(one.start() <= left.start and right.start < one.end() for one in _LISTED.finditer(text))


_LISTED = re.compile(r"\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)+,? (?:and|or|&) \d+(?:\.\d+)?")


def _said_between(left: Amount, between: str, text: str) -> bool:
    """`between 3 and 5`."""
    return between.strip() in ("and", "和") and bool(_BETWEEN.search(text[max(0, left.start - 12) : left.start]))


def _from_dollar(one: Amount, text: str) -> Amount:
    """`a dollar fifty`."""
    if one.kind == "bare" and one.spelled and one.low < 100 and (dollar := _A_DOLLAR.search(text, 0, one.start)):
        money = 1 + one.low / 100
        return replace(one, kind="money:?", low=money, high=money, start=dollar.start(), unit="dollar")
    return one


def _with_cents(one: Amount, after: Amount, text: str) -> Amount | None:
    """`two dollars and fifty`."""
    cents = after.kind == "bare" and after.spelled and after.low < 100
    if (
        one.unit not in ("dollar", "dollars", "buck", "bucks")
        or not cents
        or text[one.end : after.start] not in (" ", " and ")
        or unit_after().match(text, after.end)
    ):
        return None
    return replace(one, low=one.low + after.low / 100, high=one.high + after.low / 100, end=after.end)


def _or_more(one: Amount, after: Amount, text: str) -> Amount | None:
    """`a day or two` as one range."""
    lasts = one.family in ("duration", "working") and one.low == one.high and after.kind == "bare" and after.spelled
    if not lasts or text[one.end : after.start] != " or " or not one.raw[0] < after.low <= one.raw[0] + 3:
        return None
    size = one.low / one.raw[0]
    return replace(one, high=after.high * size, end=after.end, raw=(one.raw[0], after.low))


def _range(one: Amount, after: Amount, text: str) -> Amount | None:
    between = text[one.end : after.start]
    same = one.kind == after.kind or (one.family == after.family == "money" and "money:?" in (one.kind, after.kind))
    through = _RANGE.fullmatch(between) and "or" not in between and "或" not in between
    through = through or ((counted := _COUNTED_RANGE.fullmatch(between)) and text.startswith(counted[1], after.end))
    if not same or not (through or _said_between(one, between, text)) or one.low > after.high or one.kind == "time":
        return None
    kind = one.kind if one.kind != "money:?" else after.kind
    raw = (one.raw[0], after.raw[1])
    return replace(one, kind=kind, high=after.high, end=after.end, unit=after.unit, bound="=", raw=raw)
