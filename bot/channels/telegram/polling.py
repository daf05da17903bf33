"""Long polling of our own: an update is acknowledged, by moving the offset, only once it is in the inbox."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence

from bot.channels.telegram.api import REQUEST_S, Api, CallFailed
from bot.channels.telegram.updates import KINDS, Raw, update_id_of
from bot.errors import NotTaken
from bot.logs import logger
from bot.mail import Later

POLL_S = 25
_FIRST_S, _MOST_S = 0.5, 30.0


async def poll(api: Api, take: Callable[[Sequence[Raw]], Awaitable[None]]) -> None:
    """Until it is cancelled. What isn't taken, or was when we died before saying so, comes again."""
    await _without_webhook(api)
    offset: int | None = None
    pause, is_later = _FIRST_S, False
    while True:
        try:
            raws = await api.call("getUpdates", within_s=POLL_S + REQUEST_S, offset=offset, timeout=POLL_S if is_later else 0, allowed_updates=list(KINDS))  # fmt: skip
            await take(raws)
        except CallFailed as error:
            after = error.outcome.after_s if isinstance(error.outcome, Later) else None
            logger().warning("updates_not_had", reason=error.told, is_conflict=error.is_conflict)
            await asyncio.sleep(min(after or pause, _MOST_S))
            pause = min(pause * 2, _MOST_S)
        except NotTaken as error:
            logger().warning("updates_not_taken", reason=error.reason)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _MOST_S)
        except Exception as error:  # noqa: BLE001 - one update that nobody foresaw must not end the polling
            logger().error("updates_failed", kind=type(error).__name__, where=_where(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _MOST_S)
        else:
            pause, is_later = _FIRST_S, True  # the first answers at once: sends wait to know what came meanwhile
            numbers = [number for raw in raws if (number := update_id_of(raw)) is not None]
            offset = max(numbers) + 1 if numbers else offset


def _where(error: Exception) -> str:
    """Its frames without its message, which may hold what a customer wrote."""
    return "".join(traceback.format_tb(error.__traceback__))


async def _without_webhook(api: Api) -> None:
    """Where one is set, Telegram gives no updates; what waits stays."""
    while True:
        try:
            await api.call("deleteWebhook")
            return
        except CallFailed as error:
            logger().warning("telegram_unreachable", reason=error.told)
            await asyncio.sleep(_FIRST_S * 4)
