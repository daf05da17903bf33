"""What a question is like, as numbers: its meaning, what it wants, and which of the shop's own answers it is near; the same in both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.intent.classifier import Classifier
from bot.intent.grams import Grams
from bot.sentiment.units import has_han
from knowledge_base.types import Faq
from retrieval.seams import Embedder, Vectors

NEAREST = 3
"""Wordings of an answer's question that a text is compared with, the nearest."""
WORDED = 0.6
"""What shared pieces of words count beside the meaning when wordings are compared; .3 to 1 are alike."""
SHARP = 20.0
"""How sharply the nearest answers are told from the others; with 10 they blur."""
WANTED = 0.5
"""What the wish of a text weighs beside its meaning and its nearest answers, which weigh 1 each."""
FEW = 20
"""Texts of a language below which its middle isn't taken off: it would be the texts themselves."""
_AT_ONCE = 1000
"""Texts whose pieces of words are held at once: 16 kB each."""


class Views:
    """Open once for a shop; `of` many texts."""

    def __init__(self, embedder: Embedder, faqs: Sequence[Faq] = (), classifier: Classifier | None = None) -> None:
        """`faqs` are the shop's answers in all its languages; where one has several languages it is one answer."""
        self._embedder, self._classifier = embedder, classifier
        self.answers = tuple(sorted({faq.id for faq in faqs}))
        texts = [(faq.id, text) for faq in faqs for text in (faq.question, *faq.also, faq.answer)]
        self._whose = np.array([self.answers.index(name) for name, _ in texts], dtype=np.intp)
        wordings = [text for _, text in texts]
        self._middles, self._meant = _centred(embedder.embed(wordings), wordings, {}) if texts else ({}, np.zeros((0, 0), np.float32))  # fmt: skip
        self._grams = Grams.fit(wordings) if texts else None
        self._worded = _units(self._grams.rows(wordings)) if self._grams else None
        self._kin = _kin(faqs, self.answers)
        self._tags = {(faq.id, faq.locale.split("-")[0]): faq.tags for faq in faqs}

    def of(self, texts: Sequence[str], vectors: Vectors | None = None) -> Vectors:
        """[n, dim]; the nearer two rows, the more alike the texts. `vectors` are the embedder's, where the caller has them."""
        vectors = self._embedder.embed(texts) if vectors is None else vectors
        _, meant = _centred(vectors, texts, self._middles)
        starts = range(0, max(1, len(texts)), _AT_ONCE)
        spans = [slice(start, start + _AT_ONCE) for start in starts]
        return np.vstack([self._some(texts[span], vectors[span], meant[span]) for span in spans])

    def _some(self, texts: Sequence[str], vectors: Vectors, meant: Vectors) -> Vectors:
        parts = [meant]
        if self.answers:
            parts.append(np.sqrt(self._near(texts, meant)))
        if self._classifier is not None:
            parts.append(np.float32(WANTED) * np.sqrt(self._classifier.chances(texts, vectors)))
        rows: Vectors = np.hstack(parts).astype(np.float32)
        return rows

    def tags(self, rows: Vectors, language: str) -> dict[str, float]:
        """Tags of the answers that these rows are near, in a language, each with how many rows are near it."""
        width = len(self.answers)
        start = rows.shape[1] - width - (0 if self._classifier is None else len(self._classifier.card.intents) + 1)
        near = (rows[:, start : start + width] ** 2).sum(axis=0)
        found = defaultdict[str, float](float)
        for name, share in zip(self.answers, near, strict=True):
            for tag in self._tags.get((name, language), ()):
                found[tag] += float(share)
        return dict(found)

    def _near(self, texts: Sequence[str], meant: Vectors) -> Vectors:
        """[n, answers]: shares of the answers that a text is near, spread over those that have the same tags."""
        assert self._grams is not None
        assert self._worded is not None
        near = meant @ self._meant.T + np.float32(WORDED) * _units(self._grams.rows(texts)) @ self._worded.T
        best = np.zeros((len(texts), len(self.answers)), np.float32)
        for place in range(len(self.answers)):
            best[:, place] = np.sort(near[:, self._whose == place], axis=1)[:, -NEAREST:].mean(axis=1)
        shares = np.exp(SHARP * (best - best.max(axis=1, keepdims=True)))
        spread: Vectors = shares / shares.sum(axis=1, keepdims=True) @ self._kin
        return spread


def _centred(vectors: Vectors, texts: Sequence[str], known: dict[bool, Vectors]) -> tuple[dict[bool, Vectors], Vectors]:
    """Each language's middle (its own where there are enough texts, else the known one), and unit rows without it."""
    chinese = np.array([has_han(text) for text in texts], dtype=bool)
    middles, rows = dict(known), vectors.astype(np.float32).copy()
    for language in (False, True):
        here = chinese == language
        if here.sum() >= FEW:
            middles[language] = vectors[here].mean(axis=0)
        if here.any() and language in middles:
            rows[here] -= middles[language]
    return middles, _units(rows)


def _kin(faqs: Sequence[Faq], answers: Sequence[str]) -> Vectors:
    """[answers, answers]: what share of their tags two answers have in common, rows adding up to 1."""
    tags = defaultdict[str, set[tuple[str, str]]](set)
    for faq in faqs:
        tags[faq.id] |= {(faq.locale, tag) for tag in faq.tags}
    shared = np.eye(len(answers), dtype=np.float32)
    for one, first in enumerate(answers):
        for other, second in enumerate(answers):
            if whole := tags[first] | tags[second]:
                shared[one, other] = len(tags[first] & tags[second]) / len(whole)
    shared[np.arange(len(answers)), np.arange(len(answers))] = 1.0
    spread: Vectors = shared / np.maximum(shared.sum(axis=1, keepdims=True), 1e-9)
    return spread


def _units(rows: Vectors | NDArray[np.float32]) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
