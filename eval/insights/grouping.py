"""Texts that mean the same in one group, whatever their language: average linkage over an embedder's vectors. Deterministic.

Measured over the sample shop's FAQ, where each question has several wordings in both languages (`python -m eval grouping`): a text's group
is made of its own kind more surely than it is whole, since a group of two sorts misleads and two groups of one sort don't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.seams import Embedder, Vectors

ALIKE = 0.42
"""Mean cosine between two groups that are one."""
CENTRED = 0.3
"""The same once each language's middle is taken off: what its texts have in common says what language they are in, not what they mean."""
FEW = 10
"""Different texts of a language below which its middle would be the texts themselves."""
_SAME = 0.86
"""Cosine of texts that are joined before any others: the same words but for a few."""
MOST = 1500
"""Different texts that are compared each with each; of more the most frequent, and the others join the nearest group or stay alone."""


@dataclass(frozen=True, slots=True)
class Group:
    """Places in the texts, and the place that stands nearest to all of them."""

    members: tuple[int, ...]
    middle: int


def of_meaning(texts: Sequence[str], locales: Sequence[str], embedder: Embedder) -> list[Group]:
    """Of texts in several languages."""
    vectors = embedder.embed(texts)
    own = {locale: sorted({text for text, one in zip(texts, locales, strict=True) if one == locale}) for locale in set(locales)}  # fmt: skip
    if min(map(len, own.values()), default=0) < FEW:
        return groups(vectors)
    middles = {locale: embedder.embed(different).mean(axis=0) for locale, different in own.items()}
    moved = vectors - np.stack([middles[locale] for locale in locales])
    return groups(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), CENTRED)


def groups(vectors: Vectors, alike: float = ALIKE) -> list[Group]:
    """Of unit rows; every row is in one group. The largest first, then by the first row."""
    if not len(vectors):
        return []
    bundles = _bundled(vectors)
    order = sorted(range(len(bundles)), key=lambda place: (-len(bundles[place]), bundles[place][0]))
    first, rest = [bundles[place] for place in order[:MOST]], [bundles[place] for place in order[MOST:]]
    joined = [[row for place in merged for row in first[place]] for merged in _linked(_means(vectors, first), [len(one) for one in first], alike)]  # fmt: skip
    made = [sorted(rows) for rows in _with_rest(vectors, joined, rest, alike)]
    return [_group(vectors, rows) for rows in sorted(made, key=lambda rows: (-len(rows), rows[0]))]


def _bundled(vectors: Vectors) -> list[list[int]]:
    """Nearly the same texts, each with the first of its kind."""
    heads = np.empty_like(vectors)
    bundles: list[list[int]] = []
    for row, vector in enumerate(vectors):
        if bundles:
            near = heads[: len(bundles)] @ vector
            best = int(near.argmax())
            if near[best] >= _SAME:
                bundles[best].append(row)
                continue
        heads[len(bundles)] = vector
        bundles.append([row])
    return bundles


def _linked(vectors: Vectors, weights: Sequence[int], alike: float) -> list[list[int]]:
    """Average linkage (Lance and Williams 1967): the two groups of the highest mean cosine become one, as long as it is high enough."""
    n = len(vectors)
    near = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(near, -np.inf)
    sizes, members = np.array(weights, dtype=np.float64), [[place] for place in range(n)]
    best = near.argmax(axis=1)
    while n > 1:
        tops = near[np.arange(len(near)), best]
        one = int(tops.argmax())
        if tops[one] < alike:
            break
        other = int(best[one])
        one, other = min(one, other), max(one, other)
        mean = (sizes[one] * near[one] + sizes[other] * near[other]) / (sizes[one] + sizes[other])
        near[one], near[:, one] = mean, mean
        near[one, one] = -np.inf
        near[other], near[:, other] = -np.inf, -np.inf
        sizes[one] += sizes[other]
        members[one] += members[other]
        members[other] = []
        for place in [one, *np.flatnonzero((best == one) | (best == other))]:
            best[place] = near[place].argmax()
        best[near[:, one] > near[np.arange(len(near)), best]] = one
        n -= 1
    return [found for found in members if found]


def _with_rest(vectors: Vectors, joined: list[list[int]], rest: Sequence[list[int]], alike: float) -> list[list[int]]:
    if not rest:
        return joined
    sums = _sums(vectors, joined)
    sizes = np.array([len(rows) for rows in joined], dtype=np.float32)
    made, alone = [list(rows) for rows in joined], list[list[int]]()
    for bundle in rest:
        near = sums @ vectors[bundle[0]] / sizes
        best = int(near.argmax())
        (made[best].extend if near[best] >= alike else alone.append)(bundle)
    return [*made, *alone]


def _means(vectors: Vectors, parts: Sequence[Sequence[int]]) -> Vectors:
    return np.stack([vectors[list(rows)].mean(axis=0) for rows in parts])


def _sums(vectors: Vectors, parts: Sequence[Sequence[int]]) -> Vectors:
    return np.stack([vectors[list(rows)].sum(axis=0) for rows in parts])


def _group(vectors: Vectors, rows: Sequence[int]) -> Group:
    ours = vectors[list(rows)]
    return Group(tuple(rows), rows[int((ours @ ours.sum(axis=0)).argmax())])
