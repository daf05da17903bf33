"""Labelled texts: how often is the label right, are the chances true, and how does it fare on a group that it hasn't seen?"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np

from bot.sentiment.rows import digest
from bot.sentiment.states import digest_of
from eval import setting
from eval.benchmarks.label_figures import PACKAGES, Report
from eval.benchmarks.label_systems import STATES, UNFINISHED, measured_on
from eval.benchmarks.label_tasks import Asked, Task, tasks_of
from eval.replay.running import code_digest
from retrieval.generations import Progress
from retrieval.seams import Embedder

EACH = {"accuracy": "accuracies", "macro_f1": "macro_f1s", "auroc": "aurocs", "ece": "eces"}
"""What is told of each fold or group, too."""


def run(asked: Asked, *, embedder: Embedder | None, kept: Path, say: Progress) -> Report:
    """The figures of every system, averaged over the tasks. Each task's are kept beside `kept`: what is cut off goes on there. Raises what reading raises, OneLabel, NothingToDo."""
    started = time.perf_counter()
    systems: dict[str, list[Report]] = {}
    tasks = list(tasks_of(asked))
    labels = sorted({row.label for row in tasks[0].train})
    from_before, code = 0, code_digest()
    _cleared(kept.parent)
    for number, task in enumerate(tasks, 1):
        say(f"measuring on {task.name}", number - 1, len(tasks))
        file = kept.parent / "labelled" / f"{_mark(task, asked, embedder, code)}.json"
        found = _found_again(file)
        if found is None:
            found = dict(measured_on(task, labels, asked, embedder, kept, say))
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


def _averaged(each: Sequence[Mapping[str, float]], names: Sequence[str]) -> Report:
    means: Report = {name: round(float(np.mean([one[name] for one in each])), 4) for name in each[0]}
    if len(each) > 1:
        means |= {
            several: {name: round(one[figure], 4) for name, one in zip(names, each, strict=True)}
            for figure, several in EACH.items()
        }
    return means
