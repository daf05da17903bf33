"""Cues in the words of a sentence: how many hint at each aspect, and how many praise or blame, denied, after `too` and after a contrast told apart."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.sentiment.units import has_han
from retrieval import text as words_of
from retrieval.seams import Vectors

FILE = Path(__file__).with_name("cues.toml")
_TOKEN = re.compile(r"[a-z0-9][a-z0-9'-]*|[㐀-鿿]+")
_REACH = 28
"""Characters before a word in which what denies it is looked for."""
_DENIED = re.compile(
    r"\b(?:not|no|never|nothing|none|hardly|barely|without|cannot|\w+n't|neither|nor)\b(?:\W+\w+){0,3}\W*$|[不没無无未别勿非甭][一-鿿]{0,3}$"
)
_TOO = re.compile(r"\btoo\W*$|太$|过于$|有点$|有些$")
_CONTRAST = re.compile(r"\b(?:but|though|although|however|except|yet|shame|pity)\b|但|不过|可是|就是|只是|可惜|然而")
_FORMS = 6
"""Numbers about praise and blame of a stretch: praise, blame, each denied, contrasts, words after `too`."""


@dataclass(frozen=True, slots=True)
class _Cues:
    """Whole words, beginnings of Latin ones, and the letters of the longest Chinese one."""

    whole: frozenset[str]
    stems: frozenset[str]
    longest: int

    def found(self, text: str) -> list[tuple[int, str]]:
        """(place, word), in order; of Chinese ones the longest at a place, none within another."""
        return [hit for token in _TOKEN.finditer(text) for hit in self._in(token.start(), token.group())]

    def _in(self, start: int, token: str) -> list[tuple[int, str]]:
        if not has_han(token):
            parts = (token, *token.split("-")) if "-" in token else (token,)
            return [(start, token)] if any(map(self._is_latin, parts)) else []
        hits, at = [], 0
        while at < len(token):
            size = next((n for n in range(min(self.longest, len(token) - at), 0, -1) if token[at : at + n] in self.whole), 0)  # fmt: skip
            if size:
                hits.append((start + at, token[at : at + size]))
            at += size or 1
        return hits

    def _is_latin(self, word: str) -> bool:
        return word in self.whole or any(word[:size] in self.stems for size in range(2, len(word) + 1))


def cues(texts: Sequence[str]) -> Vectors:
    """[n, aspects and 12]: 1 + ln(how many) for each aspect; for praise and blame ln(1 + how many) of the whole and of what follows the last
    contrast, and which of them outweighs the other."""
    aspects, praise, blame = _tables()
    rows = np.zeros((len(texts), len(aspects) + 2 * _FORMS), np.float32)
    for row, text in zip(rows, texts, strict=True):
        plain = words_of.normalise(text).replace("’", "'")
        for place, table in enumerate(aspects.values()):
            if hits := len(table.found(plain)):
                row[place] = 1 + np.log(hits)
        row[len(aspects) :] = _felt(plain, praise, blame)
    return rows


def _felt(plain: str, praise: _Cues, blame: _Cues) -> Vectors:
    whole = _counted(plain, praise, blame)
    parts = _CONTRAST.split(plain)
    after = _counted(parts[-1], praise, blame) if len(parts) > 1 else np.zeros(_FORMS, np.float32)
    for_it, against = whole[0] + whole[3], whole[1] + whole[2] + whole[5]
    which = [np.tanh(for_it - against), for_it > against, against > for_it, for_it == against]
    told: Vectors = np.concatenate([np.log1p(whole), np.log1p(after[:2]), np.array(which, np.float32)]).astype(np.float32)  # fmt: skip
    return told


def _counted(plain: str, praise: _Cues, blame: _Cues) -> Vectors:
    """[_FORMS]."""
    counts = np.zeros(_FORMS, np.float32)
    for kind, table in enumerate((praise, blame)):
        for place, word in table.found(plain):
            before = plain[max(0, place - _REACH) : place]
            if _DENIED.search(before) and word[0] not in "不没":
                counts[2 + kind] += 1
            else:
                counts[5 if _TOO.search(before) else kind] += 1
    counts[4] = len(_CONTRAST.findall(plain))
    return counts


@lru_cache(maxsize=1)
def _tables() -> tuple[Mapping[str, _Cues], _Cues, _Cues]:
    """(by aspect, praise, blame)."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    aspects = {name: _of(words) for name, words in read["aspects"].items()}
    return aspects, _of(read["polarity"]["positive"]), _of(read["polarity"]["negative"])


def _of(words: str) -> _Cues:
    listed = words.split()
    whole = frozenset(word for word in listed if not word.endswith("*"))
    longest = max((len(word) for word in whole if has_han(word)), default=1)
    return _Cues(whole, frozenset(word[:-1] for word in listed if word.endswith("*")), longest)
