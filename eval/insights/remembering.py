"""An embedder that remembers: within one report a text is embedded once, however many parts ask for it, and progress is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.insights.kept import Said
from eval.insights.steps import QUIET
from retrieval.seams import Embedder, Vectors

MOST = 100_000
"""Texts that are remembered, 1.5 kB each; with more it begins anew."""
_AT_ONCE = 256


class Remembering:
    """An Embedder over another one; vectors are its own, to the bit."""

    def __init__(self, embedder: Embedder, say: Said = QUIET, known: dict[str, Vectors] | None = None) -> None:
        self._embedder, self._say, self._known = embedder, say, {} if known is None else known

    @property
    def name(self) -> str:
        return self._embedder.name

    def telling(self, say: Said) -> Remembering:
        """The same memory, for a part that tells its progress elsewhere."""
        return Remembering(self._embedder, say, self._known)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return self._embedder.embed([])
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if len(self._known) + len(new) > MOST:
            self._known.clear()
            new = list(dict.fromkeys(texts))
        for start in range(0, len(new), _AT_ONCE):
            self._say("texts", start, len(new))
            part = new[start : start + _AT_ONCE]
            self._known.update(zip(part, self._embedder.embed(part), strict=True))
        self._say("texts", 1, 1)
        rows: Vectors = np.stack([self._known[text] for text in texts])
        return rows

    def reads(self, text: str) -> float:
        return self._embedder.reads(text)

    def trust(self, text: str) -> float:
        return self._embedder.trust(text)


def remembering(embedder: Embedder, say: Said = QUIET) -> Remembering:
    """One that remembers already is asked to tell its progress elsewhere."""
    return embedder.telling(say) if isinstance(embedder, Remembering) else Remembering(embedder, say)
