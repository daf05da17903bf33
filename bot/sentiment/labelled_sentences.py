"""Sentences of reviews that people labelled with aspects and how they feel about them, and the words that point to either."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from bot.errors import BadLine
from retrieval.seams import Vectors

ASPECTS = (
    "battery", "comfort", "delivery", "durability", "instructions", "look", "noise", "other", "packaging", "price",
    "quality", "service", "size", "sound", "taste", "use",
)  # fmt: skip
POLARITIES = ("negative", "positive")
_HERE = Path(__file__).parent
WORDS_FILE = _HERE / "words.toml"


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


def shares(sentences: Sequence[Sentence]) -> Vectors:
    """[n, aspects and none]: a sentence is shared among its aspects."""
    shares = np.zeros((len(sentences), len(ASPECTS) + 1), np.float32)
    for row, sentence in zip(shares, sentences, strict=True):
        for opinion in sentence.opinions:
            row[ASPECTS.index(opinion.aspect)] += 1 / len(sentence.opinions)
        row[-1] = not sentence.opinions
    return shares


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


def taught() -> list[Sentence]:
    """The hand-labelled sentences that ship; none of them is of the sample shop's reviews."""
    return [s for name in ("en", "zh") for s in read_sentences(_HERE / "sentences" / f"aspects.{name}.jsonl")]


def entries(kind: Literal["aspects", "polarity"]) -> list[tuple[str, str]]:
    """(hand-written word, what it points to), of more than one letter."""
    return [
        (word.replace("*", ""), name) for name, words in raw_words()[kind].items() for word in words if len(word) > 1
    ]


@lru_cache(maxsize=1)
def raw_words() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
