"""`Not my style` holds for whoever is known, in the next conversation, too: until it is forgotten, over, or the product is liked after all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bot.settings import Settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, open_shop
from tests.shops import settings_in
from tests.talk import NOON

SOME_TIME = timedelta(minutes=5)


@pytest.fixture
async def shop(tmp_path: Path, sample_settings: Settings) -> AsyncIterator[OpenShop]:
    async with open_shop(settings_in(tmp_path, sample_settings)) as opened:
        yield opened


class Customer:
    """Signed in where there is an id; each conversation is a new one."""

    def __init__(self, shop: OpenShop, customer_id: str | None = None) -> None:
        self.shop, self.customer_id, self.conversation = shop, customer_id, uuid4().hex

    async def says(self, text: str, at: datetime = NOON, **more: object) -> Reply:
        said = Message(uuid4().hex, self.conversation, text, at, "web", self.customer_id, **more)  # type: ignore[arg-type]
        return await self.shop.engine.reply(said)

    def comes_again(self) -> Customer:
        return Customer(self.shop, self.customer_id)


def ids(reply: Reply) -> set[str]:
    return {card.product_id for card in reply.cards}


async def refused_by(customer: Customer) -> set[str]:
    """What the customer was shown and said no to."""
    shown = ids(await customer.says("what can you recommend?"))
    assert shown
    await customer.says("not my style", NOON + SOME_TIME)
    return shown


async def test_what_a_customer_refused_is_not_recommended_in_the_next_conversation(shop: OpenShop) -> None:
    customer = Customer(shop, "C777")
    refused = await refused_by(customer)
    again = ids(await customer.comes_again().says("what can you recommend?", NOON + timedelta(days=3)))
    assert again
    assert not again & refused
    assert ids(await Customer(shop, "C778").says("what can you recommend?", NOON + timedelta(days=3))) & refused


async def test_it_is_over_after_half_a_year(shop: OpenShop) -> None:
    customer = Customer(shop, "C777")
    refused = await refused_by(customer)
    late = NOON + timedelta(days=200)
    assert ids(await customer.comes_again().says("what can you recommend?", late)) & refused
    assert ids(await customer.says("what can you recommend?", late)) & refused, "in the same chat as well"


async def test_a_visitor_is_known_by_the_chat_that_goes_on_and_by_no_other(shop: OpenShop) -> None:
    visitor = Customer(shop)
    refused = await refused_by(visitor)
    await visitor.says("/new", NOON + SOME_TIME, sign="/new")
    assert not ids(await visitor.says("what can you recommend?", NOON + timedelta(days=3))) & refused
    assert ids(await visitor.comes_again().says("what can you recommend?", NOON + timedelta(days=3))) & refused


@pytest.mark.parametrize("way", ["conversation", "customer", "no consent"])
async def test_it_is_forgotten_with_all_else(shop: OpenShop, way: str) -> None:
    customer = Customer(shop, "C777")
    refused = await refused_by(customer)
    if way == "conversation":
        await shop.conversations.forget_one(customer.conversation)
    elif way == "customer":
        await shop.conversations.forget("C777")
    else:
        await shop.behaviour.consent("", "C777", given=False)
    assert ids(await customer.comes_again().says("what can you recommend?", NOON + timedelta(days=3))) & refused


async def test_what_is_looked_at_again_is_liked_after_all(shop: OpenShop) -> None:
    customer = Customer(shop, "C777")
    refused = await refused_by(customer)
    (one, *_) = sorted(refused)
    await customer.says("", NOON + 2 * SOME_TIME, sign=f"details:{one}")
    left = set(await shop.behaviour.refused("", "C777", NOON + timedelta(days=3)))
    assert left == refused - {one}


async def test_a_gift_heeds_no_taste_of_the_giver(shop: OpenShop) -> None:
    customer = Customer(shop, "C777")
    await refused_by(customer)
    stranger = await Customer(shop, "C778").says("a gift for my sister", NOON + timedelta(days=3))
    assert ids(await customer.comes_again().says("a gift for my sister", NOON + timedelta(days=3))) == ids(stranger)
