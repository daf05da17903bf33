"""The same question in two entries, and entries that answer the same in nearly the same words."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
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
        for (one, mine), (other, theirs) in itertools.combinations(entries, 2):
            alike = len(mine & theirs) >= _ALIKE * len(mine | theirs) > 0
            if alike and _values(one, today) == _values(other, today):
                yield other.problem(
                    "duplicate", other.text, f"it answers what {one.id} answers, in nearly the same words"
                )


def _values(entry: Entry, today: date) -> set[tuple[object, ...]]:
    return {(figure.kind, figure.value) for figure in figures(entry, today)}
