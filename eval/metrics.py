"""Figures of rankings, through ir-measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

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
    above = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return above / (len(positive) * len(negative))
