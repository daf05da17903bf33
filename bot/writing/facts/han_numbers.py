"""Numbers as only Chinese writes them: 一米七, 三块九毛五, 两公斤三, 五十来, 两三, 半, 四分之一."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from retrieval.constraints.numbers import han_value

_DIGIT = "一二两三四五六七八九"
_COUNTERS = "个只件条款种把张支盒包瓶袋台双副对套本片颗粒名口盏顶杯罐份样根枝位类档人"
_PAIRS = re.compile(
    r"(?<![零一二两三四五六七八九十百千万])(?P<a>[二两三四五六七八])(?P<b>[三四五六七八九])(?=个?(?:天|日|周|月|小时|分钟|年|件|只|款|包|块|个|人|杯|次|条|双|把|盒|瓶|折|星期|礼拜|百|千))"
)
_UNDER = re.compile(
    rf"(?<![零{_DIGIT}百千万\d.])(?P<whole>[{_DIGIT}]?十?[{_DIGIT}]|十|\d{{1,3}})\s?(?P<unit>米|公斤|千克|公升|公里|升|斤)\s?(?P<rest>[{_DIGIT}零]{{1,2}}|\d)"
    rf"(?![\d.十百千万{_COUNTERS}米公千厘毫升斤克瓦伏小天年月点])"
)
_COINS = re.compile(
    rf"(?<![零{_DIGIT}百千万\d.])(?:(?P<whole>[{_DIGIT}]?十?[{_DIGIT}]|十|\d{{1,3}})[块元])?(?P<tenths>[{_DIGIT}]|\d)(?:毛|(?<=[块元][{_DIGIT}\d])角|角(?=钱|美元))(?P<cents>[{_DIGIT}]|\d)?分?(?![\d十百千万{_COUNTERS}衣线巾呢绒球毡皮落形])"
)
_CENTS = re.compile(
    rf"(?<![零{_DIGIT}百千万\d.])(?P<whole>[{_DIGIT}]?十?[{_DIGIT}]|十|\d{{1,3}})[块元]零(?P<cents>[{_DIGIT}]|\d)分"
)
_HALVES = re.compile(
    "(?P<whole>[一二两三四五六七八九十]*)(?:个(?=半))?半(?=年|个?月|天|个?小时|个?钟头|个?星期|公斤|公里|升|斤|米)"
)
_DOZENS = re.compile("(?P<count>[半一两三四五六])打(?![开算扰折包电扫理磨印车底])")
_FRACTIONS = re.compile(
    "(?P<under>[二三四五六八十])分之(?P<over>[一二三四五六七八九])|(?<![另这那前后上下])一(?:多|大|小)?半(?!是|的时|以上|天|年|个|路)"
)
_ODD = re.compile(
    r"(?P<value>[一二两三四五六七八九]?[十百千万]|\d+0)来(?=[个只件克斤公千毫厘米升块元刀美天年岁小分秒片包张条种款人次名])"
)
_SHORTENED = re.compile(r"[百千万]([二三四五六七八九])$")
_COUNTED = re.compile(rf"[{_COUNTERS}]")


@dataclass(frozen=True, slots=True)
class Han:
    """A number at text[start:end]; `unit` is what was written in its middle, as the 米 of 一米七."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str = ""


def han_numbers(text: str) -> tuple[list[Han], str]:
    """The numbers that stand so, and the text with them blanked."""
    found: list[Han] = []
    for pattern, reads in _READERS:
        for match in pattern.finditer(text):
            if (made := reads(match)) is not None:
                found.append(Han(match.start(), match.end(), *made))
                text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return found, text


def cut_short(said: str, after: str) -> bool:
    """Whether the last digit counts what follows: 五十和一百三种 is 100, and three kinds."""
    return bool(_SHORTENED.search(said) and _COUNTED.match(after))


Ends = tuple[Decimal, Decimal, str]


def _pair(match: re.Match[str]) -> Ends | None:
    first, last = han_value(match["a"]), han_value(match["b"])
    return (first, last, "") if first is not None and last is not None and last - first == 1 else None


def _under(match: re.Match[str]) -> Ends | None:
    whole, rest = _value(match["whole"]), "".join(str(_value(sign)) for sign in match["rest"])
    value = whole + Decimal(f"0.{rest}")
    return value, value, match["unit"]


def _coins(match: re.Match[str]) -> Ends | None:
    value = _value(match["whole"] or "零") + _value(match["tenths"]) / 10 + _value(match["cents"] or "零") / 100
    return value, value, "块"


def _cents(match: re.Match[str]) -> Ends | None:
    """十九块零五分"""
    value = _value(match["whole"]) + _value(match["cents"]) / 100
    return value, value, "块"


def _half(match: re.Match[str]) -> Ends | None:
    value = (_value(match["whole"]) if match["whole"] else Decimal(0)) + Decimal("0.5")
    return value, value, ""


def _dozen(match: re.Match[str]) -> Ends | None:
    value = Decimal(6) if match["count"] == "半" else 12 * _value(match["count"])
    return value, value, ""


def _fraction(match: re.Match[str]) -> Ends | None:
    value = _value(match["over"]) / _value(match["under"]) if match["under"] else Decimal("0.5")
    return value, value, ""


def _odd(match: re.Match[str]) -> Ends | None:
    """五十来: from a little less to before the next ten."""
    value = _value(match["value"])
    step = Decimal(10)
    while value % (step * 10) == 0 and step * 10 <= value:
        step *= 10
    return value * Decimal("0.95"), value + step * Decimal("0.9"), ""


def _value(said: str) -> Decimal:
    return Decimal(said) if said.isdigit() else (han_value(said) or Decimal(0))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Ends | None]], ...] = (
    (_CENTS, _cents),
    (_COINS, _coins),
    (_UNDER, _under),
    (_ODD, _odd),
    (_PAIRS, _pair),
    (_FRACTIONS, _fraction),
    (_HALVES, _half),
    (_DOZENS, _dozen),
)
