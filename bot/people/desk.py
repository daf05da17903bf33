"""The desk: it notes who is handed over, passes words both ways, and keeps the clerk silent while a colleague has a customer.

Whatever is done at it is one transaction with its consequences, and done once however often it is asked for under the same key.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.asides import Aside, brings_more
from bot.logs import logger
from bot.mail import Leaving, Outgoing
from bot.people import case as cases
from bot.people.case import Case
from bot.people.hours import is_staffed, next_opening, told_time
from bot.people.summary import TURNS, asked, card, why_of
from bot.stores import desk as rows
from bot.stores import outbox, turns
from bot.stores.database import Database
from bot.stores.desk import Done
from bot.stores.records import plain, turn_from
from bot.stores.transactions import writing
from bot.types import Conversation, Message, Reply, Turn, Verdict
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Locale

PERSON = "person"
"""The intent of a turn in which a colleague speaks, or the clerk is silent because one has the customer."""
TURN_ID = "desk/"
"""What the ids of a colleague's turns begin with; no door lets a visitor choose such a one."""
LATE_S = 600.0
"""After which a customer who waits is told that it takes long."""
_LAST = "SELECT turn FROM turns WHERE conversation_id = ? ORDER BY place DESC LIMIT ?"
_ADDRESS = "SELECT address FROM inbox WHERE place = ?"

