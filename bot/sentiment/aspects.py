"""What a sentence of a review feels about what: pairs of an aspect from a closed list and a polarity, in both languages.

A listener (`listener.py`) tells how likely each is of a sentence and of its clauses; it learned from sentences/*.jsonl.
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
from bot.sentiment.listener import FEELINGS, NAME, Listener, Told
from retrieval.seams import Vectors

ASPECTS = (
    "battery", "comfort", "delivery", "durability", "instructions", "look", "noise", "other", "packaging", "price",
    "quality", "service", "size", "sound", "taste", "use",
)  # fmt: skip
_HERE = Path(__file__).parent
POLARITIES = ("negative", "positive")
WHOLE, HERE, EACH = 0.7, 0.5, 0.5
"""What a whole sentence counts beside its clauses for the aspect; what the clause of an aspect counts for the polarity, where there are several;
what is told of the aspect counts for its polarity, beside what is told of everything."""
_CLAUSES = re.compile(
    r"(?<=[,，;；.。!！?？:：—–])\s*|\s+(?=(?:but|though|although|however|while|yet|except|and)\b)|(?=但|不过|可是|就是|只是|而且)",
    re.I,
)


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
    """Ask for the `opinions` of many sentences."""

    def __init__(self, listener: Listener, further: float | None = None) -> None:
        """`further` is the chance from which a sentence is about a second and third aspect, too; the listener's own where it is left out.

        Raises BadLabeller where the listener learned other aspects.
        """
        if listener.aspects != ASPECTS:
            raise BadLabeller(
                NAME,
                f"it tells the aspects {', '.join(listener.aspects)}; teach it anew with `shopclerk train aspects`",
            )
        self._listener, self._further = listener, listener.further if further is None else further

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]:
        """Likeliest first; none where a sentence most likely feels nothing."""
        parts = [_clauses(text) for text in texts]
        told = self._listener.told([*texts, *(clause for clauses in parts for clause in clauses)])
        found, at = [], len(texts)
        for place, clauses in enumerate(parts):
            rows = np.array([place, *range(at, at + len(clauses))])
            at += len(clauses)
            found.append(_opinions(told.about[rows], _polarity(told, rows), self._further))
        return found


def _polarity(told: Told, rows: NDArray[np.intp]) -> Vectors:
    """[rows, aspects, polarities]: how each row feels, as a whole and about each aspect."""
    sides = told.feels[rows][:, [FEELINGS.index(name) for name in POLARITIES]]
    whole = sides / sides.sum(axis=1, keepdims=True)
    mixed: Vectors = (1 - EACH) * whole[:, None] + EACH * told.each[rows]
    return mixed


def _opinions(about: Vectors, polar: Vectors, further: float) -> tuple[Opinion, ...]:
    """Of a sentence (the first row) and its clauses: the likeliest aspect, and each that is likely in the whole or in a clause; its polarity
    where it is likeliest."""
    mean = WHOLE * about[0] + (1 - WHOLE) * about[1:].max(axis=0)
    order = np.argsort(-mean, kind="stable")
    if order[0] == len(ASPECTS):
        return ()
    chosen = [int(order[0]), *(int(i) for i in order[1:3] if mean[i] >= further and i < len(ASPECTS))]
    opinions = []
    for aspect in chosen:
        share = HERE if len(chosen) > 1 else 0.0
        mixed = (1 - share) * polar[0, aspect] + share * polar[1 + int(about[1:, aspect].argmax()), aspect]
        best = int(mixed.argmax())
        sentiment = cast("Literal['positive', 'negative']", POLARITIES[best])
        chance, feels = float(mean[aspect] * mixed[best]), float(mixed[best])
        opinions.append(Opinion(ASPECTS[aspect], sentiment, round(chance, 4), round(feels, 4)))
    return tuple(opinions)


def pairs_f1(sentences: Sequence[Sentence], found: Sequence[Sequence[Opinion]]) -> float:
    """Micro F1 over the pairs of aspect and polarity."""
    gold = [{(one.aspect, one.sentiment) for one in sentence.opinions} for sentence in sentences]
    told = [{(one.aspect, one.sentiment) for one in opinions} for opinions in found]
    right = sum(len(one & other) for one, other in zip(gold, told, strict=True))
    return 2 * right / max(1, sum(map(len, gold)) + sum(map(len, told)))


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


def reviews_of(file: Path) -> set[str]:
    """The reviews that labelled sentences are of, where their lines name one (`review`). Raises BadLine."""
    read_sentences(file)
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return {str(row["review"]) for row in rows if "review" in row}


def lessons_digest() -> str:
    """Of the sentences and words that ship."""
    whole = sha256((_HERE / "words.toml").read_bytes())
    for file in sorted((_HERE / "sentences").glob("*.jsonl")):
        whole.update(file.read_bytes())
    return whole.hexdigest()


def taught() -> list[Sentence]:
    """The hand-labelled sentences that ship; none of them is of the sample shop's reviews."""
    return [s for name in ("en", "zh") for s in read_sentences(_HERE / "sentences" / f"aspects.{name}.jsonl")]


def _clauses(text: str) -> list[str]:
    found = [part.strip() for part in _CLAUSES.split(text) if part and len(part.strip(" ,，.。;；!！?？:：")) > 1]
    return found or [text]


def entries(kind: Literal["aspects", "polarity"]) -> list[tuple[str, str]]:
    """(hand-written word, what it points to), of more than one letter."""
    return [(word.replace("*", ""), name) for name, words in _raw()[kind].items() for word in words if len(word) > 1]


@lru_cache(maxsize=1)
def _raw() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
