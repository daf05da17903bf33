"""What the models of the tuned writer learn from: texts with placeholders, each beside what it is read to state.

People leave out values and get some wrong; a model that is told what a text really states leaves out and invents far less
(Dušek et al., 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.describe.evidence import Evidence
from bot.describe.pairs import Pair, Slots
from bot.describe.placeholders import Placeholders


@dataclass(frozen=True, slots=True)
class Lesson:
    """`manner` is language and style. `slots` and `text` have placeholders."""

    manner: str
    slots: Slots
    text: str


def manner(locale: str, style: str) -> str:
    return f"{locale} {style} "


def raw_lessons(pairs: Sequence[Pair], places: Placeholders) -> list[Lesson]:
    """A lesson a text, with all that is known of the thing. A text that says the same again isn't learned again."""
    return [
        Lesson(manner(pair.locale, pair.style), places.hidden(pair.slots), text)
        for pair in pairs
        for text in dict.fromkeys(places.hide(text, pair.slots) for text in pair.texts)
    ]


def true_lessons(raw: Sequence[Lesson], places: Placeholders, evidence: Evidence) -> list[Lesson]:
    """The same with the slots that each text is read to state. The half that states least of what is known is left out."""
    stated = evidence.states([lesson.text for lesson in raw])
    found = [
        Lesson(lesson.manner, _stated(lesson, places, read), lesson.text)
        for lesson, read in zip(raw, stated, strict=True)
    ]
    shares = [len(lesson.slots) / max(1, len(full.slots)) for lesson, full in zip(found, raw, strict=True)]
    least = median(shares) if shares else 0.0
    return [lesson for lesson, share in zip(found, shares, strict=True) if lesson.slots and share >= least]


def _stated(lesson: Lesson, places: Placeholders, read: dict[str, tuple[str, ...]]) -> Slots:
    copied = [(key, mark) for key, mark in lesson.slots if key in places.copied and mark in lesson.text]
    return tuple(sorted([*copied, *((key, values[0]) for key, values in read.items())]))
