"""What a number in a message measures, and the limits that the words around it make of it.

One grammar of comparisons serves all: `at least N`, `N以内`, `N to N`, `about N`. What N measures (money, litres, years, stars,
per cent off, pieces, a size, a quantity) is told by its tag, which is found first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from knowledge_base.measures import unit_of, unit_pattern
from retrieval.constraints.numbers import FILL, MARK, N, Number, marked, numbers_in
from retrieval.constraints.tables import alternation, table

GONE = "\x02"
"""Stands in for a character that was read as part of a limit."""

_COMPARING = ("least_before", "most_before", "about_before", "least_after", "most_after", "about_after", "filler")

_HAVE = re.compile(r"i\b(?:.ve)?|手|我|maybe|perhaps|round")
"""`I have 60` is a budget, `I've got two cats` and `maybe 3` aren't."""
_SIZES = re.compile(rf"{N}(?=\s?(?:or|/|,|、|或者?|和)\s?{N})")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A number and what it measures: `price`, a MeasureKind, `age`, `rating`, `off`, `count`, `size`, `other`, or empty."""

    number: Number
    tag: str = ""
    scale: Decimal = Decimal(1)
    currency: str = ""
    is_least: bool = False
    """Whether a `+` stood between the number and its unit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: low and high as they were compared; `exact` where nothing compared it."""

    tag: str
    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    exact: bool = False
    currency: str = ""


class Amounts:
    """The numbers of one normalised text. `text` is what is left for others to read, of the same length."""

    def __init__(self, text: str) -> None:
        numbers = numbers_in(text)
        self.text = marked(text, numbers)
        self.tagged = [_first(number) for number in numbers]
        if numbers:
            self._tag()

    def limits(self) -> list[Limit]:
        """Every limit that numbers make, and what they cover struck out of `text`."""
        if not self.tagged:
            return []
        found: list[Limit] = []
        for pattern, sense in _comparisons():
            for match in list(pattern.finditer(self.text)):
                if (limit := self._compared(match, sense)) is not None:
                    found.append(limit)
        found += self._alone()
        return sorted(found, key=lambda limit: limit.start)

    def strike(self, start: int, end: int) -> None:
        self.text = self.text[:start] + GONE * (end - start) + self.text[end:]

    def _tag(self) -> None:
        """Give numbers their tags; the words of a unit become part of the number."""
        for pattern, tag in _tags():
            for match in list(pattern.finditer(self.text)):
                place = ord(match[1][0]) - MARK
                if self.tagged[place].tag:
                    continue
                made = _made(self.tagged[place], tag, match, self.text)
                if made is not None:
                    self.tagged[place] = replace(made, is_least="+" in match.group())
                    self._absorb(match.start(), match.end(), match[1][0])
        self._list_sizes()

    def _list_sizes(self) -> None:
        """`size 10 or 12`: the second is a size, too."""
        for match in _SIZES.finditer(self.text):
            first, second = self._of(match[1]), self._of(match[2])
            if first.tag == "size" and not second.tag:
                self.tagged[ord(match[2][0]) - MARK] = replace(second, tag="size")
            elif second.tag == "size" and not first.tag:
                self.tagged[ord(match[1][0]) - MARK] = replace(first, tag="size")

    def _absorb(self, start: int, end: int, mark: str) -> None:
        self.text = self.text[:start] + mark + FILL * (end - start - 1) + self.text[end:]

    def _of(self, group: str) -> Tagged:
        return self.tagged[ord(group[0]) - MARK]

    def _compared(self, match: re.Match[str], sense: str) -> Limit | None:
        several = [self._of(group) for group in match.groups() if group and MARK <= ord(group[0]) < MARK + 0x1000]
        if not several or GONE in match.group():
            return None
        last = several[-1]
        tag = last.tag or several[0].tag
        if (
            any(one.tag not in ("", tag) for one in several)
            or tag in ("other", "size", "count")
            or not _fits(match, tag, self.text)
        ):
            return None
        if not tag and _HAVE.match(match.group()) and last.number.low < 20:
            return None
        scale = last.scale if last.tag else several[0].scale
        low, high = self._range(several, sense, scale)
        if sense == "range" and (low is None or high is None or low >= high):
            return None
        limit = Limit(
            tag or "price", low, high, match.start(), match.end(), False, last.currency or several[0].currency
        )
        self.strike(match.start(), match.end())
        return limit

    def _range(self, several: list[Tagged], sense: str, scale: Decimal) -> tuple[Decimal | None, Decimal | None]:
        first, last = several[0].number, several[-1].number
        if sense == "range":
            left = several[0].scale if several[0].tag else scale
            return first.low * left, last.high * scale
        if sense == "most":
            return None, last.high * scale
        if sense == "least":
            return first.low * scale, None
        return _around(first, scale)

    def _alone(self) -> Iterator[Limit]:
        """Numbers that nothing compares: `500 ml`, `$50`, `fifty something`, `两百五的`."""
        for match in re.finditer(N, self.text):
            one = self._of(match[1])
            number, tag = one.number, one.tag
            if not tag and not _is_money(number, self.text, match):
                continue
            if tag == "other":
                continue
            low, high = (
                _around(number, one.scale)
                if tag in ("", "price")
                else (number.low * one.scale, number.high * one.scale)
            )
            if one.is_least:
                yield Limit(
                    tag or "price", number.low * one.scale, None, match.start(), match.end(), False, one.currency
                )
                self.strike(match.start(), match.end())
                continue
            yield Limit(tag or "price", low, high, match.start(), match.end(), number.low == number.high, one.currency)
            self.strike(match.start(), match.end())


def _first(number: Number) -> Tagged:
    """A number whose words say what it measures: 两块五, 一米八."""
    if number.is_metres:
        return Tagged(number, "length", Decimal(100))
    return Tagged(number, "price" if number.is_money else "")


def _around(number: Number, scale: Decimal) -> tuple[Decimal, Decimal]:
    """A fifth each way, or the range that one word said."""
    if number.low != number.high:
        return number.low * scale, number.high * scale
    return number.low * scale * Decimal("0.8"), number.low * scale * Decimal("1.2")


def _is_money(number: Number, text: str, match: re.Match[str]) -> bool:
    """Whether a number without any unit is an amount of money by itself."""
    if number.nearly or (number.low != number.high and number.low >= 10):
        return True
    before, after = text[: match.start()], text[match.end() :]
    if number.low >= 10 and re.match(r"\s?的(?![\u3400-\u9fff]?[码号])", after):
        return True
    return number.low >= 3 and bool(_price_before().search(before))


@cache
def _price_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation('price_before')})\s?$")


def _fits(match: re.Match[str], tag: str, text: str) -> bool:
    """Whether what stands behind a number without unit lets it be money: `under 3 days` and `不到50个` aren't."""
    return bool(tag) or not _no_money().match(text, match.end())


