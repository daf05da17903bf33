"""What a load trial counts, and that it sees what is wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from eval.load.asking import arrivals, closed, open_loop
from eval.load.bench import broken
from eval.load.connection import request
from eval.load.pages import compared

FINE: dict[str, Any] = {
    "acknowledgements": {"ratio": 1.2, "failed": {}}, "turns": {"a_second": 130.0, "failed": {}}, "flood": {"ratio": 1.1, "failed": {}},
    "pages": {"p99_ms": 60.0, "missed": 0, "doubled": 0, "out_of_order": 0, "unasked_ends": 0, "events": 10, "expected": 10},
}  # fmt: skip
WRITTEN = {"c": [("1", 10.0), ("2", 11.0), ("3", 12.0)]}


def page(*heard: tuple[str, float], cuts: int = 0) -> dict[str, Any]:
    return {"conversation": "c", "heard": list(heard), "cuts": cuts, "ended": []}


@asynccontextmanager
async def server(pause_s: float = 0.0, stalls: tuple[float, float] = (0.0, 0.0)) -> AsyncIterator[int]:
    """Answers 200 after a pause; `stalls` is from when and for how long it says nothing."""
    started = time.monotonic()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            since = time.monotonic() - started
            await asyncio.sleep(max(pause_s, stalls[0] + stalls[1] - since if since >= stalls[0] else 0.0))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def test_a_page_that_heard_of_everything_once_is_fine_and_its_delays_are_from_the_commit() -> None:
    told = compared(WRITTEN, [page(("1", 10.01), ("2", 11.02), ("3", 12.03))])
    assert (told["events"], told["missed"], told["doubled"], told["out_of_order"]) == (3, 0, 0, 0)
    assert (told["p50_ms"], told["max_ms"]) == (20.0, 30.0)


def test_what_is_missed_doubled_or_swapped_is_counted() -> None:
    told = compared(WRITTEN, [page(("1", 10.0), ("3", 12.0), ("3", 12.1)), page(("2", 11.0), ("1", 11.1), ("3", 12.0))])
    assert (told["missed"], told["doubled"], told["out_of_order"]) == (1, 1, 1)


def test_what_a_page_hears_late_because_it_was_away_is_no_delay() -> None:
    told = compared(WRITTEN, [page(("1", 10.0), ("2", 11.0), ("3", 19.0), cuts=1)])
    assert (told["events"], told["missed"], told["max_ms"], told["cuts"]) == (3, 0, 0.0, 1)


def test_every_bound_is_told_when_it_is_broken() -> None:
    assert broken(FINE) == []
    faults: dict[str, dict[str, Any]] = {
        "acknowledgements": {"ratio": 0.9}, "turns": {"a_second": 119.0, "failed": {"EOFError": 2}}, "flood": {"ratio": 1.6},
        "pages": {"p99_ms": 81.0, "missed": 1, "doubled": 1, "out_of_order": 1, "unasked_ends": 1},
    }  # fmt: skip
    told = broken({name: {**row, **faults[name]} for name, row in FINE.items()})
    assert len(told) == 9, told
    assert len(broken({"pages": {**FINE["pages"], "p99_ms": 81.0}})) == 1, "one trial alone"


def test_arrivals_come_at_their_customers_rates() -> None:
    times = arrivals([1.0, 50.0], 20.0, 1)
    assert times == sorted(times)
    counts = [sum(customer == one for _, customer in times) for one in (0, 1)]
    assert 5 < counts[0] < 40
    assert 900 < counts[1] < 1100


async def test_an_open_loop_counts_a_stall_for_everybody_who_should_have_been_sent_in_it() -> None:
    """The closed loop hides it: only those who happened to wait know of it."""
    async with server(stalls=(0.2, 0.5)) as port:
        times = [(0.02 * number, 0) for number in range(50)]
        opened = await open_loop(port, lambda customer, number: request("GET", "/"), times)
    assert opened.statuses == {"200": 50}
    assert sum(seconds > 0.1 for seconds, _ in opened.waited) > 12
    async with server(stalls=(0.2, 0.5)) as port:
        shut = await closed(port, lambda customer, number: request("GET", "/"), 1, 1.0)
    assert sum(seconds > 0.1 for seconds, _ in shut.waited) == 1
