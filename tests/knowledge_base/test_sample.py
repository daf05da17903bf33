"""Juniper Lane, the sample shop, is whole and contradicts itself nowhere that a program can see."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.wiring import SAMPLE
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.types import Knowledge

ORDER_STATES = {
    "placed", "paid", "packed", "shipped", "in_transit", "out_for_delivery", "delivered", "ready_for_pickup", "picked_up",
    "partly_shipped", "cancelled", "return_requested", "returned", "refunded", "exchanged", "lost", "on_hold",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Knowledge:
    return read_shop(load_shop(SAMPLE))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


def test_nothing_is_refused(shop: Knowledge) -> None:
    assert shop.refusals == ()


def test_it_has_what_a_shop_has_in_both_languages(shop: Knowledge) -> None:
    for locale in ("en", "zh"):
        products = [product for product in shop.products if product.locale == locale]
        assert len(products) >= 150
        assert len({product.category for product in products}) == 10
        assert len([faq for faq in shop.faqs if faq.locale == locale]) == 70
        assert len([document for document in shop.documents if document.locale == locale]) == 5
    assert len(shop.reviews) >= 300
    assert len({event.customer_id for event in shop.interactions}) == 40


def test_products_differ_in_kind(shop: Knowledge) -> None:
    english = [product for product in shop.products if product.locale == "en"]
    stock = Counter(product.in_stock for product in english)
    assert all(stock[known] >= 5 for known in (True, False, None))
    assert sum(bool(product.variants) for product in english) >= 40
    assert sum(product.compare_at is not None for product in english) >= 10
    assert sum(len({variant.price for variant in product.variants}) > 1 for product in english) >= 10
    assert all(product.compare_at is None or product.compare_at > product.price for product in english)


def test_both_languages_state_the_same_facts(shop: Knowledge) -> None:
    english = {product.id: product for product in shop.products if product.locale == "en"}
    chinese = {product.id: product for product in shop.products if product.locale == "zh"}
    assert english.keys() == chinese.keys()
    for id, product in english.items():
        other = chinese[id]
        assert (product.price, product.stock, product.goes_with) == (other.price, other.stock, other.goes_with)
        assert [(v.id, v.price, v.stock) for v in product.variants] == [
            (v.id, v.price, v.stock) for v in other.variants
        ]
        assert len(product.attributes) == len(other.attributes), id


def test_answers_in_both_languages_have_the_same_numbers(shop: Knowledge) -> None:
    def numbers(text: str) -> set[str]:
        without_months = re.sub(r"\d+ ?月", "", text)  # 11 月 is November
        return set(re.findall(r"\d+(?:\.\d+)?", without_months)) - {
            "1",
            "2",
        }  # written out in one language or the other

    answers: dict[str, dict[str, set[str]]] = {}
    for faq in shop.faqs:
        answers.setdefault(faq.id, {})[faq.locale] = numbers(faq.answer)
    different = {id: both for id, both in answers.items() if both["en"] != both["zh"]}
    assert not different


def test_everything_that_is_named_exists(shop: Knowledge) -> None:
    ids = {product.id for product in shop.products}
    assert {other for product in shop.products for other in product.goes_with} <= ids
    assert {event.product_id for event in shop.interactions} <= ids
    assert {review.product_id for review in shop.reviews} <= ids
    customers = {customer["id"] for customer in lines("customers.jsonl")}
    assert len(customers) == 40
    assert {review.customer_id for review in shop.reviews} <= customers
    for id in ids:
        assert (SAMPLE / "pictures" / f"{id}.svg").is_file()
        assert (SAMPLE / "pictures" / f"{id}.png").read_bytes().startswith(b"\x89PNG")


def test_orders_stand_in_every_state_and_add_up(shop: Knowledge) -> None:
    orders = lines("orders.jsonl")
    assert len({order["id"] for order in orders}) == 60
    assert {order["state"] for order in orders} == ORDER_STATES
    prices = {product.id: {product.price, *(v.price for v in product.variants)} for product in shop.products}
    for order in orders:
        goods = sum(Decimal(line["price"]) * line["quantity"] for line in order["lines"])
        total = (
            goods
            + Decimal(order["delivery"]["cost"])
            + 4 * order["gift_wrap_count"]
            - Decimal(order["discount"]["amount"])
        )
        assert total == Decimal(order["total"]), order["id"]
        assert all(Decimal(line["price"]) in prices[line["product_id"]] for line in order["lines"]), order["id"]
        moments = [datetime.fromisoformat(step["at"]) for step in order["history"]]
        assert moments == sorted(moments), order["id"]


def test_who_reviews_has_bought_before(shop: Knowledge) -> None:
    bought: dict[tuple[str, str], datetime] = {}
    for event in shop.interactions:
        if event.kind == "bought":
            bought.setdefault((event.customer_id, event.product_id), event.at)
    early = [
        review.id for review in shop.reviews if review.at and review.at < bought[review.customer_id, review.product_id]
    ]
    assert not early
