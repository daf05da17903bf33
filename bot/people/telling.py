"""Who is told of a deed at the desk, and how: the customer as a turn, colleagues as lines on their boards. All within a transaction of the desk's."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.mail import Outgoing
from bot.people.case import Case
from bot.stores import outbox, turns
from bot.stores.desk import LANE
from bot.stores.records import plain
from bot.types import Message, Reply, Turn, Verdict
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop

PERSON = "person"
"""The intent of a turn in which a colleague speaks, or the clerk is silent because one has the customer."""
TURN_ID = "desk/"
"""What the ids of a colleague's turns begin with; no door lets a visitor choose such a one."""
TO_CUSTOMER = "/customer"
"""What the key of a send with a colleague's words ends with."""
_SHOWN_THERE = ("said", "noted", "kept")
"""Deeds that the board where they are done shows by itself."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a colleague does: who, under which key, and on which board."""

    key: str
    by: str
    board: str = ""


class Telling:
    def __init__(self, shop: Shop, wordings: Wordings, boards: Sequence[str], *, by_name: bool) -> None:
        """`by_name`: customers read who speaks."""
        self._shop, self._wordings, self._boards, self._by_name = shop, wordings, boards, by_name
        self.left: dict[str, list[Outgoing]] = {}
        """What was put into the outbox, by conversation, and nobody has rung for yet."""

    def customer(self, database: sqlite3.Connection, case: Case, deed: Deed, kind: str, words: str, wording: str, at: float) -> str:  # fmt: skip
        """Tell a colleague's words, else a wording; what was told, empty where there was nothing to tell.

        As a turn in which the customer wrote nothing: the page and the clerk read it there; a chat is sent it. Its id can't be
        guessed: a visitor chooses the ids of their messages, and could take it first.
        """
        text = self._words(deed.by, words) or (self._wordings.say(case.locale, wording, who=deed.by) if wording else "")
        if not (text and case.is_reached):
            return ""
        when = datetime.fromtimestamp(at, UTC)
        message_id = f"{TURN_ID}{secrets.token_hex(16)}"
        message = Message(message_id, case.conversation_id, "", when, case.channel, sign=PERSON)
        reply = Reply(text, case.locale, PERSON, 1.0, handed_off=case.state == "taken")
        turn = Turn(message, reply, Verdict((text,)), {"by": deed.by, "deed": kind, "key": deed.key})
        row = json.dumps(turn, ensure_ascii=False, default=plain)
        turns.keep(database, case.conversation_id, message.id, when.isoformat(timespec="microseconds"), row)
        if case.address:
            key = f"desk/{deed.key}{TO_CUSTOMER}"
            self.leave(database, Outgoing(key, case.channel, case.conversation_id, case.address, {"text": text}))
        return text

    def boards(self, database: sqlite3.Connection, case: Case, deed: Deed, kind: str, told: str) -> None:
        """A line of what was done, but where it shows by itself."""
        but = deed.board if kind in _SHOWN_THERE else ""
        self.all_boards(database, case, deed.key, {"text": self._line(kind, deed, told)}, but)

    def all_boards(self, database: sqlite3.Connection, case: Case, key: str, body: Mapping[str, object], but: str = "") -> None:  # fmt: skip
        for board in self._boards:
            if board != but:
                named = f"desk/{board}/{case.conversation_id}/{key}"
                self.leave(database, Outgoing(named, board, case.conversation_id, f"{LANE}{case.conversation_id}", body))  # fmt: skip

    def leave(self, database: sqlite3.Connection, outgoing: Outgoing) -> None:
        outbox.add(database, [outgoing])
        self.left.setdefault(outgoing.conversation_id, []).append(outgoing)

    def _words(self, by: str, words: str) -> str:
        """A colleague's words as the customer reads them."""
        return f"{by}: {words}" if words and self._by_name else words

    def _line(self, kind: str, deed: Deed, text: str) -> str:
        """What colleagues read of a deed."""
        if kind in ("said", "noted"):
            return f"{deed.by}{'' if kind == 'said' else ' (//)'}: {text}"
        key = f"desk_done_{kind}" if text else f"desk_untold_{kind}"
        return self._wordings.say(self._shop.default_locale, key, who=deed.by, told=text)
