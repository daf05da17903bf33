"""Numbers with what they measure and what is said of them: `about 3 to 5 working days`, `起码 49 块`, `just under a kilo`.

Hours of a day are read in clock.py, dates in times.py.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.writing.facts.bounds import bounded
from bot.writing.facts.joining import joined
from bot.writing.facts.measured import Amount, currency, known_units, measured, unit_after
from bot.writing.facts.numbers import Said, numbers

__all__ = ["Amount", "amounts"]

_THROUGH = re.compile(r"[a-z] to [a-z]")
"""`one to six`, which is as exact as 1–6; `one or two` is about that."""
_IN = re.compile(r"\s(?!(?:wide|long|high|tall|across|deep|x|thick)\b)[a-z]")
_TENTHS = re.compile("成(?![为立功人分了品本都套形熟员长就年交])")
_PARTS = {"quarter": 25.0, "third": 100 / 3, "half": 50.0, "fifth": 20.0, "tenth": 10.0}
_BY_PART = re.compile(
    r"\bby (?:a|one) (?P<part>quarter|third|half|fifth|tenth)\b|\b(?:an?|one) (?P<off>quarter|third|half|fifth|tenth)(?= (?:off|less|cheaper|reduction|discount|below|lower|of the (?:old )?price))"
)
_HALF_PRICE = re.compile(r"half[- ]price|half off|half the price|半价|对折")
_FOLD = re.compile(r"\s?折(?!叠|扣|痕)")
_BEFORE_MONEY = re.compile(r"(?:us\s?\$|usd|cny|rmb|eur|gbp|hkd|hk\$|cad|aud|sgd|cn¥|jp¥|[$£€¥])\s?$")
_PERCENT_BEFORE = re.compile(r"百分之$")
_COIN = re.compile(r"\s?[块元]\s?(?:(\d)(?:角|毛)?|(\d[059]))(?!\s?[\d.个只件条张支盒包瓶袋双套片颗罐份杯美元块$])")
"""9 块 5, 5 块 95"""


def amounts(text: str) -> list[Amount]:
    """The amounts of a normalised text in order."""
    found: list[Amount] = []
    for one in numbers(text):
        inside = bool(found) and one.start < found[-1].end
        if not inside and (made := _typed(one, text)) is not None:
            found.append(made)
    found += [
        Amount("percent", (part := _PARTS[m["part"] or m["off"]]), part, m.start(), m.end(), unit="part")
        for m in _BY_PART.finditer(text)
    ]
    found += [Amount("percent", 50, 50, m.start(), m.end(), unit="half") for m in _HALF_PRICE.finditer(text)]
    found.sort(key=lambda one: one.start)
    return [_counting(bounded(one, text), text) for one in joined(found, text)]


def _typed(one: Said, text: str) -> Amount | None:
    low, high, end = float(one.low), float(one.high), one.end
    before = text[max(0, one.start - 8) : one.start]
    other = float(one.other) if one.other is not None else None
    bound = "=" if low == high or _THROUGH.search(text, one.start, end) else "in"
    bound = "~" if one.nearly else bound
    made = Amount("bare", low, high, one.start, end, bound, spelled=one.spelled, other=other, raw=(low, high))
    if one.unit:
        return _within_unit(made, one.unit, text)
    if _PERCENT_BEFORE.search(before):
        return replace(made, kind="percent", start=one.start - 3)
    if money := _BEFORE_MONEY.search(before):
        return replace(
            made,
            kind=currency(money.group().strip()),
            start=one.start - len(money.group()),
            unit=money.group().strip(),
        )
    if coin := _COIN.match(text, end):
        value = low + (int(coin[1]) / 10 if coin[1] else int(coin[2]) / 100)
        return replace(made, kind="money:?", low=value, high=value, end=coin.end(), unit="块")
    if (
        one.spelled
        and one.end
        and text[one.start : one.end].endswith(tuple("一二三四五六七八九"))
        and "块" in text[one.start : one.end]
    ):
        tail = re.match(r"\s?(?:美元|美金|刀)", text[end : end + 4])
        return replace(
            made,
            kind=currency(tail.group().strip()) if tail else "money:?",
            end=end + (tail.end() if tail else 0),
            unit="块",
        )
    if fold := _FOLD.match(text, end):
        tenths, last = (low, high) if high < 10 else (low / 10, high / 10)
        if 0 < tenths <= last < 10:
            return replace(made, kind="percent", low=100 - 10 * last, high=100 - 10 * tenths, end=fold.end(), unit="折")
    if one.spelled and _TENTHS.match(text, end) and low < 10:
        half = 5 if text.startswith("半", end + 1) else 0
        return replace(
            made, kind="percent", low=low * 10 + half, high=high * 10 + half, end=end + 1 + bool(half), unit="成"
        )
    if text.startswith(".-", end):
        made, end = replace(made, end=end + 2), end + 2
    if text.startswith("块", end) and _LEFT.search(before) and not _MONEY_AFTER.match(text, end):
        return made
    if (unit := unit_after().match(text, end)) and not _is_no_unit(one, unit, text):
        return measured(made, unit, text)
    return made


_LEFT = re.compile(r"(?:剩下?|仅剩|还有|余|库存|最后)\s?$")
_MONEY_AFTER = re.compile(r"块(?:钱|美元|\d|[一二三四五六七八九])")


def _is_no_unit(one: Said, unit: re.Match[str], text: str) -> bool:
    """`ten in stock` is no length, `the small one $9` no dollar."""
    if unit["unit"] == "in":
        return one.spelled or bool(_IN.match(text, unit.end()))
    return one.spelled and unit["unit"] in ("$", "¥", "€", "£") and text[unit.end() : unit.end() + 1].isdigit()


def _counting(one: Amount, text: str) -> Amount:
    """A bare number with the measure word after it."""
    if one.kind != "bare" or text.isascii():
        return one
    counter = _COUNTER.match(text, one.end)
    return replace(one, counter=counter[1]) if counter else one


_COUNTER = re.compile(r"\s?([个只件条款种把张支盒包瓶袋台双副对套本片颗枚粒名口盏顶杯罐份样根块节层格档色棵枝卷])")


def _within_unit(made: Amount, unit: str, text: str) -> Amount:
    """一米七, 三块九毛五: the unit was written within the number; a currency may follow."""
    if unit == "块":
        tail = _CURRENCY_AFTER.match(text, made.end)
        kind = currency(tail[1]) if tail and tail[1] else "money:?"
        return replace(made, kind=kind, end=tail.end() if tail else made.end, unit=unit)
    kind, size = known_units()[unit]
    return replace(made, kind=kind, low=made.low * size, high=made.high * size, unit=unit)


_CURRENCY_AFTER = re.compile(r"\s?(?:(美元|美金|美刀|刀)|钱)")
