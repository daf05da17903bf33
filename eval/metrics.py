"""Figures of rankings, through ir-measures, and of classifying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
"""The first so many places of a ranking that count."""

Ranking = Sequence[str]
"""What was found for one question, best first; the same id may stand in it more than once."""


def ranked(runs: Mapping[str, Ranking], gold: Mapping[str, AbstractSet[str]]) -> dict[str, float]:
    """hit@1, hit@3, hit@5, hit@10 (success: any gold among the first k), MRR@10 and nDCG@10, each 0 to 1, averaged over `gold`'s questions."""
    import ir_measures as ir

    names = {
        "hit@1": ir.Success @ 1,
        "hit@3": ir.Success @ 3,
        "hit@5": ir.Success @ 5,
        "hit@10": ir.Success @ 10,
        "MRR@10": ir.RR @ 10,
        "nDCG@10": ir.nDCG @ 10,
    }
    relevant = [ir.Qrel(question, doc, 1) for question, docs in gold.items() for doc in docs]
    found = [ir.ScoredDoc(question, doc, -place) for question in gold for place, doc in _once(runs.get(question, ()))]
    if not relevant:
        return dict.fromkeys(names, 0.0)
    values = ir.calc_aggregate(names.values(), relevant, found)
    return {name: round(float(values[measure]), 4) for name, measure in names.items()}


def _once(ranking: Ranking) -> Iterator[tuple[int, str]]:
    """(place, id): a second passage of one source keeps its place, and can't count again."""
    seen: set[str] = set()
    for place, doc in enumerate(ranking[:DEPTH]):
        yield place, f"{doc}#{place}" if doc in seen else doc
        seen.add(doc)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often a positive scores above a negative, ties half: Mann and Whitney's U over the pairs. 0.5 where one side is empty."""
    if not positive or not negative:
        return 0.5
    below = np.sort(np.asarray(negative))
    above = (np.searchsorted(below, positive, "left") + np.searchsorted(below, positive, "right")).sum() / 2
    return float(above) / (len(positive) * len(negative))


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """The mean over the gold labels of 2 hits / (times said + times meant)."""
    said, meant = Counter(found), Counter(gold)
    hits = Counter(g for g, f in zip(gold, found, strict=True) if g == f)
    return sum(2 * hits[name] / (said[name] + meant[name]) for name in meant) / len(meant) if meant else 0.0


def calibration_error(confidence: NDArray[np.floating[Any]], hits: NDArray[np.bool_], *, bins: int = 15) -> float:
    """Expected calibration error: |confidence - share right| in bins of equal width, weighed by rows; Naeini et al., 2015."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return sum(
        abs(float(confidence[place == b].mean()) - float(hits[place == b].mean())) * float((place == b).mean())
        for b in np.unique(place)
    )


def threshold(
    none: NDArray[np.floating[Any]], hits: NDArray[np.bool_], strange: NDArray[np.floating[Any]], *, caught: float
) -> float:
    """From which score of `none` on to abstain: the best mean of (kept and right) and (caught), catching the share `caught` if any does.

    `none` and `hits` are of rows with an intent, `strange` the scores of rows without one.
    """
    best, at = (False, -1.0), 1.0
    for candidate in np.unique(np.quantile(np.concatenate([none, strange]), np.linspace(0, 1, 1000))):
        recall = float((strange >= candidate).mean())
        right = float((hits & (none < candidate)).mean())
        best, at = max((best, at), ((recall >= caught, (right + recall) / 2), float(candidate)))
    return at


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, 0 to 1; Wilson, 1927. (0, 1) of none."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = z * (share * (1 - share) / of + spread / (4 * of)) ** 0.5 / (1 + spread)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)
