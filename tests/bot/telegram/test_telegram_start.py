"""A bot starts in little time: nothing is loaded or waited for that the first reply doesn't need."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bot.channels.telegram.api import Api
from bot.channels.telegram.opening import telegram_of
from bot.channels.telegram.webhook import register
from bot.commands.telegram import address_of
from bot.errors import BadSetting
from bot.wiring import OpenShop
from eval.doors.bot_api import ME, TOKEN, Broken, bot_api
from tests.bot.telegram.test_telegram_door import _Reception
from tests.doors import until

_LOADED = """
import sys
import bot.channels.telegram.opening
from pydantic import BaseModel
from aiogram.types import Message
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"fastapi", "starlette", "chromadb", "langchain", "sklearn"}))
print(Message.__pydantic_complete__, BaseModel.__dict__["model_rebuild"].__func__.__module__)
class Later(BaseModel):
    other: "Other"
class Other(BaseModel):
    one: int
Later.model_rebuild()
print(Later(other={"one": 1}).other.one)
Message.model_rebuild(_types_namespace=vars(sys.modules["aiogram.types"]))
print(Message.__pydantic_complete__)
"""


def test_aiograms_types_arent_built_nor_a_web_server_loaded_and_other_models_are_as_ever() -> None:
    told = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["", "False pydantic.main", "1", "True"]


async def test_nobody_waits_for_the_description_of_commands(shop: OpenShop) -> None:
    async with bot_api() as api:
        telegram = telegram_of(shop, Api(TOKEN, api.url))
        front = await telegram.front(_Reception([]))
        assert [call.method for call in api.calls] == ["getMe"]
        await until(lambda: len(api.told("setMyCommands")) >= 2)
        await front.close()
        await telegram.api.close()


async def test_a_token_that_telegram_doesnt_know_ends_the_start_and_says_what_to_do() -> None:
    async with bot_api() as api:
        for start in (address_of, lambda stranger: register(stranger, "https://chat.example.com/telegram", "s" * 24)):
            with pytest.raises(BadSetting, match=r"TELEGRAM_BOT_TOKEN is '\*\*\*'; .*BotFather") as raised:
                await start(Api("42:somebody-elses", api.url))
            assert "somebody-elses" not in str(raised.value)


async def test_the_start_tells_where_the_bot_is_and_waits_for_a_telegram_that_is_away() -> None:
    async with bot_api() as api:
        ours = Api(TOKEN, api.url)
        assert await address_of(ours) == f" at https://t.me/{ME['username']}"
        api.breaks = lambda call: Broken(502, "Bad Gateway")
        assert "reached" in await address_of(ours)
        await ours.close()


def test_a_server_without_its_scheme_is_told_of() -> None:
    with pytest.raises(BadSetting, match="TELEGRAM_API_BASE is 'localhost:8081'"):
        Api(TOKEN, "localhost:8081")


@pytest.mark.parametrize(
    ("group", "member", "todo"),
    [
        ({}, {}, ["switch Topics on"]),
        ({"is_forum": True}, {"status": "member", "can_manage_topics": False}, ["an administrator who may manage topics"]),
        ({"is_forum": True}, {}, []),
    ],
)  # fmt: skip
async def test_a_colleagues_group_that_isnt_set_up_is_told_of_at_the_start(
    shop: OpenShop, group: dict[str, Any], member: dict[str, Any], todo: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    async with bot_api() as api:
        api.group = group
        api.member = {**api.member, **member}
        telegram = telegram_of(shop, Api(TOKEN, api.url))
        front = await telegram.front(_Reception([]))
        await until(lambda: len(api.told("setMyCommands")) >= 4)
        told = capsys.readouterr().err
        assert told.count("desk_not_ready") == len(todo)
        assert all(words in told for words in todo)
        await front.close()
        await telegram.api.close()
