"""Small networks over what all layers of an encoder say of a text, none of which learns: the cheap way to put an encoder to use.

They standardise, have one hidden layer each and add up; asking them needs numpy alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from retrieval.seams import Vectors

MEMBERS = 2
HIDDEN = 256
FARTHEST = 4.0
"""Standard deviations from the mean that a feature is clipped at."""


@dataclass(frozen=True, slots=True)
class Panel:
    """`mean` and `spread` [features]; `first` [members, features, hidden], `second` [members, hidden, labels], and what each adds."""

    mean: Vectors
    spread: Vectors
    first: Vectors
    first_bias: Vectors
    second: Vectors
    second_bias: Vectors

    def scores(self, features: Vectors) -> Vectors:
        """Logits [n, labels] of features [n, features]."""
        plain = standard(features, self.mean, self.spread)
        hidden = np.maximum(plain[None] @ self.first + self.first_bias[:, None], 0)
        scores: Vectors = (hidden @ self.second + self.second_bias[:, None]).mean(axis=0)
        return scores

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        return {f"panel_{one.name}": getattr(self, one.name).astype(np.float16) for one in fields(self)}

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[np.generic]]) -> Panel:
        """Raises KeyError."""
        return cls(*(kept[f"panel_{one.name}"].astype(np.float32) for one in fields(cls)))


def standard(features: Vectors, mean: Vectors, spread: Vectors) -> Vectors:
    found: Vectors = np.clip((features - mean) / spread, -FARTHEST, FARTHEST).astype(np.float32)
    return found
