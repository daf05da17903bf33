"""A customer who types."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from bot.engine import Engine
from bot.types import Message, Reply

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""A Tuesday at noon in Seattle: people are at the desk."""


class Talk:
    """One conversation: call it with what is typed, get the reply."""

    def __init__(self, engine: Engine, at: datetime = NOON) -> None:
        self.engine, self.at, self.conversation_id = engine, at, uuid4().hex

    async def __call__(self, text: str, *, message_id: str | None = None, locale: str | None = None) -> Reply:
        return await self.engine.reply(
            Message(message_id or uuid4().hex, self.conversation_id, text, self.at, locale=locale)
        )
