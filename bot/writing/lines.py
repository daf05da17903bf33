"""Lines to language models: one after the other is asked, within the time there is, as long as nothing has come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from bot.errors import EndpointFailed, NoWords
from bot.logs import logger
from bot.types import Deadline, Spent
from bot.writing.breaker import Breaker

LONGEST_REST_S = 25.0
"""However long an endpoint asks to be left alone, after this one turn tries it."""
PAUSE_S = 0.1
"""Before the same line is asked again; twice as long each time."""
MOST_TRIES = 4
_FEW = 12
"""Pieces; who gave fewer by the time of the first words is too slow. More of them in one long sentence are nobody's fault."""
_MILLION = Decimal(1_000_000)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Price:
    """Money per million tokens."""

    tokens_in: Decimal = Decimal(0)
    tokens_out: Decimal = Decimal(0)

    def of(self, tokens_in: int, tokens_out: int, *, estimated: bool = False) -> Spent:
        cost = (self.tokens_in * tokens_in + self.tokens_out * tokens_out) / _MILLION
        return Spent(tokens_in, tokens_out, cost, estimated)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An endpoint with a model. `client` is the library's own object; only who made it looks inside."""

    name: str
    model: str
    price: Price
    breaker: Breaker
    client: Any


class Lines:
    """The first line, then the fallback."""

    def __init__(self, lines: Sequence[Line], clock: Callable[[], float] = time.monotonic) -> None:
        self.all, self._clock = tuple(lines), clock

    @property
    def resting(self) -> bool:
        """Whether nobody would be let through just now."""
        return all(line.breaker.state == "open" for line in self.all)

    async def stream(self, ask: Callable[[Line], AsyncGenerator[T, None]], by: Deadline) -> AsyncGenerator[T, None]:
        """What the first line gives that can be reached.

        Asked again, or the fallback is, only while nothing came. The first thing has to come before `by.first_by`, the others
        without longer gaps than `by.gap_s`. Raises EndpointFailed as `ask` did, or for a line that is too slow; NoWords
        (`resting`) where no breaker lets anyone through.
        """
        fault = NoWords("resting", "each endpoint failed too often, or asked to be left alone")
        ready = dict.fromkeys(self.all, 0.0)
        for number in range(MOST_TRIES):
            line = min(ready, key=ready.__getitem__, default=None)
            if line is None or (ready[line] and ready[line] >= by.first_by):
                break
            await asyncio.sleep(max(0.0, ready[line] - self._clock()))
            if not line.breaker.enters():
                del ready[line]
                continue
            begun = False
            try:
                async with aclosing(self._heard(line, ask, by)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except EndpointFailed as failed:
                fault = failed
                logger().warning("endpoint_failed", endpoint=line.name, reason=failed.reason, detail=failed.detail)
                if begun:
                    break
                ready[line] = self._clock() + max(failed.retry_after_s or 0.0, PAUSE_S * 2**number)
                if not failed.again:
                    del ready[line]
        raise fault

    async def call(self, ask: Callable[[Line], AsyncGenerator[T, None]], by: Deadline) -> T:
        """The last thing of `stream`: for answers that come whole."""
        last = [thing async for thing in self.stream(ask, by)]
        return last[-1]

    async def _heard(
        self, line: Line, ask: Callable[[Line], AsyncGenerator[T, None]], by: Deadline
    ) -> AsyncGenerator[T, None]:
        """One try, which tells the breaker how it ended."""
        came, told = 0, False
        try:
            async with aclosing(ask(line)) as pieces:
                while True:
                    limit = min(by.done_by, self._clock() + by.gap_s) if came else by.first_by
                    try:
                        async with asyncio.timeout(max(0.0, limit - self._clock())):
                            piece = await anext(pieces)
                    except StopAsyncIteration:
                        break
                    came += 1
                    yield piece
            line.breaker.succeeded()
            told = True
        except TimeoutError as error:
            line.breaker.failed()
            told = True
            raise EndpointFailed("stalled" if came else "slow", again=False) from error
        except EndpointFailed as failed:
            rest = failed.retry_after_s
            line.breaker.failed(None if rest is None else min(rest, LONGEST_REST_S))
            told = True
            raise
        finally:
            if not told:  # given up by who listens
                too_slow = came < _FEW and self._clock() >= by.first_by
                line.breaker.failed() if too_slow else line.breaker.left()
