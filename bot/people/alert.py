"""The alert by e-mail: that somebody waits, why, and where the desk is. Nothing of what the customer wrote, nor who they are."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.mail import Outgoing
from bot.people.case import Case
from bot.people.hours import told_time
from bot.people.summary import why_in
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop

CHANNEL = "mail"
MOST, WITHIN_S = 10, 600.0
"""Alerts to one address within so many seconds: whoever begins a thousand conversations fills no mailbox."""
_COUNT = "SELECT COUNT(*) FROM outbox WHERE channel = ? AND address = ? AND at > ?"


@dataclass(frozen=True, slots=True)
class Alerts:
    """Who is written to, and where they find the desk."""

    addresses: tuple[str, ...] = ()
    link: str = ""


NOBODY = Alerts()


def alerts(
    database: sqlite3.Connection, case: Case, cause: str, given: Alerts, shop: Shop, wordings: Wordings
) -> Iterator[Outgoing]:
    """Within the turn's transaction: a mail for each address, once for each time that somebody is handed over."""
    locale, now = shop.default_locale, time.time()
    for address in given.addresses:
        if database.execute(_COUNT, (CHANNEL, address, now - WITHIN_S)).fetchone()[0] >= MOST:
            continue
        since = datetime.fromtimestamp(case.opened_at, UTC).astimezone(shop.timezone)
        values = {
            "when": told_time(since, locale), "why": why_in(case.why, wordings, locale), "channel": case.channel,
            "language": case.locale, "link": given.link,
        }  # fmt: skip
        body = {
            "subject": wordings.say(locale, "desk_mail_subject", shop=shop.name_in(locale)),
            "text": wordings.say(locale, "desk_mail_text", **values),
        }
        key = f"desk/{CHANNEL}/{case.conversation_id}/{cause}/{address}"
        yield Outgoing(key, CHANNEL, case.conversation_id, address, body)
