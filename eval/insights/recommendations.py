"""What recommendations bring: each arm of a trial as it was, the lifts between arms with their intervals, and what speaks against trusting them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.behaviour import ADVISED, Act
from bot.trial import HELD_OUT, Trial
from eval.insights.intervals import (
    FEW_BUYERS,
    LEAST_BUYERS,
    Interval,
    Spending,
    fit,
    share,
    share_difference,
    spending,
    spending_difference,
    spending_ratio,
)
from eval.insights.outcomes import Outcome, PriceOf, outcomes
from knowledge_base.types import Interaction

WINDOW = timedelta(days=14)
_UNLIKELY = 0.001
"""Chance below which the arms' sizes can't be what the hash deals: something loses people of one arm."""
_MANY_CROSSED = 0.05


def report(
    acts: Sequence[Act],
    interactions: Iterable[Interaction],
    price_of: PriceOf,
    now: datetime,
    *,
    window: timedelta = WINDOW,
    since: datetime | None = None,
    trial: str | None = None,
    currency: str = "",
) -> dict[str, Any]:
    """Every figure of the page. `trial` is a Trial's key, the latest that was kept where left out; `since` leaves out who was advised first before."""
    met = trials(acts)
    key = trial or (met[-1] if met else "")
    people = [
        one for one in outcomes(acts, interactions, key, price_of, window, now) if since is None or one.since >= since
    ]
    whole = [one for one in people if one.is_whole]
    told = Trial.of(key) if key else Trial()
    arms = {
        arm: [one for one in whole if one.arm == arm]
        for arm in dict.fromkeys([*told.shares(), *(o.arm for o in whole)])
    }
    ratio = _sample_ratio(people, told)
    figures: dict[str, Any] = {
        "trial": {"name": told.name, "held_out": told.held_out, "shows": told.shows, "models": list(told.models), "key": key},
        "trials": met, "since": min((o.since for o in people), default=None), "until": now, "window_days": window.days, "currency": currency,
        "people": len(people), "waiting": len(people) - len(whole),
        "arms": [{**_arm(arm, told_of), "waiting": sum(o.arm == arm and not o.is_whole for o in people)} for arm, told_of in arms.items()],
        "lifts": [_lift(one, other, arms) for one, other in _pairs(told, arms)], "sample_ratio": ratio,
    }  # fmt: skip
    return {**figures, "warnings": _warnings(figures, whole)}


def trials(acts: Iterable[Act]) -> list[str]:
    """Keys of all that were kept, the latest last."""
    latest: dict[str, datetime] = {}
    for act in acts:
        if act.kind == ADVISED:
            latest[act.trial] = max(act.at, latest.get(act.trial, act.at))
    return sorted(latest, key=lambda key: latest[key])


def _arm(name: str, people: Sequence[Outcome]) -> dict[str, Any]:
    n, amounts = len(people), _spending(people)
    saw = [one for one in people if one.shown]
    return {
        "arm": name, "people": n, "shown_to": len(saw), "products_shown": sum(one.shown for one in people),
        "clicked": _share(sum(one.clicked for one in saw), len(saw)), "carted": _share(sum(one.carted for one in saw), len(saw)),
        "bought_shown": _share(sum(one.bought_shown for one in saw), len(saw)),
        "bought": _share(sum(one.bought for one in people), n),
        "spent": {"value": amounts.mean, **_ends(spending(amounts))}, "deviation": amounts.deviation, "total": amounts.total, "buyers": amounts.buyers,
        "unpriced": sum(one.unpriced for one in people), "crossed": sum(one.crossed for one in people),
    }  # fmt: skip


def _pairs(trial: Trial, arms: Mapping[str, object]) -> list[tuple[str, str]]:
    """Each model against who was held out, and the others against the first."""
    first, *others = trial.models
    held = [(model, HELD_OUT) for model in trial.models] if HELD_OUT in arms else []
    return [*held, *((other, first) for other in others)]


def _lift(one: str, other: str, arms: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    a, b = arms.get(one, ()), arms.get(other, ())
    first, second = _spending(a), _spending(b)
    bought = share_difference(_buyers(a), _buyers(b)) if a and b else None
    return {
        "arm": one, "against": other, "bought": _all(bought), "spent": _all(spending_difference(first, second)),
        "spent_ratio": _all(spending_ratio(first, second)),
    }  # fmt: skip


def _buyers(people: Sequence[Outcome]) -> tuple[int, int]:
    return sum(one.bought for one in people), len(people)


def _sample_ratio(people: Sequence[Outcome], trial: Trial) -> dict[str, Any]:
    counts = Counter(one.arm for one in people)
    shares = trial.shares()
    chance = fit(counts, shares)
    strangers = {arm: n for arm, n in counts.items() if arm not in shares}
    came = {arm: counts[arm] / max(1, len(people)) for arm in dict.fromkeys([*shares, *counts])}
    return {
        "counts": {**dict.fromkeys(shares, 0), **counts}, "shares": dict(shares), "came": came, "chance": chance,
        "as_dealt": chance >= _UNLIKELY and not strangers,
    }  # fmt: skip


def _warnings(figures: Mapping[str, Any], whole: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Keys of wordings and their values."""
    found: list[dict[str, Any]] = []
    if not figures["people"]:
        return [{"key": "nobody"}]
    if not figures["trial"]["held_out"]:
        found.append({"key": "nobody_held_out"})
    if not figures["sample_ratio"]["as_dealt"]:
        found.append({"key": "not_as_dealt", "chance": figures["sample_ratio"]["chance"]})
    for arm in figures["arms"]:
        if arm["buyers"] < FEW_BUYERS:
            key = "too_few" if arm["buyers"] < LEAST_BUYERS else "few"
            found.append({"key": key, "arm": arm["arm"], "buyers": arm["buyers"], "needed": LEAST_BUYERS if key == "too_few" else FEW_BUYERS})  # fmt: skip
    if figures["waiting"]:
        found.append({"key": "waiting", "people": figures["waiting"], "days": figures["window_days"]})
    crossed = sum(one.crossed for one in whole)
    if crossed > _MANY_CROSSED * len(whole):
        found.append({"key": "crossed", "people": crossed})
    if unpriced := sum(one.unpriced for one in whole):
        found.append({"key": "unpriced", "purchases": unpriced})
    if len(figures["trials"]) > 1:
        found.append({"key": "other_trials", "others": len(figures["trials"]) - 1})
    return found


def _spending(people: Sequence[Outcome]) -> Spending:
    return Spending.of([float(one.spent) for one in people])


def _share(count: int, n: int) -> dict[str, Any]:
    return {"count": count, "value": count / n if n else None, **(_ends(share(count, n)) if n else _ends(None))}


def _ends(interval: Interval | None) -> dict[str, float | None]:
    return {"low": interval.low, "high": interval.high} if interval else {"low": None, "high": None}


def _all(interval: Interval | None) -> dict[str, float | None] | None:
    return {"value": interval.value, **_ends(interval)} if interval else None
