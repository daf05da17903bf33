"""An event is made once for all who follow; a stream pings, ends in time, and lets go as soon as its page has gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from bot.channels import event_stream
from bot.channels.event_stream import EventStream, Made
from bot.channels.web import create_app
from bot.serving.following import Following
from bot.settings import Settings
from bot.stores.visitors import new_token
from bot.wiring import open_shop
from eval.access.door import by, opened, signed_in


class Page:
    """What a client of the server would get; it goes when it is told to."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.is_over = False
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.got.append(message.get("body", b""))
        self.is_over = message["type"] == "http.response.body" and not message["more_body"]


async def endless(*first: bytes, closed: list[bool] | None = None) -> AsyncGenerator[bytes, None]:
    try:
        for one in first:
            yield one
        await asyncio.Event().wait()
    finally:
        if closed is not None:
            closed.append(True)


async def test_whoever_has_gone_is_let_go_of_at_once() -> None:
    page, closed = Page(), list[bool]()
    streaming = asyncio.create_task(EventStream(endless(b"one", closed=closed), 60.0)({}, page.receive, page.send))
    await asyncio.sleep(0.02)
    assert page.got == [b"", b"one"]
    page.gone.set()
    await asyncio.wait_for(streaming, 2)
    assert closed == [True]


async def test_a_quiet_stream_gives_signs_of_life_and_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "PING_S", 0.05)
    page = Page()
    await asyncio.wait_for(EventStream(endless(), 0.22)({}, page.receive, page.send), 2)
    assert page.got.count(b": ping\n\n") >= 2
    assert page.is_over


async def test_what_breaks_a_stream_is_raised_where_the_server_sees_it() -> None:
    async def broken() -> AsyncGenerator[bytes, None]:
        raise ValueError("its own")
        yield b""

    page = Page()
    with pytest.raises(ValueError, match="its own"):
        await EventStream(broken(), 60.0)({}, page.receive, page.send)


def test_an_event_is_made_once_for_all_who_follow() -> None:
    made: list[str] = []

    def make(text: str) -> str:
        made.append(text)
        return json.dumps({"text": text})

    turns = Made("turn", make)
    told = [turns.event(number, f"a\n{number}") for number in (7, 8, 7, 7, 8)]
    assert made == ["a\n7", "a\n8"]
    assert told[2] == b'event: turn\ndata: {"text": "a\\n7"}\nid: 7\n\n'
    for number in range(2_000):
        turns.event(number, "x")
    assert len(turns._of) <= 500


async def test_what_this_process_keeps_is_told_without_waiting_for_the_next_look(
    sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.following.LOOK_EVERY_S", 60.0)
    looks: list[None] = []
    real = Following.look_now

    def noted(self: Following) -> None:
        looks.append(None)
        real(self)

    monkeypatch.setattr(Following, "look_now", noted)
    app = create_app(open_shop(sample_settings), stream_s=0.6)
    described = app.openapi()["paths"]["/v1/conversations/{conversation_id}/events"]["get"]["responses"]["200"]
    assert described["content"]["text/event-stream"]["schema"]["type"] == "array", "a stream is its events, and no text"
    with TestClient(app) as web:
        mine = {"x-conversation-token": new_token()}
        first, second = ({"text": "hello", "conversation_id": "told", "message_id": one} for one in ("m1", "m2"))
        last = web.post("/v1/chat", json=first, headers=mine)
        with web.stream("GET", "/v1/conversations/told/events", headers=mine) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-cache"
            web.post("/v1/chat", json=second, headers=mine)
            lines = list(stream.iter_lines())
        assert last.status_code == 200
        assert [json.loads(line[6:])["message_id"] for line in lines if line.startswith("data: ")] == ["m1", "m2"]
        assert lines[0] == "event: turn"
        assert web.get("/v1/conversations/told/events").status_code == 404
    assert len(looks) >= 2


async def test_a_stream_ends_where_a_customer_takes_the_conversation_over(sample_settings: Settings) -> None:
    async with opened(sample_settings) as door:
        where, token = uuid4().hex, new_token()
        await door.say("hello", by(token), conversation_id=where)
        other = uuid4().hex
        await door.say("hello", by(token), conversation_id=other)
        path = "/v1/conversations/{}/events"
        heard = [asyncio.create_task(door.ask("GET", path.format(one), by(token))) for one in (where, other)]
        await asyncio.sleep(0.2)
        taken = await door.say("where is my order?", [*by(token), *signed_in("C002")], conversation_id=where)
        assert taken.status == 200
        async with asyncio.timeout(3):
            told = await heard[0]
        assert told.body.count(b"event: turn") == 1, "what was said before"
        assert not heard[1].done(), "the others are left alone"
        heard[1].cancel()
        assert (await door.ask("GET", path.format(where), by(token))).status == 404
