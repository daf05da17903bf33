"""Words, pairs of words and pieces of words as a short dense vector: what an embedder overlooks (typos, slang, exact wordings).

Beside it as many places for the frame of a sentence, with a gap for each run of words that few texts have: `is this the _ shop`.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval import text as words_of
from retrieval.seams import Vectors

DIM = 2048
"""Places of the vector. Each gram stands at four of them, plus or minus, so that dot products of whole vectors are kept
(Kane and Nelson, "Sparser Johnson-Lindenstrauss transforms", 2014) and no vocabulary has to be kept beside the weights."""
SLOTS = 1 << 20
"""Places of the table that says how rare a gram is."""
FRAMES = 0.7
"""Weight of the frames beside the grams."""
COMMON = 0.01
"""Share of the texts from which a word belongs to a frame."""
_TOKEN = re.compile(rf"[{words_of.HAN}]+|[^\W_{words_of.HAN}]+(?:['’][^\W_{words_of.HAN}]+)*|[?？!！]")
_HAN = re.compile(f"[{words_of.HAN}]+")
_GAP = "_"
_LATIN_PIECES = (2, 3, 4)
_HAN_PIECES = (1, 2, 3)
_LENGTHS = (2, 4, 7, 12)
"""Words, or characters where there are Chinese ones."""


class Grams:
    """How rare each gram was in the texts that were learned from; unknown grams say nothing."""

    def __init__(self, rarity: NDArray[np.float16], common: Collection[str] = ()) -> None:
        self.rarity, self.common = rarity, frozenset(common)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Grams:
        """Inverse document frequencies, ln((1 + n) / (1 + having)) + 1; 0 for a gram that no text has."""
        spread = Counter(word for text in texts for word in set(words(text)))
        common = {word for word, count in spread.items() if count >= max(2, COMMON * len(texts))}
        having = np.zeros(SLOTS, dtype=np.int64)
        for text in texts:
            having[[slot for slot, _, _ in {_place(gram) for gram in (*grams(text), *frames(text, common))}]] += 1
        rarity = np.where(having > 0, np.log((1 + len(texts)) / (1 + having)) + 1, 0)
        return cls(rarity.astype(np.float16), common)

    def rows(self, texts: Sequence[str]) -> Vectors:
        """[len(texts), 2 * DIM], float32; a text with no known gram gives zeros, else each half is of about its full length."""
        rows = np.zeros((len(texts), 2 * DIM), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._fill(row[:DIM], grams(text))
            self._fill(row[DIM:], frames(text, self.common))
        rows[:, DIM:] *= FRAMES
        return rows

    def known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The share of each text's grams that were seen [n], 0 for a text without any."""
        having = [[slot for slot, _, _ in map(_place, grams(text))] for text in texts]
        return np.array(
            [float((self.rarity[slots] > 0).mean()) if slots else 0.0 for slots in having], dtype=np.float32
        )

    def _fill(self, row: NDArray[np.float32], found: Iterable[str]) -> None:
        counts = Counter(found)
        if not counts:
            return
        places = [_place(gram) for gram in counts]
        weights = self.rarity[[slot for slot, _, _ in places]].astype(np.float32)
        weights *= np.array([1 + math.log(count) for count in counts.values()], dtype=np.float32)
        length = float(np.linalg.norm(weights))
        if length:
            signed = np.array([signs for _, _, signs in places], dtype=np.float32) * (weights / (2 * length))[:, None]
            np.add.at(row, np.array([at for _, at, _ in places]).ravel(), signed.ravel())


def shape(texts: Sequence[str]) -> Vectors:
    """[len(texts), 7]: which of five classes of length, and whether it has a digit and a question mark."""
    rows = np.zeros((len(texts), 7), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        plain = words_of.normalise(text)
        length = len(plain) if _HAN.search(plain) else len(plain.split())
        row[sum(length > most for most in _LENGTHS)] = 1
        row[5], row[6] = any(letter.isdigit() for letter in plain), "?" in plain
    return rows


@lru_cache(maxsize=64)
def grams(text: str) -> tuple[str, ...]:
    """A text's words, pairs of neighbours, and pieces of two to four letters or one to three Chinese characters."""
    return tuple(_grams(text))


def _grams(text: str) -> Iterator[str]:
    tokens = _TOKEN.findall(words_of.normalise(text))
    whole = [word for token in tokens for word in _words(token)]
    yield from whole
    yield from (f"{one} {other}" for one, other in pairwise(["^", *whole, "$"]))
    for token in tokens:
        yield from _pieces(token)


def words(text: str) -> list[str]:
    """The words of a text, question and exclamation marks among them."""
    return [word for token in _TOKEN.findall(words_of.normalise(text)) for word in _words(token)]


def frames(text: str, common: Collection[str]) -> set[str]:
    """Two to four neighbours, and all, of what is left of a text where a gap stands for each run of words that aren't common; none of a text
    without a common word."""
    gapped = [word if word in common else _GAP for word in words(text)]
    if all(word == _GAP for word in gapped):
        return set()
    frame = ["^", *(word for word, _ in groupby(gapped)), "$"]
    runs = {"|".join(frame[i : i + size]) for size in (2, 3, 4) for i in range(len(frame) - size + 1)}
    return {f"#{run}" for run in (*runs, "|".join(frame))}


def _words(token: str) -> list[str]:
    return words_of.han_words(token) if _HAN.fullmatch(token) else [token]


def _pieces(token: str) -> Iterable[str]:
    sizes = _HAN_PIECES if _HAN.fullmatch(token) else _LATIN_PIECES
    edged = token if _HAN.fullmatch(token) else f" {token} "
    return (f"~{edged[i : i + size]}" for size in sizes for i in range(len(edged) - size + 1))


@lru_cache(maxsize=200_000)
def _place(gram: str) -> tuple[int, tuple[int, int, int, int], tuple[int, int, int, int]]:
    """(slot of its rarity, four places in the vector, their signs); the same on every machine."""
    whole = int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=12).digest(), "little")
    slot, rest = whole % SLOTS, whole >> 20
    at, signs = [], []
    for _ in range(4):
        at.append(rest % DIM)
        signs.append(1 if rest >> 15 & 1 else -1)
        rest >>= 16
    return slot, (at[0], at[1], at[2], at[3]), (signs[0], signs[1], signs[2], signs[3])
