"""Which rows have a key (a word, a part of a name, an id): sorted arrays in a folder that are mapped, not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.kept import mapped

RowNumbers = NDArray[np.int32]

_KEPT = 20_000
"""Keys whose places are remembered."""


class Postings:
    """Keys by place, each with its rows in order.

    Keys are told apart by 64 bits of a digest: among a million of them two fall together in one of 40 million indexes.
    """

    def __init__(self, keys: NDArray[np.uint64], starts: NDArray[np.int64], rows: RowNumbers) -> None:
        if len(starts) != len(keys) + 1 or starts[-1] != len(rows):
            raise ValueError("keys and rows don't belong together")
        self._keys, self._starts, self._rows = keys, starts, rows
        self.place = lru_cache(_KEPT)(self._found)
        """Where a key stands, -1 where it isn't known."""

    @classmethod
    def of(
        cls, vocabulary: Sequence[str], keys: NDArray[np.int64], rows: RowNumbers
    ) -> tuple[Postings, NDArray[np.int64]]:
        """From pairs of a key, as its number in the vocabulary, and a row, the rows rising; and the order in which pairs now stand."""
        told = digests(vocabulary)
        by_digest = np.argsort(told)
        ranks = np.empty(len(told), dtype=np.int64)
        ranks[by_digest] = np.arange(len(told))
        order = np.argsort(ranks[keys], kind="stable")
        starts = np.searchsorted(ranks[keys][order], np.arange(len(told) + 1))
        return cls(told[by_digest], starts, rows[order]), order

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[str, int]]) -> Postings:
        """From (key, row), the rows of a key rising."""
        numbers: dict[str, int] = {}
        numbered = [(numbers.setdefault(key, len(numbers)), row) for key, row in pairs]
        keys, rows = np.array(numbered, dtype=np.int64).reshape(-1, 2).T
        return cls.of(list(numbers), keys, rows.astype(np.int32))[0]

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Raises OSError, or ValueError where the files aren't whole."""
        keys, starts = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("keys", "starts"))
        return cls(keys, starts, mapped(folder / "rows.npy"))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in (("keys", self._keys), ("starts", self._starts), ("rows", self._rows)):
            np.save(folder / f"{name}.npy", values, allow_pickle=False)

    def __len__(self) -> int:
        return len(self._keys)

    def span(self, key: str) -> tuple[int, int]:
        """From where to where the rows of a key stand; nowhere for one that isn't known."""
        place = self.place(key)
        return (int(self._starts[place]), int(self._starts[place + 1])) if place >= 0 else (0, 0)

    def rows(self, key: str) -> RowNumbers:
        start, end = self.span(key)
        rows: RowNumbers = self._rows[start:end]
        return rows

    def all(self) -> Iterator[RowNumbers]:
        """Each key's rows, in the order of their places."""
        return (self._rows[start:end] for start, end in pairwise(self._starts.tolist()))

    def flat(self) -> RowNumbers:
        """The rows of all keys, one key's after the other's."""
        return self._rows

    def counts(self) -> NDArray[np.int64]:
        """[keys] How many rows each key has."""
        return np.diff(self._starts)

    def _found(self, key: str) -> int:
        digest = _digest(key)
        place = int(np.searchsorted(self._keys, digest))
        return place if place < len(self._keys) and self._keys[place] == digest else -1


class Known:
    """A set of strings, told apart as the keys of Postings are."""

    def __init__(self, digests: NDArray[np.uint64]) -> None:
        self._digests = digests

    @classmethod
    def of(cls, strings: Iterable[str]) -> Known:
        return cls(np.unique(digests(strings)))

    @classmethod
    def load(cls, file: Path) -> Known:
        return cls(mapped(file))

    def save(self, file: Path) -> None:
        np.save(file, self._digests, allow_pickle=False)

    def has_any(self, strings: Iterable[str]) -> bool:
        asked = digests(strings)
        if not len(asked) or not len(self._digests):
            return False
        places = np.minimum(np.searchsorted(self._digests, asked), len(self._digests) - 1)
        return bool((self._digests[places] == asked).any())


def digests(keys: Iterable[str]) -> NDArray[np.uint64]:
    """[keys] What they are told apart by."""
    return np.array([_digest(key) for key in keys], dtype=np.uint64)


def _digest(key: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(key.encode(), digest_size=8).digest()))
