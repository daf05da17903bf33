"""Why something is recommended is said only where the findings say so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.types import Findings, Message
from bot.writing.facts.lock import Lock
from knowledge_base.shop import load_shop
from knowledge_base.types import Product
from retrieval.types import Recommendation
from tests.talk import NOON

SHOP = load_shop(Path(__file__).parents[4] / "knowledge_base" / "sample")
DRIPPER = Product("D", "Cone Dripper", "A plain cone.", "Coffee", Decimal("9.50"), "USD", 7)
FILTERS = Product("F", "Paper Filters", "For cones.", "Coffee", Decimal("6.50"), "USD", 61)
TOLD = "61% of those who bought Cone Dripper took this, too"
FOUND = Findings(
    "recommended",
    values={"because:F": TOLD, "because:D": "within your $40.00"},
    products=(FILTERS, DRIPPER),
    recommendations=(Recommendation("F", 1.0, ("share", "D", "61")), Recommendation("D", 0.9, ("within", "$40.00"))),
)


def stops(sentence: str, found: Findings = FOUND) -> bool:
    return Lock(found, Message("m", "c", "what goes with it, under $40?", NOON), SHOP).stops(sentence) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        f"1. Paper Filters: $6.50, in stock ({TOLD})",
        "Paper Filters are a good match: 61% of those who bought the Cone Dripper took them, too.",
        "2. Cone Dripper: $9.50, in stock (within your $40.00)",
        "Paper Filters cost $6.50.",
        "Is this popular?",
    ],
)
def test_what_the_findings_give_as_a_reason_may_be_said(sentence: str) -> None:
    assert not stops(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "1. Paper Filters: $6.50, in stock (71% of those who bought Cone Dripper took this, too)",
        f"2. Cone Dripper: $9.50, in stock ({TOLD})",
        "The Cone Dripper is our best-seller.",
        "The Cone Dripper is popular this month.",
        "Paper Filters are popular this month.",
        "You bought the Cone Dripper before.",
        "Many customers also bought the Cone Dripper.",
        "Like the kettle that you viewed, the Cone Dripper pours well.",
        "Cone Dripper 是本店的热销款。",
        "您之前买过 Cone Dripper。",
        "大家都会买 Cone Dripper。",
    ],
)
def test_a_false_reason_is_stopped(sentence: str) -> None:
    assert stops(sentence)


def test_what_the_shop_itself_writes_of_a_product_may_be_said() -> None:
    told = replace(DRIPPER, description="Our best-seller since 2019.")
    assert not stops("The Cone Dripper is our best-seller.", replace(FOUND, products=(FILTERS, told)))


def test_what_was_found_without_recommendations_is_no_best_seller_either() -> None:
    assert stops("The Cone Dripper is a best-seller.", Findings("found", products=(DRIPPER,)))
