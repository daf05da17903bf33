"""Which of some named things a conversation speaks of: mentions by name, by part of a name, and misspelt; the latest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval import text as words_of
from retrieval.rerank import logistic

NEAR = 0.7
"""Dice over letter pairs from which a run of words is taken for a misspelt name."""
_LONGEST = 7
_COMMON = 3
"""A word in so many names tells no two of them apart: house, hotel, the."""
_SHORT = 3
"""A part of a name of fewer letters is no name by itself; a misspelt one needs two more."""
FEATURES = (
    "turns ago",
    "place",
    "mentions",
    "whole name",
    "part of it",
    "likeness",
    "by the customer",
    "alone",
    "named once more",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a turn (0 the last, 1 the one before): words `start` to `end`, and how like the name they are, 0 to 1."""

    entity: str
    ago: int
    start: int
    end: int
    likeness: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to write a name; `whole` is False for a part of it, `core` is the part that a misspelling is looked for in."""

    entity: str
    letters: str
    whole: bool
    core: bool
    pairs: frozenset[str]


class Names:
    """The names, and every mention of them."""

    def __init__(self, names: Iterable[str]) -> None:
        aliases = list(_aliases(sorted(set(names))))
        self._exact = {alias.letters: alias for alias in reversed(aliases)}
        self._parts: dict[str, list[Alias]] = {}
        for alias in aliases:
            if alias.core and len(alias.letters) >= _SHORT + 2:
                self._parts.setdefault(alias.letters[0], []).append(alias)
        self._known: dict[str, tuple[Mention, ...]] = {}

    def mentions(self, turns: Sequence[str]) -> list[Mention]:
        """In all turns, oldest first; of two that overlap the exact one, then the longer one."""
        return [
            Mention(m.entity, len(turns) - 1 - place, m.start, m.end, m.likeness, m.whole)
            for place, turn in enumerate(turns)
            for m in self._in(turn)
        ]

    def _in(self, turn: str) -> tuple[Mention, ...]:
        if turn not in self._known:
            words = _words(turn)
            exact = _apart(list(self._found(words, exactly=True)))
            taken = {place for m in exact for place in range(m.start, m.end)}
            near = [m for m in self._found(words, exactly=False) if taken.isdisjoint(range(m.start, m.end))]
            self._known[turn] = tuple(sorted([*exact, *_apart(near)], key=lambda m: m.start))
        return self._known[turn]

    def _found(self, words: Sequence[str], *, exactly: bool) -> Iterator[Mention]:
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + (_LONGEST if exactly else 3)) + 1):
                letters = "".join(words[start:end])
                alias, likeness = (self._exact.get(letters), 1.0) if exactly else self._nearest(letters)
                if alias is not None:
                    yield Mention(alias.entity, 0, start, end, likeness, alias.whole)

    def _nearest(self, letters: str) -> tuple[Alias | None, float]:
        pairs = _pairs(letters)
        near = [(_dice(pairs, alias.pairs), alias) for alias in self._parts.get(letters[0], ())
                if abs(len(alias.letters) - len(letters)) <= 2]  # fmt: skip
        likeness, alias = max(near, key=lambda one: one[0], default=(0.0, None))
        return (alias, likeness) if likeness >= NEAR else (None, 0.0)


Nearest = Callable[[str], float]
"""Entity -> how near its best text is to the question."""


class HouseFinder:
    """Which entity a conversation means: logistic over FEATURES of its mentions and how near its texts are to the question."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = Names(names)
        self._weights: NDArray[np.float64] = np.zeros(len(FEATURES) + 3)

    def named_last(self, turns: Sequence[str]) -> list[str]:
        """The yardstick: the entity whose whole name stands last, or nothing."""
        whole = [mention for mention in self._names.mentions(turns) if mention.whole and mention.likeness == 1]
        return [whole[-1].entity] if whole else []

    def fit(self, samples: Iterable[tuple[Sequence[str], frozenset[str], Nearest]]) -> HouseFinder:
        """On (turns, the entities meant, nearness); itself, so that it can be called in one line."""
        tables, signs = [], []
        for turns, meant, nearest in samples:
            entities, rows = self._table(turns, nearest)
            tables.append(rows)
            signs += [1.0 if entity in meant else -1.0 for entity in entities]
        rows = np.concatenate(tables) * np.array(signs)[:, None]
        self._weights = logistic(rows, np.ones(len(rows)), np.zeros(rows.shape[1]), 1.0)
        return self

    def find(self, turns: Sequence[str], nearest: Nearest) -> list[tuple[str, float]]:
        """(entity, log of its chance), the likeliest first; empty where none is mentioned."""
        entities, rows = self._table(turns, nearest)
        chances = -np.log1p(np.exp(-np.clip(rows @ self._weights, -30, 30)))
        return sorted(zip(entities, chances.tolist(), strict=True), key=lambda one: (-one[1], one[0]))

    def _table(self, turns: Sequence[str], nearest: Nearest) -> tuple[list[str], NDArray[np.float64]]:
        found = features(self._names.mentions(turns))
        near = {entity: nearest(entity) for entity in found}
        best = max(near.values(), default=0.0)
        rows = [[*values, near[entity], near[entity] - best, 1.0] for entity, values in found.items()]
        return list(found), np.array(rows, dtype=np.float64).reshape(len(found), len(FEATURES) + 3)


