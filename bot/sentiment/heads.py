"""What makes scores of labels out of that which an encoder says of texts; asking it needs numpy and the encoder's pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.panel import Panel
from bot.sentiment.states import States
from retrieval.seams import Vectors

READ_AT_ONCE = 32
SCORED_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Linear:
    """[3 * width + 1, labels] over all tokens; the last row is what each label starts from."""

    weights: Vectors

    def scores(self, features: Vectors) -> Vectors:
        """Logits [n, labels] of features [n, 3 * width]."""
        found: Vectors = features @ self.weights[:-1] + self.weights[-1]
        return found

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        return {"head": self.weights}


Head = Linear | Panel | None
"""None where the model has an ordinary head of its own."""


def head_in(kept: Mapping[str, NDArray[np.generic]]) -> Head:
    """Raises KeyError where some of a panel's arrays are missing."""
    if "head" in kept:
        return Linear(kept["head"].astype(np.float32))
    return Panel.of(kept) if "panel_mean" in kept else None


def logits_of(
    head: Head, pipe: Any, texts: Sequence[str], labels: Sequence[str], known: States | None = None
) -> Vectors:
    """[n, labels]; for a panel the encoder isn't asked about texts whose states are `known`."""
    found = np.zeros((len(texts), len(labels)), np.float32)
    if head is None:
        place = {label: at for at, label in enumerate(labels)}
        for i, answer in _asked(pipe, texts, range(len(texts)), top_k=None, function_to_apply="none"):
            for one in answer:
                found[i, place[one["label"]]] = one["score"]
        return found
    features = _features(pipe, texts, known if isinstance(head, Panel) else None)
    while some := list(islice(features, SCORED_AT_ONCE)):
        places, rows = zip(*some, strict=True)
        found[list(places)] = head.scores(np.stack(rows))
    return found


def _features(pipe: Any, texts: Sequence[str], known: States | None) -> Iterator[tuple[int, Vectors]]:
    """A row a text, and whose it is; those that are known first."""
    unread = []
    for i, text in enumerate(texts):
        if known is not None and text in known:
            yield i, known.of(text)[0].astype(np.float32)
        else:
            unread.append(i)
    yield from _asked(pipe, texts, unread)


def _asked(pipe: Any, texts: Sequence[str], some: Sequence[int], **settings: Any) -> Iterator[tuple[int, Any]]:
    """The shortest first, so that texts of about a length are read together."""
    order = sorted(some, key=lambda i: len(texts[i]))
    if order:
        yield from zip(order, pipe([texts[i] for i in order], batch_size=READ_AT_ONCE, **settings), strict=True)
