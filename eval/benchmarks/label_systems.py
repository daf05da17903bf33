"""What is measured on a task: the yardsticks, and the encoder that was asked for."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from bot.intent.chances import softmax
from bot.sentiment.labeller import Labeller
from bot.sentiment.transformer import TransformerLabeller
from eval.benchmarks.baselines import fit_characters
from eval.benchmarks.label_figures import Report, figures, measured
from eval.benchmarks.label_tasks import Asked, Task
from eval.benchmarks.retrieval import remembered
from eval.errors import NothingToDo
from retrieval.generations import Progress
from retrieval.seams import Embedder

TIMED = 200
"""Texts that a transformer is timed on, none of which it has read before."""
UNFINISHED = ".labeller-"
STATES = "states"
"""The folder of what a transformer's frozen layers make of the texts: from fold to fold, until the last is measured."""


def measured_on(
    task: Task, labels: Sequence[str], asked: Asked, embedder: Embedder | None, kept: Path, say: Progress
) -> Iterable[tuple[str, Report]]:
    texts = [row.text for row in task.test]
    share = Counter(row.label for row in task.train)
    always = np.tile(np.array([share[name] / len(task.train) for name in labels], np.float32), (len(texts), 1))
    yield "most frequent", figures(always, labels, task.test, 0.001)
    if asked.yardsticks:
        plain = fit_characters([row.text for row in task.train], [row.label for row in task.train])
        started = time.process_time()
        chances = plain.chances(texts, np.zeros((len(texts), 0), np.float32))[:, :-1]
        yield "tfidf", figures(chances, labels, task.test, time.process_time() - started)
    if asked.encoder == "transformer":
        yield from _transformer(task, asked, kept, say)
        return
    lexical = Labeller.fit(task.train, seed=asked.seed, quick=asked.quick, say=say)
    yield "lexical", measured(lexical, task.test) | {"card_accuracy": lexical.card.accuracy}
    if asked.encoder == "embedding" and embedder is not None:
        vectors = [remembered([row.text for row in part], embedder, kept, say) for part in (task.train, task.test)]
        model = Labeller.fit(
            task.train, embedder=embedder, vectors=vectors[0], seed=asked.seed, quick=asked.quick, say=say
        )
        chances = model.chances(texts, vectors[1])
        yield (
            "embedding",
            figures(chances, model.card.labels, task.test, float("inf")) | {"card_accuracy": model.card.accuracy},
        )


def _transformer(task: Task, asked: Asked, kept: Path, say: Progress) -> Iterator[tuple[str, Report]]:
    """With the wording, alone, and the wording alone."""
    if asked.base is None:
        raise NothingToDo("--encoder transformer needs --model, a folder of transformers or multilingual-e5-small.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=UNFINISHED) as work:
        model = TransformerLabeller.fit(
            task.train, asked.base, Path(work) / "m", asked.tuning, kept=kept.parent / STATES, say=say
        )
        say("measuring", 0, len(task.test))
        texts = [row.text for row in task.test]
        views = model.views(texts)
        model.forget()
        started = time.process_time()
        model.views(texts[:TIMED])
        cpu_s = (time.process_time() - started) * len(texts) / len(texts[:TIMED])
        say("measuring", len(task.test), len(task.test))
    card = model.card
    yield "transformer alone", figures(softmax(views[0]), card.labels, task.test, cpu_s) | {"card_accuracy": card.alone}
    shares = np.array(card.shares, np.float32)
    worded = softmax(np.tensordot(shares[1:], views[1:], 1)) if shares[1:].any() else softmax(views[1:].mean(axis=0))
    yield "lexical beside", figures(worded, card.labels, task.test, float("inf"))
    mixed = softmax(np.tensordot(shares, views, 1))
    yield "transformer", figures(mixed, card.labels, task.test, cpu_s) | {"card_accuracy": card.accuracy}
