"""What recommendations bring, worked out again from the acts of each person of the trial."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from statistics import NormalDist, fmean, stdev
from typing import Any

from tests.figures import shop
from tests.figures.customers import everything, paid, spent
from tests.figures.shares import wilson

Person = Mapping[str, Any]
ARMS = {"held_out": 0.25, "default": 0.375, "spring": 0.375}
WINDOW = timedelta(days=14)
Z = NormalDist().inv_cdf(0.975)


def recommendations() -> dict[str, Any]:
    people = [one for one in _people() if one["since"] >= shop.START - WINDOW]
    whole = [one for one in people if one["since"] + WINDOW <= shop.NOW]
    arms = {name: [one for one in whole if one["arm"] == name] for name in ARMS}
    counts = Counter(one["arm"] for one in people)
    away = sum((counts[name] - len(people) * share) ** 2 / (len(people) * share) for name, share in ARMS.items())
    chance = math.exp(-away / 2)  # of chi-squared with two degrees of freedom
    figures = {
        "trial": {"name": "7", "held_out": 0.25, "shows": "popular", "models": ["default", "spring"], "key": shop.TRIAL},
        "trials": ["6|0|popular|default", shop.TRIAL], "since": min(one["since"] for one in people).isoformat(), "until": shop.NOW.isoformat(),
        "window_days": 14, "currency": "USD", "people": len(people), "waiting": len(people) - len(whole),
        "arms": [{**_arm(name, those), "waiting": counts[name] - len(those)} for name, those in arms.items()],
        "lifts": [_lift(one, other, arms) for one, other in (("default", "held_out"), ("spring", "held_out"), ("spring", "default"))],
        "sample_ratio": {
            "counts": {name: counts[name] for name in ARMS}, "shares": ARMS, "came": {name: counts[name] / len(people) for name in ARMS},
            "chance": chance, "as_dealt": chance >= 0.001,
        },
    }  # fmt: skip
    return {**figures, "warnings": _warnings(figures, whole)}


def _people() -> list[Person]:
    """Everybody of the trial: their arm, and what they did in the fortnight after their first advice."""
    acts = sorted((one for one in shop.acts() if one.trial == shop.TRIAL and one.at < shop.NOW), key=lambda one: one.at)
    did, found = everything(), []
    for person in dict.fromkeys(one.customer_id for one in acts if one.kind == "advised"):
        advised = [one for one in acts if one.customer_id == person and one.kind == "advised"]
        since = advised[0].at
        seen = {one.product_id: one.at for one in reversed(acts) if one.customer_id == person and one.kind == "shown" and since <= one.at < since + WINDOW}  # fmt: skip
        within = [row for row in did if row["person"] == person and since <= row["at"] < since + WINDOW]
        after = {row["kind"] for row in within if row["product"] in seen and row["at"] >= seen[row["product"]]}
        buys = [row for row in within if row["kind"] == "bought"]
        found.append({
            "person": person, "arm": advised[0].arm, "since": since, "crossed": len({one.arm for one in advised}) > 1, "shown": len(seen), "after": after,
            "bought": bool(buys), "spent": spent(within), "unpriced": sum(paid(row) is None for row in buys),
        })  # fmt: skip
    return found


def _arm(name: str, people: Sequence[Person]) -> dict[str, Any]:
    saw = [one for one in people if one["shown"]]
    amounts = [one["spent"] for one in people]

    def of(those: Sequence[Person], holds: Callable[[Person], bool]) -> dict[str, Any]:
        count = sum(map(holds, those))
        return {"count": count, **wilson(count, len(those))}

    low, high = _factor(amounts, amounts, amounts)
    return {
        "arm": name, "people": len(people), "shown_to": len(saw), "products_shown": sum(one["shown"] for one in people),
        "clicked": of(saw, lambda one: "clicked" in one["after"]), "carted": of(saw, lambda one: "carted" in one["after"]),
        "bought_shown": of(saw, lambda one: "bought" in one["after"]), "bought": of(people, lambda one: one["bought"]),
        "spent": {"value": fmean(amounts), "low": low, "high": high}, "deviation": stdev(amounts), "total": sum(amounts),
        "buyers": sum(one > 0 for one in amounts), "unpriced": sum(one["unpriced"] for one in people), "crossed": sum(one["crossed"] for one in people),
    }  # fmt: skip


def _variation(amounts: Sequence[float]) -> float:
    """Of buyers' sums: variance over mean squared."""
    bought = [one for one in amounts if one > 0]
    return (stdev(bought) / fmean(bought)) ** 2


def _variance(amounts: Sequence[float], other: Sequence[float]) -> float:
    """Of the logarithm of the mean, the other's buyers (200 at most) lending how much purchases vary."""
    own, lent = sum(one > 0 for one in amounts), 0 if other is amounts else min(200, sum(one > 0 for one in other))
    varies = (_variation(amounts) * own + _variation(other) * lent) / (own + lent)
    return ((1 + varies) * len(amounts) / own - 1) / len(amounts)


def _factor(value_of: Sequence[float], amounts: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    width = math.exp(Z * math.sqrt(_variance(amounts, other)))
    return fmean(value_of) / width, fmean(value_of) * width


def _lift(one: str, other: str, arms: Mapping[str, Sequence[Person]]) -> dict[str, Any]:
    a, b = ([row["spent"] for row in arms[name]] for name in (one, other))
    shares = [wilson(sum(row["bought"] for row in arms[name]), len(arms[name])) for name in (one, other)]
    means = [dict(zip(("value", "low", "high"), (fmean(x), *_factor(x, x, y)), strict=True)) for x, y in ((a, b), (b, a))]  # fmt: skip
    ratio, width = fmean(a) / fmean(b), math.exp(Z * math.sqrt(_variance(a, b) + _variance(b, a)))
    return {
        "arm": one, "against": other, "bought": _less(*shares), "spent": _less(*means),
        "spent_ratio": {"value": ratio - 1, "low": ratio / width - 1, "high": ratio * width - 1},
    }  # fmt: skip


def _less(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Each end is as far from the difference as the two that make it worst are from theirs, as sides of a right angle."""
    value = one["value"] - other["value"]
    down = math.sqrt((one["value"] - one["low"]) ** 2 + (other["high"] - other["value"]) ** 2)
    up = math.sqrt((one["high"] - one["value"]) ** 2 + (other["value"] - other["low"]) ** 2)
    return {"value": value, "low": value - down, "high": value + up}


def _warnings(figures: Mapping[str, Any], whole: Sequence[Person]) -> list[dict[str, Any]]:
    few = [
        {"key": "few", "arm": arm["arm"], "buyers": arm["buyers"], "needed": 100} for arm in figures["arms"] if 20 <= arm["buyers"] < 100
    ]  # fmt: skip
    crossed = sum(one["crossed"] for one in whole)
    return [
        *few, {"key": "waiting", "people": figures["waiting"], "days": 14}, *([{"key": "crossed", "people": crossed}] if crossed > len(whole) / 20 else []),
        {"key": "unpriced", "purchases": sum(one["unpriced"] for one in whole)}, {"key": "other_trials", "others": 1},
    ]  # fmt: skip
