"""A shop for assistants, asked by a real client: over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from pydantic import SecretStr

pytest.importorskip("mcp", reason="the extra `mcp` isn't installed")

import httpx2
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from bot.channels.guests import guests_of
from bot.channels.mcp_server import PATH, http_app, server_of
from bot.channels.server import patient
from bot.settings import Settings
from bot.wiring import OpenShop

KEY = "of-one-assistant-24-letters-long"
TOOLS = {"find", "describe", "compare", "recommend", "ask"}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@asynccontextmanager
async def at_once(shop: OpenShop) -> AsyncIterator[Client]:
    async with Client(server_of(shop)) as client:
        yield client


async def asked(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert isinstance(answer.structured_content, dict)
    return answer.structured_content


async def wrong(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(getattr(answer.content[0], "text", ""))


async def test_every_tool_answers_in_both_languages_with_the_shops_own_numbers(sample: OpenShop) -> None:
    async with at_once(sample) as client:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
        two = {"product_ids": ["JL-DRI-08", "JL-KIT-11"]}
        for tool, arguments, locale in (
            ("find", {"words": "kettle under $60"}, "en"), ("find", {"words": "50块以内的保温杯"}, "zh"),
            ("describe", {"product_id": "JL-DRI-08", "question": "is it dishwasher safe?"}, "en"),
            ("describe", {"product_id": "JL-DRI-08", "question": "多少钱？"}, "zh"),
            ("compare", two | {"locale": "en"}, "en"), ("compare", two | {"locale": "zh"}, "zh"),
            ("recommend", {"words": "a gift for my mother"}, "en"), ("recommend", {"words": "送妈妈的礼物"}, "zh"),
            ("ask", {"question": "How much is delivery to Canada?"}, "en"), ("ask", {"question": "退货要多久？"}, "zh"),
        ):  # fmt: skip
            told = await asked(client, tool, **arguments)
            assert (told["locale"], bool(told["text"])) == (locale, True)
            for fact in told["products"]:
                product = sample.index.current().catalogue.get(fact["id"], locale)
                assert product is not None
                assert (fact["price"], fact["in_stock"]) == (f"{product.price:f}", product.in_stock)
            known = _numbers_of(sample, told)
            assert _numbers(told["text"]) <= known, _numbers(told["text"]) - known


def _numbers(text: str) -> set[str]:
    without_places = re.sub(r"(?m)^\d+\. ", "", text)
    return set(_NUMBER.findall(without_places))


def _numbers_of(shop: OpenShop, told: dict[str, Any]) -> set[str]:
    """Every number that the products and sources of an answer state, and how many were found."""
    texts = [source["text"] for source in told["sources"]] + [str(len(told["products"]))]
    for fact in told["products"]:
        product = shop.index.current().catalogue.get(fact["id"], told["locale"])
        assert product is not None
        texts += [str(product), *(f"{one:.2f}" for one in (product.price, product.compare_at) if one is not None)]
        texts += [f"{variant.price:.2f}" for variant in product.variants if variant.price is not None]
    return {number for text in texts for number in _NUMBER.findall(text)}


async def test_limits_are_kept_and_named_where_they_had_to_be_given_up(sample: OpenShop) -> None:
    async with at_once(sample) as client:
        cheap = await asked(client, "find", words="mug", price_to=20, in_stock=True)
        assert all(float(one["price"]) <= 20 and one["in_stock"] for one in cheap["products"])
        assert (await asked(client, "find", words="kettle", price_to=1))["given_up"] == "price"


async def test_what_is_wrong_is_said_clearly(sample: OpenShop) -> None:
    async with at_once(sample) as client:
        assert "no product 'JL-NONE'" in await wrong(client, "describe", product_id="JL-NONE")
        assert "has no argument max_price; it takes words, price_from" in await wrong(client, "find", words="mug", max_price=3)  # fmt: skip
        assert "words" in await wrong(client, "find")
        assert "less than or equal" in await wrong(client, "find", words="mug", price_to=1e12)
        assert "at most 300" in await wrong(client, "ask", question="x" * 301)
        assert "at least 2" in await wrong(client, "compare", product_ids=["JL-DRI-08"])
        assert "same product" in await wrong(client, "compare", product_ids=["JL-DRI-08"] * 2)
        assert "locale" in await wrong(client, "ask", question="returns?", locale="fr")


async def test_no_order_is_told_and_nothing_is_kept(sample: OpenShop) -> None:
    async with at_once(sample) as client:
        for text in ("where is my order JL-100401, rachel.stein@example.com", "I want to speak to a person"):
            told = await asked(client, "ask", question=text)
            assert "Fernhill Moka Pot" not in str(told)
    kept = sample.conversations.database.connection().execute("SELECT id FROM conversations WHERE id LIKE 'mcp%'")
    assert kept.fetchall() == []


@pytest.mark.slow
async def test_a_client_talks_over_standard_input_and_output(sample_settings: Settings) -> None:
    script = "from bot.commands.mcp import mcp; mcp()"
    env = {**os.environ, "SHOPCLERK_DATA_DIR": str(sample_settings.data_dir), "PYTHONPATH": os.pathsep.join(sys.path)}
    server = StdioServerParameters(command=sys.executable, args=["-c", script], env=env)
    async with Client(stdio_client(server)) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        assert "Canada" in (await asked(client, "ask", question="How much is delivery to Canada?"))["text"]


async def test_a_client_talks_over_http_with_its_key(sample: OpenShop) -> None:
    app = http_app(sample, guests_of(Settings(mcp_keys=SecretStr(KEY), _env_file=None)))
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", http=patient(5.0)))
    serving = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.02)
    url = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}{PATH}"
    async with (
        httpx2.AsyncClient(headers={"authorization": f"Bearer {KEY}"}) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        assert (await asked(client, "find", words="有没有保温杯"))["products"]
    running.should_exit = True
    await serving
