"""Messages that customers asked for: after a yes, once, by day, few a week, until they end them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.mail import Delivered, Draft, Incoming, Outcome, Outgoing
from bot.serving.notices import Looked, is_quiet
from bot.serving.reception import Reception
from bot.settings import Settings
from bot.stores import reminders
from bot.stores.transactions import writing
from bot.types import Message, Turn
from bot.wiring import OpenShop, index_shop, open_shop, reception_of, shop_of
from knowledge_base.catalogue import Catalogue
from knowledge_base.recommending import Messages
from knowledge_base.types import Product
from tests.shops import shop_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""Noon in Seattle, four in the morning in Shanghai."""
HEAD = "id,title,category,price,stock,currency\n"
BEFORE = f"{HEAD}K1,Blue kettle,Kitchen,49.00,0,USD\nK2,Red kettle,Kitchen,39.00,4,USD\nF1,Paper filters,Kitchen,6.50,9,USD\n"
AFTER = BEFORE.replace("49.00,0", "49.00,7").replace("39.00,4", "29.00,4")
RULES = '[[consumable]]\nproducts = "F1"\ndays = 30\n'


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(a shop with something sold out, its data): indexed here once."""
    folder = tmp_path_factory.mktemp("notices")
    shop = shop_in(folder / "shop", {"products.csv": BEFORE}, 'timezone = "America/Los_Angeles"')
    (shop / "recommend.toml").write_text(RULES)
    settings = Settings(data_dir=folder / "data", shop=shop, _env_file=None)
    index_shop(settings, shop_of(settings))
    return shop, folder / "data"


class Chat:
    """A door that notes what it is given."""

    channel, at_once = "telegram", 1

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        return ()

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.sent.append(outgoing)
        return Delivered()


Opened = tuple[OpenShop, Reception, Chat]


class Customer:
    """Who writes by a channel, and what the shop would tell them later."""

    def __init__(self, shop: OpenShop, reception: Reception, channel: str) -> None:
        self.shop, self.reception, self.channel = shop, reception, channel
        self.id = f"{channel}:{uuid4().hex}" if channel != "web" else uuid4().hex

    async def writes(self, text: str, zone: str = "", at: datetime = NOON) -> str:
        message = Message(uuid4().hex, self.id, text, at, self.channel, zone=zone)
        return (await self.reception.answer(Incoming(message, message.id, "42"))).text

    async def kept(self) -> list[Turn]:
        return list(await self.shop.conversations.turns(self.id, 20))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(indexed: tuple[Path, Path]) -> AsyncIterator[tuple[OpenShop, Reception, Chat]]:
    """Opened once: a shop takes a second."""
    shop, data = indexed
    chat = Chat()
    settings = Settings(data_dir=data, shop=shop, public_url="https://chat.example", _env_file=None)
    async with open_shop(settings) as open_, reception_of(open_, [chat], ["web"]) as reception:
        yield open_, reception, chat


@pytest_asyncio.fixture(loop_scope="module")
async def opened(running: Opened) -> Opened:
    """With nothing that waits from another test."""
    await running[0].conversations.database.run(_end_all)
    running[2].sent.clear()
    return running


def _end_all(database: Connection) -> None:
    with writing(database):
        database.execute("DELETE FROM reminders")


@pytest.fixture
def restocked() -> Catalogue:
    """The catalogue after the delivery."""
    rows = [row.split(",") for row in AFTER.splitlines()[1:]]
    return Catalogue([Product(r[0], r[1], "", r[2], Decimal(r[3]), r[5], int(r[4])) for r in rows])


async def _look(opened: Opened, catalogue: Catalogue, at: datetime = NOON) -> Looked:
    return await opened[0].notices.look(catalogue, at)


async def test_who_said_yes_is_written_to_once_when_it_is_back(opened: Opened, restocked: Catalogue) -> None:
    shop, reception, chat = opened
    customer = Customer(shop, reception, "telegram")
    assert "sold out" in await customer.writes("tell me when the blue kettle is back")
    assert "Noted" in await customer.writes("yes")
    assert (await _look(opened, shop.index.current().catalogue)).sent == 0
    assert (await _look(opened, restocked)).sent == 1
    assert (await _look(opened, restocked)) == Looked()
    await _delivered(chat)
    assert [one.address for one in chat.sent] == ["42"]
    assert str(chat.sent[0].body["text"]).startswith("Blue kettle is back in stock, for $49.00.")
    assert (await customer.kept())[-1].reply.intent == "notice"


async def _delivered(chat: Chat) -> None:
    for _ in range(100):
        if chat.sent:
            return
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("answers", [[], ["no"], ["how much is delivery?"], ["yes, but no, leave it"]])
async def test_nobody_is_written_to_without_their_yes(opened: Opened, restocked: Catalogue, answers: list[str]) -> None:
    customer = Customer(*opened[:2], "telegram")
    for text in ["tell me when the blue kettle is back", *answers]:
        await customer.writes(text)
    assert await _look(opened, restocked) == Looked()


async def test_nobody_is_written_to_at_night(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    await customer.writes("tell me when the blue kettle is back", "Asia/Shanghai")
    await customer.writes("yes", "Asia/Shanghai")
    assert await _look(opened, restocked) == Looked(waiting=1, at_night=1)
    assert (await _look(opened, restocked, NOON + timedelta(hours=6))).sent == 1  # ten in the morning there


async def test_a_zone_that_there_is_not_keeps_nobody_elses_message_back(opened: Opened, restocked: Catalogue) -> None:
    for zone in ("Mars/Olympus", ""):
        customer = Customer(*opened[:2], "telegram")
        await customer.writes("tell me when the blue kettle is back", zone)
        await customer.writes("yes", zone)
    assert (await _look(opened, restocked)).sent == 2


@pytest.mark.parametrize(
    ("clock", "quiet"), [("20:59", False), ("21:00", True), ("03:00", True), ("08:59", True), ("09:00", False)]
)
async def test_the_quiet_hours_go_over_midnight(clock: str, quiet: bool) -> None:
    at = datetime.fromisoformat(f"2026-11-24T{clock}:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert is_quiet(Messages(), ZoneInfo("Asia/Shanghai"), at) is quiet


async def test_no_more_than_two_a_week(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    for text in (
        "tell me when the blue kettle is back",
        "let me know if the red kettle gets cheaper",
        "remind me in 1 day to buy new paper filters",
    ):
        await customer.writes(text)
        assert "Noted" in await customer.writes("yes")
    late = NOON + timedelta(days=2)
    assert await _look(opened, restocked, late) == Looked(waiting=3, sent=2, capped=1)
    assert await _look(opened, restocked, late + timedelta(days=6)) == Looked(waiting=1, capped=1)
    assert await _look(opened, restocked, late + timedelta(days=8)) == Looked(waiting=1, sent=1)


@pytest.mark.parametrize("word", ["stop", "unsubscribe"])
async def test_a_word_ends_them(opened: Opened, restocked: Catalogue, word: str) -> None:
    customer = Customer(*opened[:2], "telegram")
    await customer.writes("tell me when the blue kettle is back")
    await customer.writes("yes")
    assert "any more" in await customer.writes(word)
    assert await _look(opened, restocked) == Looked()


async def test_a_pressed_button_ends_them(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    await customer.writes("tell me when the blue kettle is back")
    await customer.writes("yes")
    pressed = Message(uuid4().hex, customer.id, "No more of these", NOON, "telegram", sign="/notices off")
    await opened[1].answer(Incoming(pressed, pressed.id, "42"))
    assert await _look(opened, restocked) == Looked()


async def test_the_link_in_it_ends_them_and_looking_at_it_does_not(opened: Opened) -> None:
    shop = opened[0]
    customer = Customer(shop, opened[1], "web")
    await customer.writes("tell me when the blue kettle is back")
    await customer.writes("yes")
    database = shop.conversations.database
    (one,) = await database.run(reminders.waiting)
    assert await database.run(reminders.knows, one.token)
    assert len(await database.run(reminders.waiting)) == 1
    assert not await database.run(_ended, "no-such-token")
    assert await database.run(_ended, one.token)
    assert await database.run(reminders.waiting) == []


def _ended(database: Connection, token: str) -> bool:
    with writing(database):
        return reminders.end_by(database, token)


async def test_forgetting_a_conversation_ends_them(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    await customer.writes("tell me when the blue kettle is back")
    await customer.writes("yes")
    await opened[0].conversations.forget_one(customer.id)
    assert await _look(opened, restocked) == Looked()


async def test_a_page_says_that_it_can_only_be_found_again_and_has_it_then(
    opened: Opened, restocked: Catalogue
) -> None:
    customer = Customer(*opened[:2], "web")
    assert "once you have left this page" in await customer.writes("tell me when the blue kettle is back")
    await customer.writes("yes")
    assert (await _look(opened, restocked)).sent == 1
    told = (await customer.kept())[-1].reply
    assert "https://chat.example/v1/reminders/" in told.text
    assert [card.product_id for card in told.cards] == ["K1"]
    assert opened[2].sent == []


async def test_a_terminal_promises_nothing(opened: Opened) -> None:
    message = Message(uuid4().hex, uuid4().hex, "tell me when the blue kettle is back", NOON)
    assert "can't write to you later" in (await opened[0].engine.reply(message)).text


async def test_what_is_in_stock_needs_no_waiting(opened: Opened) -> None:
    assert "nothing to wait for" in await Customer(*opened[:2], "telegram").writes(
        "tell me when the red kettle is back in stock"
    )


async def test_cheaper_is_below_the_price_that_was_named(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    assert "$25.00 or less" in await customer.writes("tell me when the red kettle drops under $25")
    await customer.writes("yes")
    assert await _look(opened, restocked) == Looked(waiting=1)


async def test_a_refill_is_due_after_the_days_that_the_shop_reckons_with(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    assert "30 days" in await customer.writes("remind me when I need new paper filters")
    await customer.writes("yes")
    assert await _look(opened, restocked, NOON + timedelta(days=29)) == Looked(waiting=1)
    assert (await _look(opened, restocked, NOON + timedelta(days=30, hours=1))).sent == 1


async def test_how_long_something_lasts_is_asked_where_nobody_knows(opened: Opened) -> None:
    assert "In how many days" in await Customer(*opened[:2], "telegram").writes(
        "remind me when I need a new red kettle"
    )


async def test_in_chinese_as_well(opened: Opened, restocked: Catalogue) -> None:
    customer = Customer(*opened[:2], "telegram")
    assert "到货时我可以在这里通知您" in await customer.writes("blue kettle 到货了通知我一下")
    assert "记下了" in await customer.writes("好的")
    assert (await _look(opened, restocked)).sent == 1
    assert "到货了" in (await customer.kept())[-1].reply.text
    assert "不会再" in await customer.writes("停止")
