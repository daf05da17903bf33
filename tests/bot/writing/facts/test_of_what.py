"""What is said of a form, an order, a threshold or two products is judged by their own facts."""

from __future__ import annotations

import pytest

from tests.bot.writing.facts.test_lock import lock

ORDER = "text:Order JL-1 was handed to UPS on 20 November 2026. It has not been delivered yet."
TWO_PARCELS = "text:Order JL-1 is sent in two parcels. The first left on 23 November 2026, the second has not left yet."
SKILLET = "product:JL-KIT-01"
THROWS = "product:JL-HOM-10;product:JL-HOM-11"

FALSE = [
    (SKILLET, "", "The 20 cm one weighs 2.3 kg."),
    (SKILLET, "", "The 26 cm one is $34.00."),
    ("product:JL-CLO-04", "my chest is 107 cm", "Take the XL."),
    (ORDER, "", "Your order was delivered this morning."),
    (ORDER, "", "It went out with USPS on 20 November."),
    (TWO_PARCELS, "", "Both of them left on 23 November."),
    ("faq:signature", "do I have to sign for a $250 order?", "A $250 order has to be signed for."),
    (THROWS, "", "The waffle throw is heavier."),
    ("product:JL-BAG-17", "", "It has a coin pocket."),
    ("faq:opening-hours", "", "On Christmas Day we're open as usual."),
]
TRUE = [
    (SKILLET, "", "The 26 cm one weighs 2.3 kg."),
    (SKILLET, "", "The 26 cm one is $49.00."),
    ("product:JL-CLO-04", "my chest is 107 cm", "Take the L."),
    (ORDER, "", "Your order hasn't been delivered yet."),
    (ORDER, "", "It went out with UPS on 20 November."),
    (TWO_PARCELS, "", "The first of them left on 23 November."),
    ("faq:signature", "do I have to sign for a $350 order?", "A $350 order has to be signed for."),
    (THROWS, "", "The lambswool throw is heavier."),
    ("product:JL-BAG-17", "", "It has no coin pocket."),
    (
        "faq:lane-points",
        "what do I get for 300 points?",
        "A hundred points are worth five dollars, so 300 make fifteen.",
    ),
]


@pytest.mark.parametrize(("facts", "asked", "said"), FALSE)
def test_what_is_true_of_something_else_is_stopped(facts: str, asked: str, said: str) -> None:
    assert lock(facts, asked).stops(said) is not None


@pytest.mark.parametrize(("facts", "asked", "said"), TRUE)
def test_what_is_true_of_it_is_said(facts: str, asked: str, said: str) -> None:
    assert lock(facts, asked).stops(said) is None
