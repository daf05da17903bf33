"""Fits the model that says whether a question was answered, on questions written for that alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bot.settings import Settings
from bot.wiring import SAMPLE, open_shop
from retrieval.answerable import READINGS, Reading, features_of, reading_of
from retrieval.encoders import NAMED, folder_of
from retrieval.generations import Progress
from retrieval.types import Where

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "calibration.jsonl"
_STRENGTH = 0.5
"""Inverse of the L2 penalty on standardised features."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question's features and whether the shop's own texts answer it."""

    reading: Reading
    features: dict[str, float]
    is_answered: bool


def fit(settings: Settings, out: Path, say: Progress) -> dict[str, Any]:
    """Fit on the sample shop's calibration questions, as `settings` search it, and write `out`; the card that was written."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    samples = asyncio.run(_samples(settings, rows, say))
    card: dict[str, Any] = {
        "what": "chance that the best hit answers a question",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "embedder": settings.embedder,
        "questions": len(rows),
        "digest": sha256(QUESTIONS.read_bytes()).hexdigest(),
        "models": {reading: _fitted([s for s in samples if s.reading == reading]) for reading in READINGS},
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


async def _samples(settings: Settings, rows: Sequence[dict[str, Any]], say: Progress) -> list[Sample]:
    """Each question twice: asked of the passages in its own language, and of those in the other."""
    samples = []
    with TemporaryDirectory() as folder:
        async with open_shop(_over_the_sample(settings, Path(folder)), on_progress=say) as shop:
            retriever = shop.index.current().retriever
            for done, row in enumerate(rows, 1):
                for locale in ("en", "zh"):
                    if hits := await retriever.search(row["text"], k=8, where=Where(locale=locale)):
                        features = features_of(row["text"], hits)
                        samples.append(Sample(reading_of(row["text"], hits[0]), features, bool(row["gold"])))
                say("asking", done, len(rows))
    return samples


def _over_the_sample(settings: Settings, folder: Path) -> Settings:
    """What an encoder asked for by name was unpacked to stays where it is: it is large."""
    named = settings.embedder in NAMED
    embedder = str(folder_of(settings.embedder, settings.data_dir)) if named else settings.embedder
    return settings.model_copy(update={"data_dir": folder, "shop": SAMPLE, "embedder": embedder, "answerable": None})


def _fitted(samples: Sequence[Sample]) -> dict[str, Any]:
    """Weights on the raw features, from a logistic regression on standardised ones."""
    from sklearn.linear_model import LogisticRegression

    names = list(samples[0].features)
    x = np.array([[sample.features[name] for name in names] for sample in samples])
    y = np.array([sample.is_answered for sample in samples])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=_STRENGTH).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    return {
        "bias": round(float(model.intercept_[0] - weights @ mean), 5),
        "weights": {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)},
    }
