"""Candidates from the sequence model and from the shop's own texts, checked slot by slot, the most usual wording first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.describe.asides import Asides
from bot.describe.consensus import chances, expected_bleu, mixed, words
from bot.describe.evidence import Evidence
from bot.describe.lessons import Lesson, manner
from bot.describe.neighbours import Neighbours
from bot.describe.pairs import Slots
from bot.describe.phraser import Phraser
from bot.describe.placeholders import Placeholders
from bot.describe.slots import faults, left_out
from bot.describe.usage import Usage

BEAMS, SAMPLES = 8, 24
GIVING_WAY = 0.5
"""What a neighbour's text is worth less for each value that had to give way."""
NEIGHBOURS = 0.5
"""The weight of all neighbours' texts beside that of all that the model proposed."""
USAGE = 0.75
"""How much the shop's own texts count, beside the candidates, in what a usual wording is."""
COMPLETED = 8
"""How many candidates that leave something out are completed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`text` has its values; `faults` says which slot is missing, said twice or invented, empty where all is well."""

    text: str
    score: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composer:
    """The parts that were learned; all of them are in one folder."""

    places: Placeholders
    evidence: Evidence
    neighbours: Neighbours
    phraser: Phraser
    manners: frozenset[str]
    asides: Asides
    usage: Usage

    @classmethod
    def of(
        cls,
        places: Placeholders,
        evidence: Evidence,
        lessons: Sequence[Lesson],
        phraser: Phraser,
        manners: frozenset[str],
    ) -> Composer:
        return cls(
            places, evidence, Neighbours.of(lessons), phraser, manners, Asides.of(lessons, evidence), Usage.of(lessons)
        )

    def candidates(self, slots: Slots, *, locale: str = "en", style: str = "page", seed: int = 0) -> list[Candidate]:
        """All, those without a fault first, then by how usual they are. Empty for a language or style that wasn't learned."""
        how = manner(locale, style)
        if how not in self.manners:
            return []
        hidden = self.places.hidden(slots)
        proposed = self.phraser.propose([("", how), *hidden], beams=BEAMS, samples=SAMPLES, seed=seed)
        near = self.neighbours.rewritten(how, hidden)
        weighed = _weighed(proposed, near)
        length = sum(len(w) * p for w, p in weighed) / sum(p for _, p in weighed)
        chance = mixed(self.usage.chances(how, hidden), chances(weighed), USAGE)

        def judged(texts: Sequence[str]) -> list[Candidate]:
            wrong = faults(texts, slots, self.places, self.evidence) if texts else []
            return [
                Candidate(text, expected_bleu(words(text), chance, length), one)
                for text, one in zip(texts, wrong, strict=True)
            ]

        found = judged(list(dict.fromkeys([*proposed, *(text for text, _ in near)])))
        said = {one.text for one in found}
        more = [text for text in self._completed(how, found, slots) if text not in said]
        filled = [replace(one, text=self.places.fill(one.text, slots) or one.text) for one in [*found, *judged(more)]]
        return sorted(filled, key=lambda one: (bool(one.faults), -one.score))

    def _completed(self, how: str, found: Sequence[Candidate], slots: Slots) -> list[str]:
        """The most usual of those that leave something out, with a sentence that says it."""
        short = [(one, missing) for one in found if (missing := left_out(one.faults, slots, self.places))]
        usual = sorted(short, key=lambda one: -one[0].score)[:COMPLETED]
        return list(
            dict.fromkeys(text for one, missing in usual for text in self.asides.completed(how, one.text, missing))
        )

    def compose(self, slots: Slots, *, locale: str = "en", style: str = "page") -> str | None:
        """The best text without a fault; None where there is none."""
        found = self.candidates(slots, locale=locale, style=style)
        return found[0].text if found and not found[0].faults else None

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.phraser.save(folder)
        self.evidence.save(folder)
        lessons = [asdict(lesson) for many in self.neighbours.lessons.values() for lesson in many]
        parts: Mapping[str, object] = {
            "copied": self.places.copied, "known": {key: sorted(values) for key, values in self.places.known.items()},
            "values": {key: sorted(values) for key, values in self.places.values.items()},
            "manners": sorted(self.manners), "lessons": lessons, "longest": self.phraser.longest,
        }  # fmt: skip
        (folder / "composer.json").write_text(json.dumps(parts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, device: str = "cpu") -> Composer:
        parts = json.loads((folder / "composer.json").read_text("utf-8"))
        places = Placeholders(parts["copied"], _sets(parts["known"]), _sets(parts["values"]))
        lessons = [
            Lesson(one["manner"], tuple((k, v) for k, v in one["slots"]), one["text"]) for one in parts["lessons"]
        ]
        phraser = Phraser.load(folder, places.keys, device=device)
        phraser.longest = parts["longest"]
        return cls.of(places, Evidence.load(folder), lessons, phraser, frozenset(parts["manners"]))


def _sets(values: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(found) for key, found in values.items()}


def _weighed(proposed: Sequence[str], near: Sequence[tuple[str, int]]) -> list[tuple[list[str], float]]:
    ours = [(words(text), 1 / len(proposed)) for text in proposed]
    total = sum(GIVING_WAY**edits for _, edits in near)
    return ours + [(words(text), NEIGHBOURS * GIVING_WAY**edits / total) for text, edits in near]
