"""All checks by name, and what they find in a transcript."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from eval.replay.endstates import Things
from eval.replay.faults.amounts import figure_from_nowhere, wrong_amount
from eval.replay.faults.choice import not_the_cheapest
from eval.replay.faults.forgotten import product_forgotten
from eval.replay.faults.overdone import more_than_named, not_agreed, reason_not_given
from eval.replay.faults.story import Story, story_of
from eval.replay.faults.undone import (
    address_left,
    agreed_not_done,
    failure_left,
    orders_not_looked_at,
    tracking_not_told,
)
from eval.replay.faults.untrue import claimed_not_done, miscounted, wrongly_offered

CHECKS: Mapping[str, Callable[[Story], bool]] = {
    check.__name__: check
    for check in (
        product_forgotten, address_left, failure_left, agreed_not_done, orders_not_looked_at, tracking_not_told,
        claimed_not_done, miscounted, wrongly_offered, wrong_amount, figure_from_nowhere,
        reason_not_given, more_than_named, not_agreed, not_the_cheapest,
    )
}  # fmt: skip


def faults(transcript: str, before: Things) -> set[str]:
    """Names of the checks that find something; `before` is the shop's data as it was."""
    story = story_of(transcript, before)
    return {name for name, check in CHECKS.items() if check(story)}
