"""What a sentence of a review is about and how it feels, in English and Chinese: a small encoder that was taught it (`listener_fit.py`).

It is multilingual-e5-small with the words of two languages, in int8.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from bot.errors import BadLabeller
from bot.intent.chances import softmax
from bot.sentiment.labeller import Card, card_of, raw_card
from knowledge_base.errors import why
from retrieval.exported import Exported
from retrieval.seams import Vectors

FEELINGS = ("negative", "neutral", "positive")
PROMPT = "query: "
"""What the encoder's authors put before a text that isn't searched for."""
LONGEST = 128
"""Tokens of a text that are read."""
NAME = "listener"
"""Of the encoder, and of what the card says of it alone."""
ASIDE = 10
"""One text in so many is never taught."""
_BESIDE = min(4, os.cpu_count() or 1)
SHIPPED = Path(__file__).parent / "models" / "listener"


@dataclass(frozen=True, slots=True)
class Told:
    """Chances: `about` [n, aspects and none], `feels` [n, feelings], `each` [n, aspects, polarities] of how it feels about an aspect."""

    about: Vectors
    feels: Vectors
    each: Vectors


class Listener:
    """Open one, then ask what many texts tell, or, as any labeller is asked, for the `chances` of what they feel."""

    def __init__(self, card: Card, aspects: Sequence[str], digest: str, model: Exported, lessons: str = "") -> None:
        """`digest` is of the files, `lessons` of the sentences that it was taught."""
        self.card, self.aspects, self.digest, self.lessons, self._model = card, tuple(aspects), digest, lessons, model

    @classmethod
    def load(cls, folder: Path = SHIPPED, *, threads: int = 1) -> Listener:
        """Raises BadLabeller."""
        raw = raw_card(folder)
        more = raw.pop(NAME, {})
        card = card_of(folder, raw)
        try:
            model = Exported(folder, LONGEST, threads=threads)
            return cls(card, more["aspects"], more["digest"], model, more["lessons"])
        except Exception as error:  # onnxruntime and tokenizers raise nothing narrower
            raise BadLabeller(str(folder), f"it can't be read ({why(error)})") from error

    def told(self, texts: Sequence[str]) -> Told:
        """A text at a time, some of them beside each other; equal ones are read once."""
        width, different = len(self.aspects), list(dict.fromkeys(texts))
        with ThreadPoolExecutor(_BESIDE) as pool:
            known = dict(zip(different, pool.map(self._read, different), strict=True))
        rows = np.array([known[text] for text in texts], np.float32).reshape(-1, 1 + width + len(FEELINGS) + 2 * width)
        about, feels, each = np.split(rows, [width + 1, width + 1 + len(FEELINGS)], axis=1)
        return Told(
            softmax(about), softmax(np.float32(self.card.shares[0]) * feels), softmax(each.reshape(-1, width, 2))
        )

    def _read(self, text: str) -> Vectors:
        return self._model.run(self._model.tokenizer.encode(PROMPT + text).ids)

    def chances(self, texts: Sequence[str], vectors: Vectors | None = None) -> Vectors:
        """[n, feelings]; `vectors` are for those that need them."""
        return self.told(texts).feels


def kept_aside(text: str) -> bool:
    """Whether a listener isn't taught it, so that it can be judged by it: one text in ten, by its digest."""
    return sha256(text.encode()).digest()[0] % ASIDE == 0


@cache
def shipped() -> Listener:
    """The one that ships, opened once a process. Raises BadLabeller."""
    return Listener.load()
