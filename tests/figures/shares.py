"""Shares with their intervals, and what is withheld: worked out otherwise than the report does, where there is another way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

LEAST, NAMED = 10, 3


def wilson(count: int, n: int, level: float = 0.95) -> dict[str, float]:
    """As the two roots of (p - count / n)² = z² p (1 - p) / n, which is where it comes from."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = count / n, z * z / n
    a, b, c = 1 + spread, -(2 * share + spread), share * share
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return {"value": share, "low": (-b - root) / (2 * a), "high": (-b + root) / (2 * a)}


def shown(count: int) -> int | None:
    return None if 0 < count < LEAST else count


def told_parts(counts: Mapping[str, int], of: Mapping[str, int] | None = None) -> dict[str, int | None]:
    """Small parts are withheld, and of the others the smallest until nobody can work them out."""
    people = of or counts
    small = [name for name in counts if 0 < people[name] < LEAST]
    large = sorted((name for name in counts if people[name] >= LEAST), key=lambda name: counts[name])
    while small and large and (len(small) == 1 or sum(counts[name] for name in small) < LEAST):
        small.append(large.pop(0))
    return {name: None if name in small else count for name, count in counts.items()}


def flat(value: Any, at: str = "") -> dict[str, Any]:
    """Every value of a JSON by where it stands."""
    if isinstance(value, Mapping) and value:
        return {key: one for name, part in value.items() for key, one in flat(part, f"{at}.{name}").items()}
    if isinstance(value, list | tuple) and value:
        return {key: one for place, part in enumerate(value) for key, one in flat(part, f"{at}[{place}]").items()}
    return {at: value}
