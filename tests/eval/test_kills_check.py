"""The count of what a kill did sees each thing that may go wrong, and nothing where nothing did."""

from __future__ import annotations

import pytest

from eval.kills.check import Counts, Trial, count

TURNS = [("m1", "hi [1]"), ("m2", "ho [2]\nha [3]")]
HEARD = [("m1", 0), ("m2", 0), ("m2", 1)]


@pytest.mark.parametrize(
    ("turns", "heard", "found"),
    [
        (TURNS, HEARD, Counts(3, 2)),
        (TURNS[:1], HEARD[:1], Counts(3, 1, lost=2)),
        (TURNS, HEARD[:1], Counts(3, 2, lost=2)),
        (TURNS[::-1], HEARD[1:] + HEARD[:1], Counts(3, 2, out_of_order=1)),
        (TURNS, HEARD[1:] + HEARD[:1], Counts(3, 2, out_of_order=1)),
        ([*TURNS, ("m3", "ha [3]")], [*HEARD, ("m3", 0)], Counts(3, 3, doubled_effects=1)),
        (TURNS, [*HEARD, ("m2", 1)], Counts(3, 2, doubled_replies=1)),
    ],
)
def test_each_fault_is_counted(turns: list[tuple[str, str]], heard: list[tuple[str, int]], found: Counts) -> None:
    assert count(Trial({"c": [1, 2, 3]}, {"c": turns}, {"c": heard})) == found
