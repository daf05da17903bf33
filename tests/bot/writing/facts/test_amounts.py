"""Numbers as people write them, with what they measure."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.writing.facts.amounts import amounts
from bot.writing.facts.clock import moments
from bot.writing.facts.terms import read
from bot.writing.facts.times import days

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(number: int) -> str:
    if number >= 100:
        rest = number % 100
        return f"{_ONES[number // 100]} hundred" + (f" and {spelled(rest)}" if rest else "")
    if number < 20:
        return _ONES[number]
    return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def han(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")


def only(text: str) -> tuple[str, float, float]:
    (found,) = amounts(read(text).lower)
    return found.family, found.low, found.high


@given(st.integers(2, 999))
def test_a_price_is_the_same_in_figures_and_in_words(number: int) -> None:
    assert only(f"${number}")[1:] == only(f"{spelled(number)} dollars")[1:] == (number, number)


@given(st.integers(11, 99))
def test_chinese_figures_of_any_width_and_script_say_the_same(number: int) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in str(number))
    arabic = "".join(chr(ord(sign) - ord("0") + 0x660) for sign in str(number))
    assert only(f"{number}美元") == only(f"{wide}美元") == only(f"{han(number)}美元")
    assert only(f"{arabic} dollars")[1:] == (number, number)


@pytest.mark.parametrize(
    ("text", "family", "low", "high"),
    [
        ("3 to 5 working days", "working", 3, 5), ("三到五天", "duration", 4320, 7200), ("half a litre", "volume", 500, 500),
        ("0.9 L", "volume", 900, 900), ("八五折", "percent", 15, 15), ("对折", "percent", 50, 50), ("百分之二十", "percent", 20, 20),
        ("四十九块九", "money", 49.9, 49.9), ("49刀", "money", 49, 49), ("an hour and a half", "duration", 90, 90),
        ("半打", "bare", 6, 6), ("half a dozen", "bare", 6, 6), ("a year and a half", "duration", 788400, 788400), ("七成", "percent", 70, 70),
        ("a quarter of a litre", "volume", 250, 250), ("一米五二", "length", 152, 152),
    ],
)  # fmt: skip
def test_amounts_are_read_in_their_kinds_own_unit(text: str, family: str, low: float, high: float) -> None:
    assert only(text) == (family, pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "bound"),
    [("under $50", "<"), ("just under $50", "<~"), ("at least $50", ">="), ("about $50", "~"), ("起码五十美元", ">="), ("五十美元以内", "<="), ("不到五十美元", "<"), ("将近五十美元", "<~"), ("up to 8 hours", "=<")],
)  # fmt: skip
def test_what_is_said_of_an_amount_is_its_bound(text: str, bound: str) -> None:
    (found,) = amounts(read(text).lower)
    assert found.bound == bound


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("at six o'clock", (360, 1080)), ("18:00", (1080,)), ("下午五点半", (1050,)), ("9 am", (540,)), ("half past five", (330, 1050))],
)  # fmt: skip
def test_hours_are_minutes_after_midnight(text: str, minutes: tuple[int, ...]) -> None:
    assert moments(read(text).lower)[0].minutes == minutes


@pytest.mark.parametrize(
    ("text", "on"),
    [("the day after tomorrow", date(2026, 11, 26)), ("后天", date(2026, 11, 26)), ("24 December", date(2026, 12, 24)), ("一月十五号", date(2027, 1, 15)), ("下周三", date(2026, 12, 2)), ("next Tuesday", date(2026, 12, 1))],
)  # fmt: skip
def test_dates_are_told_from_the_shops_day(text: str, on: date) -> None:
    assert days(read(text).lower, date(2026, 11, 24))[0].on == on
