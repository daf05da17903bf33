"""A question in one language of the two and passages in the other: its words by the dictionary, its meaning by the vectors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.hybrid import Hybrid
from retrieval.lexicon import Lexicon
from retrieval.types import Hit, Where

TWO = frozenset({"en", "zh"})
"""Languages that the dictionary joins."""


class Across:
    """A Retriever: `same` where the passages have the question's language, its `across` where they don't.

    A search in all languages is one in the shop's other language where the shop has nothing in the question's.
    """

    def __init__(self, same: Hybrid, lexicon: Lexicon, locales: Collection[Locale]) -> None:
        self._same, self._lexicon = same, lexicon
        self._locales = {locale for locale in locales if _language(locale) in TWO}

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        limits = where or Where()
        spoken = words_of.guess_locale(text, "")
        target = self._target(spoken, limits)
        if target is None:
            return await self._same.search(text, k=k, where=limits)
        terms = self._lexicon.across(text, spoken)
        return await self._same.across(text, terms, k=k, where=replace(limits, locale=target))

    def _target(self, spoken: str, where: Where) -> Locale | None:
        """The other language's locale where that is what is searched."""
        if spoken not in TWO:
            return None
        if where.locale is not None:
            return where.locale if _language(where.locale) in TWO - {spoken} else None
        others = {locale for locale in self._locales if _language(locale) != spoken}
        return min(others) if others == self._locales and others else None


def _language(locale: Locale) -> str:
    return locale.split("-")[0].casefold()
