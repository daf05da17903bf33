"""Over HTTP a conversation is its owner's alone: by its token, or by the shop's token for a customer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from fastapi.testclient import TestClient

from bot.channels.access import Access, access_of
from bot.channels.customers import Customers
from bot.channels.signing import Keys
from bot.channels.web import create_app
from bot.errors import BadSetting
from bot.settings import Settings
from bot.stores import visitors
from bot.stores.file import SqliteFile
from bot.stores.visitors import Visitors, new_token
from bot.types import Message
from bot.wiring import open_shop

SECRET = b"a shop's secret of 32 bytes, yes."
KEYS = Keys.of("whsec_" + "b" * 32)
SHOP = "https://shop.example"


@pytest.fixture(scope="module")
def web(sample_settings: Settings) -> Iterator[TestClient]:
    access = Access(Customers("shopclerk", SECRET), KEYS, (SHOP,))
    with TestClient(create_app(open_shop(sample_settings), access=access), raise_server_exceptions=False) as client:
        yield client


def signed_in(customer_id: str) -> dict[str, str]:
    claims = {"sub": customer_id, "aud": "shopclerk", "exp": int(time.time()) + 60}
    return {"authorization": f"Bearer {jwt.encode(claims, SECRET, 'HS256')}"}


def by(token: str) -> dict[str, str]:
    return {"x-conversation-token": token}


def begin(web: TestClient, **headers: str) -> tuple[str, str]:
    begun = web.post("/v1/conversations", headers=headers)
    assert begun.status_code == 201
    return begun.json()["conversation_id"], begun.json()["token"]


def say(web: TestClient, conversation_id: str, text: str, headers: dict[str, str]) -> Any:
    return web.post("/v1/chat", json={"text": text, "conversation_id": conversation_id}, headers=headers)


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/stream"])
def test_nobody_writes_under_an_id_of_the_desks(web: TestClient, path: str) -> None:
    answer = web.post(path, json={"text": "hello", "message_id": "desk/late/c-1/1"})
    assert answer.status_code == 422
    assert "desk/" in answer.json()["detail"]


def test_a_conversation_is_read_and_forgotten_by_its_token_alone(web: TestClient) -> None:
    where, token = begin(web)
    assert say(web, where, "How much is delivery to Canada?", by(token)).status_code == 200
    path, other = f"/v1/conversations/{where}", new_token()
    turns = web.get(path, headers=by(token)).json()["turns"]
    assert [turn["text"] for turn in turns] == ["How much is delivery to Canada?"]
    strangers: list[dict[str, str]] = [{}, by(other), signed_in("C002")]
    gone = web.get(f"/v1/conversations/{uuid4().hex}", headers=by(other))
    for headers in strangers:
        for method in ("GET", "DELETE"):
            refused = web.request(method, path, headers=headers)
            assert (refused.status_code, refused.content) == (404, gone.content)
        assert say(web, where, "hello", headers).status_code == 403
    assert web.delete(path, headers=by(token)).status_code == 204
    assert web.get(path, headers=by(token)).content == gone.content


def test_who_first_uses_an_id_owns_it(web: TestClient) -> None:
    where = uuid4().hex
    first = say(web, where, "hello", {})
    token = first.json()["token"]
    assert token.startswith("sct_")
    assert say(web, where, "hello", {}).status_code == 403
    assert say(web, where, "hello", {"authorization": f"Bearer {token}"}).json()["token"] is None


def test_a_customer_who_signs_in_takes_the_conversation_along_and_the_token_opens_it_no_more(web: TestClient) -> None:
    where, token = begin(web)
    assert say(web, where, "hello", by(token) | signed_in("C002")).status_code == 200
    told = say(web, where, "where is my order JL-100402?", signed_in("C002")).json()["text"]
    assert "delivered on Wednesday, 17 December 2025" in told
    for headers in (by(token), by(token) | signed_in("C003"), signed_in("C003")):
        assert say(web, where, "hello", headers).status_code == 403
        assert web.get(f"/v1/conversations/{where}", headers=headers).status_code == 404


def test_who_has_a_known_name_gets_a_place_that_nobody_else_can_name(web: TestClient, tmp_path: Path) -> None:
    """What is derived from a customer's name and words could be reckoned by a stranger, who would take the place or see that it is taken."""
    body = {"model": "shopclerk", "messages": [{"role": "user", "content": "hello"}]}
    first = web.post("/v1/chat/completions", json=body, headers=signed_in("C007")).json()["shopclerk"][
        "conversation_id"
    ]
    again = web.post("/v1/chat/completions", json=body, headers=signed_in("C007")).json()["shopclerk"][
        "conversation_id"
    ]
    by_id = [
        web.post("/v1/chat", json={"text": "hello", "message_id": "1"}, headers=signed_in("C007")).json()
        for _ in range(2)
    ]
    assert first == again
    assert by_id[0]["conversation_id"] == by_id[1]["conversation_id"]
    here: Any = web.app
    told = [asyncio.run(_made(tmp_path / name)) for name in ("a", "b", "a")]
    assert told[0] == told[2] != told[1], "another shop makes another of the same"
    assert here.state.shop.visitors._salt


async def _made(folder: Path) -> str:
    file = SqliteFile(folder / "access.sqlite", visitors.SCHEMA)
    try:
        return await Visitors(file, lambda conversation_id: asyncio.sleep(0, False)).made_of(
            "customer", "C007", "hello"
        )
    finally:
        await file.close()


