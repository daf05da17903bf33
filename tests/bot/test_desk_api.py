"""The desk's page over HTTP: who may in, what a customer of the website and a colleague read of each other, nobody told twice."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from bot.channels.desk.page import FILES
from bot.channels.web import create_app
from bot.people.reading import Line, Reading
from bot.settings import Settings
from bot.stores import proposals
from bot.stores.visitors import new_token
from bot.types import Message
from bot.wiring import OpenShop, open_shop
from tests.shops import settings_in

_addresses = count(1)
HEADER = {"x-shopclerk-desk": "1"}
CANNED = {"late": {"en": "I'm sorry that it is late.", "zh": "很抱歉晚到。"}}


@pytest.fixture(scope="module")
def web(sample_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A shop without Telegram."""
    own = settings_in(tmp_path_factory.mktemp("desk"), sample_settings)
    with TestClient(create_app(open_shop(own)), raise_server_exceptions=False) as client:
        client.app.state.shop.desk.canned = CANNED  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def shop(web: TestClient) -> OpenShop:
    opened: OpenShop = web.app.state.shop  # type: ignore[attr-defined]
    return opened


class Colleague:
    """Signed in, each from an address of their own."""

    def __init__(self, web: TestClient, name: str) -> None:
        self.web, self.name = web, name
        self.client = TestClient(
            web.app, client=(f"10.1.{len(name)}.{next(_addresses)}", 1), raise_server_exceptions=False
        )
        self.client.headers.update(HEADER)
        shop = web.app.state.shop  # type: ignore[attr-defined]
        self.token = run(web, shop.operators.add, name, time.time())
        run(web, shop.desk.look)
        assert self.client.post("/desk/session", json={"token": self.token}).status_code == 204

    def do(self, conversation: str, what: str, key: str = "", **more: Any) -> int:
        body = {"key": key or str(uuid4()), **more}
        return self.client.post(f"/desk/cases/{conversation}/{what}", json=body).status_code

    def say(self, conversation: str, text: str, key: str = "") -> int:
        return self.do(conversation, "words/say", key, text=text)


class Customer:
    """On the website, in a conversation of their own."""

    def __init__(self, web: TestClient) -> None:
        self.web, self.id, self.token = web, uuid4().hex, new_token()

    def write(self, text: str) -> str:
        given = {"text": text, "conversation_id": self.id}
        answer = self.web.post("/v1/chat", json=given, headers={"x-conversation-token": self.token})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["text"])

    @property
    def reads(self) -> list[str]:
        answer = self.web.get(f"/v1/conversations/{self.id}", headers={"x-conversation-token": self.token})
        return [turn["reply"]["text"] for turn in answer.json()["turns"]]


def run(web: TestClient, work: Any, *args: Any) -> Any:
    return web.portal.call(work, *args)  # type: ignore[union-attr]


def talk(shop: OpenShop, web: TestClient, conversation: str) -> list[Line]:
    found = run(web, Reading(shop.desk).talk, conversation)
    return list(found.lines) if found else []


@pytest.fixture
def mia(web: TestClient) -> Iterator[Colleague]:
    colleague = Colleague(web, f"Mia {uuid4().hex[:6]}")
    yield colleague
    run(web, web.app.state.shop.operators.revoke, colleague.name)  # type: ignore[attr-defined]


@pytest.fixture
def ann(web: TestClient, mia: Colleague) -> Customer:
    """A customer who has asked for a person."""
    customer = Customer(web)
    customer.write("Do you have a kettle?")
    assert "right here" in customer.write("can I talk to a person?")
    return customer


def test_without_a_colleague_nobody_is_promised_one(web: TestClient, shop: OpenShop) -> None:
    run(web, shop.desk.look)
    customer = Customer(web)
    assert "right here" not in customer.write("can I talk to a person?")
    assert run(web, shop.desk.case, customer.id) is None


@pytest.mark.parametrize(
    ("at", "promised"),
    [
        ("2026-11-24T20:00", "A colleague will answer you right here."),
        ("2026-11-29T01:00", "Colleagues are back on Monday, 30 November, 09:00; they will answer you right here."),
    ],
)
def test_who_waits_is_told_the_truth_about_opening_hours(web: TestClient, shop: OpenShop, mia: Colleague, at: str, promised: str) -> None:  # fmt: skip
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    message = Message(uuid4().hex, uuid4().hex, "can I talk to a person?", when, "web")
    assert promised in run(web, shop.engine.reply, message).text


