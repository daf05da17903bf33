"""What a sentence of a review feels about what: pairs of an aspect from a closed list and a polarity, in both languages.

Aspects and polarity are told by logistic regressions over the sentence vector, hand-written words and cues (`cues.py`), and over the wording, with what is
denied told apart; they learn from sentences/*.jsonl.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadLabeller, BadLine
from bot.intent import logistic
from bot.intent.chances import softmax
from bot.sentiment import wordings as by_wording
from bot.sentiment.cues import FILE as CUES
from bot.sentiment.cues import cues
from bot.sentiment.denied import marked
from bot.sentiment.rows import Labelled
from bot.sentiment.wordings import Wordings
from knowledge_base.errors import why
from retrieval import text as words_of
from retrieval.seams import Embedder, Vectors

ASPECTS = (
    "battery", "comfort", "delivery", "durability", "instructions", "look", "noise", "other", "packaging", "price",
    "quality", "service", "size", "sound", "taste", "use",
)  # fmt: skip
_HERE = Path(__file__).parent
SHIPPED = _HERE / "models" / "aspects"
POLARITIES = ("negative", "positive")
KINDS = ("aspects", "polarity")
WORDS = 0.3
"""Weight of the hand-written words and of the cues beside the sentence vector; with the cues .528 for .491 by folds of the sentences that ship."""
RIDGE = 0.3
WORDED = (0.1, 0.6)
"""What the two views of the wording count beside the sentence vector, for aspects and for polarity. By folds of the sentences that ship, with the
cues: .540 for aspects by 0, .538 by .1, .528 by .2, .524 by .3; for polarity .526 by .3, .523 by 1."""
ALONE = (0.3, 0.6)
"""Weight of a hand-written word that is learned as a text of its own: of an aspect, of praise or blame."""
FURTHER = 0.25
"""Chance from which a sentence is about a second and third aspect, too; by folds .545 for .538 at .2."""
WHOLE, HERE = 0.7, 0.5
"""What a whole sentence counts beside its clauses for the aspect; what the clause of an aspect counts for the polarity, where there are several."""
_CLAUSES = re.compile(
    r"(?<=[,，;；.。!！?？:：—–])\s*|\s+(?=(?:but|though|although|however|while|yet|except|and)\b)|(?=但|不过|可是|就是|只是|而且)",
    re.I,
)
_HAN = re.compile(f"[{words_of.HAN}]")


@dataclass(frozen=True, slots=True)
class Opinion:
    """`chance` is that of the aspect times that of the polarity, `feels` that of the polarity alone."""

    aspect: str
    sentiment: Literal["positive", "negative"]
    chance: float = 1.0
    feels: float = 1.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence. `half` is dev or test where it is for measuring."""

    id: str
    text: str
    opinions: tuple[Opinion, ...]
    half: str = ""


