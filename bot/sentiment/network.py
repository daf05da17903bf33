"""What a small convolutional network says of a text's label: runs of units, the strongest sign of each filter anywhere in it, in numpy.

Kim, "Convolutional neural networks for sentence classification", 2014, over characters and over words. `network_fit` trains one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.units import Hashes, unit_hashes
from retrieval.seams import Vectors

LONGEST = 256
"""Units of a text that are read; of a longer one its first and last half."""
EDGE = 5
"""Empty units around a text, as many as the widest filter is wide: what else is in a batch changes nothing."""
UNKNOWN, FIRST = 1, 2
"""Rows of an embedding: of nothing, of an unknown unit, then of the known ones."""
_BATCH = 64
Filters = tuple[tuple[int, Vectors, Vectors], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of cutting a text. `known` are hashes of units, sorted; `embedding` [known + 2, dim]; a filter is (width, weights [width, dim,
    filters], bias [filters])."""

    words: bool
    known: Hashes
    embedding: Vectors
    filters: Filters

    def pooled(self, rows: NDArray[np.int32]) -> Vectors:
        """[texts, all filters] of padded rows [texts, units]."""
        there = self.embedding[rows]
        parts = []
        for width, weights, bias in self.filters:
            size = there.shape[1] - width + 1
            grown = there[:, :size] @ weights[0]
            for at in range(1, width):
                grown += there[:, at : at + size] @ weights[at]
            parts.append(np.maximum(grown.max(axis=1) + bias, 0))
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True, slots=True)
class Network:
    """`weights` [all filters, labels], `bias` [labels]."""

    readings: tuple[Reading, ...]
    weights: Vectors
    bias: Vectors

    def scores(self, texts: Sequence[str]) -> Vectors:
        """[n, labels], logits."""
        found = np.zeros((len(texts), len(self.bias)), np.float32)
        units = [numbered(unit_hashes(texts, words=one.words), one.known) for one in self.readings]
        order = np.argsort([len(row) for row in units[0]], kind="stable")
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            pooled = [
                one.pooled(padded([rows[i] for i in some])) for one, rows in zip(self.readings, units, strict=True)
            ]
            found[some] = np.concatenate(pooled, axis=1) @ self.weights + self.bias
        return found

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        """What `of` makes it from again."""
        kept: dict[str, NDArray[np.generic]] = {"out": self.weights.astype(np.float16), "bias": self.bias}
        for number, one in enumerate(self.readings):
            kept |= {
                f"{number}/known": one.known, f"{number}/embedding": one.embedding.astype(np.float16), f"{number}/words": np.array(one.words),
            }  # fmt: skip
            for width, weights, bias in one.filters:
                kept |= {f"{number}/w{width}": weights.astype(np.float16), f"{number}/b{width}": bias}
        return kept

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[np.generic]]) -> Network:
        """Raises KeyError, ValueError."""
        readings = []
        for number in sorted({name.split("/")[0] for name in kept if "/" in name}):
            widths = sorted(
                int(name.split("/w")[1]) for name in kept if name.startswith(f"{number}/w") and name[-1].isdigit()
            )
            filters = tuple(
                (width, _plain(kept[f"{number}/w{width}"]), _plain(kept[f"{number}/b{width}"])) for width in widths
            )
            known = kept[f"{number}/known"].astype(np.uint64)
            readings.append(Reading(bool(kept[f"{number}/words"]), known, _plain(kept[f"{number}/embedding"]), filters))
        return cls(tuple(readings), _plain(kept["out"]), _plain(kept["bias"]))


def numbered(units: Sequence[Hashes], known: Hashes) -> list[NDArray[np.int32]]:
    """Units as rows of the embedding, of a long text its ends."""
    if not len(known):
        return [np.full(min(len(row), LONGEST), UNKNOWN, np.int32) for row in units]
    found = []
    for row in units:
        row = row if len(row) <= LONGEST else np.concatenate([row[: LONGEST // 2], row[-(LONGEST // 2) :]])
        at = np.minimum(np.searchsorted(known, row), len(known) - 1)
        found.append(np.where(known[at] == row, at + FIRST, UNKNOWN).astype(np.int32))
    return found


def padded(rows: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """[texts, units], with nothing at the edges."""
    table = np.zeros((len(rows), max(map(len, rows), default=0) + 2 * EDGE), np.int32)
    for line, row in zip(table, rows, strict=True):
        line[EDGE : EDGE + len(row)] = row
    return table


def _plain(array: NDArray[np.generic]) -> Vectors:
    return array.astype(np.float32)