def test_customer_and_colleague_read_each_other_and_the_clerk_is_silent(web: TestClient, shop: OpenShop, mia: Colleague, ann: Customer) -> None:  # fmt: skip
    assert mia.do(ann.id, "take") == 204
    assert mia.say(ann.id, "Hello, I am Mia. Which colour?") == 204
    assert mia.do(ann.id, "words/note", text="she sounds upset") == 204
    assert ann.write("How much is delivery to Canada?") == ""
    assert mia.do(ann.id, "back") == 204
    assert "Canada" in ann.write("How much is delivery to Canada?")
    assert ann.reads[2:4] == ["A colleague has read what you wrote and is here now.", "Hello, I am Mia. Which colour?"]
    assert not any("upset" in text for text in ann.reads)
    kinds = [(line.kind, line.deed) for line in talk(shop, web, ann.id)][4:]
    assert kinds == [
        ("deed", "taken"), ("clerk", ""), ("person", "said"), ("note", "noted"), ("customer", ""), ("deed", "back"), ("clerk", ""),
        ("customer", ""), ("clerk", ""),
    ]  # fmt: skip


def test_nobody_is_told_twice(web: TestClient, shop: OpenShop, mia: Colleague, ann: Customer) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert mia.say(ann.id, "One moment.", key) == 204
        assert mia.do(ann.id, "take") == 204
        assert mia.do(ann.id, "close") == 204
    told = [text.split()[0] for text in ann.reads[2:]]
    assert told == ["One", "That", "A", "That"]  # said and closed; taken and closed again; the words weren't said again
    assert [one.kind for one in run(web, shop.desk.done, ann.id)].count("said") == 1


def test_the_clerk_comes_back_after_a_quiet_time(web: TestClient, shop: OpenShop, mia: Colleague, ann: Customer) -> None:  # fmt: skip
    mia.say(ann.id, "One moment.")
    run(web, shop.desk.tend, time.time() + 29 * 60)
    assert ann.write("hello?") == ""
    for _ in range(2):
        run(web, shop.desk.tend, time.time() + 31 * 60)
    assert sum("called away" in text for text in ann.reads) == 1
    assert "Canada" in ann.write("How much is delivery to Canada?")


ONE = {"key": "0123456789abcdef"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "session", None), ("GET", "events", None), ("POST", "cases/c/take", ONE), ("POST", "cases/c/back", ONE),
        ("POST", "cases/c/close", ONE), ("POST", "cases/c/words/say", {**ONE, "text": "x"}),
        ("POST", "cases/c/words/note", {**ONE, "text": "x"}), ("POST", "cases/c/keep", {**ONE, "said": "x", "question": "x", "answer": "x"}),
    ],
)  # fmt: skip
def test_nobody_comes_in_without_a_token(web: TestClient, mia: Colleague, method: str, path: str, body: Any) -> None:
    for cookie in ("", "shopclerk-desk=guessed", f"shopclerk-desk={mia.token}"):
        stranger = TestClient(web.app, headers={**HEADER, "cookie": cookie})
        assert stranger.request(method, f"/desk/{path}", json=body).status_code == 401


def test_another_sites_request_does_nothing_though_the_cookie_came_along(mia: Colleague, ann: Customer, shop: OpenShop) -> None:  # fmt: skip
    path, body = f"/desk/cases/{ann.id}/close", {"key": str(uuid4())}
    assert mia.client.post(path, json=body, headers={"sec-fetch-site": "same-site"}).status_code == 403
    del mia.client.headers["x-shopclerk-desk"]
    assert mia.client.post(path, json=body).status_code == 403
    assert not any("settled" in text for text in ann.reads)


