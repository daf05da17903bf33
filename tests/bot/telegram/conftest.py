"""A bot over the sample shop, against a Bot API of our own on loopback; each test is a customer of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
import pytest_asyncio

from bot.channels.telegram.api import Api
from bot.channels.telegram.opening import polled
from bot.settings import Settings
from bot.wiring import OpenShop, open_shop
from eval.doors.bot_api import TOKEN, BotApi, bot_api
from tests.bot.telegram.customer import Customer
from tests.shops import settings_in

CANNED = {"thanks": {"en": "Thank you for waiting!", "zh": "谢谢您的耐心等待！"}}
_chats = count(1000)


@pytest.fixture(scope="module")
def bot_settings(sample_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_in(tmp_path_factory.mktemp("bot"), sample_settings, telegram_desk=-1001)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(bot_settings: Settings) -> AsyncIterator[OpenShop]:
    async with open_shop(bot_settings) as opened:
        opened.desk.canned = CANNED
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(shop: OpenShop) -> AsyncIterator[BotApi]:
    """The bot as it serves all tests of a file."""
    async with bot_api() as api, polled(shop, Api(TOKEN, api.url)):
        yield api


@pytest.fixture
def ann(served: BotApi) -> Iterator[Customer]:
    """A customer whom nobody knows yet."""
    yield Customer(served, next(_chats))
    served.breaks = lambda call: None
