"""Chinese in the space of an English model: a word stands where its English dictionary glosses stand, a text is the mean of its words.

`retrieval/gloss_build.py` makes the table. Word order and grammar are lost, so `trust` says how much such a vector deserves to weigh.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import text as words_of
from retrieval.errors import ModelMissing
from retrieval.seams import Embedder, Vectors

BUNDLED = Path(__file__).parent / "models" / "cedict-minilm-int4"
FILES = ("vectors.npy", "scales.npy", "words.txt", "glosses.txt.z", "card.json")
TRUST = 0.6
"""Weight of a Chinese vector beside shared words, where an English one counts 1; chosen on LCQMC's development rows, where .5 to .7 are alike, and .6 keeps what the shop can answer."""
_KEPT = 256
"""Texts of which the vector, and how far it can be trusted, are remembered: a turn asks for its own several times."""
_HAN = re.compile(f"[{words_of.HAN}]+")
_OTHER = re.compile(rf"[^\W{words_of.HAN}]+")


class GlossTable:
    """Words and their vectors in one folder, made by `shopclerk build-gloss`; the vectors stay on disk until a word is asked for."""

    def __init__(self, folder: Path) -> None:
        for name in FILES:
            if not (folder / name).is_file():
                raise ModelMissing(str(folder), f"{name} is missing; make the folder with `shopclerk build-gloss`")
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self.name = f"{card['name']}@{card['digest'][:12]}"
        self.model = str(card["model"])
        self._vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        self._scales = np.load(folder / "scales.npy", allow_pickle=False)
        self.dim = int(card["dim"])
        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
        self._row = {word: row for row, word in enumerate(words)}

    def words(self, text: str) -> list[str]:
        """The text's Chinese words."""
        return words_of.han_words(words_of.normalise(text))

    def rows(self, word: str) -> list[int]:
        """The word's row, else those of its longest parts; none where not even a character is known."""
        whole = self._row.get(word)
        return [whole] if whole is not None else [self._row[part] for part in self._parts(word)]

    def _parts(self, word: str) -> Iterator[str]:
        """Longest match from the left; unknown characters are passed over."""
        start = 0
        while start < len(word):
            end = next((end for end in range(len(word), start, -1) if word[start:end] in self._row), start)
            if end > start:
                yield word[start:end]
            start = max(end, start + 1)

    def sum(self, words: Sequence[str]) -> Vectors:
        """The weighed sum [dim] of the words' vectors, not normalised; zeros where none is known."""
        rows = [row for word in words for row in self.rows(word)]
        total: Vectors = self._scales[rows] @ unpack(self._vectors[rows])
        return total


class GlossEmbedder:
    """An Embedder: texts without Chinese go through the model as they are, Chinese ones through the table.

    Latin words and numbers inside a Chinese text go through the model together and count for as many words as they are.
    """

    def __init__(self, model: Embedder, table: GlossTable, *, tuned: bool = False) -> None:
        """`tuned`: the model was fine-tuned from the table's own, and stands near enough to it (docs/figures-training.md)."""
        if not tuned and not model.name.startswith(table.model):
            raise ModelMissing(model.name, f"the word vectors {table.name} were made with {table.model}")
        self._model, self._table = model, table
        self._unit = lru_cache(_KEPT)(lambda text: self._units([text])[0])
        self._read = lru_cache(_KEPT)(self._share_read)
        self._trusted = lru_cache(_KEPT)(self._trust)

    @property
    def name(self) -> str:
        return f"{self._model.name}+{self._table.name}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows [len(texts), dim], float32. A Chinese text of which the table knows nothing is left to the model."""
        return self._unit(texts[0])[None].copy() if len(texts) == 1 else self._units(texts)

    def _units(self, texts: Sequence[str]) -> Vectors:
        chinese, other = self.parts(texts)
        rows = chinese + other
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def parts(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """What the table and what the model add to each text's vector, two times [len(texts), dim]."""
        chinese = np.zeros((len(texts), self._table.dim), dtype=np.float32)
        other = np.zeros_like(chinese)
        others: dict[int, str] = {}
        for place, text in enumerate(texts):
            chinese[place] = self._table.sum(self._table.words(text))
            rest = _without_han(text) if chinese[place].any() else text
            if rest or not text:
                others[place] = rest
        counts = np.array([max(1, _count(rest)) for rest in others.values()], dtype=np.float32)
        other[list(others)] = counts[:, None] * self._model.embed(list(others.values()))
        return chinese, other

    def reads(self, text: str) -> float:
        return self._read(text)

    def _share_read(self, text: str) -> float:
        words, other = self._table.words(text), _without_han(text)
        known = sum(bool(self._table.rows(word)) for word in words) + _count(other) * self._model.reads(other)
        count = len(words) + _count(other)
        return known / count if words else self._model.reads(text)

    def trust(self, text: str) -> float:
        """1 for texts without Chinese, TRUST for Chinese ones, between them by the share of words."""
        return self._trusted(text)

    def _trust(self, text: str) -> float:
        han, other = len(self._table.words(text)), _count(_without_han(text))
        return (TRUST * han + other) / (han + other) if han else self._model.trust(text)


def unpack(rows: NDArray[np.uint8]) -> Vectors:
    """Bytes [n, dim / 2] -> values [n, dim] in steps: two of 16 levels a byte, the upper four bits first, level 8 from 0 to 1."""
    levels = np.stack((rows >> 4, rows & 15), axis=-1).reshape(len(rows), 2 * rows.shape[1])
    return levels.astype(np.float32) - 7.5


def _without_han(text: str) -> str:
    """What the model is given: the text itself where it has no Chinese."""
    return " ".join(_OTHER.findall(text)) if _HAN.search(text) else text


def _count(text: str) -> int:
    return len(_OTHER.findall(text))
