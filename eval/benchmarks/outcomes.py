"""How simulated conversations ended, where the truth is known: read from the data, and guessed without knowing what was expected."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from eval import setting
from eval.errors import NothingToDo
from eval.metrics import wilson
from eval.replay.endstates import Things, agrees, calls, end_state, was_told
from eval.replay.faults.table import CHECKS, faults
from eval.replay.readers.source import Row, objects

FILES = ("transcripts/tau2_retail_sim_train.jsonl", "agent/tau2_retail/db.json", "agent/tau2_retail/expected_end_states_train.json", "agent/tau2_retail/tasks_train.json")  # fmt: skip
FOLDS, REPEATS = 10, 20
LEAST = 2
"""Bad conversations of a training fold in which a check must have found something to be gone by: what is met once may be one task's wording."""
EXCEPTIONS = {
    "107": "the customer got what they asked for first, the same boots anew; the expected state is that of their second wish, and the truth says good: the two files disagree",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulation:
    task: str
    transcript: str
    good: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A simulation with what the checks find in it."""

    good: bool
    found: frozenset[str]


def run(data: Path, test: Path | None = None) -> dict[str, Any]:
    """Both parts; with `test` also other rows, by the checks that `data` keeps. `judge_verdicts` are never read. Raises NothingToDo where a
    file is missing."""
    files = [data / name for name in FILES]
    if missing := [file for file in (*files, *([test] if test else [])) if not file.is_file()]:
        raise NothingToDo(f"{missing[0]} isn't there; say with --data where the folder is")
    simulations = list(_simulations(files[0]))
    before, expected, tasks = (json.loads(file.read_text(encoding="utf-8")) for file in files[1:])
    told = {task["id"]: task["evaluation_criteria"].get("communicate_info") or [] for task in tasks}
    read = [_read(one, before) for one in simulations]
    guessed = [_is_good(one, chosen(read[:place] + read[place + 1 :])) for place, one in enumerate(read)]
    return {
        "end_states": by_state(simulations, before, expected, told),
        "readers": {
            "always good": _score([True] * len(read), read),
            "no failed call, no transfer": _score([_is_smooth(one) for one in simulations], read),
            "ours, each check gone by": _score([not one.found for one in read], read),
            "ours, checks chosen without the row": _score(guessed, read),
        },
        "repeated": _repeated(read),
        "by_part": _by_part(simulations, read, guessed),
        "checks": _counts(read),
        "note": "each conversation left out in turn, checks chosen among the others. Their words were written by a reader of part of the conversations, so "
        "only the rows that were never read say what to expect of others; so few tell little",
        "test": _on_others(test, read, before) if test else None,
        "data": setting.digests([*files, *([test] if test else [])]),
    }  # fmt: skip


def _simulations(file: Path) -> Iterable[Simulation]:
    return (_simulation(row) for _, row in objects(file))


def _simulation(row: Row) -> Simulation:
    return Simulation(str(row["task_id"]), str(row["transcript"]), float(row["reward"]) == 1.0)


def _read(one: Simulation, before: Things) -> Read:
    return Read(one.good, frozenset(faults(one.transcript, before)))


def by_state(
    simulations: Sequence[Simulation], before: Things, expected: Mapping[str, Things], told: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """How often the state that the results show, and what was said, agree with the truth."""
    alone = agree = 0
    exceptions = []
    for one in simulations:
        right = agrees(end_state(one.transcript, before), expected[one.task])
        whole = right and was_told(one.transcript, told.get(one.task, ()))
        alone, agree = alone + (right == one.good), agree + (whole == one.good)
        if whole != one.good:
            exceptions.append(
                {
                    "task": one.task,
                    "why": EXCEPTIONS.get(one.task, "not explained"),
                    "state_agrees": right,
                    "truth": one.good,
                }
            )
    return {"of": len(simulations), "agree": agree, "states_alone": alone, "exceptions": exceptions}


def _is_smooth(one: Simulation) -> bool:
    return not any(call.failed or call.name.startswith("transfer") for call in calls(one.transcript))


def chosen(read: Sequence[Read]) -> frozenset[str]:
    """Checks that found something in at least LEAST bad conversations, and in more bad ones than good."""
    bad = Counter(name for one in read if not one.good for name in one.found)
    good = Counter(name for one in read if one.good for name in one.found)
    return frozenset(name for name in CHECKS if bad[name] >= LEAST and bad[name] > good[name])


def _is_good(one: Read, kept: frozenset[str]) -> bool:
    return not one.found & kept


def _repeated(read: Sequence[Read]) -> dict[str, float | int]:
    """Ten folds, drawn again and again: how much the share right hangs on the draw."""
    shares = []
    for seed in range(REPEATS):
        order = Random(seed).sample(range(len(read)), len(read))
        right = 0
        for fold in (order[start::FOLDS] for start in range(FOLDS)):
            kept = chosen([read[place] for place in order if place not in fold])
            right += sum(_is_good(read[place], kept) == read[place].good for place in fold)
        shares.append(right / len(read))
    return {
        "times": REPEATS,
        "mean": round(sum(shares) / len(shares), 4),
        "low": round(min(shares), 4),
        "high": round(max(shares), 4),
    }


def part(task: str) -> str:
    """What was read while the checks were written, by a hash that was drawn before the first was."""
    digest = hashlib.sha256(f"out:{task}".encode()).digest()
    return "read at first" if digest[0] % 2 == 0 else "read later" if digest[1] % 2 == 0 else "never read"


def _by_part(simulations: Sequence[Simulation], read: Sequence[Read], guessed: Sequence[bool]) -> dict[str, Any]:
    parts: dict[str, list[int]] = {}
    for place, one in enumerate(simulations):
        parts.setdefault(part(one.task), []).append(place)
    return {
        name: {
            **_score([guessed[place] for place in places], [read[place] for place in places]),
            "always_good": sum(read[place].good for place in places),
        }
        for name, places in sorted(parts.items())
    }


def _counts(read: Sequence[Read]) -> dict[str, dict[str, int | bool]]:
    kept = chosen(read)
    return {
        name: {
            "bad": sum(name in one.found and not one.good for one in read),
            "good": sum(name in one.found and one.good for one in read),
            "kept": name in kept,
        }
        for name in CHECKS
    }


def _on_others(test: Path, read: Sequence[Read], before: Things) -> dict[str, Any]:
    others, kept = [_read(one, before) for one in _simulations(test)], chosen(read)
    if not others:
        raise NothingToDo(f"{test} has no simulation; give rows of transcript, task_id and reward")
    return {
        "always good": _score([True] * len(others), others),
        "ours": _score([_is_good(one, kept) for one in others], others),
    }


def _score(guessed: Sequence[bool], read: Sequence[Read]) -> dict[str, Any]:
    right = sum(guess == one.good for guess, one in zip(guessed, read, strict=True))
    low, high = wilson(right, len(read))
    return {"right": right, "of": len(read), "share": round(right / max(1, len(read)), 4), "low": low, "high": high}
