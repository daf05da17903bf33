"""What ours is measured against, fitted on the same histories: each is a function from a history to its scores of all items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from retrieval.generations import Progress
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.linear import Linear, LinearPlan
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import SequencePlan
from retrieval.recommend.steps import StepPlan, Steps, Together

Scores = Callable[[Places], Floats]
EASE = LinearPlan(ridge=150.0, order=0.0, recent=0.75, keep=1_000, least=1, largest=25_000)
"""Untuned: the ridge of its paper's order of size, no order in what is learned, recency when it is asked."""
SASREC = SequencePlan(width=64, dropout=0.2, loss="pairs", texts=False, epochs=60, patience=4, tokens=4096)
"""As published: binary cross-entropy, one negative an event."""
NAMES = ("popularity", "item-kNN", "EASE", "transitions", "transitions+kNN", "transitions+EASE", "implicit", "SASRec")


def fitted(
    histories: Histories, names: tuple[str, ...], keep: Checkpoints, *, quick: bool, say: Progress
) -> dict[str, Scores]:
    """Those of the names that can be fitted: none of which `missing` says why."""
    wanted = set(names)
    made: dict[str, Scores] = {}
    counts = np.bincount(histories.places, minlength=len(histories.items)).astype(np.float32)
    if "popularity" in wanted:
        made["popularity"] = lambda history: counts
    if wanted & {"item-kNN", "transitions+kNN"}:
        made["item-kNN"] = Together.fit(histories, recent=1.0).scores
    if any(name.startswith("transitions") for name in wanted):
        made["transitions"] = Steps.fit(histories, StepPlan(half_life_days=None)).scores
    if wanted & {"EASE", "transitions+EASE"}:
        kept = keep.under("EASE", histories.digest, EASE)
        made["EASE"] = Linear(kept.links("linear", lambda: Linear.fit(histories, EASE, say).links), EASE.recent).scores
    if "transitions+kNN" in wanted:
        made["transitions+kNN"] = _both(made["transitions"], made["item-kNN"], 0.2)
    if "transitions+EASE" in wanted:
        made["transitions+EASE"] = _both(made["EASE"], made["transitions"], 1.0)
    if "implicit" in wanted and not missing("implicit"):
        made["implicit"] = _implicit(histories)
    if "SASRec" in wanted:
        made["SASRec"] = _sasrec(histories, replace(SASREC, epochs=2) if quick else SASREC, keep, say)
    return {name: made[name] for name in NAMES if name in made and name in wanted}


def missing(name: str) -> str:
    """Why a yardstick can't be fitted here; empty where it can."""
    if name != "implicit":
        return ""
    if find_spec("implicit") is None:
        return "its package isn't installed: pip install -c constraints.txt 'shopclerk[yardstick]'"
    try:
        import implicit.als  # noqa: F401
    except (ImportError, OSError) as error:  # compiled for another machine, or without what it links to
        return f"its package can't be loaded: {error}"
    return ""


def _both(one: Scores, other: Scores, weight: float) -> Scores:
    return lambda history: one(history) + weight * other(history)


def _implicit(histories: Histories) -> Scores:
    """implicit's alternating least squares (Hu, Koren and Volinsky, 2008); a customer's factors are solved anew from the history."""
    from implicit.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix

    from retrieval.recommend.counting import had

    model: Any = AlternatingLeastSquares(factors=128, regularization=0.05, alpha=10.0, iterations=15, random_state=7)
    model.fit(had(histories), show_progress=False)
    items = len(histories.items)

    def scores(history: Places) -> Floats:
        row = csr_matrix((np.ones(len(history), np.float32), (np.zeros(len(history), int), history)), shape=(1, items))
        found: Floats = model.item_factors @ model.recalculate_user(0, row)
        return found

    return scores


def _sasrec(histories: Histories, plan: SequencePlan, keep: Checkpoints, say: Progress) -> Scores:
    """It stops by the last event of customers whose last event it doesn't learn."""
    from retrieval.recommend import network as networks
    from retrieval.recommend import sequence_fit
    from retrieval.recommend.histories import held_back

    aside = held_back(histories, share=0.05, most=2_000, seed=5)
    less = histories.less_last(aside)
    asked = [(less.of(c), int(histories.of(c)[-1])) for c in np.flatnonzero(aside).tolist()]
    network, _ = sequence_fit.fit(less, None, plan, asked, work=keep.under("SASRec", less.digest, plan).folder, say=say)
    known = np.ones(len(histories.items), dtype=np.bool_)
    return networks.served(network, known).scores
