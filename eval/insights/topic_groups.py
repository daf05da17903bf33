"""Rows that are alike, put into groups: a tree by Ward's rule, cut where the groups stand apart best. Of numbers alone, no words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.seams import Vectors

Groups = NDArray[np.intp]
FEWEST, MOST = 6, 24
"""Between so many groups the tree is cut."""
SEEN = 2000
"""Rows that the tree is made of; of more an even sample, and the others go to the nearest middle."""
ALMOST = 0.85
"""Of all cuts that tell groups apart so nearly as well as the best one, the finest is taken; .8 to .9 are alike. Where the
best tells them apart without a doubt (a width of 1), it alone will do."""
_EACH = 8
"""Rows a group has on average at least."""


def grouped(rows: Vectors) -> Groups:
    """A number for each row, 0 for the largest group and so on; all 0 where there are too few to tell groups apart."""
    if len(rows) < FEWEST * _EACH:
        return np.zeros(len(rows), dtype=np.intp)
    seen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), SEEN)).astype(np.intp))
    tree, apart = _tree(rows[seen]), _distances(rows[seen])
    cuts = [_cut(tree, len(seen), count) for count in range(FEWEST, min(MOST, len(seen) // _EACH) + 1)]
    told = [silhouette(apart, groups) for groups in cuts]
    enough = max(told) * (1 - (1 - ALMOST) * (1 - max(told)))
    best = max(
        (groups for groups, width in zip(cuts, told, strict=True) if width >= enough),
        key=lambda groups: groups.max(),
    )
    return _by_size(nearest(rows, middles(rows[seen], best)) if len(seen) < len(rows) else best)


def middles(rows: Vectors, groups: Groups) -> Vectors:
    """[groups, dim]: the mean of each."""
    made: Vectors = np.stack([rows[groups == number].mean(axis=0) for number in range(groups.max() + 1)])
    return made


def nearest(rows: Vectors, centres: Vectors) -> Groups:
    """Which centre each row is nearest to."""
    found: Groups = (rows @ centres.T - (centres**2).sum(axis=1) / 2).argmax(axis=1)
    return found


def silhouette(apart: Vectors, groups: Groups) -> float:
    """How much nearer rows are to their own group than to the next one, on average; Rousseeuw, 1987."""
    count = int(groups.max()) + 1
    belongs = np.eye(count, dtype=np.float32)[groups]
    sizes = belongs.sum(axis=0)
    sums = apart @ belongs
    at = np.arange(len(groups))
    own = sums[at, groups] / np.maximum(sizes[groups] - 1, 1)
    others = sums / sizes
    others[at, groups] = np.inf
    nearest_other = others.min(axis=1)
    widths = (nearest_other - own) / np.maximum(np.maximum(nearest_other, own), 1e-9)
    return float(np.where(sizes[groups] > 1, widths, 0.0).mean())


def _distances(rows: Vectors) -> Vectors:
    squares = (rows**2).sum(axis=1)
    apart: Vectors = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0.0))
    return apart


def _tree(rows: Vectors) -> list[tuple[float, int, int]]:
    """Merges (height, row, row), lowest first: each joins the groups that the two rows are in. By chains of nearest neighbours; Murtagh, 1983."""
    apart = _distances(rows).astype(np.float64) ** 2
    np.fill_diagonal(apart, np.inf)
    sizes, alive = np.ones(len(rows)), np.ones(len(rows), dtype=bool)
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(merges) < len(rows) - 1:
        if not chain:
            chain.append(int(alive.argmax()))
        last = chain[-1]
        next_one = int(apart[last].argmin())
        if len(chain) > 1 and apart[last, chain[-2]] <= apart[last, next_one]:
            next_one = chain[-2]
        if len(chain) < 2 or next_one != chain[-2]:
            chain.append(next_one)
            continue
        del chain[-2:]
        merges.append((float(apart[last, next_one]), last, next_one))
        _join(apart, sizes, alive, min(last, next_one), max(last, next_one))
    return sorted(merges)


def _join(apart: NDArray[np.float64], sizes: NDArray[np.float64], alive: NDArray[np.bool_], kept: int, gone: int) -> None:  # fmt: skip
    """`gone` becomes part of `kept`, by the formula of Lance and Williams for Ward's rule."""
    height, whole = apart[kept, gone], sizes[kept] + sizes[gone] + sizes
    with np.errstate(invalid="ignore"):
        new = ((sizes[kept] + sizes) * apart[kept] + (sizes[gone] + sizes) * apart[gone] - sizes * height) / whole
    alive[gone] = False
    new[~alive] = np.inf
    new[kept] = np.inf
    apart[kept], apart[:, kept] = new, new
    apart[gone], apart[:, gone] = np.inf, np.inf
    sizes[kept] += sizes[gone]


def _cut(tree: Sequence[tuple[float, int, int]], rows: int, count: int) -> Groups:
    """The tree without its last `count - 1` merges."""
    root = list(range(rows))

    def top(row: int) -> int:
        while root[row] != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    for _, one, other in tree[: rows - count]:
        root[top(one)] = top(other)
    _, groups = np.unique([top(row) for row in range(rows)], return_inverse=True)
    found: Groups = groups.astype(np.intp)
    return found


def _by_size(groups: Groups) -> Groups:
    names, places, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(names), dtype=np.intp)
    rank[order] = np.arange(len(names))
    found: Groups = rank[places]
    return found
