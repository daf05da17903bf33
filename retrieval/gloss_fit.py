"""A turn of the Chinese word vectors towards the English of the same lines; small enough not to learn one shop by heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.seams import Vectors

PULL = 100.0
"""How strongly the turn is held to none at all, in lines: 30 to 300 are alike on the sample's development questions."""
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in both languages: what the table and the model make of the Chinese, the unit row of the English, the entries."""

    chinese: Vectors
    other: Vectors
    english: Vectors
    entries: NDArray[np.str_]

    def only(self, mask: NDArray[np.bool_]) -> Lines:
        return Lines(self.chinese[mask], self.other[mask], self.english[mask], self.entries[mask])


def fit(lines: Lines, pull: float = PULL) -> Vectors:
    """Ridge regression towards identity [dim, dim]: the least of |chinese W + other - english|^2 + pull |W - 1|^2, lines at unit length."""
    length = np.maximum(np.linalg.norm(lines.chinese + lines.other, axis=1, keepdims=True), 1e-9)
    given, wanted = lines.chinese / length, lines.english - lines.other / length
    identity = np.eye(given.shape[1])
    turn: Vectors = np.linalg.solve(given.T @ given + pull * identity, given.T @ wanted + pull * identity)
    return turn.astype(np.float32)


def held_back(lines: Lines) -> dict[str, float]:
    """How often a line's own English is the nearest among those of entries held back, without and with the turn; entries in five parts."""
    names = np.unique(lines.entries)
    parts = {name: place % _FOLDS for place, name in enumerate(names)}
    part = np.array([parts[name] for name in lines.entries])
    before, after = [], []
    for fold in range(_FOLDS):
        turn, rest = fit(lines.only(part != fold)), lines.only(part == fold)
        before += _nearest(rest, np.eye(len(turn), dtype=np.float32))
        after += _nearest(rest, turn)
    return {"lines": len(before), "before": round(float(np.mean(before)), 4), "after": round(float(np.mean(after)), 4)}


def _nearest(lines: Lines, turn: Vectors) -> list[bool]:
    """Of each line, whether the nearest English is of its entry."""
    found = ((lines.chinese @ turn + lines.other) @ lines.english.T).argmax(axis=1)
    return list(lines.entries[found] == lines.entries)
