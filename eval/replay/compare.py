"""Two replays of the same transcripts, turn by turn: what changed, by how much, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.replay.agreement import agreement
from eval.replay.errors import OtherTranscripts
from eval.replay.figures import MEASURES, measured, took_ms
from eval.replay.judging import judged, shares
from eval.replay.keeping import At, Row, rows

DRAWS = 2000
SEED = 8
_CELLS = 1_000_000
"""Numbers that are drawn at once: memory stays flat however many conversations there are."""
_WEIGHTS: Mapping[str, float] = {
    "fact_errors": -4.0, "failed": -4.0, "language_right": 3.0, "coverage": 3.0, "found_solution": 2.0, "handed_when_due": 2.0,
    "kept_when_not_due": 1.0, "repeats_itself": -1.0,
}  # fmt: skip
"""What a change for the better is worth: the order of the changed turns, worst first, and nothing else, goes by it."""
_SEEN = ("reply", "intent", "handed_over", "offered_person", "cites", "cards", "replied_in", "asks")
"""Fields whose change a customer notices, or the shop."""

Pair = tuple[Row, Row]
"""(before, after) of one turn."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A turn that isn't answered as before. `worth` below 0 is worse; `why` names what changed."""

    before: Row
    after: Row
    worth: float
    why: tuple[str, ...]
    fact_errors: tuple[str, ...]
    changed_facts: tuple[str, ...]


def pairs(run: Path, base: Path) -> Iterator[Pair]:
    """Turns that both have, in the run's order. Raises NotARun, OtherTranscripts."""
    known = At(base)
    found = False
    try:
        for after in rows(run):
            if (before := known.get(str(after["turn"]))) is not None and before["asked"] == after["asked"]:
                found = True
                yield before, after
    finally:
        known.close()
    if not found:
        raise OtherTranscripts(run, base)


def changed(pair: Pair) -> Changed | None:
    before, after = pair
    if all(before[name] == after[name] for name in _SEEN) and not new_errors(before, after):
        return None
    old, new = measured(before), measured(after)
    worth, why = 0.0, []
    for name, weight in _WEIGHTS.items():
        mine, theirs = new.get(name), old.get(name)
        if mine is not None and theirs is not None and mine != theirs:
            worth += weight * (mine - theirs)
            why.append(name)
    errors, facts = new_errors(before, after), changed_facts(before, after)
    worth += _WEIGHTS["fact_errors"] * len(errors) - (0.5 * len(facts))
    why += [
        name for name in ("intent", "handed_over", "cites", "cards") if before[name] != after[name] and name not in why
    ]
    told = (*(["fact_errors"] if errors else []), *(["changed_facts"] if facts else []), *why)
    return Changed(before, after, round(worth, 4), told or ("words",), errors, facts)


def new_errors(before: Row, after: Row) -> tuple[str, ...]:
    """What the fact check had to stop, or what differs from a person's answer, and did neither before."""
    old = set(_errors(before))
    return tuple(one for one in _errors(after) if one not in old)


def _errors(row: Row) -> list[str]:
    told = [f"{one['kind']}: {one['reply']} where a person said {one['person']}" for one in row["contradicts"]]
    return told + [f"stopped: {one['claim']} ({one['kind']}), {one['expected']}" for one in row["facts_stopped"]]


def changed_facts(before: Row, after: Row) -> tuple[str, ...]:
    """Figures that changed although the answer cites the same, or shows the same products: which is right isn't known here."""
    same = set(before["cites"]) & set(after["cites"]) or set(before["cards"]) & set(after["cards"])
    if not same:
        return ()
    old, new = _by_kind(before), _by_kind(after)
    return tuple(
        f"{', '.join(old[kind][one] for one in sorted(old[kind].keys() - new[kind].keys()))} became "
        f"{', '.join(new[kind][one] for one in sorted(new[kind].keys() - old[kind].keys()))}"
        for kind in sorted(old.keys() & new.keys())
        if kind != "product" and old[kind].keys() != new[kind].keys() and len(old[kind]) == len(new[kind])
    )