def features(mentions: Sequence[Mention]) -> dict[str, list[float]]:
    """What tells of each mentioned entity how likely it is meant, in the order of FEATURES."""
    by_entity: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_entity.setdefault(mention.entity, []).append(mention)
    last = {entity: max(found, key=lambda m: (-m.ago, m.start)) for entity, found in by_entity.items()}
    ranked = sorted(last, key=lambda entity: (last[entity].ago, -last[entity].start))
    alone = Counter(mention.ago for mention in last.values())
    return {
        entity: [
            float(min(6, last[entity].ago)),
            float(min(5, ranked.index(entity))),
            float(min(4, len(found))),
            float(any(m.whole for m in found)),
            float(all(not m.whole and m.likeness == 1 for m in found)),
            max(m.likeness for m in found),
            float(any(m.ago % 2 == 0 for m in found)),
            1 / alone[last[entity].ago],
            float(len({m.ago for m in found}) > 1),
        ]
        for entity, found in by_entity.items()
    }


def _aliases(names: Sequence[str]) -> Iterator[Alias]:
    """Each name whole, then its parts without common words at the ends, where no other name has that part."""
    words = {name: _words(name) for name in names}
    common = Counter(word for found in words.values() for word in set(found))
    shared = {word for word, count in common.items() if count >= _COMMON}
    parts = {name: _parts(found, shared) for name, found in words.items()}
    count = Counter(part for found in parts.values() for part in found)
    for name in names:
        whole = "".join(words[name])
        yield Alias(name, whole, True, parts[name][-1:] == [whole], _pairs(whole))
        for part in parts[name]:
            if count[part] == 1 and len(part) >= _SHORT and part != whole:
                yield Alias(name, part, False, part == parts[name][-1], _pairs(part))


def _parts(words: Sequence[str], shared: set[str]) -> list[str]:
    """Without common words at the start, at the end, at both: `acorn` of `acorn guest house`, `lensfield hotel`."""
    starts = next((i for i, word in enumerate(words) if word not in shared), len(words))
    ends = next((i for i in range(len(words), 0, -1) if words[i - 1] not in shared), 0)
    core = "".join(words[starts:ends])
    others = [part for part in ("".join(words[starts:]), "".join(words[:ends])) if part != core]
    return [part for part in dict.fromkeys([*others, core]) if part]


def _words(text: str) -> list[str]:
    """Small letters, `&` and `B&B` spelt out, one spelling of center and its like."""
    plain = words_of.normalise(text).replace("&", " and ").replace("'", "").replace("’", "")
    plain = re.sub(r"\bb\s+and\s+b\b(?! guest)", "bed and breakfast", re.sub(r"(\w\w)tre\b", r"\1ter", plain))
    return re.findall(r"[^\W_]+", plain)


def _pairs(letters: str) -> frozenset[str]:
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _apart(found: Sequence[Mention]) -> list[Mention]:
    """Without overlaps: the longer first, of equals the more like."""
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (-(m.end - m.start) if m.likeness == 1 else 0, -m.likeness)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return kept
