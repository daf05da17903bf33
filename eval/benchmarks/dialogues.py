"""DSTC11's knowledge-seeking turns, cut into two halves that share no dialogue and no question."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.corpora import FILES, dstc11, read
from knowledge_base.types import Passage
from retrieval import text as words_of


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with the turns before it, and the snippets that answer it; `group` is what it may share a half with only."""

    id: str
    turns: tuple[str, ...]
    gold: frozenset[str]
    group: int = 0

    @property
    def question(self) -> str:
        return self.turns[-1]


@dataclass(frozen=True, slots=True)
class Halves:
    """What is learned from, what is measured on, and the snippets of all houses by id."""

    train: tuple[Turn, ...]
    test: tuple[Turn, ...]
    passages: Mapping[str, Passage]
    files: tuple[Path, ...]

    def entity(self, doc_id: str) -> str:
        return self.passages[doc_id].source_id

    def entities(self, turn: Turn) -> frozenset[str]:
        """Those of its gold snippets."""
        return frozenset(self.entity(doc_id) for doc_id in turn.gold)


def load(data: Path, *, seed: int, houses: int | None = None) -> Halves:
    """Raises BadRow, or OSError where a file is missing. `houses`: only the turns about the so many that most are about.

    Turns with the same first words or the same question are one group, so are those joined by a chain of such; groups are
    shuffled by `seed` and each goes to the half that is smaller.
    """
    docs, rows = (data / file for file in FILES["dstc11"])
    collection = dstc11(docs, rows, within_entity=False)
    passages = {passage.id: passage for passage in collection.passages}
    turns = grouped([turn for turn in read(rows, _turn) if turn.gold])
    if houses is not None:
        turns, passages = _few(turns, passages, houses)
    groups: dict[int, list[Turn]] = {}
    for turn in turns:
        groups.setdefault(turn.group, []).append(turn)
    order = list(groups.values())
    random.Random(seed).shuffle(order)
    halves: tuple[list[Turn], list[Turn]] = ([], [])
    for group in order:
        min(halves, key=len).extend(group)
    return Halves(tuple(halves[0]), tuple(halves[1]), passages, (docs, rows))


def grouped(turns: Sequence[Turn]) -> list[Turn]:
    """Each with the number of its group."""
    parent = list(range(len(turns)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    seen: dict[tuple[str, str], int] = {}
    for place, turn in enumerate(turns):
        for key in (("dialogue", plain(turn.turns[0])), ("question", plain(turn.question))):
            parent[root(place)] = root(seen.setdefault(key, place))
    return [Turn(turn.id, turn.turns, turn.gold, root(place)) for place, turn in enumerate(turns)]


def plain(text: str) -> str:
    """Letters and digits alone: `Is there a view?` and `is there a view` are one question."""
    return " ".join(word for word in "".join(c if c.isalnum() else " " for c in words_of.normalise(text)).split())


def _few(turns: Sequence[Turn], passages: Mapping[str, Passage], houses: int) -> tuple[list[Turn], dict[str, Passage]]:
    count: dict[str, int] = {}
    for turn in turns:
        for entity in {passages[doc_id].source_id for doc_id in turn.gold}:
            count[entity] = count.get(entity, 0) + 1
    kept = set(sorted(count, key=lambda entity: (-count[entity], entity))[:houses])
    some = {i: passage for i, passage in passages.items() if passage.source_id in kept}
    return [turn for turn in turns if turn.gold <= some.keys()], some


def _turn(row: Mapping[str, Any]) -> Turn:
    gold = frozenset(map(str, row["gold_docs"] or ())) if row["knowledge_seeking"] else frozenset()
    return Turn(str(row["id"]), tuple(str(turn["text"]) for turn in row["dialogue"]), gold)
