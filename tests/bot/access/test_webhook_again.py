"""A signed request that wasn't taken in may come again as it was: its message isn't lost."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from bot.channels.access import Access
from bot.channels.limits import Limits, MemoryBuckets
from bot.channels.signing import Keys
from bot.channels.web import create_app
from bot.errors import NotTaken
from bot.settings import Settings
from bot.stores import points
from bot.stores.together import Together
from bot.wiring import open_shop
from tests.shops import settings_in

KEYS = Keys.of("whsec_" + "b" * 32)
BODY = b'{"text": "hello", "conversation_id": "again"}'


def test_the_same_request_counts_once_it_is_taken_in(
    sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    limits = Limits(MemoryBuckets(lambda: clock[0]), customer=1)
    with TestClient(create_app(open_shop(sample_settings), access=Access(keys=KEYS, limits=limits))) as web:

        def send(headers: dict[str, str]) -> int:
            return web.post("/v1/webhook", content=BODY, headers=headers).status_code

        first, second = (KEYS.sign(uuid4().hex, datetime.now(UTC), BODY) for _ in range(2))
        assert [send(first), send(second), send(second)] == [200, 429, 429]
        clock[0] += 61
        with monkeypatch.context() as patch:

            async def full(*_: object) -> object:
                raise NotTaken("full", "no room")

            patch.setattr("bot.serving.reception.Reception.take", full)
            assert send(second) == 503
        clock[0] += 61
        assert [send(second), send(second)] == [200, 409]


def test_who_prefers_not_to_wait_is_told_once_the_message_is_kept(sample_settings: Settings) -> None:
    with TestClient(create_app(open_shop(sample_settings), access=Access(keys=KEYS))) as web:

        def send(message_id: str, at: datetime, **more: str) -> Response:
            headers = {**KEYS.sign(message_id, at, BODY), **more}
            return web.post("/v1/webhook", content=BODY, headers=headers)

        now = datetime.now(UTC)
        taken = send("patient", now, prefer="respond-async, wait=5")
        assert (taken.status_code, taken.json()) == (202, {"message_id": "patient", "conversation_id": "webhook:again"})
        assert KEYS.verify([(name.encode(), value.encode()) for name, value in taken.headers.items()], taken.content, now).id == "patient"  # fmt: skip
        assert send("patient", now, prefer="respond-async").status_code == 409
        reply = send("patient", now + timedelta(seconds=1))
        assert (reply.status_code, reply.json()["intent"]) == (200, "greet")


def test_a_process_that_leaves_turns_to_others_takes_in_all_the_same(tmp_path: Path, sample_settings: Settings) -> None:
    own = settings_in(tmp_path, sample_settings)  # no other test's process may answer it
    alone = own.model_copy(update={"turns_at_once": 0})
    with TestClient(create_app(open_shop(alone), access=Access(keys=KEYS))) as web:
        taken = web.post("/v1/webhook", content=BODY, headers={**KEYS.sign("left", datetime.now(UTC), BODY), "prefer": "respond-async"})  # fmt: skip
        assert taken.status_code == 202
        time.sleep(1.5)
        assert web.get("/readyz").json()["waiting"] == 1
    with TestClient(create_app(open_shop(own), access=Access(keys=KEYS))) as web:
        later = datetime.now(UTC) + timedelta(seconds=1)
        assert web.post("/v1/webhook", content=BODY, headers=KEYS.sign("left", later, BODY)).json()["intent"] == "greet"


def test_what_cant_be_taken_in_is_refused_alike_however_often_it_comes(sample_settings: Settings) -> None:
    with TestClient(create_app(open_shop(sample_settings), access=Access(keys=KEYS))) as web:
        for body in (b"{", b'{"text": 1, "conversation_id": "again"}'):
            headers = KEYS.sign(uuid4().hex, datetime.now(UTC), body)
            assert [web.post("/v1/webhook", content=body, headers=headers).status_code for _ in range(2)] == [422, 422]


def test_a_request_whose_commit_failed_may_come_again_and_counts_from_then_on_also_after_a_restart(
    tmp_path: Path, sample_settings: Settings
) -> None:
    own = settings_in(tmp_path, sample_settings)
    headers = {**KEYS.sign("once", datetime.now(UTC), BODY), "prefer": "respond-async"}

    def send(web: TestClient) -> int:
        return web.post("/v1/webhook", content=BODY, headers=headers).status_code

    def full(point: str) -> None:
        if point == "inbox.written":
            raise sqlite3.OperationalError("no room")

    with TestClient(create_app(open_shop(own), access=Access(keys=KEYS))) as web:
        points.when_reached(full)
        try:
            assert send(web) == 503
        finally:
            points.when_reached(None)
        assert [send(web), send(web)] == [202, 409]
    with TestClient(create_app(open_shop(own), access=Access(keys=KEYS))) as web:
        assert send(web) == 409


def test_a_signed_message_is_taken_in_by_one_commit(
    tmp_path: Path, sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = settings_in(tmp_path, sample_settings).model_copy(update={"turns_at_once": 0})
    commits: list[int] = []
    real = Together._do

    def counted(self: Together, batch: Any) -> list[Any]:
        before = self._connection().total_changes
        done = real(self, batch)
        if self._connection().total_changes > before:  # what only looks, as the probes do, is no commit
            commits.append(len(batch))
        return done

    with TestClient(create_app(open_shop(alone), access=Access(keys=KEYS))) as web:
        monkeypatch.setattr(Together, "_do", counted)
        headers = {**KEYS.sign("one", datetime.now(UTC), BODY), "prefer": "respond-async"}
        assert web.post("/v1/webhook", content=BODY, headers=headers).status_code == 202
        assert commits == [1]


def test_a_request_that_comes_again_takes_nothing_from_the_customers_limit(sample_settings: Settings) -> None:
    limits = Limits(MemoryBuckets(lambda: 0.0), customer=2)
    with TestClient(create_app(open_shop(sample_settings), access=Access(keys=KEYS, limits=limits))) as web:
        first, second = (KEYS.sign(uuid4().hex, datetime.now(UTC), BODY) for _ in range(2))
        told = [web.post("/v1/webhook", content=BODY, headers=one).status_code for one in (first, first, first, second)]
        assert told == [200, 409, 409, 200]


def test_what_goes_past_the_routing_is_refused_in_the_same_form(sample_settings: Settings) -> None:
    with TestClient(create_app(open_shop(sample_settings), access=Access(keys=KEYS), body_limit=100)) as web:
        unsigned = web.post("/v1/webhook", content=BODY)
        assert (unsigned.status_code, unsigned.headers["content-type"]) == (401, "application/problem+json")
        assert web.post("/v1/webhook", content=b"x" * 101).status_code == 413
        assert web.get("/v1/webhook").status_code == 405
