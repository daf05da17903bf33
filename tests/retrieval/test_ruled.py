"""A shop's rules over any recommender, and reasons that its data gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.recommending import Boost, Consumable, Margin, Rules, Which
from knowledge_base.types import Interaction, InteractionKind, Product
from retrieval.recommend.past import Past
from retrieval.recommend.reasons import BUYERS, For, Reasons
from retrieval.recommend.ruled import Ruled
from retrieval.seams import Relation
from retrieval.types import Recommendation, Where

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)


def product(id: str, title: str, category: str = "Coffee", stock: int | None = 5, **more: object) -> Product:
    return Product(id, title, "", category, Decimal("10"), "USD", stock, **more)  # type: ignore[arg-type]


CATALOGUE = Catalogue(
    [
        product("kettle-a", "Steel kettle", brand="Fernhill"),
        product("kettle-b", "Copper kettle"),
        product("kettle-c", "Glass kettle"),
        product("filters", "Paper filters", attributes={"pieces": "100"}),
        product("beans", "House beans", attributes={"roast": "dark"}, goes_with=("filters",)),
        product("gone", "Enamel kettle", stock=0),
        product("scarf", "Scarf", "Clothing"),
        product("truck", "Toy truck", "Toys", attributes={"age": "from 3 years"}),
    ]
)
ALL = list(CATALOGUE.order)


class Given:
    """A model with one answer, whatever the rules are: also what is sold out, and no more than it is asked for."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids

    def recommend(
        self, customer_id: str | None, *, k: int = 5, near: Sequence[str] = (), where: Where | None = None,
        relation: Relation = "for_you",
    ) -> list[Recommendation]:  # fmt: skip
        return [Recommendation(i, -float(n), ("in_range",)) for n, i in enumerate(self.ids)][:k]


def event(customer: str, item: str, days_ago: float = 1, kind: InteractionKind = InteractionKind.BOUGHT) -> Interaction:
    return Interaction(customer, item, kind, NOW - timedelta(days=days_ago))


def ruled(rules: Rules, ids: Sequence[str] = ALL, events: Sequence[Interaction] = ()) -> Ruled:
    past = Past(lambda: events, CATALOGUE)
    return Ruled(Given(ids), rules, CATALOGUE, past, {"toys": {"en": "Toys"}}, NOW.timestamp)


def ids(picks: Sequence[Recommendation]) -> list[str]:
    return [pick.product_id for pick in picks]


PLAIN = Rules(variety=0)


def test_what_a_model_gives_stays_in_its_order_without_rules_but_for_what_is_sold_out() -> None:
    assert ids(ruled(PLAIN).recommend(None, k=9)) == [i for i in ALL if i != "gone"]


def test_what_is_pinned_comes_first_and_what_is_hidden_never() -> None:
    rules = Rules(
        pin=(Which("", ("scarf",)),), hide=(Which("", category="toys"), Which("", brand="Fernhill")), variety=0
    )
    assert ids(ruled(rules).recommend(None, k=9)) == ["scarf", "kettle-b", "kettle-c", "filters", "beans"]


def test_what_is_pinned_keeps_the_limits_of_the_wish() -> None:
    picks = ruled(Rules(pin=(Which("", ("scarf",)),))).recommend(None, where=Where(categories=frozenset(["Coffee"])))
    assert "scarf" not in ids(picks)


def test_a_boost_brings_forward_and_a_small_one_back() -> None:
    first = ruled(Rules(boosts=(Boost(Which("", ("truck",)), 2),), variety=0)).recommend(None, k=1)
    assert ids(first) == ["truck"]
    last = ruled(Rules(boosts=(Boost(Which("", attributes={"roast": "*"}), 0.1),), variety=0)).recommend(None, k=9)
    assert ids(last)[-1] == "beans"


def test_twice_the_average_margin_counts_as_a_boost_of_two_at_full_weight() -> None:
    margins = (Margin(Which("", ("truck",)), 0.6), Margin(Which("", ("kettle-a",)), 0.1))
    assert ids(ruled(Rules(margins=margins, margin_weight=1, variety=0)).recommend(None, k=1)) == ["truck"]
    assert ids(ruled(Rules(margins=margins, margin_weight=0, variety=0)).recommend(None, k=1)) == ["kettle-a"]


def test_the_same_thing_is_not_shown_five_times() -> None:
    assert ids(ruled(PLAIN).recommend(None, k=3)) == ["kettle-a", "kettle-b", "kettle-c"]
    varied = ids(ruled(Rules(variety=1)).recommend(None, k=3))
    assert sum(i.startswith("kettle") for i in varied) < 3


def test_variety_does_not_disturb_who_asks_for_what_is_alike() -> None:
    alike = ids(ruled(Rules(variety=1)).recommend(None, k=2, near=("kettle-a",), relation="similar"))
    assert alike == ["kettle-b", "kettle-c"]


