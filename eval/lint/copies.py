"""The same question in two entries, and entries that answer the same in nearly the same words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from eval.lint.figures import figures
from eval.lint.types import Entry, Problem, Texts
from retrieval import text as words_of

_ALIKE = 0.45
"""Share of the words of two answers, taken together, that both have; answers that differ in a figure are two."""


def check(texts: Texts) -> Iterator[Problem]:
    faqs = [entry for entry in texts.entries if entry.source == "faq"]
    yield from _wordings(faqs)
    yield from _answers(faqs, texts.today)


def _wordings(faqs: list[Entry]) -> Iterator[Problem]:
    said: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in faqs:
        for wording in dict.fromkeys(" ".join(words_of.words(one)) for one in entry.asked):
            said[entry.locale, wording].append(entry)
    for (_, wording), entries in said.items():
        for entry in entries[1:]:
            asked = next(one for one in entry.asked if " ".join(words_of.words(one)) == wording)
            yield entry.problem("duplicate", asked, f"the question “{asked}” is one of {entries[0].id}, too")


def _answers(faqs: list[Entry], today: date) -> Iterator[Problem]:
    by_locale: dict[str, list[tuple[Entry, frozenset[str]]]] = defaultdict(list)
    for entry in faqs:
        by_locale[entry.locale].append((entry, frozenset(words_of.content_words(entry.text))))
    for entries in by_locale.values():
        for first, second in _alike([words for _, words in entries]):
            one, other = entries[first][0], entries[second][0]
            if _values(one, today) == _values(other, today):
                yield other.problem(
                    "duplicate", other.text, f"it answers what {one.id} answers, in nearly the same words"
                )


def _alike(texts: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Places of pairs that have `_ALIKE` of their words in common, in order. Without comparing each with each: two such sets share one of the
    rarest words of either, of which only so many need be looked at (prefix filtering; Chaudhuri et al., 2006)."""
    often = Counter(word for words in texts for word in words)
    having: dict[str, list[int]] = defaultdict(list)
    found = set[tuple[int, int]]()
    for place, words in enumerate(texts):
        rarest = sorted(words, key=lambda word: (often[word], word))[: len(words) - math.ceil(_ALIKE * len(words)) + 1]
        for other in {other for word in rarest for other in having[word]}:
            if len(words & texts[other]) >= _ALIKE * len(words | texts[other]):
                found.add((other, place))
        for word in rarest:
            having[word].append(place)
    return sorted(found)


def _values(entry: Entry, today: date) -> set[tuple[object, ...]]:
    return {(figure.kind, figure.value) for figure in figures(entry, today)}
