"""BM25 over `text.words`: for each term the passages that have it, in arrays of a folder of its own that are mapped, not read."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.kept import mapped
from knowledge_base.types import Passage
from retrieval import text as words_of
from retrieval.lexicon import Alternatives
from retrieval.postings import Postings, RowNumbers
from retrieval.rows import Mask, Rows
from retrieval.types import Hit, Where

FEW = 20
"""Up to so many named sources, a term's rarity is counted among their passages alone."""
K1, B = 1.2, 0.75
"""Robertson's usual constants."""

Found = tuple[RowNumbers, NDArray[np.float32]]
"""Rows and their scores, best first."""


class Lexical:
    """A Retriever by words over the passages that `build` was given, in that order. Raises OSError, or ValueError where the folder isn't whole."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.rows = rows
        self._terms = Postings.load(folder)
        self._weights = mapped(folder / "weights.npy")

    @classmethod
    def build(cls, folder: Path, passages: Iterable[Passage]) -> None:
        """Write a new index into an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        numbers: dict[str, int] = {}
        lengths, terms, places, counts = array("i"), array("q"), array("i"), array("f")
        for place, passage in enumerate(passages):
            counted = Counter(words_of.words(passage.text))
            lengths.append(counted.total())
            terms.extend(numbers.setdefault(term, len(numbers)) for term in counted)
            places.extend([place] * len(counted))
            counts.extend(counted.values())
        having, order = Postings.of(list(numbers), np.asarray(terms), np.asarray(places))
        having.save(folder)
        weights = _weights(np.asarray(counts), np.asarray(lengths), np.asarray(places))
        np.save(folder / "weights.npy", weights[order], allow_pickle=False)

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return self.find(text, k=k, where=where)

    def find(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        """`search`, for callers that aren't waiting for anyone else."""
        where = where or Where()
        found, scores = self.best(text, k, where, self.rows.mask(where))
        return [
            Hit(self.rows.passage(row), score, {"bm25": score})
            for row, score in zip(found.tolist(), scores.tolist(), strict=True)
        ]

    def best(self, text: str, k: int, where: Where, mask: Mask | None) -> Found:
        """At most k rows within `mask`, which `where` stands for, and their scores; a score is above 0."""
        terms = Counter(words_of.asked(text))
        rarity = self.rarity(terms, where, mask)
        total = np.zeros(len(self.rows), dtype=np.float32)
        for term, count in terms.items():
            start, end = self._terms.span(term)
            total[self._terms.rows(term)] += min(count, 2) * rarity[term] * self._weights[start:end]
        if mask is not None:
            total *= mask
        return top(np.flatnonzero(total).astype(np.int32), total, k)

    def best_across(self, terms: Sequence[Alternatives], k: int, mask: Mask | None) -> Found:
        """`best` for terms of which each has alternatives: of each the best counts, times its weight."""
        total = np.zeros(len(self.rows), dtype=np.float32)
        for alternatives in terms:
            most = np.zeros_like(total)
            for term, weight in alternatives.items():
                (start, end), rows = self._terms.span(term), self._terms.rows(term)
                gain = weight * _idf(len(rows), len(self.rows)) * self._weights[start:end]
                most[rows] = np.maximum(most[rows], gain)
            total += most
        if mask is not None:
            total *= mask
        return top(np.flatnonzero(total).astype(np.int32), total, k)

    def covered_across(self, rows: RowNumbers, terms: Sequence[Alternatives]) -> NDArray[np.float64]:
        """[rows] The share, 0 to 1, of the terms that each of the rows has in one of their alternatives, the rarer counting more."""
        had, mass = np.zeros(len(rows)), 0.0
        for alternatives in terms:
            rarity = {term: w * _idf(len(self._terms.rows(term)), len(self.rows)) for term, w in alternatives.items()}
            mass += math.sqrt(max(rarity.values(), default=0.0))
            most = np.zeros(len(rows))
            for term, worth in rarity.items():
                most = np.maximum(most, worth * is_among(rows, self._terms.rows(term)))
            had += np.sqrt(most)
        return had / (mass or 1.0)

    def rarity(self, terms: Iterable[str], where: Where, mask: Mask | None) -> dict[str, float]:
        """BM25's IDF by distinct term, from 0 up: what a passage with that term has ahead of others.

        Within few sources it is counted among their passages: there, the name that they share tells nothing.
        """
        if mask is None or where.source_ids is None or len(where.source_ids) > FEW:
            return {term: _idf(len(self._terms.rows(term)), len(self.rows)) for term in set(terms)}
        total = int(mask.sum())
        return {term: _idf(int(mask[self._terms.rows(term)].sum()), total) for term in set(terms)}

    def has(self, term: str) -> bool:
        """Whether any passage has it."""
        return self._terms.place(term) >= 0

    def covered(self, rows: RowNumbers, rarity: Mapping[str, float]) -> NDArray[np.float64]:
        """[rows] The share of the question's IDF mass that each of the rows has, 0 to 1; `rarity` is by term."""
        mass = np.zeros(len(rows))
        for term, weight in rarity.items():
            mass += weight * is_among(rows, self._terms.rows(term))
        return mass / (sum(rarity.values()) or 1.0)


def top(rows: RowNumbers, scores: NDArray[np.float32], k: int) -> Found:
    """The k of these rows with the highest scores (an entry a row of the index); of equal ones the first rows."""
    chosen = scores[rows]
    if len(rows) > k:
        least = np.partition(chosen, len(rows) - k)[len(rows) - k]
        rows = rows[chosen >= least]
        chosen = scores[rows]
    order = np.argsort(-chosen, kind="stable")[:k]
    return rows[order], chosen[order]


def is_among(rows: RowNumbers, others: RowNumbers) -> Mask:
    """[rows] Whether each row stands in `others`, which are in order."""
    if not len(others):
        return np.zeros(len(rows), dtype=np.bool_)
    found: Mask = others[np.minimum(np.searchsorted(others, rows), len(others) - 1)] == rows
    return found


def _weights(counts: NDArray[np.float32], lengths: NDArray[np.int32], places: RowNumbers) -> NDArray[np.float32]:
    """What BM25 gives a passage for a term, but for the IDF; `counts` and `places` are by pair of both, `lengths` by passage."""
    shares = _rounded(lengths) / max(1.0, float(lengths.sum()) / max(1, len(lengths)))
    weights = counts * (K1 + 1) / (counts + K1 * (1 - B + B * shares[places]))
    return weights.astype(np.float32)


def _rounded(lengths: NDArray[np.int32]) -> NDArray[np.int32]:
    """Down to four binary digits above 24, as Lucene keeps them; thresholds and weights of this house were set with these."""
    above = np.maximum(lengths - 24, 0)
    digits = np.maximum(np.log2(np.maximum(above, 1)).astype(np.int32) - 3, 0)
    rounded: NDArray[np.int32] = np.minimum(lengths, 24) + (above >> digits << digits)
    return rounded


def _idf(having: int, total: int) -> float:
    """Robertson and Spärck Jones with the + 1 that keeps it above 0."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))
