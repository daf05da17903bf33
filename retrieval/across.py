"""A question in one language of the two and passages in the other: its words by the dictionary, its meaning by the vectors."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.lexicon import Alternatives, Lexicon
from retrieval.seams import Retriever
from retrieval.types import Hit, Where

MEANING = 0.8
"""Weight of the cosine, for both languages: of .6, .7, .8 and .9 the best on the sample's development questions, entries held back."""
POOL = 60
"""Passages that each part puts forward."""
TWO = frozenset({"en", "zh"})
"""Languages that the dictionary joins."""


class Terms(Protocol):
    """What is needed of the word index."""

    def find_across(self, terms: Sequence[Alternatives], *, k: int, where: Where | None) -> list[Hit]: ...

    def rarities(self, terms: Collection[str]) -> Mapping[str, float]: ...


class Same(Retriever, Protocol):
    """What is needed of the retriever within one language."""

    def resolved(self, where: Where) -> Where: ...


class Across:
    """A Retriever: `same` where the passages have the question's language, translated words and meaning where they don't.

    A search in all languages is one in the shop's other language where the shop has nothing in the question's.
    Scores are made as Hybrid makes them, so that what it says of their comparison holds here.
    """

    def __init__(
        self, same: Same, words: Terms, meaning: Retriever, lexicon: Lexicon, locales: Collection[Locale]
    ) -> None:
        self._same, self._words, self._meaning, self._lexicon = same, words, meaning, lexicon
        self._locales = {locale for locale in locales if _language(locale) in TWO}

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        limits = where or Where()
        spoken = words_of.guess_locale(text, "")
        target = self._target(spoken, limits)
        if target is None:
            return await self._same.search(text, k=k, where=limits)
        return await self._across(text, spoken, k, self._same.resolved(replace(limits, locale=target)))

    def _target(self, spoken: str, where: Where) -> Locale | None:
        """The other language's locale where that is what is searched."""
        if spoken not in TWO:
            return None
        if where.locale is not None:
            return where.locale if _language(where.locale) in TWO - {spoken} else None
        others = {locale for locale in self._locales if _language(locale) != spoken}
        return min(others) if others == self._locales and others else None

    async def _across(self, text: str, spoken: str, k: int, where: Where) -> list[Hit]:
        terms = self._lexicon.across(text, spoken)
        pool = max(POOL, 2 * k)
        by_meaning = await self._meaning.search(text, k=pool, where=where)
        by_words = self._words.find_across(terms, k=pool, where=where)
        rarity = self._words.rarities({term for alternatives in terms for term in alternatives})
        return fused(by_words, by_meaning, terms, rarity)[:k]


def fused(
    by_words: Sequence[Hit], by_meaning: Sequence[Hit], terms: Sequence[Alternatives], rarity: Mapping[str, float]
) -> list[Hit]:
    """Both lists as one, best first."""
    bm25 = {hit.passage.id: hit.score for hit in by_words}
    cosine = {hit.passage.id: hit.score for hit in by_meaning}
    passages = {hit.passage.id: hit.passage for hit in [*by_words, *by_meaning]}
    best, least = max(bm25.values(), default=0.0) or 1.0, min(cosine.values(), default=0.0)
    hits = []
    for passage_id, passage in passages.items():
        found_by = {"bm25": bm25.get(passage_id, 0.0), "cosine": cosine.get(passage_id, 0.0)}
        found_by["coverage"] = covered(terms, rarity, _words_in(passage.text))
        score = MEANING * max(0.0, cosine.get(passage_id, least)) + (1 - MEANING) * found_by["bm25"] / best
        hits.append(Hit(passage, score, found_by))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


def covered(terms: Sequence[Alternatives], rarity: Mapping[str, float], there: frozenset[str]) -> float:
    """The share, 0 to 1, of the question's terms that a passage has in one of their alternatives, the rarer counting more."""
    mass = [max(rarity[term] * weight for term, weight in of.items()) for of in terms]
    had = [max((rarity[term] * weight for term, weight in of.items() if term in there), default=0.0) for of in terms]
    return sum(map(math.sqrt, had)) / sum(map(math.sqrt, mass)) if any(mass) else 0.0


def _language(locale: Locale) -> str:
    return locale.split("-")[0].casefold()


@lru_cache(maxsize=20_000)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(words_of.words(text))
