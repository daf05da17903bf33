"""What the model has read in sentences of reviews, kept from one report to the next: reviews stay as they are, and reading one takes milliseconds.

The file has digests of sentences and no words. What stands in no review any more is gone with the next report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from bot.sentiment import aspects
from bot.sentiment.aspects import AspectReader
from bot.sentiment.labelled_sentences import Opinion
from eval.insights.kept import Said
from eval.insights.steps import QUIET

NAME = "readings.reviews.json"
"""In the shop's folder of the data."""
_AT_ONCE = 400
"""Sentences that are read at once: all of 20,000 reviews would need gigabytes."""


class Reader(Protocol):
    """`bot.sentiment.aspects.AspectReader`."""

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]: ...


class Readings:
    """A Reader over another one, which is asked for what isn't known only, each sentence once."""

    def __init__(self, reader: Reader, known: Mapping[str, Sequence[Sequence[Any]]], say: Said = QUIET) -> None:
        self._reader, self._known, self._say = reader, known, say
        self.used: dict[str, Sequence[Sequence[Any]]] = {}

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]:
        keys = [_key(text) for text in texts]
        self.used |= {key: self._known[key] for key in keys if key in self._known}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self.used}
        for start in range(0, len(new), _AT_ONCE):
            self._say("reviews", start, len(new))
            part = list(new)[start : start + _AT_ONCE]
            read = self._reader.opinions([new[key] for key in part])
            self.used |= {key: [_row(one) for one in those] for key, those in zip(part, read, strict=True)}
        self._say("reviews", 1, 1)
        return [tuple(Opinion(*one) for one in self.used[key]) for key in keys]


def known_readings(file: Path, model: str) -> dict[str, Any]:
    """None of another model, and none where the file can't be read: then all is read anew."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return dict(kept["read"]) if kept["model"] == model else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def keep_readings(file: Path, model: str, read: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Written whole: a reader sees the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_text(json.dumps({"model": model, "read": dict(read)}), encoding="utf-8")
    new.replace(file)


def model_key(reader: AspectReader) -> str:
    """Of all that a reading depends on: the models, and how what they tell is put together."""
    return sha256(reader.digest.encode() + Path(aspects.__file__).read_bytes()).hexdigest()


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]


def _row(opinion: Opinion) -> list[Any]:
    return [opinion.aspect, opinion.sentiment, opinion.chance, opinion.feels]
