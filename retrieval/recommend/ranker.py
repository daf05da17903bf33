"""Puts the candidates of all models into one order: a small network over what each model says of a candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.recommend.links import Floats

_NAMES = ("mean", "spread", "straight", "into", "into_bias", "out")


@dataclass(frozen=True, slots=True)
class Ranker:
    """Features [candidates, n] are brought to mean 0 and spread 1; `straight` [n] is linear, `into` [n, hidden] and `out` [hidden] bend."""

    mean: Floats
    spread: Floats
    straight: Floats
    into: Floats
    into_bias: Floats
    out: Floats

    def scores(self, features: Floats) -> Floats:
        """[candidates] Log odds, up to a constant, of being what the customer goes on to."""
        x = np.clip((features - self.mean) / self.spread, -8, 8)
        bent = np.maximum(x @ self.into + self.into_bias, 0)
        found: Floats = x @ self.straight + bent @ self.out
        return found

    def arrays(self) -> dict[str, Floats]:
        return {f"ranker.{name}": getattr(self, name) for name in _NAMES}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any]) -> Ranker:
        return cls(*(arrays[f"ranker.{name}"] for name in _NAMES))


def ranks(scores: Floats) -> Floats:
    """[models, candidates] The place of each candidate in each model's order, from 0."""
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty(scores.shape, dtype=np.float32)
    np.put_along_axis(places, order, np.arange(scores.shape[1], dtype=np.float32)[None], axis=1)
    return places
