"""What a sentence of a review feels about what: pairs of an aspect from a closed list and a polarity, in both languages.

A listener (`listener.py`) and a reader of words (`word_reader.py`) tell how likely each is, of the sentence and of its clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

import numpy as np

from bot.errors import BadLabeller
from bot.sentiment.labelled_sentences import ASPECTS, POLARITIES, Opinion
from bot.sentiment.listener import NAME, Listener, shipped
from bot.sentiment.word_reader import WordReader
from retrieval.seams import Embedder, Vectors

HEARD = (0.4, 0.8)
"""What the listener counts beside the words, for aspects and for polarity. Of sentences that it wasn't taught, pairs by .579 with none of it, .608 so."""
FURTHER = 0.3
"""Chance from which a sentence is about a second and third aspect, too."""
WHOLE, HERE = 0.7, 0.5
"""What a whole sentence counts beside its clauses for the aspect; what the clause of an aspect counts for the polarity, where there are several."""
_CLAUSES = re.compile(
    r"(?<=[,，;；.。!！?？:：—–])\s*|\s+(?=(?:but|though|although|however|while|yet|except|and)\b)|(?=但|不过|可是|就是|只是|而且)",
    re.I,
)


class AspectReader:
    """Ask for the `opinions` of many sentences."""

    def __init__(self, words: WordReader, listener: Listener) -> None:
        """Raises BadLabeller where the listener learned other aspects."""
        if listener.aspects != ASPECTS:
            raise BadLabeller(NAME, f"it tells the aspects {', '.join(listener.aspects)}; `shopclerk train listener`")
        self._words, self._listener = words, listener
        self.digest = f"{words.digest} {listener.digest} {listener.card.shares}"
        """Of the weights."""

    @classmethod
    def load(cls, embedder: Embedder) -> AspectReader:
        """What ships. Raises BadLabeller where it was fitted with another embedder or with other words."""
        return cls(WordReader.load(embedder), shipped())

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]:
        """Likeliest first; none where a sentence most likely feels nothing."""
        parts = [_clauses(text) for text in texts]
        about, polar = self._chances([*texts, *(clause for clauses in parts for clause in clauses)])
        found, at = [], len(texts)
        for place, clauses in enumerate(parts):
            rows = [place, *range(at, at + len(clauses))]
            at += len(clauses)
            found.append(_opinions(about[rows], polar[rows]))
        return found

    def _chances(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """[n, aspects and none], [n, aspects, polarities]."""
        about, feels = self._words.chances(texts)
        told = self._listener.told(texts)
        return _mixed(about, told.about, HEARD[0]), _mixed(feels[:, None], told.each, HEARD[1])


def _mixed(one: Vectors, other: Vectors, share: float) -> Vectors:
    mixed: Vectors = np.float32(1 - share) * one + np.float32(share) * other
    return mixed


def _opinions(about: Vectors, polar: Vectors) -> tuple[Opinion, ...]:
    """Of a sentence (the first row) and its clauses: the likeliest aspect, and each that is likely in the whole or in a clause; its polarity
    where it is likeliest."""
    mean = WHOLE * about[0] + (1 - WHOLE) * about[1:].max(axis=0)
    order = np.argsort(-mean, kind="stable")
    if order[0] == len(ASPECTS):
        return ()
    chosen = [int(order[0]), *(int(i) for i in order[1:3] if mean[i] >= FURTHER and i < len(ASPECTS))]
    share = HERE if len(chosen) > 1 else 0.0
    return tuple(
        _opinion(
            aspect, mean[aspect], _mixed(polar[0, aspect], polar[1 + int(about[1:, aspect].argmax()), aspect], share)
        )
        for aspect in chosen
    )


def _opinion(aspect: int, chance: float, polar: Vectors) -> Opinion:
    best = int(polar.argmax())
    sentiment = cast("Literal['positive', 'negative']", POLARITIES[best])
    return Opinion(ASPECTS[aspect], sentiment, round(float(chance * polar[best]), 4), round(float(polar[best]), 4))


def _clauses(text: str) -> list[str]:
    found = [part.strip() for part in _CLAUSES.split(text) if part and len(part.strip(" ,，.。;；!！?？:：")) > 1]
    return found or [text]
