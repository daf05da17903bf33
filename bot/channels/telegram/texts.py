"""Texts as Telegram takes them: counted in UTF-16 units, cut where nothing breaks, marked by entities instead of markup."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

LIMIT = 4096
CAPTION = 1024
"""UTF-16 units of a message and of a picture's caption."""

_JOINER = "\u200d"
_GOES_ON = ("Mn", "Me", "Mc")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a stretch of a text is: `bold`, `italic`, `code`, or a `text_link` to `url`. Places are code points, the end exclusive."""

    kind: str
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and its marks. Nothing in the text is markup: what looks like it is sent as it stands."""

    text: str
    marks: tuple[Mark, ...] = ()

    def entities(self) -> list[dict[str, object]]:
        """The marks in Telegram's own words, places in UTF-16 units; one that it would refuse is left out, its text is plain."""
        before = _units_before(self.text)
        return [
            {
                "type": mark.kind, "offset": before[mark.start], "length": before[mark.end] - before[mark.start],
                **({"url": mark.url} if mark.url else {}),
            }
            for mark in _sound(self)
        ]  # fmt: skip


def units(text: str) -> int:
    """How long a text is for Telegram."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def split(rich: Rich, limit: int = LIMIT) -> list[Rich]:
    """The text in pieces of at most `limit` units, in order and with nothing lost; a piece of spaces alone, which Telegram refuses, is left out.

    A cut is never within a character as it is seen (emoji with skin tones and joiners, accents, flags), and never within a mark
    unless that is longer than a piece: then both pieces have it.
    """
    before = _units_before(rich.text)
    pieces, start = [], 0
    while before[-1] - before[start] > limit:
        far = bisect_right(before, before[start] + limit) - 1
        cut = _best(rich, start, far, limit, before)
        pieces.append(_part(rich, start, cut))
        start = cut
    pieces.append(_part(rich, start, len(rich.text)))
    return [piece for piece in pieces if piece.text.strip()]


def shortened(text: str, limit: int) -> str:
    """At most `limit` units, with an ellipsis where something was cut."""
    if units(text) <= limit:
        return text
    pieces = split(Rich(text.strip()), limit - 1)
    return (pieces[0].text.rstrip() if pieces else "") + "…"


def _units_before(text: str) -> list[int]:
    """For each place how many units stand before it, the end included."""
    return [0, *accumulate(2 if letter > "\uffff" else 1 for letter in text)]


def _best(rich: Rich, start: int, far: int, limit: int, before: Sequence[int]) -> int:
    """Where to cut, at `far` the latest: behind a paragraph, a line, a sentence, a word, else behind any whole character."""

    def may(place: int) -> bool:
        return _is_whole(rich.text, place) and not _within(rich, place, start, limit, before)

    for ends in ("\n\n", "\n", tuple("。！？；.!?;"), tuple(" \t　，,、")):
        late = range(far, start + (far - start) // 2, -1)
        found = next((place for place in late if rich.text.endswith(ends, start, place) and may(place)), None)
        if found:
            return found
    back = range(far, start, -1)
    return next(filter(may, back), 0) or next((place for place in back if _is_whole(rich.text, place)), far)


def _within(rich: Rich, place: int, start: int, limit: int, before: Sequence[int]) -> bool:
    """Whether a cut would part a mark that fits into one piece, or that began earlier in this one."""
    return any(
        mark.start < place < mark.end and (mark.start > start or before[mark.end] - before[mark.start] <= limit)
        for mark in rich.marks
    )


def _is_whole(text: str, place: int) -> bool:
    """Whether no character, as it is seen, lies across this place."""
    left, right = text[place - 1], text[place]
    if left == _JOINER or right == _JOINER or (left, right) == ("\r", "\n"):
        return False
    if (
        unicodedata.category(right) in _GOES_ON
        or "\U0001f3fb" <= right <= "\U0001f3ff"
        or "\U000e0020" <= right <= "\U000e007f"
    ):
        return False
    if _is_flag(left) and _is_flag(right):
        run = place - 1
        while run > 0 and _is_flag(text[run - 1]):
            run -= 1
        return (place - run) % 2 == 0
    return not ("\u1100" <= left <= "\u11ff" and "\u1160" <= right <= "\u11ff")


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _part(rich: Rich, start: int, end: int) -> Rich:
    marks = [
        replace(mark, start=max(mark.start, start) - start, end=min(mark.end, end) - start)
        for mark in rich.marks
        if mark.start < end and mark.end > start
    ]
    return Rich(rich.text[start:end], tuple(marks))


def _sound(rich: Rich) -> Iterator[Mark]:
    """Marks that Telegram takes: within the text, of something visible, beside or within each other, links to somewhere."""
    taken: list[Mark] = []
    for mark in sorted(rich.marks, key=lambda mark: (mark.start, -mark.end)):
        crosses = any(
            one.start < mark.start < one.end < mark.end or (one.kind == mark.kind and mark.start < one.end)
            for one in taken
        )
        is_there = 0 <= mark.start < mark.end <= len(rich.text) and rich.text[mark.start : mark.end].strip()
        is_link = mark.kind != "text_link" or mark.url.startswith(("http://", "https://", "tg://"))
        if is_there and is_link and not crosses:
            taken.append(mark)
            yield mark
