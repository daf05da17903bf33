"""Messages that customers have asked for: looks what has happened since, and writes to each of them once, within caps and never at night."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.logs import logger
from bot.mail import Leaving, Outgoing
from bot.people.telling import TURN_ID
from bot.stores import outbox, reminders, turns
from bot.stores.database import Database
from bot.stores.records import plain
from bot.stores.reminders import Reminder
from bot.stores.transactions import writing
from bot.tools.shelf import Reach
from bot.types import Card, Conversation, Findings, Message, Remind, Reply, Turn, Verdict
from bot.writing.facts.lock import check
from bot.writing.forms import money
from bot.writing.wordings import Wordings
from bot.zones import zone_of
from knowledge_base.catalogue import Catalogue
from knowledge_base.recommending import Messages, Rules
from knowledge_base.shop import Shop
from knowledge_base.types import Product

NOTICE = "notice"
"""The intent of a turn in which a message that was asked for is told."""
ENDED = "notices_ended"
"""The intent of a turn that ends them."""
_ADDRESS = "SELECT address FROM inbox WHERE place = ?"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look came to: how many wait, how many were written to, and who has to wait longer though it has happened."""

    waiting: int = 0
    sent: int = 0
    at_night: int = 0
    capped: int = 0


def in_turn(database: sqlite3.Connection, turn: Turn, conversation: Conversation, leaving: Leaving) -> None:
    """Within the turn's transaction: what the customer has just said yes to is kept, what they end is ended."""
    if turn.reply.intent == ENDED:
        reminders.end_of(database, conversation.id)
    prepared = conversation.prepared
    if prepared is None or prepared.state != "done" or not isinstance(prepared.deed, Remind):
        return
    deed, message = prepared.deed, turn.message
    found = database.execute(_ADDRESS, (leaving.settles[0],)).fetchone() if leaving.settles else None
    reminders.add(
        database,
        Reminder(
            prepared.key, conversation.id, message.channel, str(found[0]) if found else "", message.customer_id or "", turn.reply.locale,
            deed.zone, deed.event, deed.product_id, str(deed.price), str(deed.below), deed.days, deed.due_at.timestamp(), message.at.timestamp(),
            secrets.token_urlsafe(24),
        ),
    )  # fmt: skip


