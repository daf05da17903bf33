"""A customer with Telegram in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from eval.doors.bot_api import BotApi, Call


class Customer:
    def __init__(self, api: BotApi, chat: int) -> None:
        self.api, self.chat = api, chat

    def write(self, text: str = "", **more: Any) -> int:
        return self.api.write(text, self.chat, **more)

    def press(self, label: str) -> dict[str, Any]:
        return self.api.press(label, self.chat)

    def edit(self, message: int, text: str) -> None:
        self.api.edit(message, text, self.chat)

    @property
    def texts(self) -> list[str]:
        return self.api.texts[self.chat]

    def told(self, method: str) -> list[dict[str, Any]]:
        """The calls of a method that were made for this customer."""
        return [call.fields for call in self.api.told(method) if call.fields.get("chat_id") == self.chat]

    async def heard(self, count: int) -> list[str]:
        """What was told, once it is so much."""
        await until(lambda: len(self.texts) >= count)
        return self.texts

    def is_mine(self, call: Call, method: str) -> bool:
        return call.method == method and call.fields.get("chat_id") == self.chat


async def until(is_so: Callable[[], object], within_s: float = 5.0) -> None:
    """Waits until something holds."""
    for _ in range(int(within_s / 0.01)):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"it isn't so after {within_s:g} s")
