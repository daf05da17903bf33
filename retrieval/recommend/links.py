"""From each item to the items that it speaks for, and how much: what linear models come to, kept as the strongest few a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.recommend.histories import Places

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Links:
    """Row i goes from `starts[i]` to `starts[i + 1]`: `to` are items, `weights` how much i speaks for each."""

    starts: NDArray[np.int64]
    to: NDArray[np.int32]
    weights: Floats

    @classmethod
    def of_rows(cls, rows: Iterator[Floats], *, keep: int, least: float = 0.0) -> Links:
        """Dense rows, of which the `keep` largest above `least` stay."""
        starts, to, weights = [0], [], []
        for row in rows:
            found = _largest(row, keep)
            found = found[row[found] > least]
            to.append(found.astype(np.int32))
            weights.append(row[found].astype(np.float32))
            starts.append(starts[-1] + len(found))
        none: list[Any] = [np.zeros(0, np.int32)]
        return cls(
            np.array(starts, dtype=np.int64),
            np.concatenate(to or none).astype(np.int32),
            np.concatenate(weights or none).astype(np.float32),
        )

    @classmethod
    def of_matrix(cls, matrix: Any, *, keep: int) -> Links:
        """A scipy sparse matrix, of which the `keep` largest a row stay."""
        rows = matrix.tocsr()
        starts, to, weights = [0], [], []
        for row in range(rows.shape[0]):
            part = slice(rows.indptr[row], rows.indptr[row + 1])
            values = rows.data[part]
            found = _largest(values, keep)
            found = found[values[found] > 0]
            to.append(rows.indices[part][found].astype(np.int32))
            weights.append(values[found].astype(np.float32))
            starts.append(starts[-1] + len(found))
        return cls(np.array(starts, dtype=np.int64), np.concatenate(to), np.concatenate(weights))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, item: int) -> tuple[NDArray[np.int32], Floats]:
        part = slice(self.starts[item], self.starts[item + 1])
        return self.to[part], self.weights[part]

    def sum(self, items: Places, weights: Floats) -> Floats:
        """[items] What these items speak for together, each as much as its weight says."""
        if not len(items):
            return np.zeros(len(self), dtype=np.float32)
        parts = [slice(self.starts[i], self.starts[i + 1]) for i in items]
        to = np.concatenate([self.to[part] for part in parts])
        said = np.concatenate([self.weights[part] * weight for part, weight in zip(parts, weights, strict=True)])
        return np.bincount(to, weights=said, minlength=len(self)).astype(np.float32)

    def means(self, values: Floats) -> Floats:
        """[rows] What each row's weights make of the values."""
        summed = np.concatenate([[0.0], np.cumsum(values[self.to] * self.weights, dtype=np.float64)])
        found: Floats = (summed[self.starts[1:]] - summed[self.starts[:-1]]).astype(np.float32)
        return found

    @classmethod
    def empty(cls, rows: int) -> Links:
        return cls(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))

    def grown(self, rows: int) -> Links:
        """With rows that speak for nothing."""
        return self.beside(Links.empty(rows))

    def beside(self, other: Links) -> Links:
        """The rows of both."""
        starts = np.concatenate([self.starts, self.starts[-1] + other.starts[1:]])
        return Links(starts, np.concatenate([self.to, other.to]), np.concatenate([self.weights, other.weights]))

    def among(self, places: NDArray[np.int32], items: int) -> Links:
        """The same links where row i is the item at places[i] of all; the other items speak for nothing."""
        counts = np.zeros(items, dtype=np.int64)
        counts[places] = np.diff(self.starts)
        return Links(np.concatenate([[0], np.cumsum(counts)]), places[self.to], self.weights)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """For `np.savez`; the weights in half precision."""
        return {
            f"{name}.starts": self.starts,
            f"{name}.to": self.to,
            f"{name}.weights": self.weights.astype(np.float16),
        }

    @classmethod
    def of_arrays(cls, arrays: Any, name: str) -> Links:
        weights = arrays[f"{name}.weights"].astype(np.float32)
        return cls(arrays[f"{name}.starts"], arrays[f"{name}.to"], weights)


def _largest(values: NDArray[Any], keep: int) -> NDArray[np.intp]:
    """Places of the `keep` largest, in the order of their places."""
    if len(values) <= keep:
        return np.arange(len(values))
    return np.sort(np.argpartition(values, -keep)[-keep:])
