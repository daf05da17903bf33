"""The report as it is sent to the shop's people: a short text and the page attached, once for each day, week or month."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.mail import Outgoing
from bot.people.alert import CHANNEL as MAIL
from bot.stores import outbox, reports
from bot.stores.transactions import writing
from eval.insights.blocks import Report
from eval.insights.options import Every
from eval.insights.page import page
from eval.insights.periods import Period
from eval.insights.words import Words

TELEGRAM = "telegram"
_POINTS = 5
_LONGEST = 1000
"""Letters of the short text: Telegram takes 1024 with a file."""


def last(every: Every, now: datetime, timezone: tzinfo) -> Period:
    """The last whole day, week from Monday, or month of the shop."""
    today = now.astimezone(timezone).date()
    if every == "day":
        first, end = today - timedelta(days=1), today
    elif every == "week":
        end = today - timedelta(days=today.weekday())
        first = end - timedelta(days=7)
    else:
        end = today.replace(day=1)
        first = (end - timedelta(days=1)).replace(day=1)
    return Period(*(datetime.combine(day, time(), timezone).astimezone(UTC) for day in (first, end)))


def short(report: Report, words: Words) -> str:
    """What fits into a message: the figures, what to do, and where the rest is."""
    rows = [f"{report.title}", report.under, "", *(f"{name}: {value}" for name, value in report.figures)]
    rows += ["", " ".join(report.summary)] if report.summary else []
    rows += ["", report.points_heading + ":", *(f"{place}. {point.text}" for place, point in enumerate(report.points[:_POINTS], 1))] if report.points else []  # fmt: skip
    rows += ["", *report.warnings] if report.warnings else []
    end = words.say("send_more")
    text = "\n".join(rows)
    room = _LONGEST - len(end) - 2
    return f"{text if len(text) <= room else text[: room - 1].rstrip() + '…'}\n\n{end}"


def leave(database: sqlite3.Connection, every: Every, period: Period, report: Report, words: Words, to: Sequence[tuple[str, str]], at: datetime) -> list[tuple[str, str]]:  # fmt: skip
    """Into the outbox for each (channel, address) that hasn't had this period's; who that is."""
    day = period.start.astimezone(words.timezone).date().isoformat()
    key = f"{every}/{day}"
    file = {"name": f"report-{day}.html", "content": page(report, words.locale)}
    body = {"subject": report.title, "text": short(report, words), "file": file}
    with writing(database):
        new = [one for one in to if reports.first(database, key, *one, at.timestamp())]
        outbox.add(database, [Outgoing(f"insight/{key}/{channel}/{address}", channel, "", address, body) for channel, address in new])  # fmt: skip
    return new


def addresses(smtp_host: str, smtp_to: str, desk: int | None) -> list[tuple[str, str]]:
    """Where alerts of the desk go: each mail address, and the colleagues' group in Telegram."""
    mails = [(MAIL, one.strip()) for one in smtp_to.split(",") if one.strip()] if smtp_host else []
    return [*mails, *([(TELEGRAM, str(desk))] if desk is not None else [])]