class AspectReader:
    """`fit` one, then ask for the `opinions` of many sentences."""

    def __init__(self, embedder: Embedder, aspects: Vectors, polarity: Vectors, wordings: Sequence[Wordings]) -> None:
        """`wordings` are of aspects and of polarity."""
        self._embedder, self._aspects, self._polarity, self._wordings = embedder, aspects, polarity, wordings

    @classmethod
    def fit(cls, sentences: Sequence[Sentence], polar: Sequence[Labelled], embedder: Embedder) -> AspectReader:
        """`polar` are further sentences with a polarity alone; those labelled otherwise (neutral) are passed over."""
        told = [row for row in polar if row.label in POLARITIES]
        single = [s for s in sentences if len({opinion.sentiment for opinion in s.opinions}) == 1]
        feeling = [*(s.text for s in single), *(row.text for row in told)]
        felt = [*(s.opinions[0].sentiment for s in single), *(row.label for row in told)]
        targets = np.eye(2, dtype=np.float32)[[POLARITIES.index(name) for name in felt]]
        return cls(
            embedder,
            _learned([s.text for s in sentences], _shares(sentences), "aspects", ASPECTS, embedder),
            _learned(feeling, targets, "polarity", POLARITIES, embedder),
            (
                Wordings.fit([marked(s.text) for s in sentences], _shares(sentences)),
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
    def load(cls, embedder: Embedder, folder: Path = SHIPPED) -> AspectReader:
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

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]:
        """Likeliest first; none where a sentence most likely feels nothing."""
        parts = [_clauses(text) for text in texts]
        flat = [*texts, *(clause for clauses in parts for clause in clauses)]
        rows = _features(flat, self._embedder)
        plain = list(map(marked, flat))
        worded = [
            np.float32(share) * one.scores(plain).sum(axis=0) for share, one in zip(WORDED, self._wordings, strict=True)
        ]
        about, feels = softmax(rows @ self._aspects + worded[0]), softmax(rows @ self._polarity + worded[1])
        found, at = [], len(texts)
        for place, clauses in enumerate(parts):
            spot = list(range(at, at + len(clauses)))
            at += len(clauses)
            found.append(_judged(about[place], feels[place], about[spot], feels[spot]))
        return found


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


def _shares(sentences: Sequence[Sentence]) -> Vectors:
    """[n, aspects and none]: a sentence is shared among its aspects."""
    shares = np.zeros((len(sentences), len(ASPECTS) + 1), np.float32)
    for row, sentence in zip(shares, sentences, strict=True):
        for opinion in sentence.opinions:
            row[ASPECTS.index(opinion.aspect)] += 1 / len(sentence.opinions)
        row[-1] = not sentence.opinions
    return shares


def _judged(whole: Vectors, feels: Vectors, clauses: Vectors, felt: Vectors) -> tuple[Opinion, ...]:
    """The likeliest aspect of the sentence, and each that is likely in the whole or in a clause; its polarity where it is likeliest."""
    mean = WHOLE * whole + (1 - WHOLE) * clauses.max(axis=0)
    order = np.argsort(-mean, kind="stable")
    if order[0] == len(ASPECTS):
        return ()
    chosen = [int(order[0]), *(int(i) for i in order[1:3] if mean[i] >= FURTHER and i < len(ASPECTS))]
    opinions = []
    for aspect in chosen:
        here = felt[int(clauses[:, aspect].argmax())]
        share = HERE if len(chosen) > 1 else 0.0
        mixed = (1 - share) * feels + share * here
        best = int(mixed.argmax())
        sentiment = cast("Literal['positive', 'negative']", POLARITIES[best])
        opinions.append(
            Opinion(
                ASPECTS[aspect], sentiment, round(float(mean[aspect] * mixed[best]), 4), round(float(mixed[best]), 4)
            )
        )
    return tuple(opinions)


def read_sentences(file: Path) -> list[Sentence]:
    """JSONL of {"id", "text", "aspects": [{"aspect", "sentiment"}], "half"?}. Raises BadLine."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            opinions = tuple(Opinion(one["aspect"], one["sentiment"]) for one in row["aspects"])
            sentence = Sentence(str(row.get("id", number)), row["text"], opinions, row.get("half", ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadLine(str(file), number, line[:60], f"text and a list of aspects are needed ({error})") from error
        if not isinstance(sentence.text, str) or not sentence.text.strip():
            raise BadLine(str(file), number, line[:60], "text is empty")
        for opinion in opinions:
            if opinion.aspect not in ASPECTS or opinion.sentiment not in POLARITIES:
                raise BadLine(
                    str(file), number, f"{opinion.aspect} {opinion.sentiment}",
                    f"there are the aspects {', '.join(ASPECTS)}, positive or negative",
                )  # fmt: skip
        found.append(sentence)
    return found


def lessons_digest() -> str:
    """Of the sentences and words that ship."""
    whole = sha256((_HERE / "words.toml").read_bytes() + CUES.read_bytes())
    for file in sorted((_HERE / "sentences").glob("*.jsonl")):
        whole.update(file.read_bytes())
    return whole.hexdigest()


def taught() -> list[Sentence]:
    """The hand-labelled sentences that ship; none of them is of the sample shop's reviews."""
    return [s for name in ("en", "zh") for s in read_sentences(_HERE / "sentences" / f"aspects.{name}.jsonl")]


def _clauses(text: str) -> list[str]:
    found = [part.strip() for part in _CLAUSES.split(text) if part and len(part.strip(" ,，.。;；!！?？:：")) > 1]
    return found or [text]


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


def entries(kind: Literal["aspects", "polarity"]) -> list[tuple[str, str]]:
    """(hand-written word, what it points to), of more than one letter."""
    return [(word.replace("*", ""), name) for name, words in _raw()[kind].items() for word in words if len(word) > 1]


@lru_cache(maxsize=1)
def _raw() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, re.Pattern[str]]:
    return {name: _pattern(words) for kind in ("aspects", "polarity", "mood") for name, words in _raw()[kind].items()}


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(_entry(word) for word in sorted(words, key=len, reverse=True)))


def _entry(word: str) -> str:
    if _HAN.search(word):
        return re.escape(word)
    stem = re.escape(word.removesuffix("*"))
    if not word[0].isalnum() or word.startswith("n't"):
        return stem
    return rf"\b{stem}" if word.endswith("*") else rf"\b{stem}\b"
