"""Which of many candidates says it most as people would: expected BLEU, a minimum-Bayes-risk choice.

Against R references, a candidate's n-gram of chance p in one of them is found with 1 - (1 - p)^R; the geometric mean over n = 1..4
of the mean over its n-grams is what multi-reference BLEU (Papineni et al., 2002) may be expected to be.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

LONGEST = 4
REFERENCES = 8
_FLOOR = 0.02
_WORD = re.compile(r"<\w+>|[A-Za-z0-9£$€]+|[^\W\d]|[^\w\s]", re.UNICODE)
Gram = tuple[str, ...]


def words(text: str) -> list[str]:
    """Words, placeholders and marks; each Chinese character is one."""
    return _WORD.findall(text)


def grams(tokens: Sequence[str], n: int) -> list[Gram]:
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def grams_of(tokens: Sequence[str]) -> set[Gram]:
    """Of one word and more, up to four."""
    return {gram for n in range(1, LONGEST + 1) for gram in grams(tokens, n)}


def chances(texts: Iterable[tuple[Sequence[str], float]]) -> dict[Gram, float]:
    """How likely an n-gram stands in a text: its share among the given ones, each with its weight."""
    return chances_of_sets((grams_of(tokens), weight) for tokens, weight in texts)


def chances_of_sets(texts: Iterable[tuple[Collection[Gram], float]]) -> dict[Gram, float]:
    total, found = 0.0, defaultdict[Gram, float](float)
    for there, weight in texts:
        total += weight
        for gram in there:
            found[gram] += weight
    return {gram: weight / total for gram, weight in found.items()} if total else {}


def mixed(one: Mapping[Gram, float], other: Mapping[Gram, float], share: float) -> dict[Gram, float]:
    """Of the chances of two sources, `share` from the first; where one knows nothing the other alone."""
    if not one or not other:
        return dict(one or other)
    return {gram: share * one.get(gram, 0.0) + (1 - share) * other.get(gram, 0.0) for gram in one.keys() | other.keys()}


def expected_bleu(tokens: Sequence[str], chance: Mapping[Gram, float], length: float) -> float:
    """0 to 1. A repeated n-gram counts once. `length` is what a text of these facts has: a shorter one pays as BLEU makes it pay."""
    logs = []
    for n in range(1, LONGEST + 1):
        counted = Counter(grams(tokens, n))
        hits = sum(1 - (1 - chance.get(gram, 0.0)) ** REFERENCES for gram in counted)
        logs.append(math.log(max(hits, _FLOOR) / max(1, sum(counted.values()))))
    brevity = min(0.0, 1 - length / max(1, len(tokens)))
    return math.exp(sum(logs) / LONGEST + brevity)


def corpus_bleu(texts: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]) -> float:
    """0 to 1: BLEU-4 of all texts together, each against all of its references, the nearest length counting."""
    hits, total, ours, theirs = [0] * LONGEST, [0] * LONGEST, 0, 0
    for text, refs in zip(texts, references, strict=True):
        ours += len(text)
        theirs += min((abs(len(ref) - len(text)), len(ref)) for ref in refs)[1]
        for n in range(1, LONGEST + 1):
            said = Counter(grams(text, n))
            most = Counter[Gram]()
            for ref in refs:
                most |= Counter(grams(ref, n))
            hits[n - 1] += sum((said & most).values())
            total[n - 1] += sum(said.values())
    if not all(hits):
        return 0.0
    mean = sum(math.log(h / t) for h, t in zip(hits, total, strict=True)) / LONGEST
    return math.exp(mean + min(0.0, 1 - theirs / ours))
