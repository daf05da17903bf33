"""Customers who go round a ring of items, one after the other: what comes next is obvious to the eye."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retrieval.recommend.content import ContentPlan
from retrieval.recommend.fitting import Given, Plan
from retrieval.recommend.histories import Histories
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import RankerPlan, SequencePlan

ITEMS = 40
SMALL = Plan(
    seed=3, enough_for_sequence=50, content=ContentPlan(width=8, kin=3),
    sequence=SequencePlan(width=16, layers=1, heads=1, tokens=256, epochs=2, dropout=0.0, rate=5e-3, sampled=0),
    ranker=RankerPlan(hidden=8, epochs=3),
)  # fmt: skip


def ring(customers: int = 600, items: int = ITEMS, seed: int = 1) -> Histories:
    """Customer n begins somewhere and takes four to seven items in a row."""
    chance = np.random.default_rng(seed)
    rows = {}
    for customer in range(customers):
        start, length = int(chance.integers(items)), int(chance.integers(4, 8))
        rows[f"c{customer}"] = [(start + step) % items for step in range(length)]
    return Histories.of_rows(rows, [f"i{item}" for item in range(items)])


def texts(items: int = ITEMS) -> Floats:
    """Items beside each other on the ring read alike."""
    angle = 2 * np.pi * np.arange(items) / items
    return np.stack([np.cos(k * angle) for k in (1, 2)] + [np.sin(k * angle) for k in (1, 2)], axis=1).astype(
        np.float32
    )


def given(histories: Histories) -> Given:
    return Given(histories, np.full(len(histories.items), -1, np.int32), texts(len(histories.items)))


def counting(plan: Plan = SMALL) -> Plan:
    """Without what needs torch."""
    return replace(plan, models=("linear", "steps", "together", "content"))
