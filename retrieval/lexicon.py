"""Words across the two languages: a Chinese question's terms as English ones and the reverse, by the dictionary's glosses.

For searching passages in the other language. It translates words, not sentences: every translation is an alternative.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from retrieval import text as words_of

Alternatives = Mapping[str, float]
"""Terms of the other language that one term of the question may be, with how sure each is, 0 to 1."""

MOST = 16
"""Alternatives that are kept of one term, the surest."""
_PART = 0.5
"""Weight of a character of a Chinese word that the dictionary lacks."""


class Lexicon:
    """The glosses beside the word vectors; read at the first question in another language than the passages."""

    def __init__(self, folder: Path, has: Callable[[str], bool]) -> None:
        """`has` tells which terms stand in any passage: others are no use as translations."""
        self._folder, self._has = folder, has

    def across(self, text: str, spoken: str) -> list[Alternatives]:
        """One set of alternatives for each telling term of a question in `spoken`, `en` or `zh`; none empty."""
        return self._from_chinese(text) if spoken == "zh" else self._from_english(text)

    def _from_chinese(self, text: str) -> list[Alternatives]:
        plain = words_of.with_measures(words_of.normalise(text))
        found: list[Alternatives] = []
        for word in words_of.han_words(plain):
            if word not in words_of.stop_words("zh"):
                found += self._english_of(word)
        latin = words_of.asked(words_of.HAN_RUN.sub(" ", plain))
        return [alternatives for alternatives in found if alternatives] + [{term: 1.0} for term in latin]

    def _english_of(self, word: str) -> list[Alternatives]:
        """A word that the dictionary lacks is read by its characters."""
        if word in self._glosses:
            return [_surest(_weighed(self._glosses[word]))]
        return [_scaled(_surest(_weighed(self._glosses.get(part, ""))), _PART) for part in word]

    def _from_english(self, text: str) -> list[Alternatives]:
        """A term stands for itself, too: names and numbers are the same in both languages."""
        return [{**self._chinese.get(term, {}), term: 1.0} for term in words_of.asked(text)]

    @cached_property
    def _glosses(self) -> dict[str, str]:
        """Chinese word -> its glosses in stems, `|` between them."""
        words = (self._folder / "words.txt").read_text(encoding="utf-8").split("\n")
        lines = zlib.decompress((self._folder / "glosses.txt.z").read_bytes()).decode("utf-8").split("\n")
        return dict(zip(words, lines, strict=True))

    @cached_property
    def _chinese(self) -> dict[str, Alternatives]:
        """English stem -> the Chinese words that the passages have, whose glosses have it."""
        found: dict[str, dict[str, float]] = {}
        for word, glosses in self._glosses.items():
            if self._has(word):
                for stem, weight in _weighed(glosses).items():
                    found.setdefault(stem, {})[word] = weight
        return {stem: _surest(words) for stem, words in found.items()}


def _weighed(glosses: str) -> dict[str, float]:
    """Stem -> 1 / sqrt(stems in its shortest gloss): `kettle` says more of a word than `a kind of kettle for tea`."""
    found: dict[str, float] = {}
    for gloss in filter(None, re.split(r"\|", glosses)):
        stems = gloss.split(" ")
        for stem in stems:
            found[stem] = max(found.get(stem, 0.0), 1 / math.sqrt(len(stems)))
    return found


def _surest(alternatives: Mapping[str, float]) -> Alternatives:
    best = sorted(alternatives, key=lambda term: (-alternatives[term], term))[:MOST]
    return {term: alternatives[term] for term in best}


def _scaled(alternatives: Alternatives, by: float) -> Alternatives:
    return {term: weight * by for term, weight in alternatives.items()}