Change = Callable[[Case], Case]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a colleague does: who, under which key, and on which board."""

    key: str
    by: str
    board: str = ""


class Desk:
    def __init__(self, database: Database, shop: Shop, wordings: Wordings, boards: Sequence[str] = (), quiet_s: float = 1800.0, canned: Mapping[str, Mapping[str, str]] | None = None) -> None:  # fmt: skip
        """`boards` are channels by which colleagues are told; without one nobody is promised an answer here."""
        self._database, self._shop, self._wordings, self._boards = database, shop, wordings, tuple(boards)
        self._quiet_s, self.canned = quiet_s, canned or {}
        self.ring: Callable[[Sequence[Outgoing]], object] = lambda outgoing: None
        """Told what was put into the outbox, once it is there."""
        self._left: dict[str, list[Outgoing]] = {}

    @property
    def is_told(self) -> bool:
        """Whether any colleague reads what is handed over."""
        return bool(self._boards)

    # What a turn asks of it.

    async def silence(self, message: Message, history: Conversation, locale: Locale) -> Aside | None:
        """The clerk's silence where a colleague has the customer; None where the clerk answers."""
        case = await self.case(history.id) if self._boards else None
        if case is None or case.state != "taken":
            return None
        return Aside(Reply("", locale, PERSON, 1.0, handed_off=True), history)

    async def promise(self, reply: Reply, conversation_id: str, at: datetime) -> str:
        """What a customer who is handed over may expect, said once for as long as the case is open."""
        if not (self._boards and reply.handed_off) or reply.intent == PERSON:
            return ""
        case = await self.case(conversation_id)
        if case is not None and case.is_open:
            return self._say(reply.locale, "desk_already")
        if is_staffed(self._shop, at):
            return self._say(reply.locale, "desk_here")
        opens = next_opening(self._shop, at)
        return self._say(reply.locale, "desk_back_at", when=told_time(opens, reply.locale)) if opens else self._say(reply.locale, "desk_later")  # fmt: skip

    def in_turn(self, database: sqlite3.Connection, turn: Turn, leaving: Leaving) -> None:
        """Within the turn's transaction: a hand-over opens a case, and colleagues are told what an open one's customer writes."""
        if not self._boards:
            return
        before, at = self._read(database, turn.message.conversation_id), time.time()
        hands_over = turn.reply.handed_off and turn.reply.intent != PERSON
        if not hands_over and (before is None or not before.is_open):
            return
        message = turn.message
        if hands_over and (before is None or not before.is_open):
            fresh = Case(message.conversation_id, message.channel, _address(database, leaving), turn.reply.locale, "waiting", why_of(turn), opened_at=at, customer_at=at)  # fmt: skip
            case = cases.opened(before, fresh)
            earlier = [turn_from(json.loads(row)) for (row,) in database.execute(_LAST, (case.conversation_id, TURNS))]
            told: dict[str, object] = {"text": card(case, earlier[::-1], self._wordings, self._shop.default_locale), "opens": True}  # fmt: skip
        else:
            assert before is not None
            case = cases.wrote(before, at)
            answer = f"\n↳ {turn.reply.text}" if turn.reply.text else ""
            told = {"text": f"› {asked(turn)}{answer}"}
            if message.on and (brings_more(message) or not message.text.strip()):
                told["copy"] = [case.address, message.on]
        rows.keep(database, case)
        self._tell_boards(database, case, f"turn/{message.id}", told)

    def was_kept(self, conversation_id: str) -> None:
        """The turn's transaction is through: what it leaves for colleagues may go."""
        if left := self._left.pop(conversation_id, None):
            self.ring(left)

    # What colleagues do.

    async def take(self, conversation_id: str, deed: Deed) -> Case | None:
        """None where there is no such customer at the desk."""

        def change(case: Case, at: float) -> Case:
            return cases.taken(case, deed.by, at)

        return await self._do(conversation_id, deed, "taken", change, to_customer="desk_taken")

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
        if cases.is_late(case, now, LATE_S) and is_staffed(self._shop, datetime.fromtimestamp(now, UTC)):
            deed = Deed(f"late/{case.conversation_id}/{case.number}", "clerk")
            return await self._do(case.conversation_id, deed, "late", lambda case, at: replace(case, told_late=True), to_customer="desk_late")  # fmt: skip
        return None

    # What is read.

    async def case(self, conversation_id: str) -> Case | None:
        return await self._database.run(self._read, conversation_id)

    async def open_cases(self) -> list[Case]:
        """Who waits, then who is spoken with; the first that came in front."""
        return [_case(row) for row in await self._database.run(rows.open_rows)]

    async def done(self, conversation_id: str) -> list[Done]:
        return await self._database.run(rows.done_of, conversation_id)

    async def place(self, board: str, conversation_id: str) -> str | None:
        return await self._database.run(rows.place, board, conversation_id)

    async def put_place(self, board: str, conversation_id: str, where: str) -> None:
        await self._database.run(_put_place, board, conversation_id, where)

    async def shown_at(self, board: str, where: str) -> str | None:
        return await self._database.run(rows.shown_at, board, where)

    def _read(self, database: sqlite3.Connection, conversation_id: str) -> Case | None:
        row = rows.row_of(database, conversation_id)
        return None if row is None else _case(row)

    async def _do(self, conversation_id: str, deed: Deed, kind: str, change: Callable[[Case, float], Case], *, to_customer: str = "", words: str = "", text: str = "") -> Case | None:  # fmt: skip
        done = await self._database.run(self._done, conversation_id, deed, kind, change, to_customer, words, text)
        self.was_kept(conversation_id)
        return done

    def _done(
        self, database: sqlite3.Connection, conversation_id: str, deed: Deed, kind: str, change: Callable[[Case, float], Case],
        to_customer: str, words: str, text: str,
    ) -> Case | None:  # fmt: skip
        with writing(database):
            before, at = self._read(database, conversation_id), time.time()
            if before is None:
                return None
            case = change(before, at)
            if not rows.do(database, deed.key, conversation_id, Done(kind, deed.by, words or text, at)):
                return before
            is_new = case.state != before.state or kind in ("said", "noted", "late")
            if not is_new:
                rows.keep(database, case)
                return case  # taken twice, closed twice: nobody is told twice
            rows.keep(database, case)
            told = words or (self._say(case.locale, to_customer) if to_customer else "")
            if told:
                self._tell_customer(database, case, deed, told, at)
            self._tell_boards(database, case, deed.key, {"text": self._line(kind, deed, told or text)}, but=deed.board if kind in ("said", "noted") else "")  # fmt: skip
            return case

    def _tell_customer(self, database: sqlite3.Connection, case: Case, deed: Deed, text: str, at: float) -> None:
        """As a turn in which the customer wrote nothing: the page and the clerk read it there; a chat is sent it. Its id can't be
        guessed: a visitor chooses the ids of their messages, and could take it first."""
        when = datetime.fromtimestamp(at, UTC)
        message = Message(
            f"{TURN_ID}{secrets.token_hex(16)}", case.conversation_id, "", when, case.channel, sign=PERSON
        )
        reply = Reply(text, case.locale, PERSON, 1.0, handed_off=case.state == "taken")
        turn = Turn(message, reply, Verdict((text,)), {"by": deed.by})
        row = json.dumps(turn, ensure_ascii=False, default=plain)
        turns.keep(database, case.conversation_id, message.id, when.isoformat(timespec="microseconds"), row)
        if case.address:
            self._leave(
                database,
                Outgoing(f"desk/{deed.key}/customer", case.channel, case.conversation_id, case.address, {"text": text}),
            )

    def _tell_boards(self, database: sqlite3.Connection, case: Case, key: str, body: Mapping[str, object], but: str = "") -> None:  # fmt: skip
        """`but` is the board where it was done, which shows it already."""
        address = f"desk/{case.conversation_id}"
        for board in self._boards:
            if board != but:
                named = f"desk/{board}/{case.conversation_id}/{key}"
                self._leave(database, Outgoing(named, board, case.conversation_id, address, body))

    def _leave(self, database: sqlite3.Connection, outgoing: Outgoing) -> None:
        outbox.add(database, [outgoing])
        self._left.setdefault(outgoing.conversation_id, []).append(outgoing)

    def _line(self, kind: str, deed: Deed, text: str) -> str:
        """What colleagues read of a deed."""
        if kind in ("said", "noted"):
            return f"{deed.by}{'' if kind == 'said' else ' (//)'}: {text}"
        return self._say(self._shop.default_locale, f"desk_done_{kind}", who=deed.by, told=text)

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