def test_the_cookie_is_for_no_script_and_no_other_site(web: TestClient, mia: Colleague) -> None:
    cookie = mia.client.post("/desk/session", json={"token": mia.token}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    over = TestClient(web.app, base_url="https://shop.example", headers=HEADER, client=("10.9.9.9", 1))
    secure = over.post("/desk/session", json={"token": mia.token}).headers["set-cookie"]
    assert secure.startswith("__Host-shopclerk-desk=")
    assert "Secure" in secure
    assert mia.token not in cookie + secure


def test_tokens_lie_on_the_disk_as_digests_alone(shop: OpenShop, mia: Colleague) -> None:
    folder = shop.settings.data_dir / shop.shop.key
    for file in folder.glob("access.sqlite*"):
        kept = file.read_bytes()
        assert mia.token.encode() not in kept
        assert mia.client.cookies["shopclerk-desk"].encode() not in kept


def test_five_wrong_tokens_lock_an_address_and_no_other(web: TestClient, mia: Colleague) -> None:
    guesser = TestClient(web.app, client=("10.66.0.1", 1), headers=HEADER)
    tried = [guesser.post("/desk/session", json={"token": f"sco_{n}"}).status_code for n in range(6)]
    assert tried == [401] * 5 + [429]
    locked = guesser.post("/desk/session", json={"token": mia.token})
    assert (locked.status_code, int(locked.headers["retry-after"]) > 800) == (429, True)
    assert mia.client.post("/desk/session", json={"token": mia.token}).status_code == 204
    assert mia.client.get("/desk/session").json()["name"] == mia.name


def test_revoking_ends_a_session_and_its_open_stream_at_once(web: TestClient, shop: OpenShop) -> None:
    eve, heard = Colleague(web, "Eve"), []
    stream = threading.Thread(target=lambda: heard.append(eve.client.get("/desk/events").text))
    stream.start()
    time.sleep(0.5)
    assert stream.is_alive()
    assert run(web, shop.operators.revoke, "eve")
    stream.join(5)
    assert not stream.is_alive()
    assert "event: over" in heard[0]
    assert eve.client.get("/desk/session").status_code == 401
    assert eve.client.post("/desk/session", json={"token": eve.token}).status_code == 401


def test_the_stream_shows_who_waits_and_the_talk(web: TestClient, shop: OpenShop, mia: Colleague, ann: Customer) -> None:  # fmt: skip
    heard: list[str] = []
    stream = threading.Thread(target=lambda: heard.append(mia.client.get(f"/desk/events?of={ann.id}").text))
    stream.start()
    time.sleep(0.4)
    ann.write("are you there?")
    time.sleep(0.6)
    run(web, shop.operators.revoke, mia.name)
    stream.join(5)
    events = [dict(row.split(": ", 1) for row in block.split("\n") if ": " in row and row[0] != ":") for block in heard[0].split("\n\n")]  # fmt: skip
    cases = [json.loads(event["data"]) for event in events if event.get("event") == "cases"]
    (mine,) = [one for one in cases[-1] if one["conversation_id"] == ann.id]
    assert (mine["state"], mine["why"], mine["channel"], mine["locale"], mine["asked"]) == ("waiting", "asked", "web", "en", "are you there?")  # fmt: skip
    talks = [json.loads(event["data"]) for event in events if event.get("event") == "talk"]
    assert talks[-1]["lines"][-1]["kind"] == "clerk"
    assert any("Kettle" in title for title in talks[-1]["products"])


def test_a_good_answer_is_proposed_once_with_its_question(web: TestClient, shop: OpenShop, mia: Colleague, ann: Customer) -> None:  # fmt: skip
    ann.write("can you gift-wrap a kettle?")
    mia.say(ann.id, "We wrap for $4; say so in the note of your order.")
    said = talk(shop, web, ann.id)[-1]
    for _ in range(2):
        asked = {"said": said.key, "question": "Do you gift-wrap?", "answer": said.text}
        assert mia.do(ann.id, "keep", **asked) == 204
    kept = [
        one for one in run(web, shop.conversations.database.run, proposals.waiting) if one.conversation_id == ann.id
    ]
    assert [(one.question, one.answer, one.locale, one.by) for one in kept] == [("Do you gift-wrap?", said.text, "en", mia.name)]  # fmt: skip
    assert mia.do(ann.id, "keep", said="nothing", question="x", answer="y") == 404


def test_who_is_forgotten_is_gone_from_the_desk(web: TestClient, shop: OpenShop, mia: Colleague, ann: Customer) -> None:
    mia.say(ann.id, "Your order is on its way.")
    mia.do(ann.id, "keep", said=talk(shop, web, ann.id)[-1].key, question="where is it?", answer="On its way.")
    web.delete(f"/v1/conversations/{ann.id}", headers={"x-conversation-token": ann.token})
    assert talk(shop, web, ann.id) == []
    assert mia.say(ann.id, "Hello?") == 404
    with sqlite3.connect(shop.settings.data_dir / shop.shop.key / "conversations.sqlite") as database:
        assert database.execute("SELECT COUNT(*) FROM faq_proposals WHERE question = 'where is it?'").fetchone() == (0,)


def test_the_page_lets_nothing_in_but_its_own_files(web: TestClient) -> None:
    page = web.get("/desk")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy
    assert "frame-ancestors 'none'" in policy
    for name in FILES:
        text = web.get(f"/desk/files/{name}").text
        assert "innerHTML" not in text
        assert "insertAdjacentHTML" not in text
    assert web.get("/desk/files/api.py").status_code == 404
    assert "<script>" not in page.text


@pytest.mark.parametrize("text", ["", "   ", "x" * 8001])
def test_words_that_are_none_go_nowhere(mia: Colleague, ann: Customer, text: str) -> None:
    before = len(ann.reads)
    assert mia.say(ann.id, text) == 422
    assert len(ann.reads) == before
