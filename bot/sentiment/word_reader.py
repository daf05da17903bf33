"""What the words of a sentence say of its aspects and how it feels: sentence vector, hand-written words and cues, and the wording.

Logistic regressions over the sentence vector, hand-written words and cues (`cues.py`), and over the wording, with what is denied told apart; they learn
from sentences/*.jsonl. `aspects.py` hears a listener beside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadLabeller
from bot.intent import logistic
from bot.intent.chances import softmax
from bot.sentiment import wordings as by_wording
from bot.sentiment.cues import FILE as CUES
from bot.sentiment.cues import cues
from bot.sentiment.denied import marked
from bot.sentiment.labelled_sentences import ASPECTS, POLARITIES, WORDS_FILE, Sentence, entries, raw_words, shares
from bot.sentiment.rows import Labelled
from bot.sentiment.wordings import Wordings
from knowledge_base.errors import why
from retrieval import text as words_of
from retrieval.seams import Embedder, Vectors

SHIPPED = Path(__file__).parent / "models" / "aspects"
KINDS = ("aspects", "polarity")
WORDS = 0.3
"""Weight of the hand-written words and of the cues beside the sentence vector; with the cues .528 for .491 by folds of the sentences that ship."""
RIDGE = 0.3
WORDED = (0.1, 0.6)
"""What the two views of the wording count beside the sentence vector, for aspects and for polarity. By folds of the sentences that ship, with the
cues: .540 for aspects by 0, .538 by .1, .528 by .2, .524 by .3; for polarity .526 by .3, .523 by 1."""
ALONE = (0.3, 0.6)
"""Weight of a hand-written word that is learned as a text of its own: of an aspect, of praise or blame."""
_HAN = re.compile(f"[{words_of.HAN}]")


class WordReader:
    """`fit` or `load` one, then ask for the `chances` of many texts."""

    def __init__(self, embedder: Embedder, aspects: Vectors, polarity: Vectors, wordings: Sequence[Wordings]) -> None:
        """`wordings` are of aspects and of polarity."""
        self._embedder, self._aspects, self._polarity, self._wordings = embedder, aspects, polarity, wordings
        self.digest = sha256(aspects.tobytes() + polarity.tobytes() + embedder.name.encode()).hexdigest()

    @classmethod
    def fit(cls, sentences: Sequence[Sentence], polar: Sequence[Labelled], embedder: Embedder) -> WordReader:
        """`polar` are further sentences with a polarity alone; those labelled otherwise (neutral) are passed over."""
        told = [row for row in polar if row.label in POLARITIES]
        single = [s for s in sentences if len({opinion.sentiment for opinion in s.opinions}) == 1]
        feeling = [*(s.text for s in single), *(row.text for row in told)]
        felt = [*(s.opinions[0].sentiment for s in single), *(row.label for row in told)]
        targets = np.eye(2, dtype=np.float32)[[POLARITIES.index(name) for name in felt]]
        return cls(
            embedder,
            _learned([s.text for s in sentences], shares(sentences), "aspects", ASPECTS, embedder),
            _learned(feeling, targets, "polarity", POLARITIES, embedder),
            (
                Wordings.fit([marked(s.text) for s in sentences], shares(sentences)),
                Wordings.fit(list(map(marked, feeling)), targets),
            ),
        )

    def save(self, folder: Path) -> None:
        """A folder of weights.npz and card.json."""
        folder.mkdir(parents=True, exist_ok=True)
        weights: dict[str, NDArray[np.generic]] = {
            "aspects": self._aspects.astype(np.float16),
            "polarity": self._polarity.astype(np.float16),
        }
        for kind, one in zip(KINDS, self._wordings, strict=True):
            weights |= {f"{kind}.{name}": array for name, array in one.arrays().items()}
        np.savez_compressed(folder / "weights.npz", allow_pickle=False, **weights)
        card = {
            "embedder": self._embedder.name,
            "lessons": lessons_digest(),
            "aspects": ASPECTS,
            "polarities": POLARITIES,
        }
        (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, embedder: Embedder, folder: Path = SHIPPED) -> WordReader:
        """Raises BadLabeller where the folder can't be read, or was fitted with another embedder or with other words."""
        try:
            card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
            with np.load(folder / "weights.npz", allow_pickle=False) as kept:
                aspects, polarity = (kept[kind].astype(np.float32) for kind in KINDS)
                worded = [Wordings.of({name: kept[f"{kind}.{name}"] for name in by_wording.ARRAYS}) for kind in KINDS]
                made = cls(embedder, aspects, polarity, worded)
            named, lessons = str(card["embedder"]), str(card["lessons"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadLabeller(str(folder), f"it can't be read ({why(error)})") from error
        if named != embedder.name:
            raise BadLabeller(str(folder), f"it was fitted with {named}, the embedder is {embedder.name}")
        if lessons != lessons_digest():
            raise BadLabeller(str(folder), "its sentences or words were changed since")
        return made

    def chances(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """[n, aspects and none], [n, polarities]."""
        rows, plain = _features(texts, self._embedder), list(map(marked, texts))
        about, feels = (
            rows @ weights + np.float32(share) * one.scores(plain).sum(axis=0)
            for weights, share, one in zip((self._aspects, self._polarity), WORDED, self._wordings, strict=True)
        )
        return softmax(about), softmax(feels)


def _learned(
    texts: Sequence[str],
    targets: Vectors,
    kind: Literal["aspects", "polarity"],
    names: Sequence[str],
    embedder: Embedder,
) -> Vectors:
    """Weights, from texts and hand-written words together."""
    words = entries(kind)
    alone = np.zeros((len(words), targets.shape[1]), np.float32)
    alone[np.arange(len(words)), [names.index(name) for _, name in words]] = ALONE[kind == "polarity"]
    rows = _features([*texts, *(word for word, _ in words)], embedder)
    return logistic.fit(rows, np.vstack([targets, alone]), ridge=RIDGE)


def _features(texts: Sequence[str], embedder: Embedder) -> Vectors:
    parts = (
        embedder.embed(texts), np.float32(WORDS) * _hinted(texts), np.float32(WORDS) * cues(texts), np.ones((len(texts), 1), np.float32),
    )  # fmt: skip
    whole: Vectors = np.hstack(parts).astype(np.float32)
    return whole


def _hinted(texts: Sequence[str]) -> Vectors:
    """[n, aspects and polarities]: 1 + ln(how many of its hand-written words a text has), 0 for none."""
    tables = _tables()
    rows = np.zeros((len(texts), len(tables)), np.float32)
    for row, text in zip(rows, texts, strict=True):
        plain = words_of.normalise(text).replace("’", "'")
        for place, pattern in enumerate(tables.values()):
            if hits := len(pattern.findall(plain)):
                row[place] = 1 + np.log(hits)
    return rows


def lessons_digest() -> str:
    """Of the sentences and words that ship."""
    whole = sha256(WORDS_FILE.read_bytes() + CUES.read_bytes())
    for file in sorted((WORDS_FILE.parent / "sentences").glob("*.jsonl")):
        whole.update(file.read_bytes())
    return whole.hexdigest()


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, re.Pattern[str]]:
    return {
        name: _pattern(words) for kind in ("aspects", "polarity", "mood") for name, words in raw_words()[kind].items()
    }


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(_entry(word) for word in sorted(words, key=len, reverse=True)))


def _entry(word: str) -> str:
    if _HAN.search(word):
        return re.escape(word)
    stem = re.escape(word.removesuffix("*"))
    if not word[0].isalnum() or word.startswith("n't"):
        return stem
    return rf"\b{stem}" if word.endswith("*") else rf"\b{stem}\b"
