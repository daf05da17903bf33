"""Requests in a closed loop (the next once the last was answered) and in an open one (by the clock, whatever becomes of the last)."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from eval.load.connection import Connection

Make = Callable[[int, int], bytes]
"""Customer and number to the request."""


@dataclass(slots=True)
class Answers:
    """`waited` is (seconds, customer) of each answer: in an open loop from the moment at which it should have been sent."""

    waited: list[tuple[float, int]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    late: float = 0.0
    """Most seconds by which the generator itself sent too late."""


async def closed(port: int, make: Make, connections: int, seconds: float, warm: int = 1) -> Answers:
    """Each connection is one customer; `warm` requests of each come before the clock runs."""
    answers = Answers()
    open_ = [Connection(port) for _ in range(connections)]
    for number in range(warm):
        await asyncio.gather(*(one.ask(make(customer, -1 - number)) for customer, one in enumerate(open_)))
    started = time.monotonic()

    async def one(customer: int, connection: Connection) -> None:
        number = 0
        while time.monotonic() - started < seconds:
            made, begun = make(customer, number), time.monotonic()
            await _asked(connection, made, answers, begun, customer)
            number += 1

    await asyncio.gather(*(one(customer, connection) for customer, connection in enumerate(open_)))
    answers.seconds = time.monotonic() - started
    for connection in open_:
        connection.close()
    return answers


async def open_loop(port: int, make: Make, times: Sequence[tuple[float, int]]) -> Answers:
    """`times` are (seconds from the start, customer) in order. A connection that is free is used again, else one more is opened."""
    answers, free = Answers(), deque[Connection]()
    numbers: Counter[int] = Counter()
    tasks: set[asyncio.Task[None]] = set()
    started = time.monotonic() + 0.1

    async def one(customer: int, number: int, due: float) -> None:
        connection = free.pop() if free else Connection(port)
        await _asked(connection, make(customer, number), answers, due, customer)
        free.append(connection)

    for after, customer in times:
        due = started + after
        if (pause := due - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        answers.late = max(answers.late, time.monotonic() - due)
        task = asyncio.create_task(one(customer, numbers[customer], due))
        numbers[customer] += 1
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    answers.seconds = time.monotonic() - started
    for connection in free:
        connection.close()
    return answers


def arrivals(rates: Sequence[float], seconds: float, seed: int) -> list[tuple[float, int]]:
    """Poisson arrivals of each customer, `rates` a second, merged in order."""
    return sorted((at, customer) for customer, rate in enumerate(rates) for at in _of_one(rate, seconds, random.Random(seed * 10_007 + customer)))  # fmt: skip


def _of_one(rate: float, seconds: float, rng: random.Random) -> Iterator[float]:
    at = rng.expovariate(rate) if rate else seconds
    while at < seconds:
        yield at
        at += rng.expovariate(rate)


async def _asked(connection: Connection, made: bytes, answers: Answers, since: float, customer: int) -> None:
    try:
        status, _ = await connection.ask(made)
    except (OSError, EOFError) as error:
        answers.statuses[type(error).__name__] += 1
        return
    answers.statuses[str(status)] += 1
    answers.waited.append((time.monotonic() - since, customer))
