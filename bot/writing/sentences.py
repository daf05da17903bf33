"""A stream of text to whole sentences: English and Chinese, one line of a list or table at a time."""

from __future__ import annotations

import re

_END = re.compile(r"""[。！？]+["'”’」』）)*_]*|(?:[.!?…]+["'”’)*_]*)(?=\s)""")
_ABBREVIATION = re.compile(
    r"(?:^\W*\d{1,3}|\b(?:(?:[A-Za-z]\.)*[A-Za-z]|Mr|Mrs|Ms|Dr|St|No|Nos|Inc|Ltd|Co|vs|etc|approx|ca|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)
_WHOLE_LINE = re.compile(r"\s*(?:\||[-*+•·]\s|\d{1,3}(?:[.)]\s|、)|#{1,6}\s|```)")
"""A row of a table, an item of a list, a heading: said whole, or not at all."""


class Splitter:
    """Feed it what comes; it gives back what is whole. Sentences keep the space behind them: joined they are the text."""

    def __init__(self) -> None:
        self._held = ""

    @property
    def held(self) -> int:
        """Characters that wait for their sentence to end."""
        return len(self._held)

    def feed(self, text: str) -> list[str]:
        self._held += text
        whole: list[str] = []
        while (end := _end_of_sentence(self._held)) is not None:
            whole.append(self._held[:end])
            self._held = self._held[end:]
        return whole

    def rest(self) -> list[str]:
        """What is left when nothing more comes."""
        left, self._held = self._held, ""
        return [left] if left.strip() else []


def split(text: str) -> list[str]:
    splitter = Splitter()
    return [*splitter.feed(text), *splitter.rest()]


def is_line(text: str) -> bool:
    """Whether it stands on a line of its own: a row of a table, an item of a list, a heading."""
    return bool(_WHOLE_LINE.match(text))


def _end_of_sentence(text: str) -> int | None:
    """Where the first sentence of the text and the space behind it end; None where that may still go on."""
    start = len(text) - len(text.lstrip())
    line_end = text.find("\n", start)
    line = text[start : line_end if line_end >= 0 else len(text)]
    if not is_line(line) and not _may_be_item(line):
        for match in _END.finditer(line + ("\n" if line_end >= 0 else "")):
            if match.group().startswith(".") and _ABBREVIATION.search(line[: match.end()]):
                continue
            return _space_behind(text, start + match.end())
    return _space_behind(text, line_end) if line_end >= 0 else None


def _space_behind(text: str, end: int) -> int | None:
    """The end with the space behind it, once it is sure where that ends: something else has come."""
    behind = end + len(text[end:]) - len(text[end:].lstrip())
    return behind if behind < len(text) else None


def _may_be_item(line: str) -> bool:
    """`1` or `-` alone may yet become an item of a list."""
    return bool(re.fullmatch(r"\s*(?:\d{1,3}[.)、]?|[-*+•·|#`]+)", line))
