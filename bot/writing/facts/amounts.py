"""Numbers with what they measure and what is said of them: `about 3 to 5 working days`, `起码 49 块`, `just under a kilo`.

Hours of a day are read in clock.py, dates in times.py.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.writing.facts.bounds import bounded
from bot.writing.facts.joining import joined
from bot.writing.facts.measured import Amount, currency, measured, unit_after
from bot.writing.facts.numbers import Said, numbers

__all__ = ["Amount", "amounts"]

_IN = re.compile(r"\s(?!(?:wide|long|high|tall|across|deep|x|thick)\b)[a-z]")
_TENTHS = re.compile("成(?![为立功人分了品本都套形熟员长就年交])")
_PARTS = {"quarter": 25.0, "third": 100 / 3, "half": 50.0, "fifth": 20.0, "tenth": 10.0}
_BY_PART = re.compile(r"\bby (?:a|one) (?P<part>quarter|third|half|fifth|tenth)\b")
_HALF_PRICE = re.compile(r"half[- ]price|half off|half the price|半价|对折")
_FOLD = re.compile(r"\s?折(?!叠|扣|痕)")
_BEFORE_MONEY = re.compile(r"(?:us\s?\$|usd|cny|rmb|eur|gbp|hkd|hk\$|cad|aud|sgd|cn¥|jp¥|[$£€¥])\s?$")
_PERCENT_BEFORE = re.compile(r"百分之$")
_COIN = re.compile(r"(?:块|元)(\d)(?:角|毛)?(?![\d.])")


def amounts(text: str) -> list[Amount]:
    """The amounts of a normalised text in order."""
    found = [made for one in numbers(text) if (made := _typed(one, text)) is not None]
    found += [
        Amount("percent", _PARTS[m["part"]], _PARTS[m["part"]], m.start(), m.end(), unit="part")
        for m in _BY_PART.finditer(text)
    ]
    found += [Amount("percent", 50, 50, m.start(), m.end(), unit="half") for m in _HALF_PRICE.finditer(text)]
    found.sort(key=lambda one: one.start)
    return [bounded(one, text) for one in joined(found, text)]


def _typed(one: Said, text: str) -> Amount | None:
    low, high, end = float(one.low), float(one.high), one.end
    before = text[max(0, one.start - 8) : one.start]
    other = float(one.other) if one.other is not None else None
    bound = "=" if low == high else "in"
    bound = "~" if one.nearly else bound
    made = Amount("bare", low, high, one.start, end, bound, spelled=one.spelled, other=other, raw=(low, high))
    if "米" in text[one.start : end] and one.spelled:
        return replace(made, kind="length", low=low * 100, high=high * 100, unit="米")
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
        value = low + int(coin[1]) / 10
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
        tenths = low if low < 10 else low / 10
        if 0 < tenths < 10:
            off = 100 - 10 * tenths
            return replace(made, kind="percent", low=off, high=off, end=fold.end(), unit="折")
    if one.spelled and _TENTHS.match(text, end) and low < 10:
        return replace(made, kind="percent", low=low * 10, high=high * 10, end=end + 1, unit="成")
    if text.startswith(".-", end):
        made, end = replace(made, end=end + 2), end + 2
    if (unit := unit_after().match(text, end)) and not (
        unit["unit"] == "in" and (one.spelled or _IN.match(text, unit.end()))
    ):
        return measured(made, unit, text)
    return made
