"""Which one limit goes where nothing meets all: the nearest."""

from __future__ import annotations

from decimal import Decimal

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product, Variant
from knowledge_base.where import Choice, Measure, Where
from retrieval.constraints.relaxing import Given, cheapest, given, loosenings


def lamp(product_id: str, price: str, stock: int, colour: str, volume: str = "500 ml") -> Product:
    facts = {"colour": colour, "capacity": volume}
    return Product(product_id, "Lamp", "", "Lamps", Decimal(price), "USD", stock, facts)


def best(catalogue: Catalogue, where: Where) -> Given | None:
    found = []
    for loosened in loosenings(where):
        ids = [i for i in catalogue.order if i in catalogue.select(loosened.where)]
        if ids:
            found.append(given(loosened, where, ids, catalogue))
    return cheapest(found)


RED = (Choice("colour", frozenset({"red"})),)


def test_a_price_a_little_over_goes_before_another_colour() -> None:
    catalogue = Catalogue([lamp("near", "54", 1, "red"), lamp("far", "90", 1, "red"), lamp("blue", "40", 1, "blue")])
    found = best(catalogue, Where(price_to=Decimal(50), having=RED))
    assert found is not None
    assert (found.loosened.limit, found.ids, found.nearest, found.apart) == ("price", ("near", "far"), 54, 4)


def test_another_colour_goes_before_a_price_far_over() -> None:
    catalogue = Catalogue([lamp("far", "90", 1, "red"), lamp("blue", "40", 1, "blue")])
    found = best(catalogue, Where(price_to=Decimal(50), having=RED))
    assert found is not None
    assert (found.loosened.limit, found.ids) == ("colour", ("blue",))


def test_stock_goes_before_colour() -> None:
    catalogue = Catalogue([lamp("sold out", "40", 0, "red"), lamp("blue", "40", 1, "blue")])
    found = best(catalogue, Where(in_stock=True, having=RED))
    assert found is not None
    assert found.loosened.limit == "stock"


def test_under_the_least_price_the_distance_is_negative() -> None:
    found = best(Catalogue([lamp("a", "80", 1, "red")]), Where(price_from=Decimal(100), having=RED))
    assert found is not None
    assert (found.nearest, found.apart) == (80, -20)


def test_a_measure_is_near_or_far_too() -> None:
    catalogue = Catalogue([lamp("a", "40", 1, "red", "450 ml"), lamp("b", "40", 1, "red", "2 L")])
    found = best(catalogue, Where(measures=(Measure("volume", Decimal(500), Decimal(500)),)))
    assert found is not None
    assert (found.loosened.limit, found.ids, found.apart) == ("measure", ("a", "b"), -50)


def test_the_price_of_the_variant_that_meets_the_other_limits_counts() -> None:
    variants = (Variant("r", {"colour": "red"}, Decimal(80), 1), Variant("b", {"colour": "blue"}, Decimal(51), 1))
    catalogue = Catalogue([Product("a", "Lamp", "", "Lamps", Decimal(51), "USD", 2, {}, variants)])
    found = best(catalogue, Where(price_to=Decimal(50), having=(Choice("colour", frozenset({"red"})),)))
    assert found is not None
    assert (found.loosened.limit, found.nearest) == ("price", 80)


def test_where_two_limits_would_have_to_go_none_does() -> None:
    catalogue = Catalogue([lamp("a", "90", 0, "blue")])
    assert best(catalogue, Where(price_to=Decimal(50), in_stock=True, having=RED)) is None
