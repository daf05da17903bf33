"""Endpoints are asked one after the other, as long as nothing was said and there is time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from decimal import Decimal

import pytest

from bot.errors import EndpointFailed, NoWords
from bot.logs import logger
from bot.types import Deadline, Spent
from bot.writing.breaker import Breaker
from bot.writing.lines import Line, Lines, Price

logger()  # what is loaded at the first word of a log isn't measured here

Ask = Callable[[Line], AsyncGenerator[str, None]]


def line(name: str = "first") -> Line:
    return Line(name, "m", Price(), Breaker(time.monotonic), None)


def soon(first_s: float = 20.0, done_s: float = 40.0, gap_s: float = 0.5) -> Deadline:
    now = time.monotonic()
    return Deadline(now + first_s, now + done_s, gap_s)


class Endpoint:
    """Does what it is told, one thing a call; the last again and again. A number is a wait, an error a fault."""

    def __init__(self, *plans: list[str | float | Exception]) -> None:
        self.plans, self.asked = list(plans), list[str]()

    async def __call__(self, line: Line) -> AsyncGenerator[str, None]:
        plan = self.plans[min(len(self.asked), len(self.plans) - 1)]
        self.asked.append(line.name)
        for step in plan:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, str):
                yield step
            else:
                await asyncio.sleep(step)


async def heard(lines: Lines, ask: Ask, by: Deadline) -> tuple[list[str], str]:
    """What came, and why no more came."""
    came: list[str] = []
    try:
        async for piece in lines.stream(ask, by):
            came.append(piece)
    except NoWords as none:
        return came, none.reason
    return came, ""


async def test_a_failure_before_the_first_word_is_tried_again() -> None:
    ask = Endpoint([EndpointFailed("status_500")], ["a", "b"])
    assert await heard(Lines([line()]), ask, soon()) == (["a", "b"], "")
    assert ask.asked == ["first", "first"]


async def test_the_fallback_is_asked_at_once() -> None:
    ask, started = Endpoint([EndpointFailed("status_500")], ["a"]), time.monotonic()
    assert await heard(Lines([line(), line("fallback")]), ask, soon()) == (["a"], "")
    assert ask.asked == ["first", "fallback"]
    assert time.monotonic() - started < 10


async def test_after_the_first_word_nothing_is_asked_again() -> None:
    ask = Endpoint(["a", EndpointFailed("cut")], ["b"])
    assert await heard(Lines([line(), line("fallback")]), ask, soon()) == (["a"], "cut")
    assert ask.asked == ["first"]


async def test_a_refused_key_is_not_tried_again() -> None:
    ask = Endpoint([EndpointFailed("status_401", again=False)])
    assert await heard(Lines([line()]), ask, soon()) == ([], "status_401")
    assert ask.asked == ["first"]


async def test_retry_after_is_waited_for_where_there_is_time_and_else_not() -> None:
    ask, started = Endpoint([EndpointFailed("status_429", retry_after_s=0.25)], ["a"]), time.monotonic()
    assert await heard(Lines([line()]), ask, soon()) == (["a"], "")
    assert time.monotonic() - started >= 0.25
    ask, started = Endpoint([EndpointFailed("status_429", retry_after_s=50)], ["a"]), time.monotonic()
    assert await heard(Lines([line()]), ask, soon()) == ([], "status_429")
    assert time.monotonic() - started < 10


async def test_silence_before_the_first_word_and_between_words_is_cut_short() -> None:
    assert await heard(Lines([line()]), Endpoint([90.0, "a"]), soon(first_s=0.1)) == ([], "slow")
    assert await heard(Lines([line()]), Endpoint(["a", 90.0, "b"]), soon()) == (["a"], "stalled")


async def test_an_open_breaker_answers_at_once_and_closes_by_itself() -> None:
    now = [0.0]
    first = Line("first", "m", Price(), Breaker(lambda: now[0], failures=2, rest_s=10), None)
    ask = Endpoint([EndpointFailed("reset")], [EndpointFailed("reset")], ["a"])
    assert await heard(Lines([first]), ask, soon()) == ([], "reset")
    assert await heard(Lines([first]), ask, soon()) == ([], "resting")
    assert len(ask.asked) == 2
    now[0] = 10
    assert await heard(Lines([first]), ask, soon()) == (["a"], "")
    assert first.breaker.state == "closed"


async def test_who_stops_listening_blames_nobody() -> None:
    one = line()
    pieces = Lines([one]).stream(Endpoint(["a", "b"]), soon())
    assert await anext(pieces) == "a"
    await pieces.aclose()
    assert one.breaker.state == "closed"


def test_a_price_is_per_million_tokens() -> None:
    spent = Price(Decimal("2.5"), Decimal(10)).of(1000, 100)
    assert spent == Spent(1000, 100, Decimal("0.0035"))
    assert spent + spent == Spent(2000, 200, Decimal("0.007"))


@pytest.mark.parametrize("lines", [Lines(())])
async def test_without_a_line_there_are_no_words(lines: Lines) -> None:
    assert await heard(lines, Endpoint(["a"]), soon()) == ([], "resting")
