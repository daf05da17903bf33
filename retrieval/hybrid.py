"""Words and meaning together: each voice counts as far as it can be trusted on this question."""

from __future__ import annotations

from dataclasses import replace

from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.dense import Dense
from retrieval.lexical import Lexical
from retrieval.seams import Embedder
from retrieval.types import Hit, Where

MEANING = 0.9
"""Weight of the cosine where the model reads every token; tuned on DSTC11's development turns."""
TRUSTED_FROM = 0.7
"""Below this share of known tokens the vector is noise and isn't heard: MiniLM reads few Chinese tokens."""
POOL = 50


class Hybrid:
    """A Retriever that fuses the two.

    `Hit.score` is in 0..1 and comparable between questions: w * cosine + (1 - w) * bm25 / best bm25 * coverage, where w is MEANING
    times the share of tokens that the model knows, and coverage the share of the question's content words the best passage has.
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
        return fuse(text, by_words, by_meaning, weight)[:k]

    def _resolved(self, where: Where) -> Where:
        """Limits that only the catalogue can tell become the ids that meet them."""
        if not where.limits_products:
            return where
        ids = self._catalogue.select(
            categories=where.categories, price_from=where.price_from, price_to=where.price_to, in_stock=where.in_stock
        )
        kept = ids if where.source_ids is None else ids & where.source_ids
        return replace(where, source_ids=kept, sources=frozenset({"product"}), price_from=None, price_to=None, in_stock=None)


def fuse(text: str, by_words: list[Hit], by_meaning: list[Hit], weight: float) -> list[Hit]:
    """Both lists as one, best first. A passage that one of them didn't find gets that list's lowest score."""
    bm25 = {hit.passage.id: hit.score for hit in by_words}
    cosine = {hit.passage.id: hit.score for hit in by_meaning}
    passages = {hit.passage.id: hit.passage for hit in [*by_words, *by_meaning]}
    best = max(bm25.values(), default=0.0) or 1.0
    least = min(cosine.values(), default=0.0)
    asked = words_of.content_words(text)
    hits = []
    for passage_id, passage in passages.items():
        covered = words_of.overlap(asked, words_of.words(passage.text)) if len(hits) < 400 else 0.0
        lexical = bm25.get(passage_id, 0.0) / best
        score = weight * max(0.0, cosine.get(passage_id, least)) + (1 - weight) * lexical * (0.5 + 0.5 * covered)
        hits.append(Hit(passage, score, {"bm25": bm25.get(passage_id, 0.0), "cosine": cosine.get(passage_id, 0.0), "coverage": covered}))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
