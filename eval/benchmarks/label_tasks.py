"""What labels are learned from and measured on: a test, folds, or groups left out in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.intent.classifier import fold_of
from bot.sentiment.rows import Fields, Labelled, read_labelled, to_learn
from bot.sentiment.training import sentences
from bot.sentiment.ways import Tuning
from eval.errors import NothingToDo

QUICK = 1000
"""Rows of training and of test that a quick run takes."""


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


def tasks_of(asked: Asked) -> Iterator[Task]:
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
    return sampled(file, asked.fields, asked.quick, asked.seed)


def sampled(file: Path, fields: Fields, quick: bool, seed: int = 0) -> list[Labelled]:
    rows = list(read_labelled(file, fields))
    if not quick or len(rows) <= QUICK:
        return rows
    return [rows[i] for i in sorted(np.random.default_rng(seed).permutation(len(rows))[:QUICK])]
