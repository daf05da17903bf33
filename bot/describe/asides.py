"""What a candidate leaves out, said in a sentence of its own: `It is family friendly.`, as the shop's own texts say it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.describe.evidence import Evidence
from bot.describe.lessons import Lesson
from bot.describe.pairs import Slots
from bot.describe.placeholders import has_mark
from knowledge_base.passages import join, sentences

LONGEST = 90
"""Characters of such a sentence."""
KNOWN, MOST = 3, 2
"""How many wordings of the same are tried, and how many attributes may be left out."""
_ENDS = ".!?。！？"


@dataclass(frozen=True, slots=True)
class Asides:
    """Sentences without a copied value, by manner and by exactly what they state, the most usual first."""

    said: Mapping[tuple[str, frozenset[tuple[str, str]]], Sequence[str]]

    @classmethod
    def of(cls, lessons: Iterable[Lesson], evidence: Evidence) -> Asides:
        counted = Counter(
            (lesson.manner, sentence.strip())
            for lesson in lessons
            for sentence in sentences(lesson.text)
            if len(sentence) <= LONGEST and sentence.strip()[-1:] in _ENDS and not has_mark(sentence)
        )
        usual = sorted(counted, key=lambda one: (-counted[one], one))
        found: dict[tuple[str, frozenset[tuple[str, str]]], list[str]] = defaultdict(list)
        for (manner, sentence), read in zip(usual, evidence.states([said for _, said in usual]), strict=True):
            if read and all(len(values) == 1 for values in read.values()):
                found[manner, frozenset((key, values[0]) for key, values in read.items())].append(sentence)
        return cls({about: said[:KNOWN] for about, said in found.items()})

    def completed(self, manner: str, text: str, left_out: Slots) -> list[str]:
        """The text with what it leaves out behind it, in a sentence for all of that or in one for each."""
        if not left_out or len(left_out) > MOST:
            return []
        begun = text if text[-1:] in _ENDS else f"{text}."
        together = [join([begun, one]) for one in self.said.get((manner, frozenset(left_out)), ())]
        if together or len(left_out) == 1:
            return together
        each = [self.said.get((manner, frozenset([one])), ())[:1] for one in left_out]
        return [join([begun, *(said[0] for said in each)])] if all(each) else []
