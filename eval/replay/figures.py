"""A run's figures, read row by row: shares with how many they are of, by intent and by language, and the times of the other file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.replay.keeping import TIMINGS, Row, about, rows

MEASURES: Mapping[str, str] = {
    "coverage": "the human's key facts that our reply says, too",
    "found_solution": "the passage that the human's answer stands in was found",
    "handed_when_due": "handed over, or a person offered, where the human had to act",
    "kept_when_not_due": "not handed over where the human only told",
    "contradicts": "a figure differs from the human's",
    "stopped": "a sentence was kept back by the fact check",
    "language_right": "answered in the customer's language",
    "repeats_itself": "the same words as in an earlier reply",
    "asked_again": "the customer asks the same again",
    "upset": "the customer is out of patience",
    "handed_over": "handed over",
    "failed": "the engine failed",
}  # fmt: skip
"""Name -> what its share is of."""


def measured(row: Row) -> dict[str, float | None]:
    """A row's own value of each measure; None where it says nothing of it."""
    by_person = row["answered_by"] == "person"
    passed = bool(row["handed_over"] or row["offered_person"])
    due = row["had_to_hand_over"]
    return {
        "coverage": row["coverage"] if by_person else None,
        "found_solution": _share(row["found_solution"]),
        "handed_when_due": float(passed) if due else None,
        "kept_when_not_due": float(not row["handed_over"]) if due is False and not row["asked_for_person"] else None,
        "contradicts": float(bool(row["contradicts"])) if by_person else None,
        "stopped": float(bool(row["facts_stopped"])),
        "language_right": float(row["language_right"]), "repeats_itself": float(row["repeats_itself"]),
        "asked_again": float(row["asked_again"]), "upset": float(row["upset"]), "handed_over": float(row["handed_over"]),
        "failed": float(row["failed"]),
    }  # fmt: skip


def _share(claim: bool | None) -> float | None:
    return None if claim is None else float(claim)


@dataclass(slots=True)
class _Sum:
    total: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    count: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    turns: int = 0

    def add(self, values: Mapping[str, float | None]) -> None:
        self.turns += 1
        for name, value in values.items():
            if value is not None:
                self.total[name] += value
                self.count[name] += 1

    def told(self) -> dict[str, Any]:
        shares = {name: {"share": round(self.total[name] / self.count[name], 4), "of": self.count[name]} for name in MEASURES if self.count[name]}  # fmt: skip
        return {"turns": self.turns, **shares}


def figures(folder: Path) -> dict[str, Any]:
    """All of a run's. Raises NotARun."""
    every = _Sum()
    intents: dict[str, _Sum] = defaultdict(_Sum)
    languages: dict[str, _Sum] = defaultdict(_Sum)
    tokens: Counter[str] = Counter()
    cost = Decimal(0)
    for row in rows(folder):
        values = measured(row)
        for group in (every, intents[row["intent"]], languages[row["language"]]):
            group.add(values)
        tokens.update({"tokens_in": row["tokens_in"], "tokens_out": row["tokens_out"]})
        cost += Decimal(row["cost"])
    return {
        "run": dict(about(folder)), "all": every.told(),
        "by_intent": {name: one.told() for name, one in sorted(intents.items())},
        "by_language": {name: one.told() for name, one in sorted(languages.items())},
        "tokens_in": tokens["tokens_in"], "tokens_out": tokens["tokens_out"], "cost": str(cost), "took_ms": took_ms(folder),
    }  # fmt: skip


def took_ms(folder: Path) -> dict[str, dict[str, float]]:
    """p50 and p95 of whole turns and of each step, in milliseconds. Raises NotARun."""
    took: dict[str, list[float]] = defaultdict(list)
    for row in rows(folder, TIMINGS):
        took["whole"].append(row["wall_ms"])
        for step, ms in row["steps"].items():
            took[step].append(ms)
    return {name: {"p50": quantile(ms, 0.5), "p95": quantile(ms, 0.95)} for name, ms in took.items()}


def quantile(values: Iterable[float], share: float) -> float:
    """The value that so large a share isn't above; 0 of none."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0
