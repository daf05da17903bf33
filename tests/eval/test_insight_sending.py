"""The report as it is sent: the last whole week, once to each, a short text with the page attached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.mailing import MailDoor, Server
from bot.channels.telegram.api import Api
from bot.channels.telegram.door import TelegramDoor
from bot.mail import Delivered, Outgoing
from bot.stores.database import Database
from eval.doors.bot_api import TOKEN, bot_api
from eval.insights.blocks import Point, Report
from eval.insights.sending import addresses, last, leave, short
from eval.insights.words import Words
from tests.mail_server import mail_server

SEATTLE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 27, 18, tzinfo=UTC)
WORDS = Words("en", "USD", SEATTLE, 10)
REPORT = Report("Juniper Lane: what customers say", "16 to 22 November", [("Visits", "120")], points_heading="What to do", points=[Point(f"Do {n}. " + "x" * 190) for n in range(8)])  # fmt: skip
BODY = {"subject": "Report", "text": "Short\n有问题", "file": {"name": "report.html", "content": "<p>整页</p>"}}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "conversations.sqlite")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("every", "first", "end"), [("day", "11-26", "11-27"), ("week", "11-16", "11-23"), ("month", "10-01", "11-01")]
)
def test_a_time_is_the_last_whole_one_of_the_shop(every: Any, first: str, end: str) -> None:
    period = last(every, NOW, SEATTLE)
    assert [f"{at.astimezone(SEATTLE):%m-%d}" for at in (period.start, period.end)] == [first, end]


def test_the_same_weeks_report_goes_to_each_once_and_the_next_weeks_again(database: Database) -> None:
    connection, to = database.connection(), addresses("post", "a@shop.example, b@shop.example", -1001)
    period = last("week", NOW, SEATTLE)
    assert leave(connection, "week", period, REPORT, WORDS, to[:2], NOW) == to[:2]
    connection.execute("DELETE FROM outbox")  # keys of what was sent are forgotten after three days
    assert leave(connection, "week", period, REPORT, WORDS, to, NOW) == [("telegram", "-1001")]
    assert leave(connection, "week", last("week", NOW.replace(month=12), SEATTLE), REPORT, WORDS, to, NOW) == to
    assert connection.execute("SELECT COUNT(*) FROM outbox").fetchone() == (4,)


def test_nobody_is_sent_to_where_nothing_is_set() -> None:
    assert addresses("", "a@shop.example", None) == []


def test_the_short_text_fits_beside_a_file_and_says_where_the_rest_is() -> None:
    told = short(REPORT, WORDS)
    assert len(told) <= 1000
    assert "1. Do 0." in told
    assert told.endswith("The whole report is attached.")


async def test_a_mail_brings_the_page_as_a_file() -> None:
    with mail_server() as post:
        door = MailDoor(Server("127.0.0.1", post.port, tls="none"), "clerk@shop.example")
        assert await door.send(Outgoing("k", "mail", "", "eve@shop.example", BODY)) == Delivered()
    (mail,) = post.taken
    (page,) = mail.iter_attachments()
    assert (page.get_filename(), page.get_content_type()) == ("report.html", "text/html")
    assert page.get_payload(decode=True).decode() == "<p>整页</p>"  # type: ignore[union-attr]
    body = mail.get_body(("plain",))
    assert body
    assert body.get_content().split() == ["Short", "有问题"]


async def test_telegram_is_sent_the_page_as_a_document(tmp_path: Path) -> None:
    async with bot_api() as served:
        api = Api(TOKEN, served.url)
        door = TelegramDoor(api, None, lambda product_id, locale: None, tmp_path)  # type: ignore[arg-type]
        try:
            assert isinstance(await door.send(Outgoing("k", "telegram", "", "-1001", BODY)), Delivered)
        finally:
            await api.close()
    (call,) = served.told("sendDocument")
    assert (call.fields["document"], call.fields["caption"]) == ("<file report.html>", BODY["text"])
