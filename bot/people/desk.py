"""The desk: it notes who is handed over, passes words both ways, and keeps the clerk silent while a colleague has a customer.

Whatever is done at it is one transaction with its consequences, and done once however often it is asked for under the same key.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.asides import Aside, brings_more
from bot.errors import OutOfReach
from bot.logs import logger
from bot.mail import Leaving, Outgoing
from bot.people import case as cases
from bot.people.alert import NOBODY, Alerts, alerts
from bot.people.case import Case, reaches
from bot.people.hours import is_staffed, next_opening, told_time
from bot.people.summary import TURNS, asked, card, why_of
from bot.people.telling import PERSON, TO_CUSTOMER, Deed, Telling
from bot.stores import desk as rows
from bot.stores.database import Database
from bot.stores.desk import Done
from bot.stores.proposals import Proposal, propose
from bot.stores.records import turn_from
from bot.stores.transactions import writing
from bot.types import Conversation, Message, Reply, Turn
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Locale

_LOOKED_BACK = 100
"""Turns in which the question to an answer is looked for."""
LATE_S = 600.0
"""After which a customer who waits is told that it takes long."""
_LAST = "SELECT turn FROM turns WHERE conversation_id = ? ORDER BY place DESC LIMIT ?"
_ADDRESS = "SELECT address FROM inbox WHERE place = ?"
_TERMINAL = "terminal"
"""The shop's own people, trying the clerk."""
_EVERY_TIME = ("said", "noted", "kept", "late", "undelivered")
"""Deeds that mean something though the case stays as it is: what is taken twice is taken."""

Change = Callable[[Case, float], Case]


async def _nobody() -> bool:
    return False


