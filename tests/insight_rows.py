"""Conversations made by hand, whose report is obvious to the eye."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from eval.insights.kept import Asked, Told, Visit, Wish
from eval.insights.periods import Period
from retrieval.seams import Vectors

NOW = datetime(2026, 11, 27, 18, tzinfo=UTC)
MONTH = Period(NOW - timedelta(days=30), NOW)


def asked(
    text: str, *, who: str = "A", days: float = 5, minutes: float = 0, intent: str = "ask", said: str = "answer", locale: str = "en",
    handed: str = "", conversation: str = "", **more: Any,
) -> Asked:  # fmt: skip
    """`more` are fields of the wish (query, kind, products, price_to, ...) or of the message (cards, sold_out, channel, ...)."""
    of_wish = {name: more.pop(name) for name in list(more) if name in Wish.__slots__}
    wish = Wish(intent, said, text, **of_wish)
    at = NOW - timedelta(days=days) + timedelta(minutes=minutes)
    channel = more.pop("channel", "web")
    return Asked(f"{who}-{days}-{minutes}", conversation or f"c-{who}", who, at, channel, locale, text, (wish,), "reply", handed_off=bool(handed), why=handed, took_ms=200.0, **more)  # fmt: skip


def told(text: str, days: float = 5, minutes: float = 10) -> Told:
    return Told("Ines", text, NOW - timedelta(days=days) + timedelta(minutes=minutes), f"key-{text}-{days}")


def visit(*messages: Asked, told: Sequence[Told] = (), **more: Any) -> Visit:
    return Visit(messages[0].conversation_id, 1, messages, tuple(told), **more)


@dataclass(frozen=True)
class Meanings:
    """An embedder by hand: texts with one of a meaning's words are the same, all others are alone."""

    words: Sequence[Sequence[str]]
    name: str = "by hand"
    known: dict[str, int] = field(default_factory=dict)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 400), dtype=np.float32)
        for place, text in enumerate(texts):
            meant = next((n for n, words in enumerate(self.words) if any(word in text.casefold() for word in words)), None)  # fmt: skip
            alone = len(self.words) + self.known.setdefault(text, len(self.known))
            rows[place, alone if meant is None else meant] = 1
        return rows

    def reads(self, text: str) -> float:
        return 1.0

    def trust(self, text: str) -> float:
        return 1.0


def turn_row(message_id: str, text: str, at: datetime, **more: Any) -> Mapping[str, Any]:
    """A turn as it is kept, with what the report reads of it."""
    explained = {"route": {"intent": more.get("intent", "ask"), "confidence": 0.9, "others": []}, "rewritten": text, "said": more.get("said", "answer"), "relaxed": ""}  # fmt: skip
    explained["filters"] = {"query": text, "kind": "", "products": more.get("products", []), "where": {"price_from": None, "price_to": more.get("price_to")}}  # fmt: skip
    return {
        "message": {"id": message_id, "conversation_id": more.get("conversation", "c"), "text": text, "at": at.isoformat(), "channel": "web", "customer_id": more.get("customer"), "sign": more.get("sign", "")},
        "reply": {"text": "reply", "locale": "en", "intent": more.get("intent", "ask"), "cards": [], "handed_off": more.get("handed", False), "took_ms": {"route": 100.0, "write": 50.0}},
        "verdict": {"said": [], "stopped": []}, "explained": more.get("explained", explained), "spent": {"tokens_in": 10, "tokens_out": 5, "cost": str(more.get("cost", Decimal(0)))},
    }  # fmt: skip


def keep(database: sqlite3.Connection, *turns: Mapping[str, Any]) -> None:
    import json

    for turn in turns:
        message = turn["message"]
        at = datetime.fromisoformat(message["at"]).isoformat(timespec="microseconds")
        database.execute("INSERT OR IGNORE INTO conversations (id, customer_id, state) VALUES (?, ?, '{}')", (message["conversation_id"], message["customer_id"]))  # fmt: skip
        database.execute("INSERT INTO turns (conversation_id, message_id, at, turn) VALUES (?, ?, ?, ?)", (message["conversation_id"], message["id"], at, json.dumps(turn)))  # fmt: skip
    database.commit()
