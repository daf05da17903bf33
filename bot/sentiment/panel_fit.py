"""Teaches a panel of small networks what an encoder's layers say of texts, by transformers' Trainer; the encoder stays as it is.

Imported late: it needs the extra `train`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch.nn import functional

from bot.sentiment.panel import HIDDEN, MEMBERS, Panel, standard
from bot.sentiment.reading import encoder, levels_of
from bot.sentiment.states import States
from bot.sentiment.tuning import SMOOTHING, learned
from retrieval.generations import Progress
from retrieval.seams import Vectors

BATCH = 64
RATE = 3e-4
PULL = 0.1
"""Weight decay."""
DROPPED = 0.5
EPOCHS = 6


class _Members(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, features: int, labels: int) -> None:
        super().__init__()
        self.first = torch.nn.Parameter(torch.empty(MEMBERS, features, HIDDEN).uniform_(-1, 1) / features**0.5)
        self.first_bias = torch.nn.Parameter(torch.zeros(MEMBERS, HIDDEN))
        self.second = torch.nn.Parameter(torch.empty(MEMBERS, HIDDEN, labels).uniform_(-1, 1) / HIDDEN**0.5)
        self.second_bias = torch.nn.Parameter(torch.zeros(MEMBERS, labels))

    def forward(self, features: Any, labels: Any) -> dict[str, Any]:
        seen = functional.dropout(features.expand(MEMBERS, *features.shape), DROPPED, self.training)
        hidden = (seen @ self.first + self.first_bias[:, None]).relu()
        logits = functional.dropout(hidden, DROPPED, self.training) @ self.second + self.second_bias[:, None]
        each = functional.cross_entropy(logits.flatten(0, 1), labels.repeat(MEMBERS), label_smoothing=SMOOTHING)
        return {"loss": each * MEMBERS, "logits": logits.mean(0)}


def features_of(width: int, layers: int) -> int:
    """How many numbers `over_layers` says of a text."""
    return 3 * width * len(levels_of(layers))


def fit_panel(
    base: Path, out: Path, states: States, texts: Sequence[str], gold: Sequence[int], labels: int, epochs: int, seed: int,
    say: Progress,
) -> Panel:  # fmt: skip
    """Of the rows in `states`; the encoder is copied to `out` as it is. Raises BadLabeller."""
    transformers.set_seed(seed)
    mean, spread = _moments(states, texts)
    members = _Members(states.width, labels)

    def collated(some: Sequence[tuple[str, int]]) -> dict[str, Any]:
        rows = np.concatenate([states.of(text) for text, _ in some]).astype(np.float32)
        return {
            "features": torch.from_numpy(standard(rows, mean, spread)), "labels": torch.tensor([right for _, right in some]),
        }  # fmt: skip

    lessons = list(zip(texts, gold, strict=True))
    alike = np.ones(len(texts), np.int64)
    groups = [{"params": list(members.parameters()), "lr": RATE, "weight_decay": PULL}]
    learned(members, lessons, collated, alike, BATCH, groups, epochs, seed, say)
    model, tokenizer = encoder(base)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    arrays = {name: weights.detach().numpy().copy() for name, weights in members.named_parameters()}
    return Panel(mean, spread, **arrays)


def _moments(states: States, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
    """Mean and standard deviation of each feature, read a thousand texts at a time."""
    total, squares = np.zeros((2, states.width))
    for start in range(0, len(texts), 1000):
        rows = np.concatenate([states.of(text) for text in texts[start : start + 1000]]).astype(np.float64)
        total, squares = total + rows.sum(axis=0), squares + (rows * rows).sum(axis=0)
    mean = total / len(texts)
    spread = np.sqrt(np.maximum(squares / len(texts) - mean * mean, 0)) + 1e-3
    return mean.astype(np.float32), spread.astype(np.float32)
