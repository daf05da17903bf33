"""`python -m eval lift`: many small trials of the simulated shop, each reported as a real one is; how often do the intervals hold the truth?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.behaviour import ADVISED, Act
from bot.trial import DEFAULT, HELD_OUT, Trial
from eval.insights import recommendations_told
from eval.insights.intervals import Interval, share
from eval.insights.page import page
from eval.insights.recommendations import WINDOW, report
from eval.insights.withholding import LEAST as LEAST_PEOPLE
from eval.insights.words import Words
from eval.lift.world import BASKET, CHANCES, TIMES, VISITS_SCALE, VISITS_SHAPE, World
from knowledge_base.types import Interaction, InteractionKind

START = datetime(2026, 9, 1, tzinfo=UTC)
OVER = START + timedelta(days=60)
"""When the report is made: everybody's window is over."""
LEAST, MOST = 0.93, 0.97
"""Share of runs in which a 95 % interval should hold the truth."""
FIGURES = ("spent_ratio", "spent", "bought")

Spoil = Callable[[list[Act]], list[Act]]


def run(
    runs: int,
    customers: int,
    held_out: float,
    seed: int,
    say: Callable[[str, int, int], None] = lambda step, done, of: None,
    spoil: Spoil = lambda acts: acts,
) -> dict[str, Any]:
    """`spoil` is done to what was kept before it is reported: a planted fault, for seeing the check fail."""
    world, held = World.made(), Counter[str]()
    truth = _truth(world)
    sizes: list[tuple[int, int]] = []
    wrong_ratio = without = 0
    for number in range(runs):
        trial = Trial(f"run-{seed}-{number}", held_out)
        acts, bought = simulated(world, trial, customers, np.random.default_rng([seed, number]), shows=False)
        acts = spoil(acts)
        told = report(acts, bought, lambda product: world.price(int(product)), OVER)
        lift = told["lifts"][0]
        if any(lift[figure] is None for figure in FIGURES):
            without += 1
            continue
        held.update(figure for figure in FIGURES if lift[figure]["low"] <= truth[figure] <= lift[figure]["high"])
        held["plain"] += _plain(told).holds(truth["spent"])
        wrong_ratio += not told["sample_ratio"]["as_dealt"]
        counts = told["sample_ratio"]["counts"]
        sizes.append((counts["default"], counts[HELD_OUT]))
        say("trials", number + 1, runs)
    done = runs - without
    return {
        "runs": runs, "customers": customers, "held_out": held_out, "seed": seed, "without_interval": without, "truth": truth,
        "held": {name: _counted(held[name], done) for name in (*FIGURES, "plain")}, "wrongly_not_as_dealt": wrong_ratio,
        "smallest_held_out": min((b for _, b in sizes), default=0),
    }  # fmt: skip


def one_page(customers: int, held_out: float, seed: int, locale: str) -> str:
    """The report of one trial, as `shopclerk insight recommendations --html` draws it."""
    world, trial = World.made(), Trial("autumn", held_out)
    random = np.random.default_rng([seed, 0])
    acts, bought = simulated(world, trial, customers, random)
    told = report(
        acts, [*bought, *_looked(acts, bought, random)], lambda product: world.price(int(product)), OVER, currency="USD"
    )
    words = Words(locale, "USD", UTC, LEAST_PEOPLE)
    return page(recommendations_told.told(told, words), locale)


def _looked(acts: Sequence[Act], bought: Sequence[Interaction], random: np.random.Generator) -> Iterator[Interaction]:
    """Who buys has clicked and put it into the basket before; others did so as well, and didn't buy."""
    for one in bought:
        yield replace(one, kind=InteractionKind.CARTED, at=one.at - timedelta(seconds=20), amount=None)
        yield replace(one, kind=InteractionKind.CLICKED, at=one.at - timedelta(seconds=40), amount=None)
    for act in acts:
        if act.kind == InteractionKind.SHOWN and random.random() < 0.12:
            clicked = replace(act, kind=InteractionKind.CLICKED, at=act.at + timedelta(seconds=5)).interaction
            yield clicked
            if random.random() < 0.25:
                yield replace(clicked, kind=InteractionKind.CARTED, at=clicked.at + timedelta(seconds=30))


def broken(told: dict[str, Any]) -> list[str]:
    """What is outside of what it should be; `plain` is the yardstick and may be."""
    done = told["runs"] - told["without_interval"]
    slack = 0.0 if done >= 1000 else 3 * (0.05 * 0.95 / max(1, done)) ** 0.5 - 0.02  # a quick run is a rough one
    faults = [
        f"{name}: {told['held'][name]['count']} of {done}"
        for name in FIGURES
        if not LEAST - max(0.0, slack) <= told["held"][name]["count"] / max(1, done) <= MOST + max(0.0, slack)
    ]
    return faults + ([f"{told['without_interval']} runs without an interval"] if told["without_interval"] else [])


