"""What recommendations bring is reported as it was: each customer once, in the arm they had, with intervals that hold the truth."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.behaviour import ADVISED, Act
from bot.stores import behaviour
from bot.stores.database import Database
from bot.stores.transactions import writing
from bot.trial import HELD_OUT, Trial
from eval.insights.intervals import Spending, fit, share, share_difference, spending_difference, spending_ratio
from eval.insights.recommendations import report
from eval.lift.bench import OVER, one_page, run, simulated
from eval.lift.world import World
from knowledge_base.types import Interaction, InteractionKind

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TRIAL = Trial("t", 0.5)
DAY = timedelta(days=1)


def advised(person: str, arm: str, at: datetime = NOW - 20 * DAY) -> list[Act]:
    made = [Act(f"{person}/{at}", ADVISED, "", at, "", person, None, TRIAL.key, arm)]
    return [*made, Act(f"{person}/{at}/P", InteractionKind.SHOWN, "P", at, "", person, None, TRIAL.key, arm)]


def did(person: str, kind: str, days: float, product: str = "P", amount: str | None = None) -> Interaction:
    """So many days after the advice."""
    paid = Decimal(amount) if amount else None
    return Interaction(person, product, InteractionKind(kind), NOW - 20 * DAY + days * DAY, paid)


def told(acts: Sequence[Act], interactions: Sequence[Interaction], **more: Any) -> dict[str, Any]:
    prices = {"P": Decimal(10), "Q": Decimal(7)}
    return report(acts, interactions, prices.get, NOW, **more)


def arm(figures: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in figures["arms"] if one["arm"] == name)


def test_what_is_bought_within_the_window_counts_once_at_what_was_paid_less_what_came_back() -> None:
    done = [
        did("A", "bought", -1), did("A", "clicked", 0.1), did("A", "carted", 0.2), did("A", "bought", 1, amount="8.50"), did("A", "bought", 2, "Q"),
        did("A", "bought", 3), did("A", "returned", 5), did("A", "bought", 14), did("B", "bought", 1), did("stranger", "bought", 1),
    ]  # fmt: skip
    figures = told([*advised("A", "default"), *advised("B", HELD_OUT), *advised("C", HELD_OUT)], done)
    treated, held = arm(figures, "default"), arm(figures, HELD_OUT)
    assert (treated["people"], treated["total"], treated["buyers"]) == (1, 15.5, 1)
    assert (treated["clicked"]["count"], treated["carted"]["count"], treated["bought_shown"]["count"]) == (1, 1, 1)
    assert (held["people"], held["total"], held["bought"]["value"]) == (2, 10.0, 0.5)


def test_the_arm_is_that_of_the_first_advice_and_who_crosses_is_told() -> None:
    acts = [*advised("A", HELD_OUT), *advised("A", "default", NOW - 19 * DAY), *advised("B", "default")]
    figures = told(acts, [])
    assert (arm(figures, HELD_OUT)["people"], arm(figures, "default")["people"]) == (1, 1)
    assert {"key": "crossed", "people": 1} in figures["warnings"]


def test_who_is_still_within_the_window_waits() -> None:
    figures = told([*advised("A", "default", NOW - 3 * DAY), *advised("B", "default")], [])
    assert (figures["people"], figures["waiting"], arm(figures, "default")["people"]) == (2, 1, 1)


def test_small_numbers_are_not_compared_and_warned_of() -> None:
    acts = [act for n in range(60) for act in advised(f"{n}", HELD_OUT if n % 2 else "default")]
    figures = told(acts, [did(f"{n}", "bought", 1) for n in range(30)])
    assert figures["lifts"][0]["spent"] is None
    assert {"key": "too_few", "arm": "default", "buyers": 15, "needed": 20} in figures["warnings"]


def test_arms_that_lose_people_are_warned_of() -> None:
    acts = [act for n in range(400) for act in advised(f"{n}", HELD_OUT if n % 3 == 0 else "default")]
    assert "not_as_dealt" in {one["key"] for one in told(acts, [])["warnings"]}
    even = [act for n in range(400) for act in advised(f"{n}", HELD_OUT if n % 2 == 0 else "default")]
    assert "not_as_dealt" not in {one["key"] for one in told(even, [])["warnings"]}


def test_a_shop_without_a_hold_out_and_one_without_advice_are_told_so() -> None:
    alone = [replace(act, trial=Trial("t").key) for act in advised("A", "default")]
    assert "nobody_held_out" in {one["key"] for one in told(alone, [])["warnings"]}
    assert [one["key"] for one in told([], [])["warnings"]] == ["nobody"]


def test_two_models_are_compared_and_an_earlier_trial_can_be_read() -> None:
    both = Trial("t2", 0.2, models=("default", "popular"))
    acts = [
        replace(act, trial=both.key)
        for n in range(90)
        for act in advised(f"{n}", ("default", "popular", HELD_OUT)[n % 3])
    ]
    figures = told([*advised("old", "default", NOW - 60 * DAY), *acts], [])
    assert figures["trial"]["key"] == both.key
    assert [(one["arm"], one["against"]) for one in figures["lifts"]] == [
        ("default", HELD_OUT),
        ("popular", HELD_OUT),
        ("popular", "default"),
    ]
    assert told([*advised("old", "default", NOW - 60 * DAY), *acts], [], trial=TRIAL.key)["people"] == 1


def test_known_intervals_come_out_as_published() -> None:
    wilson = share(81, 263)  # Newcombe (1998), Statistics in Medicine 17: 857-872, table I
    assert (round(wilson.low, 4), round(wilson.high, 4)) == (0.2553, 0.3662)
    newcombe = share_difference((56, 70), (48, 80))  # Newcombe (1998), 17: 873-890, table II, method 10
    assert (round(newcombe.low, 4), round(newcombe.high, 4)) == (0.0524, 0.3339)
    assert fit({"a": 60, "b": 40}, {"a": 0.5, "b": 0.5}) == pytest.approx(0.0455, abs=1e-4)
    assert fit({"a": 40, "b": 35, "c": 25}, {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}) == pytest.approx(
        math.exp(-3.5 / 2), rel=1e-9
    )


def test_intervals_turn_around_with_the_arms_and_grow_with_fewer_buyers() -> None:
    random = np.random.default_rng(1)
    many = Spending.of(np.where(random.random(4000) < 0.3, random.lognormal(3, 1, 4000), 0).tolist())
    few = Spending.of(np.where(random.random(500) < 0.3, random.lognormal(3, 1, 500), 0).tolist())
    ahead, back = spending_difference(many, few), spending_difference(few, many)
    assert ahead is not None
    assert back is not None
    assert (ahead.low, ahead.high) == pytest.approx((-back.high, -back.low))
    ratio, other = spending_ratio(many, few), spending_ratio(few, many)
    assert ratio is not None
    assert other is not None
    assert (1 + ratio.low) * (1 + other.high) == pytest.approx(1)
    same = spending_ratio(many, many)
    assert same is not None
    assert same.high - same.low < ratio.high - ratio.low


def test_the_truth_follows_from_the_parameters() -> None:
    """Against 4,000 simulated customers of each arm, within four standard errors."""
    world = World.made()
    acts, bought = simulated(world, Trial("x", 0.5), 8_000, np.random.default_rng(3))
    figures = report(acts, bought, lambda product: world.price(int(product)), OVER)
    for name, is_advised in (("default", True), (HELD_OUT, False)):
        row = arm(figures, name)
        error = row["deviation"] / math.sqrt(row["people"])
        assert abs(row["spent"]["value"] - world.true_spending(is_advised)) < 4 * error
        assert abs(row["bought"]["value"] - world.true_buying(is_advised)) < 4 * math.sqrt(0.25 / row["people"])


def test_a_held_out_customer_counted_as_treated_is_seen() -> None:
    """The planted fault: of those held out every second is written down as treated."""

    def spoil(acts: list[Act]) -> list[Act]:
        return [
            replace(act, arm="default") if act.arm == HELD_OUT and int(act.person.rsplit("-", 1)[1]) % 2 else act
            for act in acts
        ]

    well, ill = run(3, 1200, 0.3, 5), run(3, 1200, 0.3, 5, spoil=spoil)
    assert (well["wrongly_not_as_dealt"], ill["wrongly_not_as_dealt"]) == (0, 3)


def test_the_store_gives_the_same_report_and_counts_a_repeated_event_once(tmp_path: Path) -> None:
    world, trial = World.made(), Trial("x", 0.3)
    acts, bought = simulated(world, trial, 300, np.random.default_rng(4))
    database = Database(tmp_path / "conversations.sqlite")
    with writing(connection := database.connection()):
        events = [
            Act(f"b{n}", "bought", one.product_id, one.at, "", one.customer_id, one.amount)
            for n, one in enumerate(bought)
        ]
        for _ in range(2):
            behaviour.add(connection, [*acts, *events])
    kept = list(behaviour.acts(connection))
    learned = behaviour.learnable(connection, [], OVER)
    database.close()

    def price(product: str) -> Decimal:
        return world.price(int(product))

    assert report(kept, learned, price, OVER) == report(acts, bought, price, OVER)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_page_asks_for_nothing_and_says_what_the_figures_say(locale: str) -> None:
    html = one_page(600, 0.3, 7, locale)
    assert not re.search(r"(src|href)=|url\(|@import|<script", html)
    assert "{" not in re.sub(r"<style>.*</style>", "", html, flags=re.DOTALL)
    assert ("What recommendations bring" in html) == (locale == "en")
