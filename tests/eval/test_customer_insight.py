"""What a model sees of customers: figures whose right answer is obvious, and nothing of a few people."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from eval.insights import customers, customers_told
from eval.insights.page import page
from eval.insights.portraits import habits, portraits, scores, segment_of
from eval.insights.withholding import parts
from eval.insights.words import Words, _wordings
from knowledge_base.types import Interaction, InteractionKind, Product

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BOUGHT = InteractionKind.BOUGHT
SHOP = {
    "BEANS": Product("BEANS", "Beans", "", "coffee", Decimal(12), "USD"),
    "KETTLE": Product("KETTLE", "Kettle <b>&", "", "kitchen", Decimal(60), "USD"),
}


def did(
    person: str, product: str, days_ago: float, kind: InteractionKind = BOUGHT, amount: str | None = None
) -> Interaction:
    return Interaction(person, product, kind, NOW - timedelta(days=days_ago), Decimal(amount) if amount else None)


def drinkers(count: int = 60) -> list[Interaction]:
    """Each bought beans every 30 days, the last 25 days ago; every second a kettle, too."""
    return sorted(
        [did(f"C{n:02}", "BEANS", 25 + 30 * again) for n in range(count) for again in range(4)]
        + [did(f"C{n:02}", "KETTLE", 100) for n in range(0, count, 2)]
        + [did(f"L{n}", "KETTLE", 5, InteractionKind.VIEWED) for n in range(3)],
        key=lambda one: one.at,
    )


def words(locale: str = "en") -> Words:
    return Words(locale, "USD", UTC, 10)


def test_one_customer_is_as_their_events_say() -> None:
    known = {one.person: one for one in portraits(drinkers(), SHOP.get, NOW)}
    one = known["C00"]
    assert (one.days, one.times, one.spent, one.segment) == (25.0, 5, Decimal(108), "loyal")
    assert one.categories == (("coffee", 0.8), ("kitchen", 0.2))
    assert one.prices == (Decimal(12), Decimal(12), Decimal(12))
    (need,) = one.needs
    assert (need.product_id, need.days, need.is_own, need.due) == ("BEANS", 30.0, True, NOW + timedelta(days=5))
    assert known["L0"].segment == "looking"
    assert known["C01"].gap_days == 30


def test_what_came_back_isnt_spent_and_what_was_paid_is_what_counts() -> None:
    events = [did("A", "KETTLE", 9, amount="50"), did("A", "BEANS", 8), did("A", "KETTLE", 7, InteractionKind.RETURNED)]
    (one,) = portraits(events, SHOP.get, NOW)
    assert one.spent == 12


def test_who_buys_a_thing_again_alone_makes_it_no_consumable() -> None:
    events = [did("A", "KETTLE", days) for days in (100, 60, 20)]
    assert habits(events).again == {}
    assert portraits(events, SHOP.get, NOW)[0].needs == ()


@pytest.mark.parametrize(
    ("days", "times", "first", "segment"),
    [
        (10, 1, 10, "new"),
        (60, 1, 60, "once"),
        (20, 2, 90, "regular"),
        (20, 4, 90, "loyal"),
        (100, 3, 200, "cooling"),
        (170, 9, 400, "lapsed"),
    ],
)
def test_segments_are_as_they_are_defined(days: float, times: int, first: float, segment: str) -> None:
    assert segment_of(days, times, first, 40) == segment


def test_scores_are_fifths_and_equal_values_have_equal_scores() -> None:
    assert Counter(scores({str(n): float(n) for n in range(50)}).values()) == dict.fromkeys(range(1, 6), 10)
    assert set(scores({"a": 1.0, "b": 1.0, "c": 1.0}).values()) == {3}


def test_no_small_number_can_be_worked_out_from_the_others() -> None:
    assert parts({"a": 40, "b": 30, "c": 3}) == {"a": 40, "b": None, "c": None}
    assert parts({"a": 40, "b": 2, "c": 3}) == {"a": None, "b": None, "c": None}
    assert parts({"a": 40, "b": 30, "c": 0}) == {"a": 40, "b": 30, "c": 0}


def test_of_all_together_every_figure_is_of_ten_people_or_withheld() -> None:
    told = customers.report(drinkers(), SHOP.get, NOW, "USD")
    assert (told["people"], told["buyers"], told["gap_days"]) == (63, 60, 30)
    counts = {row["key"]: row["people"] for row in told["segments"]}
    assert (counts["looking"], counts["loyal"]) == (None, None)
    (due,) = told["due"]
    assert (due["product_id"], due["within_7"], due["customers"]) == ("BEANS", 60, 60)
    assert {row["name"]: row["buyers"] for row in told["categories"]} == {"coffee": 60, "kitchen": 30}


def test_a_shop_of_a_few_shows_nothing_of_all_together() -> None:
    told = customers.report(drinkers(6), SHOP.get, NOW, "USD")
    made = customers_told.told(told, words())
    assert told["people"] is None
    assert made.blocks == []
    assert "fewer than 10 customers" in " ".join(made.warnings)


def test_an_unknown_customer_and_an_empty_history_are_nobody() -> None:
    assert customers.portrait_of("nobody", drinkers(), SHOP.get, NOW) is None
    assert customers.report([], SHOP.get, NOW)["events"] == 0
    assert portraits([], SHOP.get, NOW) == []


def test_an_unknown_product_is_told_and_breaks_nothing() -> None:
    told = customers.report([*drinkers(), did("C00", "GONE", 3)], SHOP.get, NOW, "USD")
    assert told["unknown_products"] == 1
    assert "1 products of the events" in " ".join(customers_told.told(told, words()).warnings)


def test_both_languages_say_the_same_things() -> None:
    told = _wordings()
    assert told["en"].keys() == told["zh"].keys()
    for key, text in told["en"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", told["zh"][key])), key


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.met: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met |= {tag, *(name for name, _ in attrs)}


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_page_needs_nothing_else_and_lets_no_title_become_markup(locale: str) -> None:
    told = customers.report(drinkers(), SHOP.get, NOW, "USD")
    one = customers.portrait_of("C00", drinkers(), SHOP.get, NOW)
    assert one is not None
    refused: dict[str, Any] = {**one, "refused": [{"product_id": "KETTLE", "title": SHOP["KETTLE"].title}]}
    for made in (customers_told.told(told, words(locale)), customers_told.one_told(refused, "today", words(locale))):
        html = page(made, locale)
        assert not _Tags(html).met & {"script", "src", "href", "img", "link", "b"}
        assert "url(" not in html
    assert "Kettle &lt;b&gt;&amp;" in html
    assert json.dumps(told, default=str)
