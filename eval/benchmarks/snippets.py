"""Snippets for a question: their cosines, their features, and a ranker that is fitted on questions the embedder didn't learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.benchmarks.dialogues import Halves, Turn
from eval.benchmarks.retrieval import remembered
from knowledge_base.catalogue import Catalogue
from retrieval import rerank
from retrieval.generations import Progress
from retrieval.hybrid import MEANING, fuse, telling
from retrieval.lexical import Lexical
from retrieval.seams import Embedder, Vectors
from retrieval.types import Hit, Where

OWN = ("cosine", "cosine before", "agreement", "a FAQ")
"""What is told of a snippet besides `retrieval/rerank.py`'s features."""
_FACTS = rerank.Facts(Catalogue(()))
_AGREEING = 5
_PULL = 0.05
"""How strongly the ranker is pulled towards plain cosines; .01 to .3 are alike on the held-back questions."""

Matrix = NDArray[np.float64]
Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Bench:
    """What every system reads: the halves, the word index, and where vectors are kept."""

    halves: Halves
    words: Lexical
    kept: Path
    say: Progress


class Reader:
    """An embedder over the bench: every snippet's cosine to a question."""

    def __init__(self, bench: Bench, embedder: Embedder) -> None:
        passages = list(bench.halves.passages.values())
        self._ids = [passage.id for passage in passages]
        self._place = {passage_id: place for place, passage_id in enumerate(self._ids)}
        self._rows: Vectors = remembered([passage.text for passage in passages], embedder, bench.kept, bench.say)
        asked = list(dict.fromkeys(turn.question for turn in (*bench.halves.train, *bench.halves.test)))
        self._asked = dict(zip(asked, remembered(asked, embedder, bench.kept, bench.say), strict=True))
        self._of_house: dict[str, list[int]] = {}
        for place, passage in enumerate(passages):
            self._of_house.setdefault(passage.source_id, []).append(place)

    def cosines(self, question: str, houses: Iterable[str] | None = None) -> Scores:
        """Snippet id -> cosine, of these houses or of all."""
        places = (
            range(len(self._ids)) if houses is None else [i for house in sorted(houses) for i in self._of_house[house]]
        )
        cosines = self._rows[list(places)] @ self._asked[question]
        return {self._ids[place]: float(cosine) for place, cosine in zip(places, cosines, strict=True)}

    def agreement(self, ids: Sequence[str], cosines: Sequence[float]) -> Matrix:
        """[n]: how like each snippet is to those nearest to the question: what several guests say is likely an answer."""
        rows = self._rows[[self._place[i] for i in ids]]
        nearest = np.argsort(-np.array(cosines))[:_AGREEING]
        return np.asarray((rows @ rows[nearest].T).mean(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class SnippetRanker:
    """Weights of the features, and how a score becomes the chance of being an answer: 1 / (1 + exp(-(slope * score + bias)))."""

    weights: Matrix
    slope: float
    bias: float

    def scores(self, table: Matrix) -> Matrix:
        found: Matrix = table @ self.weights
        return found

    def chances(self, table: Matrix) -> Matrix:
        """Of each snippet, set against the best of its list."""
        scores = self.scores(table)
        found: Matrix = 1 / (1 + np.exp(-np.clip(self.slope * (scores - scores.max()) + self.bias, -30, 30)))
        return found


def table(bench: Bench, ours: Reader, before: Reader, question: str, house: str) -> tuple[list[str], Matrix]:
    """Ids of a house's snippets, and their features [n, FEATURES + OWN]."""
    cosines = ours.cosines(question, [house])
    where = Where(source_ids=frozenset({house}))
    mask = bench.words.rows.mask(where)
    places = np.array([bench.words.rows.row_of(i) for i in cosines], dtype=np.int32)
    by_meaning = (places, np.array(list(cosines.values()), dtype=np.float32))
    rarity = bench.words.rarity(telling(question), where, mask)
    by_words = bench.words.best(question, len(cosines), where, mask)
    rows, scores, parts = fuse(by_words, by_meaning, MEANING, lambda found: bench.words.covered(found, rarity))
    hits = [
        Hit(
            bench.words.rows.passage(row),
            float(scores[place]),
            {name: float(part[place]) for name, part in parts.items()},
        )
        for place, row in enumerate(rows.tolist())
    ]
    ids = [hit.passage.id for hit in hits]
    near = [cosines[i] for i in ids]
    first = before.cosines(question, [house])
    own = [near, [first[i] for i in ids], ours.agreement(ids, near), ["/faq/" in i for i in ids]]
    return ids, np.column_stack([rerank.features(question, hits, _FACTS), np.array(own, dtype=np.float64).T])


def fit(bench: Bench, ours: Reader, before: Reader, turns: Sequence[Turn]) -> SnippetRanker:
    """Pairs of a right and a wrong snippet of one house give the weights, then all snippets the chances."""
    tables = []
    for turn in turns:
        for house in sorted(bench.halves.entities(turn)):
            ids, rows = table(bench, ours, before, turn.question, house)
            tables.append((rows, np.array([i in turn.gold for i in ids])))
    pairs = [rerank.differences(rows, right) for rows, right in tables if 0 < right.sum() < len(right)]
    each = np.concatenate([np.full(len(rows), 1 / len(rows)) for rows in pairs])
    prior = np.zeros(len(rerank.FEATURES) + len(OWN))
    prior[len(rerank.FEATURES)] = 10.0
    weights = rerank.logistic(np.concatenate(pairs), each, prior, _PULL)
    scores = [rows @ weights for rows, _ in tables]
    behind = np.concatenate([found - found.max() for found in scores])
    signs = np.where(np.concatenate([right for _, right in tables]), 1.0, -1.0)
    rows = np.column_stack([behind, np.ones(len(behind))]) * signs[:, None]
    slope, bias = rerank.logistic(rows, np.ones(len(rows)), np.zeros(2), 1e-3)
    return SnippetRanker(weights, float(slope), float(bias))
