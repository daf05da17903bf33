"""Which word of a vocabulary was meant by one that isn't in it: a letter wrong, two in long words, or the same sound."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Mapping

import numpy as np

from retrieval.text.cutting import stem

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MANY = 100
"""Letters of a kind from which on it is all the same how many they are: a byte counts them."""
SHORTEST = 4
"""Letters from which a word is mended; a shorter one has too many neighbours."""
LONG = 8
"""Letters from which two may be wrong."""
MOST = 20_000
"""Words of a large shop that are looked for, those that it says most often."""
CLEARLY = 4
"""How many times more often than the next a word has to be said in the shop, where both are equally near."""

_SOUNDS = (
    ("ph", "f"), ("gh", "g"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("sch", "sk"), ("tch", "ch"), ("wr", "r"), ("kn", "n"),
)  # fmt: skip


class Neighbours:
    """A vocabulary, and for any word its nearest in it. Words are lower case ASCII letters, with how often each is said."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        often = heapq.nlargest(MOST, counts, key=lambda word: counts[word])
        self._counts = {word: counts[word] for word in often if len(word) >= SHORTEST and _is_plain(word)}
        self._by_sound: dict[str, list[str]] = {}
        for word in self._counts:
            self._by_sound.setdefault(skeleton(word), []).append(word)
        self._long = _by_letter([word for word in self._counts if len(word) >= LONG - 2])

    def nearest(self, word: str) -> str | None:
        """The one word that was clearly meant, else None."""
        if len(word) < SHORTEST or not _is_plain(word):
            return None
        near = dict.fromkeys((w for w in _one_edit(word) if w in self._counts), 1)
        if not near:
            near = dict.fromkeys((w for w in self._by_sound.get(skeleton(word), ()) if _sounds_alike(word, w)), 2)
        if not near and len(word) >= LONG:
            near = {w: 2 for w in self._of_like_letters(word) if distance(word, w) == 2}
        return self._clear(word, near)

    def _clear(self, word: str, near: Mapping[str, int]) -> str | None:
        """Forms of one word (kettle, kettles) don't compete. A short word keeps its first letter and needs a word said often."""
        ranked = sorted(near, key=lambda w: (-self._weight(word, w), w))
        if not ranked:
            return None
        best = ranked[0]
        others = [w for w in ranked[1:] if stem(w) != stem(best)]
        if others and self._weight(word, best) < CLEARLY * self._weight(word, others[0]):
            return None
        return best if self._is_sure(word, best) else None

    def _is_sure(self, word: str, meant: str) -> bool:
        if len(word) == SHORTEST:
            is_like = len(meant) > SHORTEST or sorted(word) == sorted(meant)
            return is_like and meant[0] == word[0] and self._counts[meant] >= 3
        return meant[0] == word[0] or len(word) > SHORTEST + 1

    def _weight(self, word: str, meant: str) -> float:
        """How often it is said, more where the letters are only exchanged or doubled, less where the first is another."""
        likely = 3.0 if sorted(word) == sorted(meant) or skeleton(word) == skeleton(meant) else 1.0
        return self._counts[meant] * likely * (1.0 if word[0] == meant[0] else 0.2)

    def _of_like_letters(self, word: str) -> list[str]:
        words, letters = self._long.get(word[0], ([], np.zeros((0, 26), dtype=np.int8)))
        differing = np.abs(letters - _letters(word)).sum(axis=1)
        return [words[place] for place in np.flatnonzero(differing <= 4)]


def _sounds_alike(word: str, meant: str) -> bool:
    """Two letters wrong in a word of six, three in one of eight."""
    length = min(len(word), len(meant))
    return length >= 6 and distance(word, meant) <= (3 if length >= LONG else 2)


def skeleton(word: str) -> str:
    """What a word sounds like: consonants, spellings of one sound made equal, nothing doubled, the first vowel as `a`."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = re.sub(r"c(?=[eiy])", "s", word).replace("c", "k").replace("z", "s")
    bare = word[0].translate(_VOWELS_AS_A) + re.sub(r"[aeiouyhw]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", bare)


_VOWELS_AS_A = str.maketrans("eiouy", "aaaaa")


def distance(one: str, other: str) -> int:
    """Damerau and Levenshtein's, neighbours exchanged counting one (optimal string alignment)."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row, older = row, [i] + [0] * len(other), before
        for j, wanted in enumerate(other, 1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], older[j - 2] + 1)
        before = last
    return row[-1]


def _one_edit(word: str) -> Iterator[str]:
    """Everything one edit away, as in Norvig, "How to write a spelling corrector", 2007."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in LETTERS:
            yield head + letter + tail
            if tail and letter != tail[0]:
                yield head + letter + tail[1:]


def _by_letter(words: list[str]) -> dict[str, tuple[list[str], np.ndarray]]:
    """First letter -> its words, and how often each letter stands in each [words, 26]."""
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word)
    return {first: (of, np.stack([_letters(word) for word in of])) for first, of in groups.items()}


def _letters(word: str) -> np.ndarray:
    return np.array([min(word.count(letter), _MANY) for letter in LETTERS], dtype=np.int8)


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha() and word.islower()
