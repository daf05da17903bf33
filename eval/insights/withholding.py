"""Small numbers aren't shown: a portrait of a few people is a portrait of persons."""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 10
"""People that a figure has to be of."""


def shown(count: int) -> int | None:
    """None where it is of too few people; nobody is a number that may be told."""
    return count if count >= LEAST or count == 0 else None


def parts(counts: Mapping[str, int], people: Mapping[str, int] | None = None) -> dict[str, int | None]:
    """Of parts that make up a known whole: as many are withheld as it takes for nobody to work out a small one by subtraction.
    `people` are how many each part is of, where it counts something else."""
    of = people or counts
    hidden = {name for name in counts if shown(of[name]) is None}
    others = sorted((name for name in counts if of[name] >= LEAST), key=lambda name: counts[name])
    while hidden and others and (len(hidden) < 2 or sum(counts[name] for name in hidden) < LEAST):
        hidden.add(others.pop(0))
    return {name: None if name in hidden else count for name, count in counts.items()}
