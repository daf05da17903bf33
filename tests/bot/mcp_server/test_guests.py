"""Who may ask the shop for assistants over HTTP, under which name of the host, and how often."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

pytest.importorskip("mcp", reason="the extra `mcp` isn't installed")

from bot.channels.access import Access
from bot.channels.guests import guests_of
from bot.channels.limits import Limits, MemoryBuckets
from bot.channels.mcp_server import PATH, http_app
from bot.errors import BadSetting
from bot.settings import load_settings
from bot.wiring import OpenShop

OLD, NEW = "the-key-that-is-being-replaced", "the-key-that-takes-its-place"
NAME = "assistants.shop.example"
TALKS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@asynccontextmanager
async def served(shop: OpenShop, keys: str = f"{OLD} {NEW}", **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Under a name of its own, with a key that is sent where a test sends no other."""
    guests = guests_of(load_settings(mcp_keys=keys, mcp_hosts=f"{NAME}, {NAME}.cn"))
    app: Any = http_app(shop, guests, **more)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{NAME}", headers=TALKS) as client,
    ):
        yield client


def by(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def test_nobody_asks_without_a_key_and_two_count_while_one_is_replaced(sample: OpenShop) -> None:
    async with served(sample) as client:
        for key in (OLD, NEW):
            answer = await client.post(PATH, json=LIST, headers=by(key))
            assert (answer.status_code, len(answer.json()["result"]["tools"])) == (200, 5)
        twice = [("authorization", f"Bearer {OLD}"), ("authorization", f"Bearer {OLD}")]
        for headers in ({}, by(""), by(OLD[:-1]), by(OLD + "x"), by(f"{OLD} {NEW}"), {"authorization": b"Bearer " + b"\xff" * 30}, {"authorization": OLD}, {"authorization": f"Basic {OLD}"}, twice):  # fmt: skip
            answer = await client.post(PATH, json=LIST, headers=headers)  # type: ignore[arg-type]
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), headers
            assert OLD not in answer.text


ASKED = (
    (NAME, None, 200), (f"{NAME.upper()}:443", None, 200), (f"{NAME}.cn", None, 200), ("127.0.0.1:8090", None, 200), ("[::1]:8090", None, 200),
    ("10.0.0.5:8090", None, 200), ("localhost:8090", "http://localhost:6274", 200), ("127.0.0.1", "http://127.0.0.1:6274", 200),
    ("rebound.example", None, 421), (f"{NAME}.evil.example", None, 421), (f"evil.example@{NAME}", None, 421), ("localhost.evil.example", None, 421),
    ("", None, 421), (f"{NAME}:http", None, 421),
    (NAME, "https://evil.example", 403), (NAME, "null", 403), (NAME, f"https://{NAME}", 403), (NAME, "http://localhost", 403),
    ("127.0.0.1", "http://rebound.example", 403), ("127.0.0.1", "http://localhost.evil.example", 403), ("10.0.0.5", "http://10.0.0.5", 403),
)  # fmt: skip
"""(Host, Origin, status)."""


async def test_a_page_that_makes_its_own_name_point_here_asks_nothing(sample: OpenShop) -> None:
    async with served(sample, "none") as client:
        for host, origin, status in ASKED:
            headers = {"host": host} | ({"origin": origin} if origin else {})
            answer = await client.post(PATH, json=LIST, headers=headers)
            assert answer.status_code == status, (host, origin)


async def test_floods_large_bodies_and_other_methods_are_turned_away_unread(sample: OpenShop) -> None:
    access = Access(limits=Limits(MemoryBuckets(lambda: 0.0), address=6))
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        for piece in [b" " * 1000] * 5:
            read.append(piece)
            yield piece

    async with served(sample, access=access, body_limit=2000) as client:
        answers = [
            await client.post(PATH, content=body(), headers=by(OLD) | {"content-length": "5000"}),
            await client.post(PATH, content=body()),
            await client.get(PATH, headers=by(OLD)),
        ]
        assert [answer.status_code for answer in answers] == [413, 401, 405]
        assert (answers[2].headers["allow"], len(read)) == ("POST", 0)
        assert (await client.post(PATH, content=body(), headers=by(OLD))).status_code == 413, "and one that doesn't say"
        assert (await client.post(PATH, json=LIST, headers=by(OLD))).status_code == 200
        assert (await client.post(PATH, json=LIST)).status_code == 401
        flood = await client.post(PATH, json=LIST, headers=by(OLD) | {"accept-language": "zh"})
        assert (flood.status_code, flood.headers["retry-after"]) == (429, "10")
        assert "10 秒" in flood.json()["detail"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"mcp_keys": "short"}, "SHOPCLERK_MCP_KEYS"), ({"mcp_keys": f"{OLD} short"}, "SHOPCLERK_MCP_KEYS"),
        ({"mcp_keys": "钥匙" * 20}, "SHOPCLERK_MCP_KEYS"), ({"host": "0.0.0.0"}, "SHOPCLERK_MCP_KEYS"),
        ({"host": "::"}, "SHOPCLERK_MCP_KEYS"), ({"mcp_hosts": NAME}, "SHOPCLERK_MCP_KEYS"),
        ({"mcp_keys": OLD, "mcp_hosts": f"https://{NAME}"}, "SHOPCLERK_MCP_HOSTS"), ({"mcp_keys": OLD, "mcp_hosts": "*"}, "SHOPCLERK_MCP_HOSTS"),
    ],
)  # fmt: skip
def test_no_start_with_a_weak_key_or_open_to_others_unsaid(given: dict[str, Any], names: str) -> None:
    with pytest.raises(BadSetting) as told:
        guests_of(load_settings(**given))
    assert told.value.name == names
    assert "short" not in str(told.value).split(";")[0]


def test_on_this_machine_alone_no_key_is_needed() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        assert guests_of(load_settings(host=host)).may_ask([])


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        found.append((one, other))
        return real(one, other)

    monkeypatch.setattr("bot.channels.guests.hmac.compare_digest", noted)
    return found


def test_a_key_is_compared_with_every_key_whichever_fits_first(compared: list[tuple[bytes, bytes]]) -> None:
    guests = guests_of(load_settings(mcp_keys=f"{OLD} {NEW}"))
    for key in (OLD, NEW, "x"):
        compared.clear()
        guests.may_ask([f"Bearer {key}"])
        assert [len(one) for pair in compared for one in pair] == [32] * 4, "digests: no length tells"
