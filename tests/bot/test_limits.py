"""Arithmetic on limits: what is added, replaced, dropped, and what `cheaper` means."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.limits import above, add, below, drop, either
from retrieval.stated import stated, where_of
from retrieval.types import Choice, Where

COLOURS = ("red", "blue", "green", "black")
amounts = st.none() | st.integers(1, 500).map(Decimal)
values = st.frozensets(st.sampled_from(COLOURS), max_size=3)


def choices(name: str) -> st.SearchStrategy[tuple[Choice, ...]]:
    return values.map(lambda chosen: (Choice(name, chosen),) if chosen else ())


wheres = st.builds(
    Where, price_from=amounts, price_to=amounts, in_stock=st.sampled_from([None, True]), having=choices("colour"),
    without=choices("colour"), age=amounts, sort=st.sampled_from([None, "price_asc", "rating"]),
    categories=st.frozensets(st.sampled_from(["Tea", "Coffee"])), quantity=st.none() | st.integers(1, 9),
)  # fmt: skip


def named(where: Where, name: str) -> frozenset[str]:
    return next((choice.values for choice in where.having if choice.name == name), frozenset())


@given(wheres)
def test_nothing_said_changes_nothing(where: Where) -> None:
    assert add(where, Where()) == where
    assert drop(where, ()) == where


@given(wheres, wheres)
def test_saying_the_same_again_changes_nothing(before: Where, said: Where) -> None:
    once = add(before, said)
    assert add(once, said) == once


@given(wheres, wheres)
def test_what_is_said_last_holds(before: Where, said: Where) -> None:
    made = add(before, said)
    for name in ("in_stock", "age", "sort", "quantity"):
        assert getattr(made, name) == (
            getattr(said, name) if getattr(said, name) is not None else getattr(before, name)
        )
    if said.price_from is not None or said.price_to is not None:
        assert (made.price_from, made.price_to) == (said.price_from, said.price_to)


@given(wheres, values.filter(bool))
def test_what_is_refused_is_wanted_no_more(before: Where, refused: frozenset[str]) -> None:
    made = add(before, Where(without=(Choice("colour", refused),)))
    assert not named(made, "colour") & refused


@given(wheres, values.filter(bool))
def test_what_is_wanted_is_refused_no_more(before: Where, wanted: frozenset[str]) -> None:
    made = add(before, Where(having=(Choice("colour", wanted),)))
    assert named(made, "colour") == wanted
    assert not any(choice.values & wanted for choice in made.without)


@given(wheres)
def test_a_dropped_limit_is_gone_and_the_others_stay(where: Where) -> None:
    made = drop(where, {"colour", "price"})
    assert (made.price_from, made.price_to, made.having, made.without) == (None, None, (), ())
    assert (made.age, made.in_stock, made.categories) == (where.age, where.in_stock, where.categories)
    assert drop(where, {"everything"}) == Where()


@given(wheres, st.integers(1, 500).map(Decimal))
def test_cheaper_is_below_and_dearer_above(where: Where, price: Decimal) -> None:
    assert (below(where, price).price_to or price) < price
    assert (above(where, price).price_from or 0) > price
    low, high = below(where, price).price_from, below(where, price).price_to
    assert low is None or high is None or low <= high


@given(wheres, values.filter(bool))
def test_an_alternative_widens_what_is_wanted(before: Where, also: frozenset[str]) -> None:
    made = either(before, Where(having=(Choice("colour", also),)))
    refused = frozenset(value for choice in before.without for value in choice.values)
    assert not also & {value for choice in made.without for value in choice.values}
    assert named(made, "colour") == named(before, "colour") | (frozenset() if also <= refused else also)


@given(wheres)
def test_limits_are_written_and_read_back(where: Where) -> None:
    assert where_of(stated(where)) == where


def test_a_price_said_in_a_search_replaces_the_range_before() -> None:
    assert add(Where(price_to=Decimal(60)), Where(price_from=Decimal(80))) == Where(price_from=Decimal(80))
