"""The website's door when the inbox or the index is in trouble: told plainly, nothing lost, over by itself."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from bot.channels.web import create_app
from bot.settings import Settings
from bot.stores.visitors import new_token
from bot.wiring import index_root, open_shop, shop_of
from tests.shops import shop_in

FAQ = '{"id": "hours", "question": "When are you open?", "answer": "We are open from 9 to 5.", "locale": "en"}\n'


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("doors")
    return Settings(data_dir=folder / "data", shop=shop_in(folder / "shop", {"faq.jsonl": FAQ}), _env_file=None)


@pytest.fixture(scope="module")
def web(settings: Settings) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.stores.database._WAIT_S", 0.1)
        with TestClient(create_app(open_shop(settings))) as client:
            yield client


def test_a_message_that_cant_be_taken_in_isnt_acknowledged_and_readyz_says_why(
    web: TestClient, settings: Settings
) -> None:
    message = {"text": "When are you open?", "message_id": "m1", "conversation_id": "c1"}
    assert web.get("/readyz").json()["status"] == "ready"
    known = {"x-conversation-token": new_token()}
    other = sqlite3.connect(settings.data_dir / shop_of(settings).key / "conversations.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = web.post("/v1/chat", json=message, headers=known)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "locked" in refused.json()["detail"]
    assert "event: error" in web.post("/v1/chat/stream", json=message, headers=known).text
    state = web.get("/readyz")
    assert (state.status_code, state.json()["status"]) == (503, "not ready")
    assert "another program holds the database" in state.json()["warnings"][0]
    other.execute("ROLLBACK")
    other.close()
    assert "9 to 5" in web.post("/v1/chat", json=message, headers=known).json()["text"]
    assert web.get("/readyz").json()["status"] == "ready"


def test_the_same_id_in_another_conversation_is_another_message(web: TestClient) -> None:
    def ask(conversation: str, message: str, text: str) -> str:
        body = {"text": text, "message_id": message, "conversation_id": conversation}
        return str(web.post("/v1/chat", json=body).json()["text"])

    assert "9 to 5" in ask("a", "1:b:c", "When are you open?")
    assert "9 to 5" not in ask("b", "1:b:c", "hello")


def test_an_index_that_is_deleted_while_serving_is_built_anew_and_customers_notice_nothing(
    web: TestClient, settings: Settings
) -> None:
    root = index_root(settings, shop_of(settings))
    shutil.rmtree(root / "generations" / "000001" / "chroma")
    seen = set()
    until = time.monotonic() + 20
    while web.get("/readyz").json()["generation"] == 1:
        seen.add(web.get("/readyz").json()["status"])
        assert "9 to 5" in web.post("/v1/chat", json={"text": "When are you open?"}).json()["text"]
        assert time.monotonic() < until
    assert "degraded" in seen
    assert web.get("/readyz").json()["status"] == "ready"
    assert "9 to 5" in web.post("/v1/chat", json={"text": "When are you open?"}).json()["text"]
