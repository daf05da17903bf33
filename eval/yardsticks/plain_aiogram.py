"""A Telegram bot as aiogram's documentation begins: default polling, a handler that says what it heard."""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

THINKS_S = 0.05
"""As long as a short turn takes; an answer that costs nothing would hardly ever be under way when the process dies."""

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    await asyncio.sleep(THINKS_S)
    await message.answer(f"You said: {message.text}")


if __name__ == "__main__":
    server = AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[1]))
    asyncio.run(dispatcher.start_polling(Bot(sys.argv[2], server)))
