"""All models together: what each says of every item, the candidates that any of them puts forward, and the ranker's one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.recommend.content import Content, ContentPlan
from retrieval.recommend.histories import Places
from retrieval.recommend.linear import Linear
from retrieval.recommend.links import Floats, Links
from retrieval.recommend.popularity import Popularity
from retrieval.recommend.ranker import Ranker, ranks
from retrieval.recommend.sequence import Sequence
from retrieval.recommend.steps import Steps, Together

Mask = NDArray[np.bool_]
TRUST: Mapping[str, float] = {
    "linear": 1.0, "sequence": 1.0, "steps": 0.5, "together": 0.3, "content": 0.1, "popularity": 0.05,
}  # fmt: skip
"""What each model's word weighs where there was too little to teach a ranker."""
DEEP = 80
"""Candidates that each model puts forward."""
LONGEST = 50
"""Events of a customer that are looked at, the last ones."""
_SPARSE = 16
"""Each so many-th score is looked at first."""
_LINKED = ("linear", "steps", "together")


@dataclass(frozen=True, slots=True)
class Blend:
    """`known` are the items with events; each other one is judged by its `kin` (row i is the i-th of the others)."""

    items: tuple[str, ...]
    known: Mask
    popularity: Popularity
    linear: Linear | None = None
    steps: Steps | None = None
    together: Together | None = None
    content: Content | None = None
    kin: Links | None = None
    sequence: Sequence | None = None
    ranker: Ranker | None = None
    leave_out: frozenset[str] = field(default=frozenset())

    @property
    def parts(self) -> tuple[str, ...]:
        """The models there are, the same order always."""
        return tuple(n for n in TRUST if getattr(self, n) is not None and n not in self.leave_out)

    def only(self, *names: str) -> Blend:
        """These models alone, without the ranker."""
        return replace(self, ranker=None, leave_out=frozenset(TRUST) - set(names))

    def grown(self, ids: tuple[str, ...], vectors: Floats | None, plan: ContentPlan) -> Blend:
        """With further items, which nobody has had yet: their texts' vectors tell whom they are like."""
        popularity = self.popularity.grown(len(ids))
        none = np.zeros(len(ids), dtype=np.bool_)
        made = replace(self, items=(*self.items, *ids), known=np.concatenate([self.known, none]), popularity=popularity)
        for name in _LINKED:
            if (part := getattr(self, name)) is not None:
                made = replace(made, **{name: type(part)(part.links.grown(len(ids)), part.recent)})
        content, kin = self.content, Links.empty(len(ids))
        if content is not None:
            rows = (
                np.zeros((len(ids), content.rows.shape[1]), np.float32) if vectors is None else content.brought(vectors)
            )
            if vectors is not None:
                kin = content.kin(rows, self.known, plan)
            made = replace(made, content=replace(content, rows=np.concatenate([content.rows, rows])))
        if self.sequence is not None:
            made = replace(made, sequence=self.sequence.grown(kin))
        before = self.kin if self.kin is not None else Links.empty(int((~self.known).sum()))
        return replace(made, kin=before.beside(kin))

    def dense(self, history: Places) -> Floats:
        """[parts, items] What each model says of each item."""
        rows = np.empty((len(self.parts), len(self.items)), dtype=np.float32)
        others = np.flatnonzero(~self.known)
        for row, name in zip(rows, self.parts, strict=True):
            row[:] = getattr(self, name).scores(history)
            if name in _LINKED and self.kin is not None and len(others):
                row[others] = self.kin.means(row)
        return rows

    def ranked(self, history: Places, allowed: Mask, k: int) -> list[tuple[int, float]]:
        """The k best items that are allowed, with scores that fall; all that are allowed where there are fewer."""
        said, found = self.asked(history, allowed, max(k, DEEP))
        if self.ranker is None:
            scores = _agreed(said[:, found], self.parts)
        else:
            scores = self.ranker.scores(self.features(said, found, history[-LONGEST:]))
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(found[i]), float(scores[i])) for i in best]

    def asked(self, history: Places, allowed: Mask | None = None, deep: int = DEEP) -> tuple[Floats, NDArray[np.intp]]:
        """What each model says of each item, and the candidates: of those allowed, or of all that the customer hasn't had."""
        said = self.dense(history[-LONGEST:])
        if allowed is None:
            allowed = np.ones(len(self.items), dtype=np.bool_)
            allowed[history] = False
        return said, self.candidates(said, allowed, deep)

    def candidates(self, said: Floats, allowed: Mask, deep: int) -> NDArray[np.intp]:
        """What any model has among its first `deep` of those allowed; all of them where there are fewer."""
        places = np.flatnonzero(allowed)
        if len(places) <= deep:
            return places
        chosen = np.zeros(len(self.items), dtype=np.bool_)
        for row in said:
            chosen[_first(np.where(allowed, row, -np.inf), deep)] = True
        return np.flatnonzero(chosen)

    def features(self, said: Floats, found: NDArray[np.intp], history: Places) -> Floats:
        """[candidates, features] What the ranker looks at."""
        scores = said[:, found]
        top = np.maximum(scores.max(axis=1, keepdims=True), 1e-6)
        logs = np.log(np.maximum(scores, 1e-6))
        for row, name in enumerate(self.parts):
            if name in ("sequence", "content"):
                logs[row] = scores[row]
                top[row] = 1.0
        places = np.log1p(ranks(scores))
        common = np.log1p(self.popularity.counts[found])
        alike = self._alike(found, history)
        length = np.full(len(found), np.log1p(len(history)), dtype=np.float32)
        others = [common, *alike, length, self.known[found].astype(np.float32)]
        return np.concatenate([scores / top, logs, places, np.stack(others)]).T.astype(np.float32)

    def _alike(self, found: NDArray[np.intp], history: Places) -> list[Floats]:
        """Likeness of the texts to the last item and to the most like one; the share of the history in the same category."""
        none = np.zeros(len(found), dtype=np.float32)
        last, most = none, none
        if self.content is not None and len(history):
            cosines = self.content.rows[found] @ self.content.rows[history].T
            last, most = cosines[:, -1], cosines.max(axis=1)
        categories = self.popularity.categories
        same = (categories[found][:, None] == categories[history][None]) & (categories[found] >= 0)[:, None]
        share = same.mean(axis=1).astype(np.float32) if len(history) else none
        return [last, most, share]


def _first(row: Floats, deep: int) -> NDArray[np.intp]:
    """Places of the `deep` largest, in no order. A part of the row tells where to look for them: four times as fast as a partition."""
    part = row[::_SPARSE]
    enough = min(len(part) - 1, 2 * deep // _SPARSE + 8)
    likely = np.flatnonzero(row > np.partition(part, len(part) - 1 - enough)[len(part) - 1 - enough])
    if len(likely) < deep:
        return np.argpartition(row, -deep)[-deep:]
    return likely[np.argpartition(row[likely], -deep)[-deep:]]


def _agreed(scores: Floats, parts: tuple[str, ...]) -> Floats:
    """[candidates] Each model's scores from 0 to 1, weighed by how much it is trusted."""
    low, high = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    level = (scores - low) / np.maximum(high - low, 1e-6)
    weights = np.array([TRUST[name] for name in parts], dtype=np.float32)
    found: Floats = weights @ level
    return found
