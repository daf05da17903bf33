"""Answers of colleagues that are worth keeping: proposed at the desk, looked at by `shopclerk faq review`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["proposed", "accepted", "refused"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS faq_proposals (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, answer_key VARCHAR(500) NOT NULL, conversation_id VARCHAR(200) NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, locale VARCHAR(20) NOT NULL, by VARCHAR(200) NOT NULL, at DOUBLE PRECISION NOT NULL,
    state VARCHAR(10) NOT NULL DEFAULT 'proposed'
);
CREATE UNIQUE INDEX IF NOT EXISTS faq_proposals_once ON faq_proposals (answer_key);
CREATE INDEX IF NOT EXISTS faq_proposals_of ON faq_proposals (conversation_id);
CREATE TABLE IF NOT EXISTS faq_questions (
    number INTEGER NOT NULL, conversation_id VARCHAR(200) NOT NULL, message_id VARCHAR(200) NOT NULL,
    PRIMARY KEY (number, conversation_id, message_id)
);
CREATE INDEX IF NOT EXISTS faq_questions_of ON faq_questions (conversation_id);
"""
"""`faq_questions` are the messages that a drafted answer is for, by the number of its proposal."""
FORGET = (
    "DELETE FROM faq_proposals WHERE conversation_id = ?",
    "DELETE FROM faq_questions WHERE conversation_id = ?",
)
"""Its words are a customer's and of a talk with one; what was accepted is in the shop's file by then."""
_QUESTION = "INSERT OR IGNORE INTO faq_questions (number, conversation_id, message_id) VALUES (?, ?, ?)"
_TEXTS = """SELECT json_extract(turn, '$.message.text') FROM faq_questions JOIN turns USING (conversation_id, message_id)
            WHERE number = ? ORDER BY at, place"""
_PROPOSE = """INSERT OR IGNORE INTO faq_proposals (answer_key, conversation_id, question, answer, locale, by, at)
              VALUES (?, ?, ?, ?, ?, ?, ?)"""
_FIELDS = "number, conversation_id, question, answer, locale, by, at, state"


@dataclass(frozen=True, slots=True)
class Proposal:
    number: int
    conversation_id: str
    question: str
    answer: str
    locale: str
    by: str
    """The colleague who thought it worth keeping."""
    at: float
    state: State = "proposed"


def propose(database: sqlite3.Connection, answer_key: str, proposal: Proposal) -> bool:
    """Within a transaction; whether it is the first of its answer."""
    row = (answer_key, proposal.conversation_id, proposal.question, proposal.answer, proposal.locale, proposal.by, proposal.at)  # fmt: skip
    return database.execute(_PROPOSE, row).rowcount > 0


def draft(database: sqlite3.Connection, answer_key: str, proposal: Proposal, messages: Iterable[tuple[str, str]]) -> int | None:  # fmt: skip
    """Within a transaction: a proposal with the messages, (conversation, id), that it would answer. Its number, None where it isn't new."""
    if not propose(database, answer_key, proposal):
        return None
    number: int = database.execute("SELECT number FROM faq_proposals WHERE answer_key = ?", (answer_key,)).fetchone()[0]
    database.executemany(_QUESTION, [(number, *one) for one in messages])
    return number


def questions(database: sqlite3.Connection, number: int) -> list[str]:
    """What customers wrote that it would answer, the oldest first; empty for one that a colleague proposed."""
    return [str(text) for (text,) in database.execute(_TEXTS, (number,))]


def every(database: sqlite3.Connection) -> list[Proposal]:
    """Decided or not."""
    return [Proposal(*row) for row in database.execute(f"SELECT {_FIELDS} FROM faq_proposals ORDER BY number")]


def waiting(database: sqlite3.Connection) -> list[Proposal]:
    """Those that nobody has decided, the oldest first."""
    found = database.execute(f"SELECT {_FIELDS} FROM faq_proposals WHERE state = 'proposed' ORDER BY number")
    return [Proposal(*row) for row in found]


def one(database: sqlite3.Connection, number: int) -> Proposal | None:
    row = database.execute(f"SELECT {_FIELDS} FROM faq_proposals WHERE number = ?", (number,)).fetchone()
    return None if row is None else Proposal(*row)


def decide(database: sqlite3.Connection, number: int, state: State) -> None:
    with database:
        database.execute("UPDATE faq_proposals SET state = ? WHERE number = ?", (state, number))
