"""How likely it is that what was found answers the question. Calibrated on the development half of the sample shop's questions."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.types import Hit

THRESHOLD = 0.5


def answerable(question: str, hits: Sequence[Hit]) -> float:
    """0 to 1; `hits` best first. Meaning decides where there are vectors, shared content words where there are none."""
    if not hits:
        return 0.0
    best = hits[0]
    cosine, coverage = best.found_by.get("cosine", 0.0), best.found_by.get("coverage", 0.0)
    if cosine:
        return _between(cosine + 0.25 * coverage, 0.20, 0.80)
    return _between(coverage, 0.0, 0.66)


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
