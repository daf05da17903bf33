"""Named moments between two steps that a process may die at. Reaching one does nothing, unless a trial of kills says so."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "inbox.arrived", "inbox.written", "inbox.committed", "inbox.acknowledged", "claim.written", "claim.committed",
    "turn.thinking", "turn.thought", "turn.written", "turn.committed", "turn.told", "send.chosen", "send.noted",
    "send.made", "send.written", "send.marked",
)  # fmt: skip
"""In the order in which a message passes them. `written` is within the transaction, `committed` and `marked` behind it.
`send.noted` only where a channel can be asked afterwards whether a send arrived."""

_stop: list[Callable[[str], object]] = []


def reach(name: str) -> None:
    """One of POINTS is passed."""
    for stop in _stop:
        stop(name)


def when_reached(stop: Callable[[str], object] | None) -> None:
    """What happens at every point from now on; None is nothing, as in every shop."""
    _stop[:] = [] if stop is None else [stop]