def simulated(
    world: World, trial: Trial, customers: int, random: np.random.Generator, *, shows: bool = True
) -> tuple[list[Act], list[Interaction]]:
    """What the shop's file and events would have: who was advised and shown what, and what was bought, before and after the window, too.

    Without `shows` what was shown is left out, which no lift looks at.
    """
    kinds = random.choice(len(world.weights), customers, p=world.weights)
    is_known = random.random(customers) < world.known
    visits = 1 + random.poisson(random.gamma(VISITS_SHAPE, VISITS_SCALE, customers))
    people = [f"{trial.name}-{number}" for number in range(customers)]
    arms = [trial.arm(person) for person in people]
    begins = [START + timedelta(days=days) for days in (random.random(customers) * 30).tolist()]
    by_taste = is_known & np.array([arm != HELD_OUT for arm in arms])
    shown = np.where(by_taste[:, None], world.best[kinds], world.popular)
    bought = [*_followed(world, kinds, shown, visits, begins, random), *_alone(world, kinds, begins, random)]
    times = random.choice(TIMES, len(bought), p=CHANCES).tolist()
    acts = [
        act
        for person, arm, since, items in zip(people, arms, begins, shown.tolist(), strict=True)
        for act in _advised(person, arm, trial.key, since, items if shows else ())
    ]
    return acts, [
        Interaction(people[number], str(item), InteractionKind.BOUGHT, at, world.price(item) * many)
        for (number, item, at), many in zip(bought, times, strict=True)
    ]


Purchase = tuple[int, int, datetime]
"""The customer's number, the item, when."""
Ints = NDArray[np.int64]


def _followed(
    world: World, kinds: Ints, shown: Ints, visits: Ints, begins: Sequence[datetime], random: np.random.Generator
) -> Iterator[Purchase]:
    """What is bought of what was shown, at each visit anew."""
    whose = np.repeat(np.arange(len(kinds)), visits)
    which = np.arange(len(whose)) - np.repeat(np.cumsum(visits) - visits, visits)
    items = shown[whose]
    rows, places = np.nonzero(random.random(items.shape) < world.buys[kinds[whose][:, None], items])
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        number = int(whose[row])
        yield number, int(items[row, place]), begins[number] + timedelta(hours=2 * int(which[row]), minutes=1 + place)


def _alone(world: World, kinds: Ints, begins: Sequence[datetime], random: np.random.Generator) -> Iterator[Purchase]:
    """What is bought without advice, within the window and, by a tenth, outside of it."""
    buys = random.random(len(kinds)) < world.shops[kinds]
    for number in np.flatnonzero(buys).tolist():
        for item in random.choice(len(world.prices), 1 + random.poisson(BASKET), p=world.likes[kinds[number]]).tolist():
            yield number, item, begins[number] + timedelta(days=13 * random.random())
    for number in np.flatnonzero(random.random(len(kinds)) < 0.1).tolist():
        away = timedelta(days=-3) if random.random() < 0.5 else WINDOW + timedelta(days=1)
        yield number, int(world.popular[0]), begins[number] + away


def _advised(person: str, arm: str, key: str, since: datetime, items: Sequence[int]) -> Iterator[Act]:
    yield Act(person, ADVISED, "", since, "", person, None, key, arm)
    for item in items:
        yield Act(f"{person}/{item}", InteractionKind.SHOWN, str(item), since, "", person, None, key, arm)


def _truth(world: World) -> dict[str, float]:
    """From the simulation's parameters alone."""
    spent, without = world.true_spending(True), world.true_spending(False)
    return {
        "spent_ratio": spent / without - 1, "spent": spent - without, "bought": world.true_buying(True) - world.true_buying(False),
        "spent_advised": spent, "spent_held_out": without,
    }  # fmt: skip


def _plain(told: dict[str, Any]) -> Interval:
    """The difference by the normal approximation, each arm's own variance (Welch), as most tools have it: the yardstick."""
    first, second = ({arm["arm"]: arm for arm in told["arms"]}[name] for name in (DEFAULT, HELD_OUT))
    error = math.hypot(*(arm["deviation"] / math.sqrt(arm["people"]) for arm in (first, second)))
    value = first["spent"]["value"] - second["spent"]["value"]
    return Interval(value, value - 1.96 * error, value + 1.96 * error)


def _counted(count: int, of: int) -> dict[str, Any]:
    interval = share(count, of)
    return {"count": count, "of": of, "share": interval.value, "low": interval.low, "high": interval.high}
