"""What a text's label is told by: its wording, its sentence vector, a small network. Each gives logits of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.intent import logistic
from bot.sentiment import wordings as by_wording
from bot.sentiment.denied import marked
from bot.sentiment.network import Network
from bot.sentiment.wordings import Wordings
from retrieval.seams import Vectors

RIDGE = 0.3
"""Of the view by sentence vectors."""
_NETWORK = "network/"


@dataclass(frozen=True, slots=True)
class Views:
    """`dense` [dim + 1, labels] are weights of the sentence vectors."""

    wordings: tuple[Wordings, ...]
    dense: Vectors | None = None
    network: Network | None = None

    def scores(self, texts: Sequence[str], vectors: Vectors | None) -> Vectors:
        """[views, n, labels]; `vectors` where there is a `dense`."""
        worded = _worded(texts, None if self.dense is None else vectors)
        parts = [one.scores(worded) for one in self.wordings]
        if self.dense is not None and vectors is not None:
            parts.append((_with_one(vectors) @ self.dense)[None])
        if self.network is not None:
            parts.append(self.network.scores(texts)[None])
        return np.concatenate(parts)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What `of` makes it from again."""
        kept = {f"{n}.{name}": array for n, one in enumerate(self.wordings) for name, array in one.arrays().items()}
        if self.dense is not None:
            kept["dense"] = self.dense.astype(np.float16)
        if self.network is not None:
            kept |= {f"{_NETWORK}{name}": array for name, array in self.network.arrays().items()}
        return kept

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[np.generic]]) -> Views:
        """Raises KeyError, ValueError."""
        numbers = sorted({name.split(".")[0] for name in kept if "." in name})
        wordings = (Wordings.of({name: kept[f"{n}.{name}"] for name in by_wording.ARRAYS}) for n in numbers)
        network = {name.removeprefix(_NETWORK): kept[name] for name in kept if name.startswith(_NETWORK)}
        return cls(
            tuple(wordings), kept["dense"].astype(np.float32) if "dense" in kept else None, Network.of(network) if network else None
        )  # fmt: skip


def fitted(texts: Sequence[str], targets: Vectors, vectors: Vectors | None, seen: NDArray[np.intp]) -> Views:
    """By wording and, where there are any, `vectors`, on the rows `seen`."""
    wordings = by_wording.fitted(_worded([texts[i] for i in seen], vectors), targets[seen])
    dense = None if vectors is None else logistic.fit(_with_one(vectors[seen]), targets[seen], ridge=RIDGE)
    return Views(wordings, dense)


def _worded(texts: Sequence[str], vectors: Vectors | None) -> Sequence[str]:
    """With what is denied told apart, where sentence vectors are asked for, too: beside them it costs nothing, the lexical encoder it halves."""
    return texts if vectors is None else list(map(marked, texts))


def _with_one(vectors: Vectors) -> Vectors:
    rows: Vectors = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    return rows
