"""What the catalogue chooses by: facets of products and of their variants."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.forms import sizes_in
from knowledge_base.measures import amounts_in, years_in
from knowledge_base.types import Interaction, InteractionKind, Product, Review, Variant
from knowledge_base.where import Choice, Measure, Where

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def product(product_id: str, title: str = "Thing", price: int = 20, **more: Any) -> Product:
    return Product(product_id, title, "", more.pop("category", "Things"), Decimal(price), "USD", **more)


def variant(name: str, price: int, stock: int | None, **options: str) -> Variant:
    return Variant(name, options, Decimal(price), stock)


TEE = product(
    "tee", "Tee", attributes={"colour": "black / white", "size": "S / M", "material": "100 % cotton"},
    variants=(variant("bs", 20, 0, colour="black", size="S"), variant("bm", 25, 4, colour="black", size="M"), variant("ws", 20, 2, colour="white", size="S")),
)  # fmt: skip
BOTTLE = product(
    "bottle",
    "Steel Bottle 750 ml",
    30,
    stock=None,
    attributes={"weight": "310 g", "material": "stainless steel, silicone ring"},
    compare_at=Decimal(40),
)
BLOCKS = product(
    "blocks",
    "Wooden Blocks",
    15,
    stock=0,
    attributes={"age": "18 months to 3 years", "contents": "50 pieces"},
    category="Toys",
    added=NOW,
)
CATALOGUE = Catalogue(
    [TEE, BOTTLE, BLOCKS],
    ("en",),
    [Review("r1", "tee", 5, "good"), Review("r2", "tee", 4, "fine"), Review("r3", "bottle", 3, "so so")],
    [Interaction("c", "bottle", InteractionKind.BOUGHT, NOW)],
)


def having(**choices: set[str]) -> tuple[Choice, ...]:
    return tuple(Choice(name, frozenset(values)) for name, values in sorted(choices.items()))


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (Where(having=having(colour={"black"}, size={"M"})), {"tee"}),
        (Where(having=having(colour={"white"}, size={"M"})), set()),
        (Where(having=having(colour={"black"}, size={"S"})), {"tee"}),
        (Where(having=having(colour={"black"}, size={"S"}), in_stock=True), set()),
        (Where(having=having(colour={"black"}), price_to=Decimal(22), in_stock=True), set()),
        (Where(having=having(colour={"black", "white"}), price_to=Decimal(22), in_stock=True), {"tee"}),
        (Where(having=having(colour={"white"}), quantity=3), set()),
        (Where(having=having(colour={"white"}), quantity=2), {"tee"}),
    ],
)
def test_what_is_limited_holds_of_one_variant(where: Where, ids: set[str]) -> None:
    assert CATALOGUE.select(where) == ids


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (Where(), {"tee", "bottle", "blocks"}),
        (Where(price_from=Decimal(25)), {"tee", "bottle"}),
        (Where(without=having(colour={"black"})), {"tee", "bottle", "blocks"}),
        (Where(without=having(colour={"black", "white"})), {"bottle", "blocks"}),
        (Where(without=having(material={"silicone"})), {"tee", "blocks"}),
        (Where(having=having(material={"wood"})), {"blocks"}),
        (Where(measures=(Measure("volume", Decimal(500), None),)), {"bottle"}),
        (Where(measures=(Measure("weight", None, Decimal(300)),)), set()),
        (Where(measures=(Measure("pieces", Decimal(40), None),)), {"blocks"}),
        (Where(age=Decimal("1.5")), {"blocks"}),
        (Where(age=Decimal(4)), set()),
        (Where(rating_from=Decimal("4.5")), {"tee"}),
        (Where(discount_from=Decimal(25)), {"bottle"}),
        (Where(discount_from=Decimal(26)), set()),
        (Where(in_stock=False), {"blocks"}),
        (Where(categories=frozenset({"toys"})), {"blocks"}),
        (Where(not_categories=frozenset({"Toys"})), {"tee", "bottle"}),
        (Where(source_ids=frozenset({"tee", "gone"})), {"tee"}),
    ],
)
def test_every_limit_chooses(where: Where, ids: set[str]) -> None:
    assert CATALOGUE.select(where) == ids
    assert {i for i, chosen in zip(CATALOGUE.order, CATALOGUE.mask(where), strict=True) if chosen} == ids


@pytest.mark.parametrize(
    ("sort", "first"),
    [("price_asc", "blocks"), ("price_desc", "bottle"), ("rating", "tee"), ("newest", "blocks"), ("popular", "bottle"), ("discount", "bottle")],
)  # fmt: skip
def test_every_order_puts_its_greatest_first(sort: Any, first: str) -> None:
    assert CATALOGUE.ranked(CATALOGUE.order, sort)[0] == first


def test_equals_are_ordered_by_id_and_the_unknown_come_last() -> None:
    same = [product("b"), product("a"), product("c", price=10)]
    assert Catalogue(same).ranked(["b", "a", "c"], "price_desc") == ["a", "b", "c"]
    assert CATALOGUE.ranked(CATALOGUE.order, "rating")[0] == "tee"
    assert CATALOGUE.ranked([], "rating") == []


def test_a_list_keeps_the_shops_order_with_the_sold_out_last() -> None:
    catalogue = Catalogue([product("a", stock=0), product("b", stock=3), product("c"), product("d", price=90, stock=1)])
    assert catalogue.listed(Where(price_to=Decimal(50))) == ["b", "c", "a"]
    assert catalogue.among(["d", "gone", "c", "a"], Where(price_to=Decimal(50))) == ["c", "a"]


def test_two_languages_are_aligned_by_the_order_of_attributes() -> None:
    en = product("soap", "Soap", attributes={"scent": "lavender / rose", "skin type": "normal to dry"})
    zh = product("soap", "皂", attributes={"香味": "薰衣草 / 玫瑰", "适合肤质": "中性至干性"}, locale="zh")
    catalogue = Catalogue([zh, en], ("en", "zh"))
    assert catalogue.attributes.names["香味"] == "scent"
    assert catalogue.attributes.values["scent"]["玫瑰"] == "rose"
    assert catalogue.select(Where(having=having(**{"skin type": {"dry"}, "scent": {"rose"}}))) == {"soap"}


def test_an_empty_catalogue_chooses_nothing() -> None:
    assert Catalogue(()).select(Where(price_to=Decimal(5), in_stock=True)) == frozenset()


def test_amounts_ages_and_sizes_are_read_in_both_languages() -> None:
    assert [(a.kind, a.low) for a in amounts_in("0.9 升，1.1 千克")] == [("volume", 900.0), ("weight", 1100.0)]
    assert amounts_in("550 g/m²") == ()
    assert years_in("18 个月以上") == (1.5, float("inf"))
    assert years_in("12 months to 3 years") == (1.0, 3.0)
    assert sizes_in("EU 36–38") == {"36", "37", "38"}
    assert sizes_in("S/M") == {"S", "M"}
    assert sizes_in("XS to XL") == {"XS", "S", "M", "L", "XL"}
    assert sizes_in("Queen") == {"queen"}
