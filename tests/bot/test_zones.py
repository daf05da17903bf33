"""Where it is night: a customer's time zone from the shop's token, else from the page, else the shop's own; none that there isn't."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator

import jwt
import pytest
from fastapi.testclient import TestClient

from bot.channels.access import Access
from bot.channels.customers import Customers
from bot.channels.web import create_app
from bot.settings import Settings
from bot.stores.visitors import new_token
from bot.wiring import open_shop
from bot.zones import zone_of

SECRET = b"a shop's secret of 32 bytes, yes."


@pytest.fixture(scope="module")
def web(sample_settings: Settings) -> Iterator[TestClient]:
    access = Access(Customers("shopclerk", SECRET))
    with TestClient(create_app(open_shop(sample_settings), access=access), raise_server_exceptions=False) as client:
        yield client


def signed_in(customer_id: str, **more: str) -> dict[str, str]:
    claims = {"sub": customer_id, "aud": "shopclerk", "exp": int(time.time()) + 60, **more}
    return {"authorization": f"Bearer {jwt.encode(claims, SECRET, 'HS256')}"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Olympus",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "Etc/Unknown",
        "x" * 61,
        "\0",
        "上海",
        "UTC\n",
    ],
)
def test_what_is_no_time_zone_is_none(name: str) -> None:
    assert zone_of(name) is None


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Asia/Calcutta", "US/Pacific", "UTC"])
def test_browsers_names_are_known_the_old_ones_too(name: str) -> None:
    assert zone_of(name) is not None


def test_a_zone_that_there_is_not_is_refused_by_its_name(web: TestClient) -> None:
    answer = web.post("/v1/chat", json={"text": "hello", "timezone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "timezone: " in answer.json()["detail"]
    assert "'Mars/Olympus'" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("claims", "page", "kept"),
    [
        ({"zoneinfo": "Asia/Tokyo"}, "Europe/Paris", "Asia/Tokyo"),
        ({"zoneinfo": "Mars/Olympus"}, "Europe/Paris", "Europe/Paris"),
        ({}, "Europe/Paris", "Europe/Paris"),
        ({}, None, ""),
    ],
)
def test_the_shops_token_tells_before_the_page_does(
    web: TestClient, claims: dict[str, str], page: str | None, kept: str
) -> None:
    token = new_token()
    headers, where = {"x-conversation-token": token, **signed_in("C002", **claims)}, f"zone-{token[-12:]}"
    more = {"timezone": page} if page else {}
    for text in ("tell me when the cold brew bottle is back", "yes"):
        said = web.post("/v1/chat", json={"text": text, "conversation_id": where, **more}, headers=headers)
        assert said.status_code == 200, said.text
    with sqlite3.connect(web.app.state.shop.conversations.database.file) as database:  # type: ignore[attr-defined]
        found = database.execute("SELECT zone FROM reminders WHERE conversation_id = ?", (where,)).fetchall()
    assert found == [(kept,)]
