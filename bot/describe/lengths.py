"""How long each style may be. Widths are columns: a Chinese character takes two, as in a search engine's results."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.describe.types import Style


@dataclass(frozen=True, slots=True)
class Length:
    """Columns of title and text, sentences of the text, bullets, and how many attributes have to be stated (0: all)."""

    title: int
    least: int
    most: int
    sentences: int
    bullets: int
    attributes: int = 0


LENGTHS: Mapping[Style, Length] = {
    "short": Length(title=120, least=12, most=240, sentences=2, bullets=0, attributes=1),
    "page": Length(title=120, least=20, most=700, sentences=9, bullets=5),
    "social": Length(title=120, least=12, most=280, sentences=6, bullets=0, attributes=1),
    "seo": Length(title=60, least=12, most=155, sentences=5, bullets=0, attributes=1),
}


def columns(text: str) -> int:
    """The width of a text."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
