"""Words and meaning together: each voice counts as far as it can be trusted on this question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.dense import Dense
from retrieval.exact import Exact
from retrieval.lexical import Found, Lexical
from retrieval.lexicon import Alternatives
from retrieval.postings import RowNumbers
from retrieval.rows import Mask
from retrieval.seams import Embedder
from retrieval.types import Hit, Where

MEANING = 0.8
"""Weight of the cosine where the model reads every token; tuned on DSTC11's development turns."""
TRUSTED_FROM = 0.7
"""Below this share of known tokens the vector is noise and isn't heard: MiniLM reads few Chinese tokens."""
POOL = 200
"""Passages that each part puts forward; with 50 a passage that only one of them knows weighs too much (DSTC11, whole)."""

ACROSS = 0.8
"""Weight of the cosine across languages, both ways: of .6 to .9 the best on the sample's development questions, entries held back."""
POOL_ACROSS = 60
"""Passages that each part puts forward there."""

_KEPT = 32
"""Searches whose outcome is remembered: a turn asks the same more than once."""

Fused = tuple[RowNumbers, NDArray[np.float64], dict[str, NDArray[np.float64]]]
"""Rows, scores, and each part's own scores, best first."""


class Hybrid:
    """A Retriever that fuses the two.

    `Hit.score` is in 0..1: w * cosine + (1 - w) * bm25 / best bm25 * sqrt(coverage), where w is MEANING times the share of tokens
    that the model knows, and coverage the share of the question's IDF mass that the passage has. The first hit's can be compared
    between questions in one language: w * cosine + (1 - w) * sqrt(coverage). `found_by` has bm25, cosine and coverage.
    """

    def __init__(self, lexical: Lexical, dense: Dense | Exact, embedder: Embedder, catalogue: Catalogue) -> None:
        self._lexical, self._dense, self._embedder, self._catalogue = lexical, dense, embedder, catalogue
        self._rows = lexical.rows
        self._found = lru_cache(_KEPT)(self._find)
        self._places = self._rows.of_sources(catalogue.order)
        products = self._rows.mask(Where(sources=frozenset({"product"})))
        self._are_products = np.zeros(0, dtype=np.bool_) if products is None else products

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return self._hits(self._found(text, where or Where(), max(POOL, 2 * k)), k)

    async def across(self, text: str, terms: Sequence[Alternatives], *, k: int = 8, where: Where) -> list[Hit]:
        """`search` for a text in another language than the passages, by what its terms may be in theirs.

        The score is ACROSS * cosine + (1 - ACROSS) * bm25 / best bm25.
        """
        mask, pool = self._mask(where), max(POOL_ACROSS, 2 * k)
        by_words = self._lexical.best_across(terms, pool, mask)
        by_meaning = self._dense.nearest(self._embedder.embed([text])[0], pool, where, mask)
        rows, scores, parts = fuse(by_words, by_meaning, ACROSS, lambda rows: np.ones(len(rows)))
        parts["coverage"] = self._lexical.covered_across(rows, terms)
        return self._hits((rows, scores, parts), k)

    def _hits(self, found: Fused, k: int) -> list[Hit]:
        rows, scores, found_by = found
        count = _ties(scores, k)
        passages = self._rows.passages(rows[:count].tolist())
        parts = zip(*(values[:count].tolist() for values in found_by.values()), strict=True)
        hits = [
            Hit(passage, score, dict(zip(found_by, part, strict=True)))
            for passage, score, part in zip(passages, scores[:count].tolist(), parts, strict=True)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k]

    def _find(self, text: str, limits: Where, pool: int) -> Fused:
        mask = self._mask(limits)
        weight = self._weight(text)
        by_words = self._lexical.best(text, pool, limits, mask)
        by_meaning = _NOTHING
        if weight and words_of.has_words(text):
            by_meaning = self._dense.nearest(self._embedder.embed([text])[0], pool, limits, mask)
        rarity = self._lexical.rarity(telling(text), limits, mask)
        return fuse(by_words, by_meaning, weight, lambda rows: self._lexical.covered(rows, rarity))

    def _weight(self, text: str) -> float:
        """The cosine's, 0 where it isn't heard."""
        reads = self._embedder.reads(text)
        return MEANING * reads * self._embedder.trust(text) if reads >= TRUSTED_FROM else 0.0

    def _mask(self, where: Where) -> Mask | None:
        """The rows within all limits; what only the catalogue can tell is asked of it."""
        mask = self._rows.mask(where)
        if not where.limits_products:
            return mask
        chosen = self._catalogue.mask(where)
        products: Mask = np.append(chosen, False)[self._places] & self._are_products
        return products if mask is None else products & mask


_NOTHING: Found = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


def _either(rows: RowNumbers, others: RowNumbers) -> RowNumbers:
    """In order, each once. NumPy's own `union1d` loads its masked arrays, which takes longer than the search."""
    merged = np.sort(np.concatenate([rows, others]))
    return merged[np.diff(merged, prepend=-1) > 0]


def _spread(found: Found, rows: RowNumbers, missing: float) -> NDArray[np.float64]:
    """[rows] The score of each row, which are in order and hold all that were found."""
    spread = np.full(len(rows), missing)
    spread[np.searchsorted(rows, found[0])] = found[1]
    return spread


def _ties(scores: NDArray[np.float64], k: int) -> int:
    """How many rows score as high as the k-th: of equal ones the passage's id decides."""
    return int(np.count_nonzero(scores >= scores[k - 1])) if len(scores) > k else len(scores)


def fuse(
    by_words: Found, by_meaning: Found, weight: float, covered: Callable[[RowNumbers], NDArray[np.float64]]
) -> Fused:
    """What both found, as one; `weight` is the cosine's, `covered` gives rows their coverage.

    A passage that the words didn't find gets no BM25; one that the meaning didn't find gets the least cosine found.
    """
    rows = _either(by_words[0], by_meaning[0])
    bm25, cosine, coverage = _spread(by_words, rows, 0.0), _spread(by_meaning, rows, 0.0), covered(rows)
    least = float(by_meaning[1].min()) if len(by_meaning[1]) else 0.0
    by_word = bm25 / (bm25.max(initial=0.0) or 1.0) * np.sqrt(coverage)
    scores = weight * np.maximum(0.0, _spread(by_meaning, rows, least)) + (1 - weight) * by_word
    order = np.argsort(-scores, kind="stable")
    parts = {"bm25": bm25, "cosine": cosine, "coverage": coverage}
    return rows[order], scores[order], {name: values[order] for name, values in parts.items()}


def telling(text: str) -> list[str]:
    """The terms that coverage is counted over: Latin words and Chinese characters, which don't overlap."""
    return [term for term in words_of.asked(text) if not words_of.is_part(term)]
