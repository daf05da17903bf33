"""How the Transformer and the ranker are taught; read without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SequencePlan:
    """`sampled` items make a step's softmax, 0 for all; it ends when `patience` epochs have brought nothing."""

    width: int = 64
    layers: int = 2
    heads: int = 2
    longest: int = 50
    dropout: float = 0.3
    rate: float = 2e-3
    decay: float = 0.01
    epochs: int = 20
    patience: int = 2
    tokens: int = 2048
    sampled: int = 2048
    seed: int = 7
    texts: bool = True
    loss: Literal["softmax", "pairs"] = "softmax"
    """`pairs`: each event against one random item, as SASRec was published."""


@dataclass(frozen=True, slots=True)
class RankerPlan:
    """A network of one hidden layer, taught until `patience` epochs have brought nothing."""

    hidden: int = 48
    epochs: int = 40
    patience: int = 5
    rate: float = 3e-3
    decay: float = 1e-3
    batch: int = 64
    dropout: float = 0.1
    seed: int = 7