class Desk:
    def __init__(
        self, database: Database, shop: Shop, wordings: Wordings, boards: Sequence[str] = (), quiet_s: float = 1800.0,
        canned: Mapping[str, Mapping[str, str]] | None = None, has_readers: Callable[[], Awaitable[bool]] = _nobody,
        alerts: Alerts = NOBODY, *, by_name: bool = False,
    ) -> None:  # fmt: skip
        """`boards` are channels by which colleagues are told, `has_readers` whether any read a page that asks for itself; without
        either nobody is promised an answer here. `by_name`: customers read who speaks."""
        self.database, self._shop, self._wordings, self._boards = database, shop, wordings, tuple(boards)
        self._quiet_s, self.canned, self._has_readers, self._alerts = quiet_s, canned or {}, has_readers, alerts
        self._telling, self._by_name = Telling(shop, wordings, self._boards, by_name=by_name), by_name
        self._is_read = False
        self.ring: Callable[[Sequence[Outgoing]], object] = lambda outgoing: None
        """Told what was put into the outbox, once it is there."""

    @property
    def is_told(self) -> bool:
        """Whether any colleague reads what is handed over."""
        return bool(self._boards) or self._is_read

    async def look(self) -> None:
        """Whether colleagues have come or gone since."""
        self._is_read = await self._has_readers()

    # What a turn asks of it.

    async def silence(self, message: Message, history: Conversation, locale: Locale) -> Aside | None:
        """The clerk's silence where a colleague has the customer; None where the clerk answers."""
        case = await self.case(history.id) if self.is_told else None
        if case is None or case.state != "taken":
            return None
        return Aside(Reply("", locale, PERSON, 1.0, handed_off=True), history)

    async def promise(self, reply: Reply, message: Message, address: str) -> str:
        """What a customer who is handed over may expect, said once for as long as the case is open. `address` is where words without
        a turn would go; whom none can reach is promised none."""
        if not (self.is_told and reply.handed_off and reaches(message.channel, address)) or reply.intent == PERSON:
            return ""
        case, at = await self.case(message.conversation_id), message.at
        if case is not None and case.is_open:
            return self._say(reply.locale, "desk_already")
        if is_staffed(self._shop, at):
            return self._say(reply.locale, "desk_here")
        opens = next_opening(self._shop, at)
        return self._say(reply.locale, "desk_back_at", when=told_time(opens, reply.locale)) if opens else self._say(reply.locale, "desk_later")  # fmt: skip

    def in_turn(self, database: sqlite3.Connection, turn: Turn, leaving: Leaving) -> None:
        """Within the turn's transaction: a hand-over opens a case, and colleagues are told what an open one's customer writes."""
        if not self.is_told or turn.message.channel == _TERMINAL:
            return
        before, at = self.read(database, turn.message.conversation_id), time.time()
        hands_over = turn.reply.handed_off and turn.reply.intent != PERSON
        if not hands_over and (before is None or not before.is_open):
            return
        message = turn.message
        if hands_over and (before is None or not before.is_open):
            fresh = Case(message.conversation_id, message.channel, _address(database, leaving), turn.reply.locale, "waiting", why_of(turn), opened_at=at, customer_at=at)  # fmt: skip
            case = cases.opened(before, fresh)
            earlier = [turn_from(json.loads(row)) for (row,) in database.execute(_LAST, (case.conversation_id, TURNS))]
            told: dict[str, object] = {"text": card(case, earlier[::-1], self._wordings, self._shop.default_locale), "opens": True}  # fmt: skip
            for mail in alerts(database, case, message.id, self._alerts, self._shop, self._wordings):
                self._telling.leave(database, mail)
        else:
            assert before is not None
            case = cases.wrote(before, at)
            answer = f"\n↳ {turn.reply.text}" if turn.reply.text else ""
            told = {"text": f"› {asked(turn)}{answer}"}
            if message.on and (brings_more(message) or not message.text.strip()):
                told["copy"] = [case.address, message.on]
        rows.keep(database, case)
        self._telling.all_boards(database, case, f"turn/{message.id}", told)

    def was_kept(self, conversation_id: str) -> None:
        """The turn's transaction is through: what it leaves for colleagues may go."""
        if left := self._telling.left.pop(conversation_id, None):
            self.ring(left)

    # What colleagues do.

    async def take(self, conversation_id: str, deed: Deed) -> Case | None:
        """None where there is no such customer at the desk. Raises OutOfReach, as `say` does."""

        def change(case: Case, at: float) -> Case:
            return cases.taken(case, deed.by, at)

        return await self._do(conversation_id, deed, "taken", change, to_customer="desk_taken_by" if self._by_name else "desk_taken")  # fmt: skip

    async def back(self, conversation_id: str, deed: Deed) -> Case | None:
        return await self._do(
            conversation_id, deed, "back", lambda case, at: cases.given_back(case, at), to_customer="desk_given_back"
        )

    async def close(self, conversation_id: str, deed: Deed) -> Case | None:
        return await self._do(
            conversation_id, deed, "closed", lambda case, at: cases.closed(case, at), to_customer="desk_closed"
        )

    async def say(self, conversation_id: str, deed: Deed, text: str) -> Case | None:
        """A colleague's words, which the customer reads; who speaks has the customer from then on."""

        def change(case: Case, at: float) -> Case:
            return (
                cases.taken(case, case.by or deed.by, at) if case.state == "taken" else cases.taken(case, deed.by, at)
            )

        return await self._do(conversation_id, deed, "said", change, words=text)

    async def note(self, conversation_id: str, deed: Deed, text: str) -> Case | None:
        """For colleagues alone."""
        return await self._do(conversation_id, deed, "noted", lambda case, at: case, text=text)

    async def keep(self, conversation_id: str, deed: Deed, question: str = "", answer: str = "", key: str = "") -> Proposal | None:  # fmt: skip
        """An answer of a colleague's is worth keeping: the last one, or that of the deed `key`, for the question before it unless
        others are given. None where nothing has been answered."""
        made = await self.database.run(self._kept, conversation_id, deed, question.strip(), answer.strip(), key)
        self.was_kept(conversation_id)
        return made

    async def undelivered(self, outgoing: Outgoing, reason: str) -> None:
        """A colleague's words that the customer will never read: every board says so."""
        if outgoing.key.startswith("desk/") and outgoing.key.endswith(TO_CUSTOMER):
            deed = Deed(f"{outgoing.key}/undelivered", "clerk")
            await self._do(outgoing.conversation_id, deed, "undelivered", lambda case, at: case, text=reason)

    async def tend(self, now: float) -> int:
        """Bring the clerk back where nobody at the desk speaks any more, and own up to who waits long; how many were told."""
        told = 0
        for case in await self.open_cases():
            try:
                told += bool(await self._tend_one(case, now))
            except sqlite3.IntegrityError as error:  # of this case alone: the others are tended all the same
                logger().error("case_not_tended", conversation_id=case.conversation_id, reason=str(error))
        return told

    async def _tend_one(self, case: Case, now: float) -> Case | None:
        if cases.is_quiet(case, now, self._quiet_s):
            deed = Deed(f"quiet/{case.conversation_id}/{case.number}/{case.person_at}", "clerk")
            return await self._do(case.conversation_id, deed, "quiet", lambda case, at: cases.given_back(case, at) if cases.is_quiet(case, now, self._quiet_s) else case, to_customer="desk_quiet")  # fmt: skip
        if (
            case.is_reached
            and cases.is_late(case, now, LATE_S)
            and is_staffed(self._shop, datetime.fromtimestamp(now, UTC))
        ):
            deed = Deed(f"late/{case.conversation_id}/{case.number}", "clerk")
            return await self._do(case.conversation_id, deed, "late", lambda case, at: replace(case, told_late=True), to_customer="desk_late")  # fmt: skip
        return None

    # What is read.

    async def case(self, conversation_id: str) -> Case | None:
        return await self.database.run(self.read, conversation_id)

    async def open_cases(self) -> list[Case]:
        """Who waits, then who is spoken with; the first that came in front."""
        return [_case(row) for row in await self.database.run(rows.open_rows)]

    async def done(self, conversation_id: str) -> list[Done]:
        return await self.database.run(rows.done_of, conversation_id)

    async def place(self, board: str, conversation_id: str) -> str | None:
        return await self.database.run(rows.place, board, conversation_id)

    async def put_place(self, board: str, conversation_id: str, where: str) -> None:
        await self.database.run(_put_place, board, conversation_id, where)

    async def shown_at(self, board: str, where: str) -> str | None:
        return await self.database.run(rows.shown_at, board, where)

    def read(self, database: sqlite3.Connection, conversation_id: str) -> Case | None:
        row = rows.row_of(database, conversation_id)
        return None if row is None else _case(row)

    async def _do(self, conversation_id: str, deed: Deed, kind: str, change: Change, *, to_customer: str = "", words: str = "", text: str = "") -> Case | None:  # fmt: skip
        done = await self.database.run(self._done, conversation_id, deed, kind, change, to_customer, words, text)
        self.was_kept(conversation_id)
        return done

    def _done(
        self, database: sqlite3.Connection, conversation_id: str, deed: Deed, kind: str, change: Change, to_customer: str, words: str,
        text: str,
    ) -> Case | None:  # fmt: skip
        with writing(database):
            before, at = self.read(database, conversation_id), time.time()
            if before is None:
                return None
            if kind in ("said", "taken") and not before.is_reached:
                raise OutOfReach(conversation_id, before.channel)
            case = change(before, at)
            if not rows.do(database, deed.key, conversation_id, Done(kind, deed.by, words or text, at)):
                return before
            rows.keep(database, case)
            is_new = case.state != before.state or kind in _EVERY_TIME
            if not is_new and case.by == before.by:
                return case  # taken twice, closed twice: nobody is told twice
            told = self._telling.customer(database, case, deed, kind, words, to_customer, at) if is_new else ""
            self._telling.boards(database, case, deed, kind, words or told or text)
            return case

    def _kept(self, database: sqlite3.Connection, conversation_id: str, deed: Deed, question: str, answer: str, key: str) -> Proposal | None:  # fmt: skip
        with writing(database):
            case, said, at = self.read(database, conversation_id), rows.last_said(database, conversation_id, key), time.time()  # fmt: skip
            if case is None or said is None:
                return None
            asked_ = question or self._asked_before(database, conversation_id, said.at)
            made = Proposal(0, conversation_id, asked_, answer or said.text, case.locale, deed.by, at)
            is_first = rows.do(database, deed.key, conversation_id, Done("kept", deed.by, said.key, at))
            if is_first and propose(database, said.key, made):
                self._telling.boards(database, case, deed, "kept", made.answer)
            return made

    def _asked_before(self, database: sqlite3.Connection, conversation_id: str, at: float) -> str:
        """What the customer wrote last before a colleague answered, but for the wish for one."""
        turns = (turn_from(json.loads(row)) for (row,) in database.execute(_LAST, (conversation_id, _LOOKED_BACK)))
        found = (turn.message.text.strip() for turn in turns if turn.message.at.timestamp() <= at and turn.reply.intent != "handoff")  # fmt: skip
        return next((text for text in found if text), "")

    def _say(self, locale: Locale, key: str, **values: str) -> str:
        return self._wordings.say(locale, key, **values)


def _case(row: Mapping[str, object]) -> Case:
    return Case(**{**row, "told_late": bool(row["told_late"])})  # type: ignore[arg-type]


def _address(database: sqlite3.Connection, leaving: Leaving) -> str:
    """Where the customer's message came from; a door that waits for its reply has none."""
    found = database.execute(_ADDRESS, (leaving.settles[0],)).fetchone() if leaving.settles else None
    return str(found[0]) if found else ""


def _put_place(database: sqlite3.Connection, board: str, conversation_id: str, where: str) -> None:
    with writing(database):
        rows.put_place(database, board, conversation_id, where)
