"""What a recommender is fitted on: the histories of a benchmark with its items' vectors, which are kept for the next run."""

from __future__ import annotations

from eval.recommend.data import Cases
from retrieval.generations import Progress
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.fitting import Given
from retrieval.recommend.training import vectors_of
from retrieval.seams import Embedder


def given(cases: Cases, embedder: Embedder, keep: Checkpoints, say: Progress) -> Given:
    kept = keep.under("texts", embedder.name, cases.shelf.texts)
    return Given(cases.histories, cases.shelf.categories, vectors_of(cases.shelf.texts, embedder, kept, say))