def _by_kind(row: Row) -> dict[str, dict[str, str]]:
    """Kind -> value -> how it was said."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for fact in row["said_facts"]:
        found[fact["kind"]][fact["value"]] = fact["shown"]
    return found


@dataclass(slots=True)
class _Differences:
    """Paired values of one group, by measure, with the conversation that each belongs to."""

    old: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    new: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    of: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def told(self, draws: int, seed: int) -> dict[str, Any]:
        return {
            name: {
                "before": round(float(np.mean(self.old[name])), 4), "after": round(float(np.mean(self.new[name])), 4),
                **interval(np.subtract(self.new[name], self.old[name]), np.asarray(self.of[name]), draws, seed),
                "of": len(self.old[name]),
            }
            for name in MEASURES if self.old.get(name)
        }  # fmt: skip


def interval(
    difference: NDArray[np.float64], groups: NDArray[np.int64], draws: int = DRAWS, seed: int = SEED
) -> dict[str, float]:
    """The mean paired difference with its 95 % bootstrap interval; whole conversations are drawn, since their turns hang together."""
    if not draws:
        return {"difference": round(float(difference.mean()), 4)}
    names, places = np.unique(groups, return_inverse=True)
    sums, counts = np.bincount(places, difference), np.bincount(places).astype(float)
    chance = np.random.default_rng(seed)
    means: list[NDArray[np.float64]] = []
    at_once = max(1, _CELLS // len(names))
    for start in range(0, draws, at_once):
        drawn = chance.integers(0, len(names), (min(at_once, draws - start), len(names)))
        means.append(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), [0.025, 0.975])
    return {
        "difference": round(float(difference.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def compare(run: Path, base: Path, *, draws: int = DRAWS, seed: int = SEED, most: int = 200) -> dict[str, Any]:
    """Figures of all turns, by intent (as it was before) and by language; the changed turns, worst first, `most` of them whole.

    Raises NotARun, OtherTranscripts.
    """
    told = compared(pairs(run, base), draws=draws, seed=seed, most=most)
    verdicts = shares(judged(base), judged(run))
    return {
        **told,
        "took_ms": {"before": took_ms(base), "after": took_ms(run)},
        "judge": verdicts,
        "agreement": agreement(run),
    }


def compared(both: Iterable[Pair], *, draws: int, seed: int = SEED, most: int) -> dict[str, Any]:
    """As `compare`, of pairs at hand and without times; without `draws` there are no intervals."""
    groups: dict[str, _Differences] = defaultdict(_Differences)
    worst: list[Changed] = []
    numbers: dict[str, int] = {}
    errors: list[str] = []
    facts: list[str] = []
    count = differ = 0
    for pair in both:
        count += 1
        before, after = pair
        old, new = measured(before), measured(after)
        number = numbers.setdefault(str(before["conversation"]), len(numbers))
        for group in ("all", f"intent {before['intent']}", f"language {before['language']}"):
            for name in MEASURES:
                if (one := old[name]) is not None and (other := new[name]) is not None:
                    kept = groups[group]
                    kept.old[name].append(one)
                    kept.new[name].append(other)
                    kept.of[name].append(number)
        if (change := changed(pair)) is not None:
            differ += 1
            errors += [f"{after['turn']}: {error}" for error in change.fact_errors]
            facts += [f"{after['turn']}: {fact}" for fact in change.changed_facts]
            worst.append(change)
            if len(worst) > 4 * most:
                worst = _worst_first(worst)[:most]
    told = {name: one.told(draws, seed) for name, one in sorted(groups.items())}
    return {
        "turns": count, "changed": differ, "new_fact_errors": errors, "changed_facts": facts, "all": told.get("all", {}),
        "by_intent": _named("intent ", told), "by_language": _named("language ", told),
        "took_ms": {"before": {}, "after": {}},
        "worst": [_side_by_side(one) for one in _worst_first(worst)[:most]],
    }  # fmt: skip


def _named(prefix: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): one for name, one in told.items() if name.startswith(prefix)}


def _worst_first(changes: Sequence[Changed]) -> list[Changed]:
    return sorted(changes, key=lambda one: (one.worth, str(one.after["turn"])))


def _side_by_side(one: Changed) -> dict[str, Any]:
    shown = ("reply", "intent", "handed_over", "cites", "cards", "coverage")
    return {
        "turn": one.after["turn"], "language": one.after["language"], "worth": one.worth, "why": list(one.why),
        "asked": one.after["asked"], "answered": one.after["answered"], "answered_by": one.after["answered_by"],
        "fact_errors": list(one.fact_errors), "changed_facts": list(one.changed_facts),
        "before": {name: one.before[name] for name in shown}, "after": {name: one.after[name] for name in shown},
    }  # fmt: skip
