"""A shop's rules for a new version: what has to hold of a comparison before it may go to customers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.replay.errors import BadGate
from knowledge_base.errors import why

DEFAULT = {"new_fact_errors": 0.0, "coverage_down_points": 1.0, "p95_up_percent": 20.0, "failed_turns": 0.0}
"""The rules where a shop has written none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule, its bound, what was measured (None where it couldn't be) and what that means in words."""

    rule: str
    bound: float
    measured: float | None
    holds: bool
    told: str


Report = Mapping[str, Any]


def _coverage(report: Report) -> float | None:
    return _down(report, "coverage")


def _down(report: Report, measure: str) -> float | None:
    """Points that a share has fallen, never less than 0."""
    one = report["all"].get(measure)
    return None if one is None else round(max(0.0, -100 * one["difference"]), 2)


def _p95(report: Report) -> float | None:
    before, after = (report["took_ms"][when].get("whole", {}).get("p95", 0.0) for when in ("before", "after"))
    return round(100 * (after / before - 1), 1) if before else None


def _failed(report: Report) -> float | None:
    one = report["all"].get("failed")
    return None if one is None else round(one["after"] * one["of"])


def _judge_says(report: Report) -> float | None:
    """Points by which a language model calls fewer turns good; None where it judged not both runs."""
    one = report.get("judge")
    return None if one is None else round(max(0.0, -100 * one["difference"]), 2)


RULES: Mapping[str, tuple[Callable[[Report], float | None], str]] = {
    "new_fact_errors": (lambda report: float(len(report["new_fact_errors"])), "new fact errors"),
    "changed_facts": (lambda report: float(len(report["changed_facts"])), "turns whose figures changed although they cite the same"),
    "coverage_down_points": (_coverage, "points that the coverage of people's answers has fallen"),
    "found_solution_down_points": (lambda report: _down(report, "found_solution"), "points fewer turns whose solution was found"),
    "handed_when_due_down_points": (lambda report: _down(report, "handed_when_due"), "points fewer hand-overs where a person had to act"),
    "language_right_down_points": (lambda report: _down(report, "language_right"), "points fewer answers in the customer's language"),
    "p95_up_percent": (_p95, "percent that the 95th percentile of a turn's time has risen"),
    "failed_turns": (_failed, "turns that failed"),
    "judged_good_down_points": (_judge_says, "points fewer turns that the judge, a language model, calls good"),
    "changed_turns": (lambda report: float(report["changed"]), "turns that are answered otherwise"),
}  # fmt: skip
"""Name in gate.toml -> what is measured, and how it is called. All are bounds from above."""


def load_gate(file: Path | None) -> Mapping[str, float]:
    """The bounds of `[rules]`; DEFAULT without a file. Raises BadGate."""
    if file is None:
        return DEFAULT
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadGate(file, f"it can't be read ({why(error)})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadGate(file, f"it is no TOML ({error})") from error
    if unknown := read.keys() - {"rules"}:
        raise BadGate(file, f"it has {', '.join(sorted(unknown))}; the rules stand under [rules]")
    rules = read.get("rules", {})
    if not rules:
        raise BadGate(file, f"[rules] is empty; there are {', '.join(RULES)}")
    for name, bound in rules.items():
        if name not in RULES:
            raise BadGate(file, f"there is no rule {name!r}; there are {', '.join(RULES)}")
        if isinstance(bound, bool) or not isinstance(bound, (int, float)) or not 0 <= bound < float("inf"):
            raise BadGate(file, f"{name} = {bound!r} is no bound; write a number from 0")
    return {name: float(bound) for name, bound in rules.items()}


def judged(report: Report, rules: Mapping[str, float]) -> list[Judged]:
    """Every rule. One that nothing was measured for doesn't hold: a gate mustn't open because nobody looked."""
    return [_judge(name, bound, RULES[name][0](report)) for name, bound in rules.items()]


def _judge(name: str, bound: float, measured: float | None) -> Judged:
    called = RULES[name][1]
    if measured is None:
        return Judged(
            name,
            bound,
            None,
            False,
            f"{called}: nothing to measure it by in these transcripts; leave the rule out or add some",
        )
    holds = measured <= bound
    return Judged(name, bound, measured, holds, f"{called}: {measured:g}, {'within' if holds else 'above'} {bound:g}")