def test_the_ids_that_clients_count_up_are_nobodys_in_particular(web: TestClient) -> None:
    asked = [
        web.post("/v1/chat", json={"text": "hello", "message_id": "1"}, headers=headers)
        for headers in ({}, {}, by(new_token()), by(new_token()))
    ]
    assert [answer.status_code for answer in asked] == [200] * 4
    assert len({answer.json()["conversation_id"] for answer in asked}) == 4


def test_no_cache_keeps_what_is_one_persons(web: TestClient) -> None:
    where, token = begin(web)
    say(web, where, "hello", by(token))
    for answer in (
        web.get(f"/v1/conversations/{where}", headers=by(token)),
        web.get(f"/v1/conversations/{where}"),
        say(web, where, "hello", by(token)),
    ):
        assert answer.headers["cache-control"] == "no-store"
    assert "no-store" not in web.get("/widget.js").headers["cache-control"]


def test_a_customer_id_in_the_body_counts_for_nothing(web: TestClient) -> None:
    answer = web.post("/v1/chat", json={"text": "where is my order JL-100402?", "customer_id": "C002"})
    assert "placed on" not in answer.json()["text"]


def test_a_token_that_doesnt_count_is_never_anonymous(web: TestClient) -> None:
    for headers in (
        {"authorization": "Bearer nonsense"},
        by("sct_short"),
        by("é"),
        {"authorization": "Bearer " + "a.b.c"},
    ):
        refused = web.post("/v1/chat", json={"text": "hello"}, headers={k: v.encode() for k, v in headers.items()})  # type: ignore[arg-type]
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"


async def test_what_another_door_began_cant_be_claimed(sample_settings: Settings) -> None:
    async with open_shop(sample_settings) as shop:
        await shop.engine.reply(Message(uuid4().hex, "known", "hello", datetime.now(UTC)))
    with TestClient(create_app(open_shop(sample_settings))) as web:
        assert say(web, "known", "hello", {}).status_code == 403
        assert say(web, "telegram:1", "hello", {}).status_code == 422


def test_only_the_shops_own_pages_may_call(web: TestClient) -> None:
    for origin, allowed in (
        (SHOP, True),
        ("https://shop.example.evil.example", False),
        ("http://shop.example", False),
        ("null", False),
    ):
        answer = web.get("/healthz", headers={"origin": origin})
        assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    asked = {
        "origin": SHOP,
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-conversation-token,content-type",
    }
    assert web.options("/v1/chat", headers=asked).status_code == 200
    assert web.options("/v1/chat", headers=asked | {"origin": "https://evil.example"}).status_code == 400


def test_a_signed_message_is_answered_and_the_answer_signed(web: TestClient) -> None:
    body, now = (
        b'{"text": "where is my order JL-100402?", "conversation_id": "s1", "customer_id": "C002"}',
        datetime.now(UTC),
    )
    ours = KEYS.sign(uuid4().hex, now, body)
    answer = web.post("/v1/webhook", content=body, headers=ours)
    assert answer.status_code == 200
    assert "JL-100402" in answer.json()["text"]
    KEYS.verify(answer.headers.raw, answer.content, now)
    assert web.post("/v1/webhook", content=body, headers=ours).status_code == 409, "the very same request"
    again = KEYS.sign(ours["webhook-id"], datetime.fromtimestamp(now.timestamp() + 1, UTC), body)
    assert web.post("/v1/webhook", content=body, headers=again).json() == answer.json(), "sent anew"
    assert web.post("/v1/webhook", content=body + b" ", headers=ours).status_code == 401
    assert web.get("/v1/conversations/s1").status_code == 404


def test_a_signed_body_that_is_nonsense_is_a_problem(web: TestClient) -> None:
    for body in (b"", b"[", b"[" * 50_000, b'{"text": "\\ud800", "conversation_id": "a"}', b'{"text": 1}', b"\xff"):
        answer = web.post("/v1/webhook", content=body, headers=KEYS.sign(uuid4().hex, datetime.now(UTC), body))
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"webhook_secrets": "whsec_" + "b" * 28}, "WEBHOOK_SECRETS"),
        ({"customer_secret": "short", "customer_audience": "x"}, "CUSTOMER_SECRET"),
        ({"customer_secret": "x" * 32}, "CUSTOMER_AUDIENCE"),
        ({"customer_jwks": "http://shop.example/jwks", "customer_audience": "x"}, "CUSTOMER_JWKS"),
        ({"origins": "*"}, "ORIGINS"),
        ({"origins": "https://*.shop.example"}, "ORIGINS"),
        ({"origins": "https://shop.example/"}, "ORIGINS"),
        ({"limits": "memcached://x"}, "LIMITS"),
    ],
)
def test_no_start_with_what_isnt_safe(given: dict[str, str], names: str) -> None:
    with pytest.raises(BadSetting, match=names) as told:
        access_of(Settings(_env_file=None, **given))  # type: ignore[arg-type]
    assert "short" not in str(told.value)
    assert "bbbb" not in str(told.value)


def test_nothing_of_a_token_is_kept_but_its_digest(web: TestClient, sample_settings: Settings) -> None:
    _, token = begin(web)
    for file in sample_settings.data_dir.rglob("access.sqlite*"):
        assert token.encode() not in file.read_bytes()