def test_what_was_bought_is_not_recommended_again_unless_it_is_used_up() -> None:
    rules = Rules(consumables=(Consumable(Which("", attributes={"roast": "*"}), 30),), variety=0)
    fresh = ruled(rules, events=[event("a", "kettle-a", 400), event("a", "beans", 10)]).recommend("a", k=9)
    assert not {"kettle-a", "beans"} & set(ids(fresh))
    due = ruled(rules, events=[event("a", "kettle-a", 400), event("a", "beans", 31)]).recommend("a", k=9)
    assert due[0].product_id == "beans"
    assert "kettle-a" not in ids(due)


def test_who_has_bought_everything_still_gets_something() -> None:
    everything = [event("a", i) for i in ALL]
    assert len(ruled(PLAIN, events=everything).recommend("a", k=3)) == 3


def test_a_model_that_knows_nothing_leaves_no_empty_list() -> None:
    assert len(ruled(PLAIN, ids=[]).recommend("stranger", k=3)) == 3


def test_where_much_is_hidden_the_model_is_asked_for_more() -> None:
    many = Catalogue([*(product(f"k{n}", f"Kettle {n}") for n in range(80)), product("last", "Scarf", "Clothing")])
    past = Past(list, many)
    rules = Rules(hide=(Which("", category="Coffee"),))
    assert ids(
        Ruled(Given(many.order), rules, many, past, {}).recommend(None, k=3, near=("k1",), relation="similar")
    ) == ["last"]


def test_only_what_is_safe_for_the_asked_age() -> None:
    assert ids(ruled(PLAIN).recommend(None, k=9, where=Where(age=Decimal(4)))) == ["truck"]
    assert ids(ruled(PLAIN).recommend(None, k=9, where=Where(age=Decimal(2)))) == []


# Reasons


def reasons(events: Sequence[Interaction], days: float | None = None) -> Reasons:
    return Reasons(
        Past(lambda: events, CATALOGUE), CATALOGUE, lambda product_id: days if product_id == "beans" else None
    )


FEW = [event(f"c{n}", i) for n in range(3) for i in ("kettle-a", "filters")]


def test_a_count_is_told_from_three_others_on() -> None:
    near = For(NOW.timestamp(), near=["kettle-a"], relation="goes_with")
    assert reasons(FEW).why("filters", near) == [("bought_together", "kettle-a", "3")]
    assert reasons(FEW[:4]).why("filters", near) == []


def test_the_customer_is_none_of_the_others() -> None:
    """Two others and the customer are no three others."""
    assert not any(
        one[0].startswith("bought_together") for one in reasons(FEW).why("filters", For(NOW.timestamp(), "c0"))
    )


def test_a_share_is_told_of_twenty_buyers_and_never_of_fewer() -> None:
    buyers = [event(f"b{n}", "kettle-a") for n in range(BUYERS)] + [event(f"x{n}", "scarf") for n in range(40)]
    both = [event(f"b{n}", "filters") for n in range(12)]
    near = For(NOW.timestamp(), near=["kettle-a"], relation="goes_with")
    assert reasons([*buyers, *both]).why("filters", near)[0] == ("share", "kettle-a", "60")
    assert reasons([*buyers[1:], *both]).why("filters", near)[0] == ("bought_together", "kettle-a", "11")
    mine = For(NOW.timestamp(), "me")
    assert reasons([*buyers, *both, event("me", "kettle-a")]).why("filters", mine)[0] == (
        "share_yours",
        "kettle-a",
        "60",
    )


def test_popular_this_month_is_of_this_month() -> None:
    lately = [event(f"c{n}", "beans", 5) for n in range(5)]
    assert ("popular_in", "Coffee") in reasons(lately).why("beans", For(NOW.timestamp()))
    past = [event(f"c{n}", "beans", 45) for n in range(5)]
    assert ("popular_in", "Coffee") not in reasons(past).why("beans", For(NOW.timestamp()))
    assert ("popular",) in reasons(past).why("beans", For(NOW.timestamp()))


def test_what_one_customer_looked_at_is_popular_with_nobody() -> None:
    looked = [event("c1", "beans", 1, InteractionKind.VIEWED)] * 50
    assert reasons(looked).why("beans", For(NOW.timestamp())) == []


def test_a_refill_is_due_after_its_days() -> None:
    assert reasons([event("a", "beans", 33)], 30).why("beans", For(NOW.timestamp(), "a"))[0] == (
        "due_again",
        "beans",
        "33",
    )
    assert reasons([event("a", "beans", 20)], 30).why("beans", For(NOW.timestamp(), "a")) == []


@pytest.mark.parametrize("seen", [["kettle-b"], []])
def test_like_what_was_looked_at_only_where_something_was(seen: list[str]) -> None:
    told = reasons([]).why("kettle-a", For(NOW.timestamp(), looked_at=seen))
    assert told == ([("like_looked", "kettle-b")] if seen else [])


def test_what_the_shop_says_goes_together_is_a_reason() -> None:
    assert reasons([]).why("filters", For(NOW.timestamp(), near=["beans"])) == [("goes_with", "beans")]


def test_an_unknown_product_has_no_reason() -> None:
    assert reasons(FEW).why("nothing", For(NOW.timestamp(), "nobody", ["no such"])) == []
