"""The alert by e-mail: that somebody waits, once, though the server refuses at first; never over a line that was to be secret and isn't."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from bot.channels.mailing import MailDoor, Server, wrong_with
from bot.channels.web import create_app
from bot.commands.serving import _post
from bot.errors import BadSetting
from bot.mail import Delivered, Later, Outgoing, Refused
from bot.people import alert
from bot.settings import Settings
from bot.wiring import open_shop
from tests.mail_server import MailServer, contexts, mail_server
from tests.shops import settings_in

MAIL = Outgoing("desk/mail/c/1", "mail", "c", "eve@shop.example", {"subject": "Somebody\nwaits", "text": "有人在等\n.\nLook"})  # fmt: skip


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def door(post: MailServer, **more: object) -> MailDoor:
    return MailDoor(Server("127.0.0.1", post.port, **{"tls": "none", **more}), "clerk@shop.example")  # type: ignore[arg-type]


async def test_a_mail_arrives_whole_with_the_same_id_each_time(post: MailServer) -> None:
    for _ in range(2):
        assert await door(post).send(MAIL) == Delivered()
    first, again = post.taken
    assert (first["Subject"], first["To"], first["From"]) == (
        "Somebody waits",
        "eve@shop.example",
        "clerk@shop.example",
    )
    assert first.get_content().replace("\r\n", "\n") == "有人在等\n.\nLook\n"
    assert first["Message-ID"] == again["Message-ID"]


async def test_a_mail_that_was_taken_is_sent_though_the_line_breaks_then(post: MailServer) -> None:
    post.cuts = True
    assert await door(post).send(MAIL) == Delivered()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 greylisted", Later("451 greylisted")), ("552 too large", Refused("552 too large")),
        ("rcpt 450 busy", Later("450 busy")), ("rcpt 550 nobody here", Refused("550 nobody here")),
    ],
)  # fmt: skip
async def test_4xx_is_for_now_and_5xx_for_good(post: MailServer, answer: str, outcome: object) -> None:
    post.answers = [answer]
    assert await door(post).send(MAIL) == outcome
    assert post.taken == []


async def test_without_a_secret_line_nothing_is_sent_but_kept_for_later(post: MailServer) -> None:
    outcome = await door(post, tls="starttls", user="clerk", password="hunter2").send(MAIL)
    assert isinstance(outcome, Later)
    assert outcome.whole_door
    assert "SHOPCLERK_SMTP_TLS" in outcome.reason
    assert not [line for line in post.heard if line.split()[0] in ("AUTH", "MAIL", "DATA")]


async def test_a_secret_line_is_used_and_a_stranger_is_not_trusted(tmp_path: Path) -> None:
    serving, trusting = contexts(tmp_path)
    with mail_server(serving) as post:
        outcome = await door(post, tls="starttls").send(MAIL)
        assert isinstance(outcome, Later)
        assert "certificate" in outcome.reason
        assert await door(post, tls="starttls", context=trusting, user="c", password="p").send(MAIL) == Delivered()
        assert len(post.taken) == 1


async def test_who_isnt_signed_in_tries_later_and_tells_no_secret(post: MailServer) -> None:
    post.answers = ["auth", "auth"]
    outcome = await door(post, user="clerk", password="hunter2").send(MAIL)
    assert isinstance(outcome, Later)
    assert outcome.whole_door
    assert "hunter2" not in outcome.reason + repr(Server("h", password="hunter2"))


def test_the_doctor_signs_in_to_the_mail_server_and_sends_nothing(post: MailServer, tmp_path: Path) -> None:
    assert wrong_with(Server("127.0.0.1", post.port, "none", "clerk", "hunter2")) == ""
    assert [line.split()[0].upper() for line in post.heard] == ["EHLO", "AUTH", "QUIT"]
    serving, trusting = contexts(tmp_path)
    with mail_server(serving) as secret:
        assert wrong_with(Server("127.0.0.1", secret.port, "starttls", "clerk", "hunter2", trusting)) == ""
        assert "certificate isn't trusted" in wrong_with(Server("127.0.0.1", secret.port, "starttls"))


@pytest.mark.parametrize(
    ("settings", "answers", "told"),
    [
        ({"smtp_user": "clerk"}, ["auth", "auth"], "doesn't take SHOPCLERK_SMTP_USER with SHOPCLERK_SMTP_PASSWORD"),
        ({"smtp_tls": "starttls"}, [], "no secret line; SHOPCLERK_SMTP_TLS should be"),
        ({"smtp_port": 1}, [], "nothing answers there; look at SHOPCLERK_SMTP_HOST"),
    ],
)
def test_the_doctor_says_which_mail_setting_is_wrong(
    post: MailServer, settings: dict[str, Any], answers: list[str], told: str
) -> None:
    post.answers = answers
    given = {"smtp_port": post.port, "smtp_tls": "none", **settings}
    own = Settings(smtp_host="127.0.0.1", smtp_from="a@shop.example", smtp_to="b@shop.example", _env_file=None, **given)
    well, what, todo = _post(own)
    assert (well, "127.0.0.1" in what, told in todo) == (False, True, True), todo
    assert not [line for line in post.heard if line.split()[0] in ("MAIL", "DATA")]


async def test_a_server_that_isnt_there_is_tried_later(post: MailServer) -> None:
    gone = MailDoor(Server("127.0.0.1", 1, "none"), "clerk@shop.example")
    outcome = await gone.send(MAIL)
    assert isinstance(outcome, Later)


async def test_a_send_that_was_given_up_waiting_for_is_not_begun_anew(post: MailServer) -> None:
    one = door(post)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await one.send(MAIL)
    assert await one.send(MAIL) == Delivered()
    assert len(post.taken) == 1


@pytest.fixture
def web(sample_settings: Settings, tmp_path: Path, post: MailServer) -> Iterator[TestClient]:
    own = settings_in(
        tmp_path, sample_settings, smtp_host="127.0.0.1", smtp_port=post.port, smtp_tls="none", smtp_from="clerk@shop.example",
        smtp_to="eve@shop.example, mia@shop.example", desk_url="https://chat.shop.example/desk",
    )  # fmt: skip
    with TestClient(create_app(open_shop(own))) as client:
        shop = client.app.state.shop  # type: ignore[attr-defined]
        client.portal.call(shop.operators.add, "Eve", time.time())  # type: ignore[union-attr]
        client.portal.call(shop.desk.look)  # type: ignore[union-attr]
        yield client


def ask_for_a_person(web: TestClient, conversation: str, token: str) -> None:
    for text in ("my secret is 4711, can I talk to a person?", "a person please"):
        given = {"text": text, "conversation_id": conversation}
        assert web.post("/v1/chat", json=given, headers={"x-conversation-token": token}).status_code == 200


def wait_for(post: MailServer, count: int) -> None:
    late = time.monotonic() + 10
    while len(post.taken) < count and time.monotonic() < late:
        time.sleep(0.02)
    time.sleep(0.2)


def test_each_colleague_is_told_once_that_somebody_waits_and_nothing_of_what_they_wrote(web: TestClient, post: MailServer) -> None:  # fmt: skip
    post.answers = ["451 greylisted", "421 later"]
    conversation = uuid4().hex
    ask_for_a_person(web, conversation, f"sct_{'a' * 43}")
    wait_for(post, 2)
    assert sorted(mail["To"] for mail in post.taken) == ["eve@shop.example", "mia@shop.example"]
    for mail in post.taken:
        text = mail.get_content()
        for part in ("Asked for a person", "https://chat.shop.example/desk", "Channel: web", "Language: en"):
            assert part in text
        assert "4711" not in text
        assert conversation not in str(mail)


def test_a_thousand_conversations_fill_no_mailbox(web: TestClient, post: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(alert, "MOST", 2)
    for number in range(4):
        ask_for_a_person(web, uuid4().hex, f"sct_{number}{'b' * 43}")
    wait_for(post, 4)
    assert len(post.taken) == 4  # two to each of the two


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"smtp_host": "post", "smtp_to": "a@b"}, "SHOPCLERK_SMTP_FROM"),
        ({"smtp_host": "post", "smtp_from": "a@b", "smtp_to": "a@b,\nBcc: c@d"}, "SHOPCLERK_SMTP_TO"),
        ({"smtp_tls": "none", "smtp_password": "x"}, "SHOPCLERK_SMTP_TLS"),
        ({"webhook_url": "https://shop.example"}, "SHOPCLERK_WEBHOOK_SECRETS"),
    ],
)
def test_half_a_setting_ends_the_start(given: dict[str, str], told: str) -> None:
    with pytest.raises(BadSetting, match=told):
        Settings(**given, _env_file=None)
