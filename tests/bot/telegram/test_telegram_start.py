"""A bot starts in little time: nothing is loaded or waited for that the first reply doesn't need."""

from __future__ import annotations

import subprocess
import sys

from bot.channels.telegram.api import Api
from bot.channels.telegram.opening import telegram_of
from bot.wiring import OpenShop
from eval.doors.bot_api import TOKEN, bot_api
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
