"""Texts that mean the same in one group, whatever their language: average linkage over the chance that two mean the same. Deterministic.

Measured over the sample shop's FAQ, where each question has several wordings in both languages (`python -m eval grouping`): a text's group
is made of its own kind more surely than it is whole, since a group of two sorts misleads and two groups of one sort don't.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from retrieval.seams import Embedder, Vectors

ALIKE = 0.42
"""Mean cosine between two groups that are one."""
CHANCE = 0.22
"""Mean chance between two groups that are one, once each language's middle is taken off: what its texts have in common says what language
they are in, not what they mean."""
SAME_LANGUAGE, ACROSS = (9.61, -4.66), (12.48, -4.78)
"""Slope and start of the log odds that two texts mean the same, by their cosine: texts of two languages are further apart than those of one.
Fitted on the pairs of half dev; `eval grouping` prints them."""
SEEN = 390
"""Different texts that they were fitted on. Of twice as many, twice as many pairs mean the same, and four times as many don't: the odds are halved."""
FEW = 10
"""Different texts of a language below which its middle would be the texts themselves."""
_SAME = 0.86
"""Cosine of texts that are joined before any others: the same words but for a few."""
MOST = 1500
"""Different texts that are compared each with each; of more the most frequent, and the others join the nearest group or stay alone."""
_HEADS = 6000
"""Different texts with which each text is compared for the same words; beyond, only equal ones are joined."""
_AT_ONCE = 500

Likeness = Callable[[Vectors, NDArray[np.intp], Vectors, NDArray[np.intp]], Vectors]
"""[n, m]: how alike two sets of rows are, by their vectors and the numbers of their languages."""


@dataclass(frozen=True, slots=True)
class Group:
    """Places in the texts, and the place that stands nearest to all of them."""

    members: tuple[int, ...]
    middle: int


def of_meaning(texts: Sequence[str], locales: Sequence[str], embedder: Embedder) -> list[Group]:
    """Of texts in several languages."""
    vectors = embedder.embed(texts)
    own = {locale: sorted({text for text, one in zip(texts, locales, strict=True) if one == locale}) for locale in dict.fromkeys(locales)}  # fmt: skip
    if min(map(len, own.values()), default=0) < FEW:
        return groups(vectors)
    moved = centred(vectors, locales, {locale: embedder.embed(different).mean(axis=0) for locale, different in own.items()})  # fmt: skip
    numbers = np.array([list(own).index(locale) for locale in locales], dtype=np.intp)
    many = math.log(max(1.0, min(MOST, sum(map(len, own.values()))) / SEEN))
    return groups(moved, CHANCE, partial(chance, many=many), numbers)


def centred(vectors: Vectors, locales: Sequence[str], middles: dict[str, Vectors]) -> Vectors:
    """Unit rows without their language's middle."""
    moved = vectors - np.stack([middles[locale] for locale in locales])
    rows: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return rows


def cosine(one: Vectors, ours: NDArray[np.intp], other: Vectors, theirs: NDArray[np.intp]) -> Vectors:
    near: Vectors = one @ other.T
    return near


def chance(one: Vectors, ours: NDArray[np.intp], other: Vectors, theirs: NDArray[np.intp], many: float = 0.0) -> Vectors:  # fmt: skip
    """That two mean the same; `many` is taken off the log odds. It falls off faster than the cosine, so that a group isn't kept apart by two of its texts that are worded unlike."""
    near, same = one @ other.T, ours[:, None] == theirs[None]
    (slope, start), (slope_across, start_across) = SAME_LANGUAGE, ACROSS
    odds = np.where(same, slope * near + start, slope_across * near + start_across) - many
    found: Vectors = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return found


def groups(
    vectors: Vectors, alike: float = ALIKE, likeness: Likeness = cosine, languages: NDArray[np.intp] | None = None
) -> list[Group]:
    """Of unit rows; every row is in one group. The largest first, then by the first row."""
    if not len(vectors):
        return []
    numbers = np.zeros(len(vectors), dtype=np.intp) if languages is None else languages
    bundles = _bundled(vectors)
    order = sorted(range(len(bundles)), key=lambda place: (-len(bundles[place]), bundles[place][0]))
    first, rest = [bundles[place] for place in order[:MOST]], [bundles[place] for place in order[MOST:]]
    means, spoken = _means(vectors, first), np.array([numbers[rows[0]] for rows in first])
    merged = _linked(likeness(means, spoken, means, spoken), [len(one) for one in first], alike)
    belongs = np.zeros((len(first), len(merged)), dtype=np.float32)
    for number, places in enumerate(merged):
        belongs[places, number] = [len(first[place]) for place in places]
    joined = [[row for place in places for row in first[place]] for places in merged]
    for start in range(0, len(rest), _AT_ONCE):
        part = rest[start : start + _AT_ONCE]
        heads = [rows[0] for rows in part]
        near = likeness(vectors[heads], numbers[heads], means, spoken) @ (belongs / belongs.sum(axis=0))
        for rows, best, top in zip(part, near.argmax(axis=1), near.max(axis=1), strict=True):
            joined[best].extend(rows) if top >= alike else joined.append(list(rows))
    made = [sorted(rows) for rows in joined]
    return [_group(vectors, rows) for rows in sorted(made, key=lambda rows: (-len(rows), rows[0]))]


def _bundled(vectors: Vectors) -> list[list[int]]:
    """Nearly the same texts, each with the first of its kind."""
    heads = np.empty((min(len(vectors), _HEADS), vectors.shape[1]), dtype=vectors.dtype)
    bundles: list[list[int]] = []
    of_head: list[int] = []
    known: dict[bytes, int] = {}
    for row, vector in enumerate(vectors):
        key = vector.tobytes()
        if key not in known:
            near = heads[: len(of_head)] @ vector
            best = int(near.argmax()) if len(near) else 0
            if len(near) and near[best] >= _SAME:
                known[key] = of_head[best]
            else:
                known[key] = len(bundles)
                bundles.append([])
                if len(of_head) < len(heads):
                    heads[len(of_head)] = vector
                    of_head.append(known[key])
        bundles[known[key]].append(row)
    return bundles


def _linked(alike_rows: Vectors, weights: Sequence[int], alike: float) -> list[list[int]]:
    """Average linkage (Lance and Williams 1967): the two groups that are most alike on average become one, as long as they are enough."""
    n = len(alike_rows)
    near = alike_rows.astype(np.float64)
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


def _means(vectors: Vectors, parts: Sequence[Sequence[int]]) -> Vectors:
    return np.stack([vectors[list(rows)].mean(axis=0) for rows in parts])


def _group(vectors: Vectors, rows: Sequence[int]) -> Group:
    ours = vectors[list(rows)]
    return Group(tuple(rows), rows[int((ours @ ours.sum(axis=0)).argmax())])
