"""How people word such a thing: n-grams of the shop's own texts, those counting most whose thing is most like ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from bot.describe.consensus import Gram, chances_of_sets, grams_of, words
from bot.describe.lessons import Lesson
from bot.describe.pairs import Slots

LESS = 0.4
"""What a text is worth less for each attribute that is another, too much or too little."""
FARTHEST, NEAREST = 4, 600
"""Attributes that may differ, and how many texts are counted."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Lessons of a manner with their n-grams."""

    texts: Mapping[str, Sequence[tuple[Mapping[str, str], frozenset[Gram]]]]

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Usage:
        found: dict[str, list[tuple[Mapping[str, str], frozenset[Gram]]]] = defaultdict(list)
        for lesson in lessons:
            found[lesson.manner].append((dict(lesson.slots), frozenset(grams_of(words(lesson.text)))))
        return cls(found)

    def chances(self, manner: str, slots: Slots) -> dict[Gram, float]:
        """How likely an n-gram stands in a text of such a thing; empty where nothing is like it."""
        ours = dict(slots)
        near = [(_differences(theirs, ours), place) for place, (theirs, _) in enumerate(self.texts.get(manner, ()))]
        chosen = nsmallest(NEAREST, (one for one in near if one[0] <= FARTHEST))
        return chances_of_sets((self.texts[manner][place][1], LESS**differ) for differ, place in chosen)


def _differences(theirs: Mapping[str, str], ours: Mapping[str, str]) -> int:
    return sum(ours.get(key) != value for key, value in theirs.items()) + len(ours.keys() - theirs.keys())
