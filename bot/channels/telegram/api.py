"""Telegram's Bot API over aiogram's client: calls by name with plain values, errors as what to do about them.

Answers are taken as JSON, not as aiogram's types: one update of a kind that it doesn't know would otherwise hold up all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.channels.telegram.lean import unbuilt
from bot.errors import BadSetting
from bot.mail import Later, Refused

with unbuilt():
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
    from aiogram.exceptions import (
        AiogramError,
        ClientDecodeError,
        TelegramAPIError,
        TelegramBadRequest,
        TelegramConflictError,
        TelegramEntityTooLarge,
        TelegramForbiddenError,
        TelegramMigrateToChat,
        TelegramNetworkError,
        TelegramNotFound,
        TelegramRetryAfter,
        TelegramUnauthorizedError,
    )
    from aiogram.methods import TelegramMethod
    from aiogram.types import BufferedInputFile, FSInputFile
    from aiogram.utils.token import TokenValidationError
    from aiohttp import ClientConnectorError

REQUEST_S = 20
_SET_UP_S = 60.0
"""Until it is tried again where the token or the server is wrong."""


class CallFailed(Exception):
    """A call that Telegram didn't do. `outcome` is what to do; `told` is what it said, without our token; `moved_to` a group's new id.
    `is_stranger`: no bot has our token."""

    def __init__(self, outcome: Later | Refused, told: str, *, is_malformed: bool = False, moved_to: int = 0, is_conflict: bool = False, is_stranger: bool = False) -> None:  # fmt: skip
        super().__init__(told)
        self.outcome, self.told, self.is_malformed = outcome, told, is_malformed
        self.moved_to, self.is_conflict, self.is_stranger = moved_to, is_conflict, is_stranger


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies nowhere."""

    name: str
    content: bytes


class Api:
    def __init__(self, token: str, base: str = "") -> None:
        """`base` is another server's address, such as http://localhost:8081. Raises BadSetting for what can't be one, or can't be a token."""
        if base and not base.startswith(("http://", "https://")):
            raise BadSetting("TELEGRAM_API_BASE", base, "it should be a URL such as http://localhost:8081.")
        session = AiohttpSession(api=TelegramAPIServer.from_base(base) if base else PRODUCTION)
        session.timeout = REQUEST_S
        try:
            self._bot = Bot(token, session)
        except TokenValidationError as error:
            raise BadSetting("TELEGRAM_BOT_TOKEN", "***", "it should be as BotFather gave it: 123456:ABC...") from error

    async def call(self, method: str, *, within_s: int = REQUEST_S, **fields: Any) -> Any:
        """The result as JSON; a Path is sent as a file, and so is a File. Raises CallFailed."""
        given = {name: _uploaded(value) for name, value in fields.items() if value is not None}
        try:
            return await self._bot(_method(method)(**given), request_timeout=within_s)
        except AiogramError as error:
            raise _failed(error, self._bot.token) from error
        except OSError as error:  # a picture that isn't there
            raise CallFailed(Refused(str(error)), str(error), is_malformed=True) from error

    async def close(self) -> None:
        await self._bot.session.close()


def _uploaded(value: Any) -> Any:
    if isinstance(value, File):
        return BufferedInputFile(value.content, value.name)
    return FSInputFile(value) if isinstance(value, Path) else value


@cache
def _method(name: str) -> type[TelegramMethod[Any]]:
    return type(name, (TelegramMethod,), {"__returning__": Any, "__api_method__": name, "__module__": __name__})


def _failed(error: AiogramError, token: str) -> CallFailed:
    told = str(getattr(error, "message", error)).replace(token, "***").splitlines()[0][:300]
    match error:
        case TelegramRetryAfter(retry_after=after):
            return CallFailed(Later(f"429: {told}", float(after)), told)
        case TelegramMigrateToChat(migrate_to_chat_id=chat):
            return CallFailed(Refused(told), told, moved_to=chat)
        case TelegramForbiddenError():
            return CallFailed(Refused(f"403: {told}"), told)
        case TelegramBadRequest() | TelegramEntityTooLarge():
            return CallFailed(Refused(f"400: {told}"), told, is_malformed=True)
        case TelegramConflictError():
            return CallFailed(Later(f"409: {told}", _SET_UP_S, whole_door=True), told, is_conflict=True)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return CallFailed(Later(f"TELEGRAM_BOT_TOKEN isn't taken: {told}", _SET_UP_S, whole_door=True), told, is_stranger=True)  # fmt: skip
        case TelegramNetworkError(__cause__=ClientConnectorError()):
            return CallFailed(Later(told), told)  # it never left
        case ClientDecodeError() | TelegramAPIError():
            return CallFailed(Later(told, is_unsure=True), told)
        case _:
            return CallFailed(Later(f"{type(error).__name__}: {told}", is_unsure=True), told)
