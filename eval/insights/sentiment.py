"""What customers feel, for the report: texts to polarity, confidence and aspects, by the models that ship or a shop's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.sentiment.aspects import AspectReader
from bot.sentiment.labelled_sentences import Opinion
from bot.sentiment.listener import SHIPPED
from bot.sentiment.training import load
from retrieval.seams import Embedder

_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；\n])")
_FEWEST = 2
"""Letters of a sentence that is read."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """`polarity` is a label of the model (negative, neutral or positive of the one that ships), `confidence` its calibrated chance."""

    polarity: str
    confidence: float
    opinions: tuple[Opinion, ...] = ()
    """Of all the text's sentences, in their order; each pair of aspect and sentiment once."""


class Feelings:
    """Open once, then ask for many texts: some 35 sentences a second on a core, whole and by clauses."""

    def __init__(self, embedder: Embedder, model: Path = SHIPPED) -> None:
        """`model` is a folder that `shopclerk train sentiment` wrote. Raises BadLabeller."""
        self._labels, self._aspects = load(model, embedder), AspectReader.load(embedder)

    def of(self, texts: Sequence[str]) -> list[Feeling]:
        """One each, in order. A text without words is told by the model's priors alone and has no opinions."""
        if not texts:
            return []
        chances, names = self._labels.chances(texts), self._labels.card.labels
        split = [sentences(text) for text in texts]
        read = iter(self._aspects.opinions([sentence for those in split for sentence in those]))
        opinions = [_once([opinion for _ in those for opinion in next(read)]) for those in split]
        best = chances.argmax(axis=1)
        return [
            Feeling(names[place], round(float(row[place]), 4), said)
            for place, row, said in zip(best, chances, opinions, strict=True)
        ]


def sentences(text: str) -> list[str]:
    """Of a text, as they are read for opinions; those without words left out."""
    parts = (part.strip() for part in _ENDS.split(text) if part)
    return [part for part in parts if sum(letter.isalnum() for letter in part) >= _FEWEST]


def _once(opinions: Sequence[Opinion]) -> tuple[Opinion, ...]:
    first: dict[tuple[str, str], Opinion] = {}
    for opinion in opinions:
        first.setdefault((opinion.aspect, opinion.sentiment), opinion)
    return tuple(first.values())
