"""What a shop lets a language model cost in a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, tzinfo
from decimal import Decimal

from bot.errors import NoWords
from bot.logs import logger
from bot.types import Spent


class Ceiling:
    """Asked before each call. `spent_on` gives what the kept turns of a day of the shop have cost.

    Turns that run at the same time are counted when they are kept: the ceiling may be passed by as many as those.
    """

    def __init__(
        self,
        spent_on: Callable[[date], Awaitable[Spent]],
        timezone: tzinfo,
        *,
        cost: Decimal | None = None,
        tokens: int | None = None,
    ) -> None:
        self._spent_on, self._timezone, self._cost, self._tokens = spent_on, timezone, cost, tokens
        self._told: date | None = None

    async def check(self, at: datetime) -> None:
        """Raises NoWords (`ceiling`) where the day's money or tokens are used up; the log says so once a day."""
        if self._cost is None and self._tokens is None:
            return
        day = at.astimezone(self._timezone).date()
        spent = await self._spent_on(day)
        tokens = spent.tokens_in + spent.tokens_out
        if (self._cost is None or spent.cost < self._cost) and (self._tokens is None or tokens < self._tokens):
            return
        if self._told != day:
            self._told = day
            logger().warning("daily_ceiling_reached", day=day.isoformat(), cost=str(spent.cost), tokens=tokens)
        raise NoWords("ceiling")
