"""A customer who came by a signed webhook: a colleague's words go to the shop's own server, or the desk is told that they can't."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from bot.channels.access import Access
from bot.channels.notifying import WebhookDoor
from bot.channels.signing import Keys
from bot.channels.web import create_app
from bot.errors import OutOfReach
from bot.mail import Delivered, Later, Outgoing, Refused
from bot.people.telling import Deed
from bot.settings import Settings
from bot.wiring import OpenShop, open_shop
from tests.shops import settings_in

SECRET = "whsec_" + "b" * 32
KEYS = Keys.of(SECRET)


class ShopServer:
    """Notes what comes; `answers` are its next statuses, then 204."""

    def __init__(self) -> None:
        self.came: list[tuple[Any, dict[str, Any]]] = []
        self.answers: list[int] = []


@pytest.fixture
def server() -> Iterator[ShopServer]:
    noted = ShopServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            raw = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
            noted.came.append((KEYS.verify(raw, body, datetime.now(UTC)), json.loads(body)))
            self.send_response(noted.answers.pop(0) if noted.answers else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    noted.url = f"http://127.0.0.1:{listening.server_port}/clerk"  # type: ignore[attr-defined]
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield noted
    listening.shutdown()
    thread.join()
    listening.server_close()


def opened(folder: Path, sample: Settings, url: str) -> TestClient:
    own = settings_in(folder, sample, webhook_url=url, webhook_secrets=SecretStr(SECRET))
    return TestClient(create_app(open_shop(own), access=Access(keys=KEYS)))


def run(web: TestClient, work: Any, *args: Any) -> Any:
    return web.portal.call(work, *args)  # type: ignore[union-attr]


def with_mia(web: TestClient) -> OpenShop:
    shop: OpenShop = web.app.state.shop  # type: ignore[attr-defined]
    run(web, shop.operators.add, "Mia", time.time())
    run(web, shop.desk.look)
    return shop


def write(web: TestClient, conversation: str, text: str) -> str:
    body = json.dumps({"text": text, "conversation_id": conversation}).encode()
    answer = web.post("/v1/webhook", content=body, headers=KEYS.sign(uuid4().hex, datetime.now(UTC), body))
    return str(answer.json()["text"])


def test_a_colleagues_words_go_to_the_shops_server_once(tmp_path: Path, sample_settings: Settings, server: ShopServer) -> None:  # fmt: skip
    with opened(tmp_path, sample_settings, server.url) as web:  # type: ignore[attr-defined]
        shop = with_mia(web)
        assert "right here" in write(web, "c1", "can I talk to a person?")
        server.answers = [503, 429]
        for _ in range(2):
            run(web, shop.desk.say, "webhook:c1", Deed("page/1", "Mia", "page"), "Hello, I am Mia.")
        late = time.monotonic() + 10
        while len(server.came) < 3 and time.monotonic() < late:
            time.sleep(0.02)
        time.sleep(0.2)
    assert len({signed.id for signed, _ in server.came}) == 1, "the receiver knows a doubled one by its id"
    assert [body["data"] for _, body in server.came] == [{"conversation_id": "c1", "text": "Hello, I am Mia."}] * 3
    assert server.answers == []


def test_words_that_the_shops_server_refuses_are_told_of_at_the_desk(tmp_path: Path, sample_settings: Settings, server: ShopServer) -> None:  # fmt: skip
    with opened(tmp_path, sample_settings, server.url) as web:  # type: ignore[attr-defined]
        shop = with_mia(web)
        write(web, "c1", "can I talk to a person?")
        server.answers = [410]
        run(web, shop.desk.say, "webhook:c1", Deed("page/1", "Mia", "page"), "Hello?")
        late = time.monotonic() + 10
        done = []
        while time.monotonic() < late and "undelivered" not in done:
            done = [one.kind for one in run(web, shop.desk.done, "webhook:c1")]
    assert done == ["said", "undelivered"]


def test_without_an_address_nobody_is_promised_words_that_cant_come(tmp_path: Path, sample_settings: Settings) -> None:
    with opened(tmp_path, sample_settings, "") as web:
        shop = with_mia(web)
        assert "right here" not in write(web, "c1", "can I talk to a person?")
        case = run(web, shop.desk.case, "webhook:c1")
        assert (case.state, case.is_reached) == ("waiting", False)
        for deed in (shop.desk.take, lambda *given: shop.desk.say(*given, "Hello")):
            with pytest.raises(OutOfReach, match="SHOPCLERK_WEBHOOK_URL"):
                run(web, deed, "webhook:c1", Deed(uuid4().hex, "Mia"))
        assert "Canada" in write(web, "c1", "How much is delivery to Canada?"), "the clerk isn't silenced"
        assert run(web, shop.desk.close, "webhook:c1", Deed("page/2", "Mia")).state == "closed"


@pytest.mark.parametrize(("status", "outcome"), [(204, Delivered), (503, Later), (429, Later), (404, Refused)])
async def test_what_a_customer_asked_to_be_told_goes_there_as_a_notice(
    server: ShopServer, status: int, outcome: type
) -> None:
    server.answers.append(status)
    body = {"text": "The kettle is back.", "ends": "en", "kind": "notice"}
    notice = Outgoing("reminder/0a1b", "webhook", "webhook:c1", "webhook:c1", body)
    assert isinstance(await WebhookDoor(server.url, KEYS).send(notice), outcome)  # type: ignore[attr-defined]
    ((_, came),) = server.came
    assert (came["type"], came["data"]) == ("message.notice", {"conversation_id": "c1", "text": "The kettle is back."})