class Notices:
    def __init__(
        self,
        database: Database,
        shop: Shop,
        wordings: Wordings,
        reaches: Mapping[str, Reach],
        public_url: str = "",
        rules: Callable[[], Rules] | None = None,
    ) -> None:
        """`public_url` is where customers reach us, for the link that ends these messages; without one there is no link. `rules` are those
        that hold now, the shop's as it was read where left out."""
        self._database, self._shop, self._wordings = database, shop, wordings
        self._rules = rules or (lambda: shop.rules)
        self._reaches, self._public_url = reaches, public_url.rstrip("/")
        self.ring: Callable[[Sequence[Outgoing]], object] = lambda outgoing: None
        """Told what was put into the outbox, once it is there."""

    async def look(self, catalogue: Catalogue, now: datetime) -> Looked:
        """Write to everybody for whom what they wait for has happened. The same reminder is told once, whoever looks how often."""
        waiting = await self._database.run(reminders.waiting)
        counts = {"sent": 0, "at_night": 0, "capped": 0}
        for one in waiting:
            product = catalogue.get(one.product_id, one.locale)
            if product is None or not has_happened(one, product, now):
                continue
            if is_quiet(self._rules().messages, self._zone(one), now):
                counts["at_night"] += 1
                continue
            text = self._text(one, product, now)
            counts["sent" if text and await self._tell(one, product, text, now) else "capped"] += 1
        return Looked(len(waiting), **counts)

    def _zone(self, reminder: Reminder) -> ZoneInfo:
        return zone_of(reminder.zone) or self._shop.timezone

    def _text(self, reminder: Reminder, product: Product, now: datetime) -> str:
        """Empty where the check of facts stops it."""
        locale, say = reminder.locale, f"notice_{reminder.event}"
        values = {"title": product.title, "price": money(product.price, product.currency, locale)}
        if reminder.event == "cheaper":
            values["before"] = money(Decimal(reminder.former), product.currency, locale)
        findings = Findings(say, values=values, products=(product,))
        told = self._wordings.say(locale, say, **values)
        message = Message(reminder.reminder_key, reminder.conversation_id, "", now, reminder.channel)
        own_words = self._wordings.for_findings(locale, say)
        verdict = check([told], findings, message, self._shop, now=now, locale=locale, own_words=own_words)
        if verdict.stopped:
            logger().error("notice_stopped", kinds=[one.kind for one in verdict.stopped], event_=reminder.event)
            return ""
        return f"{told}\n{self._wordings.say(locale, 'notice_end')}{self._link(reminder)}"

    def _link(self, reminder: Reminder) -> str:
        """Where there are no buttons; a chat has its own."""
        if not self._public_url or reminder.channel == "telegram":
            return ""
        link = f"{self._public_url}/v1/reminders/{reminder.token}"
        return "\n" + self._wordings.say(reminder.locale, "notice_end_link", link=link)

    async def _tell(self, reminder: Reminder, product: Product, text: str, now: datetime) -> bool:
        outgoing = await self._database.run(self._keep, reminder, product, text, now)
        if outgoing:
            self.ring(outgoing)
        return outgoing is not None

    def _keep(
        self, database: sqlite3.Connection, reminder: Reminder, product: Product, text: str, now: datetime
    ) -> list[Outgoing] | None:
        """One transaction: it is marked, stands in its conversation, and leaves by its channel. None where it mustn't go now."""
        per_week = self._rules().messages.per_week
        with writing(database):
            if not reminders.mark_sent(database, reminder, now.timestamp(), per_week):
                return None
            turns.keep(database, *_turn_row(reminder, product, text, now))
            if self._reaches.get(reminder.channel) != "push" or not reminder.address:
                return []
            body = {"text": text, "ends": reminder.locale, "kind": "notice"}
            key = f"reminder/{reminder.reminder_key}"
            made = [Outgoing(key, reminder.channel, reminder.conversation_id, reminder.address, body)]
            outbox.add(database, made)
            return made


def has_happened(reminder: Reminder, product: Product, now: datetime) -> bool:
    """Whether what the customer waits for is so. What is sold out is neither cheaper nor worth a refill."""
    if product.in_stock is False:
        return False
    match reminder.event:
        case "back":
            return bool(product.in_stock)
        case "cheaper":
            return product.price <= Decimal(reminder.below)
        case "refill":
            return now.timestamp() >= reminder.due_at


def is_quiet(messages: Messages, zone: ZoneInfo, now: datetime) -> bool:
    """Whether it is night where the customer lives."""
    at, start, end = now.astimezone(zone).strftime("%H:%M"), messages.quiet_from, messages.quiet_to
    return start <= at < end if start <= end else at >= start or at < end


def _turn_row(reminder: Reminder, product: Product, text: str, now: datetime) -> tuple[str, str, str, str]:
    """As a turn in which the customer wrote nothing; its id can't be guessed, since visitors choose the ids of theirs."""
    at = now.astimezone(UTC)
    message = Message(
        f"{TURN_ID}{secrets.token_hex(16)}", reminder.conversation_id, "", at, reminder.channel, sign=NOTICE
    )
    card = Card(
        product.id, product.title, product.price, product.currency, product.in_stock, product.url, product.image
    )
    turn = Turn(
        message,
        Reply(text, reminder.locale, NOTICE, 1.0, cards=(card,)),
        Verdict((text,)),
        {"reminder": reminder.event},
    )
    row = json.dumps(turn, ensure_ascii=False, default=plain)
    return reminder.conversation_id, message.id, at.isoformat(timespec="microseconds"), row
