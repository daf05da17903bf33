"""Progress of a report that is made in parts: each part says how far it is, and one line moves."""

from __future__ import annotations

from eval.insights.kept import Said

QUIET: Said = lambda step, done, of: None  # noqa: E731
_FINE = 1000


def part(say: Said, number: int, of: int, width: int = 1) -> Said:
    """What is said of part `number` (from 0) of `of`, as said of them all; a part may be as long as several."""
    return lambda step, done, count: say(step, round(_FINE * (number + width * done / max(count, 1)) / of), _FINE)


def in_percent(say: Said) -> Said:
    """Of all parts, whatever their steps are called: one step of a hundred, which only rises."""
    told = -1

    def heard(step: str, done: int, of: int) -> None:
        nonlocal told
        now = round(100 * done / max(of, 1))
        if now > told:
            told = now
            say("report, per cent", now, 100)

    return heard
