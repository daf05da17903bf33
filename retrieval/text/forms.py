"""One form for many: width, case, invisible marks, traditional characters, measures."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from retrieval.text import tables

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CONTROL = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_DRY = re.compile("乾(?![坤隆陵])")
"""乾 is 干 but in these words; the only character of two lives that shops have often (餅乾, 烘乾)."""


_SPACES = re.compile(r"\s+")
_KEPT, _SHORT = 4096, 600
"""Texts whose form is kept, and the characters up to which one is."""


def normalise(text: str) -> str:
    """Full width to half width, traditional characters to simplified, one space for many, no invisible marks, lower case."""
    return _kept_form(text) if len(text) <= _SHORT else _one_form(text)


def _one_form(text: str) -> str:
    return simplify(_SPACES.sub(" ", clean(text)).casefold().strip())


_kept_form = lru_cache(_KEPT)(_one_form)


def clean(text: str) -> str:
    """The text as a customer meant it: NFKC, without control, zero-width and direction marks; lines stay lines."""
    return _CONTROL.sub("", unicodedata.normalize("NFKC", text))


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, character by character."""
    return text if text.isascii() else _DRY.sub("干", text).translate(tables.simplifications())


def with_measures(plain: str) -> str:
    """A normalised text whose measures have one form: `0.5l`, `500 毫升` and `半升` become `500ml`."""
    return _measure().sub(_canonical, plain) if _AMOUNT.search(plain) else plain


_AMOUNT = re.compile(r"[\d半一两二三四五六七八九十]")


@cache
def _measure() -> re.Pattern[str]:
    """An amount and its unit. A Latin unit ends where no letter follows; an amount begins where none stands before it."""
    latin = sorted((u for u in tables.units() if u.isascii()), key=len, reverse=True)
    other = sorted((u for u in tables.units() if not u.isascii()), key=len, reverse=True)
    number = rf"(?<![a-z\d.,])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}(?:\.\d{{1,3}})?)|(?:(?<=[量装要有约的重长高宽])|(?<![{HAN}]))(?P<numeral>[{''.join(tables.numerals())}])"
    return re.compile(rf"(?:{number}) ?-?(?P<unit>{'|'.join(other)}|(?:{'|'.join(latin)})(?![a-z\d]))")


def _canonical(found: re.Match[str]) -> str:
    times, unit = tables.units()[found["unit"]]
    numeral = found["numeral"]
    amount = tables.numerals()[numeral] if numeral else float(found["number"].replace(",", ""))
    return f" {round(amount * times, 3):.10g}{unit} "
