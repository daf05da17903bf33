"""How simulated conversations ended, where the truth is known: read from the data, and guessed without knowing what was expected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval import setting
from eval.errors import NothingToDo
from eval.metrics import auroc, wilson
from eval.replay.ending import SIGNS, signs
from eval.replay.endstates import Things, agrees, end_state, was_told
from eval.replay.readers.source import Row, objects

FILES = ("transcripts/tau2_retail_sim_train.jsonl", "agent/tau2_retail/db.json", "agent/tau2_retail/expected_end_states_train.json", "agent/tau2_retail/tasks_train.json")  # fmt: skip
FOLDS, INNER, REPEATS = 10, 5, 5
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Of L2, inverse: chosen within each training fold, never by the rows that are guessed."""
FEW = 6
"""Signs that are kept where they are chosen by how well each tells good from bad alone, within each training fold."""
PICKED = (
    "agreed_not_done", "modifications", "looked_up", "second_thoughts", "last_change_failed", "products_named", "refused_at_the_end",
)  # fmt: skip
"""What a person who reads the conversations goes by: something agreed to and left undone, what is hard to get right, and how much there was."""
EXCEPTIONS = {
    "107": "the customer got what they asked for first, the same boots anew; the expected state is that of their second wish, and the truth says good: the two files disagree",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulation:
    task: str
    transcript: str
    good: bool


def run(data: Path) -> dict[str, Any]:
    """Both parts. `judge_verdicts` are never read. Raises NothingToDo where a file is missing."""
    files = [data / name for name in FILES]
    if missing := [file for file in files if not file.is_file()]:
        raise NothingToDo(f"{missing[0]} isn't there; say with --data where the folder is")
    simulations = [_simulation(row) for _, row in objects(files[0])]
    before, expected, tasks = (json.loads(file.read_text(encoding="utf-8")) for file in files[1:])
    told = {task["id"]: task["evaluation_criteria"].get("communicate_info") or [] for task in tasks}
    good = np.array([one.good for one in simulations])
    rows = np.array([signs(one.transcript, before) for one in simulations])
    picked = rows[:, [SIGNS.index(name) for name in PICKED]]
    return {
        "end_states": by_state(simulations, before, expected, told),
        "readers": {
            "always good": _score(np.ones(len(good), bool), good),
            "no failed call, no transfer": _score(_by_rule(rows), good),
            "ours, all signs": _score(_each_left_out(rows, good), good),
            "ours, few signs chosen in each fold": _score(_each_left_out(rows, good, FEW), good),
            "ours, seven signs": _score(_each_left_out(picked, good), good),
        },
        "repeated": {"all": _repeated(rows, good), "chosen": _repeated(rows, good, FEW), "picked": _repeated(picked, good)},
        "note": "each conversation left out in turn, of 74: an interval as wide as this tells little between readers. The last reader's seven "
        "signs were picked by a look at all conversations, so its share is too high by what that is worth; the one before picks in each fold",
        "signs": list(SIGNS), "data": setting.digests(files),
    }  # fmt: skip


def _simulation(row: Row) -> Simulation:
    return Simulation(str(row["task_id"]), str(row["transcript"]), float(row["reward"]) == 1.0)


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


def _by_rule(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    at = SIGNS.index
    return np.asarray((rows[:, at("failed_calls")] == 0) & (rows[:, at("transferred")] == 0), dtype=bool)


def _each_left_out(rows: NDArray[np.float64], good: NDArray[np.bool_], few: int = 0) -> NDArray[np.bool_]:
    """Each conversation guessed by a model fitted on all others, its strength, and with `few` its signs, chosen among them."""
    places = np.arange(len(good))
    return np.array([_guess(rows[places != place], good[places != place], rows[[place]], few)[0] for place in places])


def _repeated(rows: NDArray[np.float64], good: NDArray[np.bool_], few: int = 0) -> dict[str, float]:
    """Ten folds, drawn five times: how much the share right hangs on the draw."""
    shares = []
    for seed in range(REPEATS):
        order = np.random.default_rng(seed).permutation(len(good))
        right = 0
        for fold in np.array_split(order, FOLDS):
            rest = np.setdiff1d(order, fold)
            right += int((_guess(rows[rest], good[rest], rows[fold], few) == good[fold]).sum())
        shares.append(right / len(good))
    return {
        "mean": round(float(np.mean(shares)), 4),
        "low": round(float(np.min(shares)), 4),
        "high": round(float(np.max(shares)), 4),
    }


def _guess(
    rows: NDArray[np.float64], good: NDArray[np.bool_], asked: NDArray[np.float64], few: int = 0
) -> NDArray[np.bool_]:
    """A logistic regression over the signs; strength by inner folds, scales from its own rows alone."""
    if few:
        apart = [
            abs(auroc(rows[good, sign].tolist(), rows[~good, sign].tolist()) - 0.5) for sign in range(rows.shape[1])
        ]
        kept = np.argsort(apart)[-few:]
        rows, asked = rows[:, kept], asked[:, kept]
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    known, wanted = (rows - middle) / spread, (asked - middle) / spread
    place = np.random.default_rng(0).permutation(len(good)) % INNER

    def hits(strength: float) -> int:
        folds = ((place != fold, place == fold) for fold in range(INNER))
        return sum(int((_fitted(known[a], good[a], strength).predict(known[b]) == good[b]).sum()) for a, b in folds)

    best = max(STRENGTHS, key=hits)  # of equals the strictest
    return np.asarray(_fitted(known, good, best).predict(wanted), dtype=bool)


def _fitted(rows: NDArray[np.float64], good: NDArray[np.bool_], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=500).fit(rows, good)


def _score(guessed: NDArray[np.bool_], good: NDArray[np.bool_]) -> dict[str, Any]:
    right = int((guessed == good).sum())
    low, high = wilson(right, len(good))
    return {"right": right, "of": len(good), "share": round(right / len(good), 4), "low": low, "high": high}
