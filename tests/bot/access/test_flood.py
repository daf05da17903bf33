"""Floods are turned away before they cost anything, and are told when to come again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
from fastapi import Response
from fastapi.testclient import TestClient

from bot.channels.access import Access
from bot.channels.limits import Limits, MemoryBuckets, group_of
from bot.channels.server import patient
from bot.channels.web import create_app
from bot.settings import Settings
from bot.stores.visitors import new_token
from bot.wiring import open_shop

KNOWN = {"x-conversation-token": new_token()}


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def web(sample_settings: Settings, clock: list[float]) -> Iterator[TestClient]:
    access = Access(limits=Limits(MemoryBuckets(lambda: clock[0]), customer=3, address=6, all=8), slow_s=0.3)
    with TestClient(create_app(open_shop(sample_settings), access=access, body_limit=2000)) as client:
        yield client


def test_a_customer_is_told_when_to_write_again_in_both_languages(web: TestClient, clock: list[float]) -> None:
    def write(language: str) -> Any:
        return web.post(
            "/v1/chat",
            json={"text": "hello", "conversation_id": "flood"},
            headers=KNOWN | {"accept-language": language},
        )

    assert [write("en").status_code for _ in range(4)] == [200, 200, 200, 429]
    told = write("zh-CN")
    assert (told.headers["retry-after"], told.headers["content-type"]) == ("20", "application/problem+json")
    assert "20 秒" in told.json()["detail"]
    clock[0] += 21
    assert write("").status_code == 200


def test_an_address_that_floods_takes_nothing_from_the_others(web: TestClient) -> None:
    assert [web.get("/v1/nothing").status_code for _ in range(12)] == [404] * 6 + [429] * 6
    assert web.get("/healthz").status_code == 200
    other = TestClient(web.app, client=("203.0.113.9", 1))
    assert [other.get("/v1/nothing").status_code for _ in range(3)] == [404, 404, 429], "all together have 8"


def test_telegrams_few_addresses_bring_what_many_customers_write(web: TestClient) -> None:
    app: Any = web.app

    async def receive() -> Response:
        return Response(status_code=200)

    app.add_api_route("/telegram", receive, methods=["POST"])
    assert {web.post("/telegram", content=b"x" * 5000).status_code for _ in range(12)} == {200}
    assert web.get("/v1/nothing").status_code == 404, "and nothing is taken from the others"


def test_who_isnt_the_service_that_brings_messages_is_counted_there_too(web: TestClient, clock: list[float]) -> None:
    for path in ("/telegram", "/v1/chatwoot", "/v1/chatwoot/a-guess", "/desk/files/nothing"):
        answers = [web.post(path, content=b"x" * 1000, headers={"accept-language": "zh"}) for _ in range(8)]
        assert [answer.status_code in (404, 405) for answer in answers] == [True] * 6 + [False] * 2, path
        told = answers[-1]
        assert (told.status_code, told.headers["retry-after"], "10 秒" in told.json()["detail"]) == (429, "10", True)
        clock[0] += 61


def test_a_refused_body_isnt_read(web: TestClient) -> None:
    read: list[bytes] = []

    def body() -> Iterator[bytes]:
        for piece in [b"x" * 1000] * 5:
            read.append(piece)
            yield piece

    assert web.post("/v1/chat", content=body(), headers={"content-length": "5000"}).status_code == 413


def test_an_ipv6_network_is_one_address() -> None:
    assert group_of("2001:db8::1") == group_of("2001:db8::ffff:2") != group_of("2001:db8:0:1::1")
    assert group_of("::ffff:192.0.2.1") == "192.0.2.1"


@asynccontextmanager
async def served(settings: Settings, slow_s: float) -> AsyncIterator[int]:
    app = create_app(open_shop(settings), access=Access(slow_s=slow_s))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", http=patient(slow_s)))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


NEVER_END = (
    (b"", b"x-a: " + b"a" * 1000 + b"\r\n"), (b"x-a: ", b"a" * 1000), (b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"x-a: 1\r\n" * 100),
    (b"transfer-encoding: chunked\r\n\r\n1;", b"a" * 1000),
)  # fmt: skip
"""(how a request goes on, and what comes without an end): headers, one header, trailers, what is said of a chunk."""


async def test_headers_that_never_end_are_cut(sample_settings: Settings) -> None:
    async with served(sample_settings, 30.0) as port:
        for start, more in NEVER_END:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /v1/chat HTTP/1.1\r\nhost: x\r\n" + start)
            sent = 0
            with suppress(ConnectionError):
                async with asyncio.timeout(20):
                    while sent < 20_000_000:
                        writer.write(more * 50)
                        sent += len(more) * 50
                        await writer.drain()
                        await asyncio.sleep(0)
            assert sent < 10_000_000, f"it goes on reading {more[:20]!r}"
            writer.close()


async def test_large_bodies_in_small_pieces_are_no_headers(sample_settings: Settings) -> None:
    body = json.dumps({"text": "hello" + " " * 15_000}).encode()
    pieces = b"".join(b"%x\r\n%s\r\n" % (10, body[at : at + 10].ljust(10)) for at in range(0, len(body), 10))
    async with served(sample_settings, 5.0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            b"POST /v1/chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        writer.write(head + pieces + b"0\r\n\r\n")
        assert b"200 OK" in await reader.readline()
        writer.close()


async def test_slow_clients_are_cut_and_others_served(sample_settings: Settings) -> None:
    async with served(sample_settings, 0.4) as port:
        half = b"POST /v1/chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"
        for start, told in ((b"", b""), (b"POST /v1/chat HTTP/1.1\r\nhost:", b""), (half, b"408")):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(start)
            answer = b""
            with suppress(ConnectionResetError):
                async with asyncio.timeout(5):
                    answer = await reader.read()
            assert told in answer
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = json.dumps({"text": "hello"}).encode()
        writer.write(half.replace(b"500", str(len(body)).encode())[:-1] + body)
        assert b"200 OK" in await reader.readline()
        writer.close()


def test_too_much_is_told_in_the_shops_own_words(web: TestClient) -> None:
    """The wording is that of all doors, which a shop may put in its own way."""
    ours = web.app.state.wordings._by_locale["en"]  # type: ignore[attr-defined]
    kept, ours["too_fast"] = ours["too_fast"], ["Slowly, please: {seconds} s."]
    told = [web.get("/v1/nothing", headers={"accept-language": "en-GB"}) for _ in range(7)][-1]
    ours["too_fast"] = kept
    assert (told.status_code, told.json()["detail"]) == (429, "Slowly, please: 10 s.")
