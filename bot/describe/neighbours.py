"""Texts of things with the same attributes, rewritten for this one: a value that stands in the text as it is gives way to ours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.describe.lessons import Lesson
from bot.describe.pairs import Slots
from bot.describe.placeholders import pattern

_ARTICLE = re.compile(r"\b([Aa])n?(?= (?:<\w+>|[A-Za-z]))(?= ([A-Za-z]))")
Rewritten = tuple[str, int]
"""A text, and how many values had to give way."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Lessons by the manner and the set of attributes that they were written of."""

    lessons: Mapping[tuple[str, frozenset[str]], Sequence[Lesson]]

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Neighbours:
        found: dict[tuple[str, frozenset[str]], list[Lesson]] = defaultdict(list)
        for lesson in lessons:
            found[lesson.manner, frozenset(key for key, _ in lesson.slots)].append(lesson)
        return cls(found)

    def rewritten(self, manner: str, slots: Slots) -> list[Rewritten]:
        """Nothing where no thing had the same attributes."""
        ours = dict(slots)
        near = self.lessons.get((manner, frozenset(ours)), ())
        changed = (_changed(dict(lesson.slots), ours, lesson.text) for lesson in near)
        return [one for one in changed if one is not None]


def _changed(theirs: Mapping[str, str], ours: Mapping[str, str], text: str) -> Rewritten | None:
    edits = 0
    for key, value in theirs.items():
        if ours[key] == value:
            continue
        text, times = pattern(value).subn(f"\0{key}\0", text)
        if times != 1:
            return None
        edits += 1
    for key, value in ours.items():
        text = text.replace(f"\0{key}\0", value)
    return (_articles(text) if edits else text), edits


def _articles(text: str) -> str:
    """`a English` -> `an English`, `an Chinese` -> `a Chinese`."""
    return _ARTICLE.sub(lambda found: found[1] + ("n" if found[2].lower() in "aeiou" else ""), text)