@cache
def _no_money() -> re.Pattern[str]:
    return re.compile(rf"\s?-?(?:(?:{alternation('no_money_en')})\b|(?:{alternation('no_money_zh')}))", re.ASCII)


def _made(one: Tagged, tag: str, match: re.Match[str], text: str) -> Tagged | None:
    """The number with its tag; None where the pattern was wrong about it."""
    number = one.number
    if tag == "unit":
        return _measured(one, match[2], text, text[match.end() :])
    if tag == "price":
        return replace(one, tag="price", currency=currency_of(match.group().replace(match[1], " ")))
    if tag == "percent":
        return replace(one, tag="off" if _discounts().search(text) else "other")
    if tag.endswith("+half"):
        grown = replace(number, low=number.low + Decimal("0.5"), high=number.high + Decimal("0.5"))
        return replace(one, tag=tag.removesuffix("+half"), number=grown)
    if tag == "months":
        return replace(one, tag="age", scale=Decimal(1) / 12)
    if tag == "fold":
        return _folded(one)
    if tag == "for":
        return replace(one, tag="other") if number.low == 4 and not number.spelled else None
    if tag == "shoe":
        return replace(one, tag="size") if 34 <= number.low <= 49 else None
    if tag == "dozen":
        return replace(one, tag="count", scale=Decimal(12))
    if tag == "rating" and number.low > 5:
        return None
    if tag == "few" or tag.startswith("count"):
        return _counted(one, tag, match, text)
    return replace(one, tag=tag)


def _counted(one: Tagged, tag: str, match: re.Match[str], text: str) -> Tagged | None:
    """A quantity: a whole number that isn't compared and isn't part of a name; `two of my friends` are none."""
    value = one.number.low
    most = 12 if tag in ("few", "count at the end") else 200
    if value != one.number.high or value != int(value) or not 0 < value <= most:
        return None
    return None if _not_counted().search(text[: match.start(1)]) else replace(one, tag="count")


@cache
def _not_counted() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation('no_count_before')}|(?<![a-z])(?:{_compared_before()}))\s?$")


def _compared_before() -> str:
    return "|".join(alternation(key) for key in ("least_before", "most_before", "about_before", "price_before"))


@cache
def _discounts() -> re.Pattern[str]:
    return re.compile(r"\boff\b|discount|reduc|\bsale\b|折扣|优惠|降价|便宜|减", re.ASCII)


def _folded(one: Tagged) -> Tagged | None:
    """`8折` leaves eight tenths of the price: 20 per cent off; `85折` 15."""
    tenths = one.number.low if one.number.low < 10 else one.number.low / 10
    if not 0 < tenths < 10:
        return None
    off = 100 - 10 * tenths
    return replace(one, tag="fold", number=replace(one.number, low=off, high=off))


def _measured(one: Tagged, unit: str, text: str, after: str) -> Tagged | None:
    kind, size = unit_of(unit)
    if (
        unit in ("pound", "pounds")
        and not re.search(r"weigh|heavy|\blight", text)
        and not re.match(r" of [a-z]", after)
    ):
        return replace(one, tag="price", currency="GBP")
    if unit in ("oz", "盎司", "ounce", "ounces") and re.search(alternation("vessels"), text):
        kind, size = "volume", 29.5735
    return replace(one, tag=kind, scale=Decimal(str(size)))


@cache
def _tags() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns whose first group is the number, in the order in which they are tried."""
    filled = {"N": N, "unit": f"({unit_pattern()})", "no_count": alternation("no_count")}
    filled["irregular_plurals"] = alternation("irregular_plurals")
    return tuple((re.compile(_filled(row["pattern"], filled), re.ASCII), row["tag"]) for row in table("tag"))


@cache
def _comparisons() -> tuple[tuple[re.Pattern[str], str], ...]:
    filled = {key: f"(?:{alternation(key)})" for key in _COMPARING} | {"N": N}
    return tuple((re.compile(_filled(row["pattern"], filled), re.ASCII), row["sense"]) for row in table("comparison"))


def _filled(pattern: str, words: dict[str, str]) -> str:
    for key, value in words.items():
        pattern = pattern.replace("{" + key + "}", value)
    return pattern


@cache
def _currencies() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"], re.ASCII), row["code"]) for row in table("currency"))


def currency_of(text: str) -> str:
    """The code of the currency that a normalised text names, empty where it names none. 块 is what people call any."""
    return next((code for mark, code in _currencies() if mark.search(text)), "")
