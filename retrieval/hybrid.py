"""Words and meaning together: each voice counts as far as it can be trusted on this question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.dense import Dense
from retrieval.lexical import Lexical
from retrieval.seams import Embedder
from retrieval.types import Hit, Where

MEANING = 0.8
"""Weight of the cosine where the model reads every token; tuned on DSTC11's development turns."""
TRUSTED_FROM = 0.7
"""Below this share of known tokens the vector is noise and isn't heard: MiniLM reads few Chinese tokens."""
POOL = 200
"""Passages that each part puts forward; with 50 a passage that only one of them knows weighs too much (DSTC11, whole)."""


class Hybrid:
    """A Retriever that fuses the two.

    `Hit.score` is in 0..1: w * cosine + (1 - w) * bm25 / best bm25 * sqrt(coverage), where w is MEANING times the share of tokens
    that the model knows, and coverage the share of the question's IDF mass that the passage has. The first hit's can be compared
    between questions in one language: w * cosine + (1 - w) * sqrt(coverage). `found_by` has bm25, cosine and coverage.
    """

    def __init__(self, lexical: Lexical, dense: Dense, embedder: Embedder, catalogue: Catalogue) -> None:
        self._lexical, self._dense, self._embedder, self._catalogue = lexical, dense, embedder, catalogue

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        limits = self._resolved(where or Where())
        reads = self._embedder.reads(text)
        weight = MEANING * reads * self._embedder.trust(text) if reads >= TRUSTED_FROM else 0.0
        pool = max(POOL, 2 * k)
        by_words = self._lexical.find(text, k=pool, where=limits)
        by_meaning = self._dense.find(text, k=pool, where=limits) if weight else []
        rarity = self._lexical.rarity(telling(text), limits)
        return fuse(by_words, by_meaning, weight, rarity)[:k]

    def _resolved(self, where: Where) -> Where:
        """Limits that only the catalogue can tell become the ids that meet them."""
        if not where.limits_products:
            return where
        chosen = self._catalogue.select(where)
        return Where(locale=where.locale, sources=frozenset({"product"}), source_ids=chosen)


def telling(text: str) -> list[str]:
    """The terms that coverage is counted over: Latin words and Chinese characters, which don't overlap."""
    return [term for term in words_of.asked(text) if not words_of.is_part(term)]


def fuse(by_words: list[Hit], by_meaning: list[Hit], weight: float, rarity: Mapping[str, float]) -> list[Hit]:
    """Both lists as one, best first; `weight` is the cosine's, `rarity` the IDF of the question's terms.

    A passage that the words didn't find gets no BM25; one that the meaning didn't find gets the least cosine found.
    """
    bm25 = {hit.passage.id: hit.score for hit in by_words}
    cosine = {hit.passage.id: hit.score for hit in by_meaning}
    passages = {hit.passage.id: hit.passage for hit in [*by_words, *by_meaning]}
    best = max(bm25.values(), default=0.0) or 1.0
    least = min(cosine.values(), default=0.0)
    hits = []
    for passage_id, passage in passages.items():
        found_by = {"bm25": bm25.get(passage_id, 0.0), "cosine": cosine.get(passage_id, 0.0)}
        found_by["coverage"] = covered(rarity, _words_in(passage.text))
        by_word = found_by["bm25"] / best * math.sqrt(found_by["coverage"])
        score = weight * max(0.0, cosine.get(passage_id, least)) + (1 - weight) * by_word
        hits.append(Hit(passage, score, found_by))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


def covered(rarity: Mapping[str, float], there: Iterable[str]) -> float:
    """The share of the question's IDF mass that `there` has, 0 to 1."""
    mass = sum(rarity.values())
    return sum(rarity[term] for term in rarity.keys() & set(there)) / mass if mass else 0.0


@lru_cache(maxsize=20_000)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(words_of.words(text))
