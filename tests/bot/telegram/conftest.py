"""A bot over the sample shop, against a Bot API of our own on loopback; each test is a customer of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.telegram.api import Api
from bot.channels.telegram.opening import polled
from bot.settings import Settings
from bot.wiring import OpenShop, index_root, open_shop, router_root, shop_of
from eval.doors.bot_api import TOKEN, BotApi, bot_api
from tests.bot.telegram.customer import Customer

CANNED = {"thanks": {"en": "Thank you for waiting!", "zh": "谢谢您的耐心等待！"}}
_chats = count(1000)


def settings_in(folder: Path, sample: Settings) -> Settings:
    """The sample's index, a conversations file of one's own, and no waiting for further messages."""
    own = sample.model_copy(update={"data_dir": folder, "merge_window_s": 0.0, "telegram_desk": -1001})
    shop = shop_of(sample)
    for root in (index_root, router_root):
        root(own, shop).parent.mkdir(parents=True, exist_ok=True)
        root(own, shop).symlink_to(root(sample, shop))
    return own


@pytest.fixture(scope="module")
def bot_settings(sample_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_in(tmp_path_factory.mktemp("bot"), sample_settings)


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
