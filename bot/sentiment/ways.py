"""The three ways in which labels are learned from a transformer: beside it, by its upper layers, by all of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.sentiment.heads import Head, Linear
from bot.sentiment.panel import Panel
from bot.sentiment.states import States, digest_of
from retrieval.generations import Progress

LONGEST = 112
"""Tokens of a text that are read: half from its beginning, half from its end."""
LAYERS = 0
Layers = int | Literal["all"]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a text's label is learned from an encoder.

    With 0 `layers` none learns, and a panel of small networks reads several; a number of them, counted from the top, learn beneath a
    head over all tokens; with "all" every weight does, beneath an ordinary head. `epochs` 0 are as many as are usual for that.
    """

    layers: Layers = LAYERS
    epochs: int = 0
    seed: int = 0
    longest: int = LONGEST

    @property
    def times(self) -> int:
        return self.epochs or (6 if self.layers == 0 else 2)


USUAL = Tuning()


@dataclass(frozen=True, slots=True)
class Lessons:
    """`texts` that are read, and those of them that are `learned`, with the place of each one's label; what is made goes to `out`.

    Under `kept` the states of layers that don't learn stay for the next time; they go where it is None.
    """

    texts: Sequence[str]
    gold: NDArray[np.intp]
    learned: NDArray[np.bool_]
    labels: Sequence[str]
    base: Path
    out: Path
    tuning: Tuning
    kept: Path | None
    say: Progress

    def right(self) -> tuple[list[str], list[int]]:
        return [self.texts[i] for i in np.flatnonzero(self.learned).tolist()], self.gold[self.learned].tolist()


def learn(lessons: Lessons) -> tuple[Head, States | None]:
    """Write what was learned to `out`; its head where that lies beside it, and what a panel knows of the texts. Raises BadLabeller."""
    if lessons.tuning.layers == "all":
        _all(lessons)
        return None, None
    with _place(lessons) as place:
        if lessons.tuning.layers == 0:
            panel, states = _beside(lessons, place)
            return panel, states if lessons.kept else None
        return _upper(lessons, lessons.tuning.layers, place), None


def _beside(lessons: Lessons, place: Path) -> tuple[Panel, States]:
    from bot.sentiment.panel_fit import features_of, fit_panel
    from bot.sentiment.reading import width_of
    from bot.sentiment.state_reading import read_layers

    tuning, base = lessons.tuning, lessons.base
    states = States(place / f"{digest_of(base)[:16]}-layers-{tuning.longest}", features_of(*width_of(base)))
    read_layers(base, states, lessons.texts, tuning.longest, lessons.say)
    texts, gold = lessons.right()
    labels, say = len(lessons.labels), lessons.say
    return fit_panel(base, lessons.out, states, texts, gold, labels, tuning.times, tuning.seed, say), states


def _upper(lessons: Lessons, layers: int, place: Path) -> Linear:
    from bot.sentiment.reading import width_of
    from bot.sentiment.state_reading import read_states
    from bot.sentiment.tuning import tune_upper

    tuning, base = lessons.tuning, lessons.base
    width, there = width_of(base)
    frozen = max(0, there - layers)
    states = States(place / f"{digest_of(base)[:16]}-{frozen}-{tuning.longest}", width)
    read_states(base, states, lessons.texts, frozen, tuning.longest, lessons.say)
    texts, gold = lessons.right()
    labels, say = len(lessons.labels), lessons.say
    return Linear(tune_upper(base, lessons.out, states, texts, gold, labels, frozen, tuning.times, tuning.seed, say))


def _all(lessons: Lessons) -> None:
    from bot.sentiment.tuning import tune_all

    tuning = lessons.tuning
    tune_all(
        lessons.base, lessons.out, *lessons.right(), lessons.labels, tuning.longest, tuning.times, tuning.seed, lessons.say,
    )  # fmt: skip


@contextmanager
def _place(lessons: Lessons) -> Iterator[Path]:
    if lessons.kept:
        yield lessons.kept
        return
    with tempfile.TemporaryDirectory(dir=lessons.out.parent, prefix=".states-") as work:
        yield Path(work)
