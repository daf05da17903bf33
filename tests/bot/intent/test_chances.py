"""Scores become chances that hold."""

from __future__ import annotations

import numpy as np
import pytest

from bot.intent import logistic
from bot.intent.chances import calibrated, softmax, temperature_of


def test_scores_that_are_too_sure_are_cooled() -> None:
    targets = np.eye(2, dtype=np.float32)[[0] * 3 + [1]]
    scores = np.array([[8.0, 0.0]] * 4, dtype=np.float32)
    assert softmax(scores / temperature_of(scores, targets))[0, 0] == pytest.approx(0.75, abs=0.03)


def test_the_threshold_parts_what_can_be_parted() -> None:
    scores = np.array([[6, 0, -4]] * 20 + [[0, 6, -4]] * 20 + [[0, 0, 4]] * 10, dtype=np.float32)
    targets = np.array([[1, 0]] * 20 + [[0, 1]] * 20 + [[0, 0]] * 10, dtype=np.float32)
    none = np.array([False] * 40 + [True] * 10)
    chances, right = calibrated(scores, targets, none)
    assert right == 1
    assert ((chances.of(scores)[:, -1] >= chances.threshold) == none).all()


def test_a_wished_share_of_outliers_is_caught_even_at_a_cost() -> None:
    rng = np.random.default_rng(0)
    none = np.arange(400) >= 300
    scores = np.stack([4 - 2 * none + rng.normal(size=400), np.zeros(400), -2 + 1.0 * none], axis=1).astype(np.float32)
    targets = np.stack([~none, np.zeros(400)], axis=1).astype(np.float32)
    caught = {}
    for wished in (None, 0.95):
        chances, _ = calibrated(scores, targets, none, caught=wished)
        caught[wished] = float((chances.of(scores)[none, -1] >= chances.threshold).mean())
    assert caught[0.95] >= 0.95
    assert caught[None] <= caught[0.95]


def test_the_fit_ends_where_the_slope_is_flat() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(60, 5)).astype(np.float32)
    targets = np.eye(3, dtype=np.float32)[rows[:, :3].argmax(axis=1)]
    weights = logistic.fit(rows, targets, ridge=0.5, most=300)
    slope = rows.T @ (softmax(rows @ weights) - targets) + 0.5 * weights
    assert np.abs(slope).max() < 0.1
    assert (softmax(rows @ weights).argmax(axis=1) == targets.argmax(axis=1)).mean() > 0.9
