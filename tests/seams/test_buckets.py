"""The contract of Buckets: in memory, and in a Redis of its own."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels import limits
from bot.channels.limits import Buckets, MemoryBuckets, RedisBuckets


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is absent")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("redis")
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    )
    for _ in range(200):
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


@pytest.fixture(params=["memory", "redis"])
async def buckets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Buckets]:
    monkeypatch.setattr(limits, "_WAIT_S", 10.0)  # a busy machine is no test of Redis
    made: Buckets = MemoryBuckets() if request.param == "memory" else RedisBuckets(request.getfixturevalue("redis_url"))
    yield made
    await made.close()


async def test_a_minutes_worth_comes_in_at_once_and_then_waits(buckets: Buckets) -> None:
    waits = [await buckets.take("ann", 5) for _ in range(6)]
    assert waits[:5] == [0.0] * 5
    assert 11 < waits[5] <= 12
    assert await buckets.take("bob", 5) == 0


async def test_it_fills_up_again(buckets: Buckets) -> None:
    assert [await buckets.take("fast", 600) > 0 for _ in range(601)].count(True) <= 1
    while not await buckets.take("fast", 600):
        pass
    await asyncio.sleep(0.25)
    assert await buckets.take("fast", 600) == 0


async def test_many_at_once_get_no_more_than_there_is(buckets: Buckets) -> None:
    waits = await asyncio.gather(*(buckets.take("crowd", 3) for _ in range(20)))
    assert sum(wait == 0 for wait in waits) == 3


async def test_without_redis_each_process_counts_alone_and_says_so() -> None:
    now = [0.0]
    buckets = RedisBuckets("redis://127.0.0.1:9/0", clock=lambda: now[0])
    assert buckets.trouble == ""
    assert [await buckets.take("ann", 2) > 0 for _ in range(3)] == [False, False, True]
    assert "Redis can't be reached" in buckets.trouble
    await buckets.close()


async def test_nobody_waits_for_a_redis_that_is_known_to_be_away(redis_url: str) -> None:
    """A port that takes the call and says nothing costs one customer the wait; once Redis answers, all is counted there again."""
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
    now = [0.0]
    buckets = RedisBuckets(f"redis://127.0.0.1:{silent.sockets[0].getsockname()[1]}/0", clock=lambda: now[0])
    await buckets.take("ann", 100)
    started = time.monotonic()
    for _ in range(50):
        await buckets.take("ann", 100)
    assert time.monotonic() - started < 0.2
    await buckets.close()
    silent.close()
    buckets._url, buckets._client = redis_url, None
    now[0] += 6
    assert await buckets.take("eve", 1) == 0
    assert buckets.trouble == ""
    assert await RedisBuckets(redis_url).take("eve", 1) > 0, "counted together again"
    await buckets.close()
