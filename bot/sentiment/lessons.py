"""What a listener is taught of sentences and words: shares of aspects, of feelings, and of how each aspect is felt about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.sentiment.labelled_sentences import ASPECTS, POLARITIES, Sentence, entries
from bot.sentiment.listener import FEELINGS
from bot.sentiment.rows import Labelled
from retrieval.seams import Vectors

ALONE = (0.3, 0.5)
"""Weight of a hand-written word that is learned as a text of its own: of an aspect, of praise or blame."""
SIZES = (len(ASPECTS) + 1, len(FEELINGS), 2 * len(ASPECTS))
"""How many numbers tell what a text is about, what it feels, and how each aspect is felt about."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and what is told of it, as shares; zeros where nothing is."""

    text: str
    about: Vectors
    """[aspects and none]."""
    feels: Vectors
    """[feelings]."""
    each: Vectors
    """[aspects, polarities], of the aspects that it speaks of."""


def lessons_of(sentences: Sequence[Sentence], polar: Sequence[Labelled]) -> list[Lesson]:
    """Sentences with aspects, further ones with a feeling alone, and the words that ship."""
    return [
        *map(_of_sentence, sentences),
        *(_felt(row.text, row.label, 1.0) for row in polar if row.label in FEELINGS),
        *(_felt(word, name, ALONE[1]) for word, name in entries("polarity")),
        *(_named(word, name) for word, name in entries("aspects")),
    ]


def _nothing() -> tuple[Vectors, Vectors, Vectors]:
    return (np.zeros(SIZES[0], np.float32), np.zeros(SIZES[1], np.float32), np.zeros((len(ASPECTS), 2), np.float32))


def _of_sentence(sentence: Sentence) -> Lesson:
    about, feels, each = _nothing()
    for opinion in sentence.opinions:
        aspect = ASPECTS.index(opinion.aspect)
        about[aspect] += 1 / len(sentence.opinions)
        feels[FEELINGS.index(opinion.sentiment)] += 1 / len(sentence.opinions)
        each[aspect, POLARITIES.index(opinion.sentiment)] = 1
    if not sentence.opinions:
        about[-1] = feels[FEELINGS.index("neutral")] = 1
    return Lesson(sentence.text, about, feels, each / np.maximum(1, each.sum(axis=1, keepdims=True)))


def _felt(text: str, label: str, weight: float) -> Lesson:
    about, feels, each = _nothing()
    feels[FEELINGS.index(label)] = weight
    return Lesson(text, about, feels, each)


def _named(word: str, aspect: str) -> Lesson:
    about, feels, each = _nothing()
    about[ASPECTS.index(aspect)] = ALONE[0]
    return Lesson(word, about, feels, each)
