"""`eval growth`: customers made of real ones, and the seconds of a training's steps told apart."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.errors import NotTrained
from eval.recommend.growth import Asked, followed, times_as_much, trained, write_shop
from eval.recommend.resampling import resampled
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval.recommend.histories import Histories
from retrieval.recommend.texts import Shelf

ITEMS = [f"i{n}" for n in range(40)]
REAL = Histories.of_rows(
    {f"c{n}": [(n * 3 + step) % 40 for step in range(3 + n % 5)] for n in range(200)} | {"once": [7]}, ITEMS
)


def test_made_up_customers_have_lengths_and_steps_of_real_ones_and_hardly_two_are_alike() -> None:
    made = list(resampled(REAL, 1_000, seed=7))
    assert made == list(resampled(REAL, 1_000, seed=7))
    assert all(len(set(one)) == len(one) for one in made)
    lengths = Counter(map(len, made))
    assert set(lengths) <= set(range(1, 8))
    assert abs(np.mean([len(one) for one in made]) - 5) < 0.4
    steps = Counter((b - a) % 40 for one in made for a, b in pairwise(one))
    assert steps[1] / steps.total() > 0.8, "what comes after what is as among the real ones"
    assert len({tuple(one) for one in made}) > len({tuple(REAL.of(row).tolist()) for row in range(200)})


def test_the_shop_that_is_trained_has_them_all(tmp_path: Path) -> None:
    shelf = Shelf.of(ITEMS, [f"Thing {n}, blue" for n in range(40)], ["Sets"] * 40)
    read = read_shop(load_shop(write_shop(tmp_path, shelf, REAL, 50, 7)))
    assert (len(read.products), len({one.customer_id for one in read.interactions}), read.refusals) == (40, 50, ())
    with (tmp_path / "events.csv").open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) - 1 == len(read.interactions)


def test_a_step_lasts_until_another_begins() -> None:
    says = (
        "import sys, time\n"
        "for step, s in (('texts: 0 of 9', .15), ('texts: 9 of 9', .15), ('no step', 0), ('linear: 0 of 1, 3/s', .1)):\n"
        "    print(step, file=sys.stderr, flush=True); time.sleep(s)\n"
        "print('oh dear', file=sys.stderr)"
    )
    with subprocess.Popen([sys.executable, "-c", says], stderr=subprocess.PIPE, text=True) as process:
        steps, last = followed(process, time.perf_counter())
    assert list(steps) == ["start", "texts", "linear"]
    assert steps["texts"] > 0.25
    assert steps["linear"] > 0.08
    assert last == "oh dear"


def test_a_training_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotTrained, match=r"shop\.toml"):
        trained(tmp_path, Asked(tmp_path, tmp_path, ()))


def test_growth_is_told_as_times_the_size_before() -> None:
    small = {
        "customers": 10,
        "events": 50,
        "seconds": 4.0,
        "cpu_s": 8.0,
        "most_memory_gb": 0.5,
        "steps_s": {"a": 1.0, "b": 0.0},
    }
    large = {
        "customers": 100,
        "events": 500,
        "seconds": 44.0,
        "cpu_s": 80.0,
        "most_memory_gb": 1.0,
        "steps_s": {"a": 11.0, "c": 9.0},
    }
    told = times_as_much(small, large)
    assert (told["customers"], told["seconds"], told["memory"], told["steps"]) == (10, 11, 2, {"a": 11})
