"""Money, lists and days as each language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel.numbers import format_currency

from knowledge_base.types import Locale

_BABEL = {"en": "en_US", "zh": "zh_CN"}
_JOINTS = {"en": (", ", " and "), "zh": ("、", "和")}


def money(amount: Decimal, currency: str, locale: Locale) -> str:
    """`$49.00`, `US$49.00`, `¥1,999.00` by the language's own custom."""
    return format_currency(amount, currency, locale=_BABEL.get(locale, "en_US"))


def listed(items: Sequence[str], locale: Locale) -> str:
    """`a`, `a and b`, `a, b and c`; `a和b`, `a、b和c`, with a space around 和 where it would touch Latin letters."""
    comma, last = _JOINTS.get(locale, _JOINTS["en"])
    if len(items) < 2:
        return "".join(items)
    before, after = comma.join(items[:-1]), items[-1]
    return touching(touching(before, last), after) if locale == "zh" else before + last + after


def noted(text: str, notes: Sequence[str], locale: Locale) -> str:
    """`text (note, note)`, in full width for Chinese; just the text where there are no notes."""
    told = [note for note in notes if note]
    if not told:
        return text
    return f"{text}（{'，'.join(told)}）" if locale == "zh" else f"{text} ({', '.join(told)})"


def day(at: date, locale: Locale) -> str:
    """`Tuesday, 24 November 2026`, `2026年11月24日星期二`. Babel's dates are loaded when one is written."""
    from babel.dates import format_date

    shape = "y年M月d日EEEE" if locale == "zh" else "EEEE, d MMMM y"
    return format_date(at, shape, locale=_BABEL.get(locale, "en_US"))


def touching(left: str, right: str) -> str:
    """Both joined, with a space where a Chinese character would touch a Latin letter, a number or a sign of money."""
    edge = left[-1:] + right[:1]
    parted = len(edge) == 2 and any(_is_han(edge[a]) and _is_latin(edge[1 - a]) for a in (0, 1))
    return f"{left} {right}" if parted else left + right


def _is_han(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"


def _is_latin(letter: str) -> bool:
    return letter in "$¥€£" or (letter.isascii() and letter.isalnum())
