"""Which other text each text is most like: Jaccard of character 5-grams, over all pairs that could be alike."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache

from knowledge_base.families import plain

TOO_ALIKE = 0.8
_GRAM = 5


def jaccard(one: str, other: str) -> float:
    """Shared 5-grams by all 5-grams, of 0 to 1."""
    return _jaccard(grams(one), grams(other))


@lru_cache(maxsize=5000)
def grams(text: str) -> frozenset[str]:
    said = re.sub(r"\s+", " ", plain(text)).strip()
    return frozenset(said[place : place + _GRAM] for place in range(max(1, len(said) - _GRAM + 1)))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


class Texts:
    """Texts by key, made to be compared. Exact: two sets that share `alike` of their union share one of their rarest grams.

    (Prefix filtering: Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", WWW 2007.)
    """

    def __init__(self, texts: Mapping[str, str], alike: float = TOO_ALIKE) -> None:
        self._grams = {key: grams(text) for key, text in texts.items()}
        self._alike = alike
        self._count = Counter(gram for found in self._grams.values() for gram in found)
        self._by_gram: dict[str, list[str]] = defaultdict(list)
        for key, found in self._grams.items():
            for gram in self._rarest(found):
                self._by_gram[gram].append(key)

    def nearest(self, text: str, *, but: str = "") -> tuple[str, float]:
        """(key, Jaccard) of the most similar text, `but` (and whatever `but#...` names) left out; ("", 0) where none comes near `alike`."""
        found, best = grams(text), ("", 0.0)
        for key in {key for gram in self._rarest(found) for key in self._by_gram.get(gram, ())}:
            if key.partition("#")[0] != but:
                share = _jaccard(found, self._grams[key])
                if share > best[1]:
                    best = (key, share)
        return best if best[1] >= self._alike else ("", 0.0)

    def alike(self) -> list[tuple[str, str, float]]:
        """Every pair above the limit, the most similar first."""
        pairs: dict[tuple[str, str], float] = {}
        for key, found in self._grams.items():
            for other in {o for gram in self._rarest(found) for o in self._by_gram[gram] if o > key}:
                share = _jaccard(found, self._grams[other])
                if share > self._alike:
                    pairs[key, other] = share
        return sorted(((one, other, share) for (one, other), share in pairs.items()), key=lambda pair: -pair[2])

    def _rarest(self, found: frozenset[str]) -> list[str]:
        ordered = sorted(found, key=lambda gram: (self._count[gram], gram))
        return ordered[: len(found) - math.ceil(self._alike * len(found)) + 1]
