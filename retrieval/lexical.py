"""BM25 over `text.words`, kept by tantivy in a folder of its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy

from knowledge_base.types import Passage
from retrieval import text as words_of
from retrieval.types import Hit, Where

Clause = tuple[Any, Any]
"""Whether a query must or may match, and the query: tantivy has no types."""
FEW = 20
"""Up to so many named sources, a term's rarity is counted among their passages alone."""


class Lexical:
    """A Retriever by words. `passages` is every passage that was indexed, by id."""

    def __init__(self, folder: Path, passages: Mapping[str, Passage]) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._passages = passages

    @classmethod
    def build(cls, folder: Path, passages: Iterable[Passage]) -> None:
        """Write a new index into an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        writer = tantivy.Index(_schema(), path=str(folder)).writer(heap_size=64_000_000, num_threads=1)
        for passage in passages:
            document = tantivy.Document()
            document.add_text("id", passage.id)
            document.add_text("words", " ".join(words_of.words(passage.text)))
            for name, value in _limits(passage):
                document.add_text(name, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return self.find(text, k=k, where=where)

    def find(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        """`search`, for callers that aren't waiting for anyone else."""
        terms = Counter(words_of.asked(text))
        if not terms:
            return []
        where = where or Where()
        return self._found(self._any_of(terms, where), k, where)

    def find_across(self, terms: Sequence[Mapping[str, float]], *, k: int = 8, where: Where | None = None) -> list[Hit]:
        """Passages by terms of which each has alternatives; the best alternative counts, times its weight."""
        should = [(tantivy.Occur.Should, self._best_of(alternatives)) for alternatives in terms if alternatives]
        return self._found(tantivy.Query.boolean_query(should), k, where or Where()) if should else []

    def rarities(self, terms: Collection[str]) -> dict[str, float]:
        """`rarity` among all passages."""
        return self.rarity(terms, Where())

    def has(self, term: str) -> bool:
        """Whether any passage has it."""
        return bool(self._searcher.doc_freq("words", term))

    def _best_of(self, alternatives: Mapping[str, float]) -> tantivy.Query:
        queries = [tantivy.Query.boost_query(self._has(term)[1], weight) for term, weight in alternatives.items()]
        return tantivy.Query.disjunction_max_query(queries)

    def _found(self, query: tantivy.Query, k: int, where: Where) -> list[Hit]:
        parts = [(tantivy.Occur.Must, query), *self._within(where)]
        found = self._searcher.search(tantivy.Query.boolean_query(parts), limit=k)
        hits = []
        for score, address in found.hits:
            passage = self._passages[self._searcher.doc(address)["id"][0]]
            hits.append(Hit(passage, score, {"bm25": score}))
        return hits

    def rarity(self, terms: Iterable[str], where: Where) -> dict[str, float]:
        """BM25's IDF by distinct term, from 0 up: what a passage with that term has ahead of others.

        Within few sources it is counted among their passages: there, the name that they share tells nothing.
        """
        if where.source_ids is None or len(where.source_ids) > FEW:
            total = self._searcher.num_docs
            return {term: _idf(self._searcher.doc_freq("words", term), total) for term in set(terms)}
        total = self._count(self._within(where))
        return {term: _idf(self._count([self._has(term), *self._within(where)]), total) for term in set(terms)}

    def _any_of(self, terms: Mapping[str, int], where: Where) -> tantivy.Query:
        """tantivy multiplies by the IDF of the whole index, so a term's weight holds what turns it into the rarity within."""
        everywhere, within = self.rarity(terms, Where()), self.rarity(terms, where)
        should = []
        for term, count in terms.items():
            weight = min(count, 2) * within[term] / everywhere[term]
            should.append((tantivy.Occur.Should, tantivy.Query.boost_query(self._has(term)[1], weight)))
        return tantivy.Query.boolean_query(should)

    def _has(self, term: str) -> Clause:
        return tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "words", term)

    def _count(self, clauses: Sequence[Clause]) -> int:
        return int(self._searcher.search(tantivy.Query.boolean_query(clauses), limit=1, count=True).count)

    def _within(self, where: Where) -> list[Clause]:
        return [(tantivy.Occur.Must, limit) for limit in self._limits(where)]

    def _limits(self, where: Where) -> Iterable[tantivy.Query]:
        limits: list[tuple[str, Iterable[str]]] = []
        if where.locale:
            limits.append(("locale", [where.locale]))
        if where.sources:
            limits.append(("source", where.sources))
        if where.categories:
            limits.append(("category", [name.casefold() for name in where.categories]))
        if where.source_ids is not None:
            limits.append(("source_id", where.source_ids))
        for name, values in limits:
            query = tantivy.Query.term_set_query(self._schema, name, list(values))
            yield tantivy.Query.const_score_query(query, 0.0)


def _idf(having: int, total: int) -> float:
    """Robertson and Spärck Jones with the + 1 that keeps it above 0, as tantivy has it."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    for name in ("locale", "source", "source_id", "category"):
        builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _limits(passage: Passage) -> list[tuple[str, str]]:
    return [
        ("locale", passage.locale), ("source", passage.source), ("source_id", passage.source_id),
        ("category", passage.category.casefold()),
    ]  # fmt: skip
