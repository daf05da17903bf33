"""Customers in Telegram: a Bot API of our own that limits in storms, and what each chat heard, told apart by the drafts of its turns."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.channels.telegram.cards import told
from bot.stores.records import turn_from
from bot.types import Turn
from bot.writing.wordings import Wordings
from eval.doors.bot_api import BotApi, Broken, Call
from eval.kills.check import Part

PREFIX = "telegram:"
_SENDS = ("sendMessage", "sendPhoto", "editMessageText")


@dataclass
class Phones(BotApi):
    """`limited` is the share of sends that are told to come later."""

    limited: float = 0.0
    seed: int = 6
    sends: int = 0
    refused: int = 0
    asked: int = 0
    """How often updates were asked for."""
    looked_for: int = 0
    """How often it was asked whether a message is the bot's."""
    last_heard: float = 0.0
    heard: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What each chat read, repetitions included."""

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)

        def breaks(call: Call) -> Broken | None:
            self.asked += call.method == "getUpdates"
            self.looked_for += call.method == "stopMessageLiveLocation"
            if call.method not in _SENDS:
                return None
            self.sends += 1
            if rng.random() >= self.limited:
                return None
            self.refused += 1
            return Broken(429, "Too Many Requests: retry after 1", retry_after=1)

        self.breaks = breaks

    @property
    def left(self) -> int:
        """Updates that nobody has acknowledged."""
        return sum(update["update_id"] >= self.confirmed for update in self.waiting)

    def _do(self, call: Call) -> Any:
        done = super()._do(call)
        self.calls.clear()  # a trial is long
        if call.method in _SENDS:
            self.last_heard = time.monotonic()
            self.heard[int(call.fields["chat_id"])].append(
                str(call.fields.get("text") or call.fields.get("caption") or "")
            )
        return done


def turns_of(file: Path) -> dict[str, list[Turn]]:
    """Of each chat, in the order they were kept."""
    found: dict[str, list[Turn]] = {}
    with closing(sqlite3.connect(file, timeout=10)) as database:
        for conversation, turn in database.execute(
            "SELECT conversation_id, turn FROM turns WHERE conversation_id LIKE ? ORDER BY place", (f"{PREFIX}%",)
        ):
            found.setdefault(conversation, []).append(turn_from(json.loads(turn)))
    return found


def heard_parts(file: Path, heard: Mapping[int, Sequence[str]], wordings: Wordings) -> dict[str, list[Part]]:
    """Every send as the part of the turn that it tells, by the turns of a database."""
    turns = turns_of(file)
    return {
        f"{PREFIX}{chat}": aligned([*_drafts(turns.get(f"{PREFIX}{chat}", ()), str(chat), wordings)], texts)
        for chat, texts in heard.items()
    }


def aligned(expected: Sequence[tuple[Part, str]], heard: Sequence[str]) -> list[Part]:
    """The next that is expected, else the one before once more, else the nearest one of those words: that is out of order."""
    parts: list[Part] = []
    place = 0
    for text in heard:
        if place < len(expected) and expected[place][1] == text:
            found = place
        elif place and expected[place - 1][1] == text:
            found = place - 1
        else:
            same = [at for at, (_, words) in enumerate(expected) if words == text]
            if not same:
                continue  # what no turn tells, such as a word about too much haste
            found = min(same, key=lambda at: abs(at - place))
        parts.append(expected[found][0])
        place = max(place, found + 1) if found >= place else place
    return parts


def _drafts(turns: Sequence[Turn], address: str, wordings: Wordings) -> Iterable[tuple[Part, str]]:
    """Products are asked for by buttons alone, and those aren't compared."""
    for turn in turns:
        for number, draft in enumerate(told(turn, address, wordings, lambda product_id, locale: None)):
            yield (turn.message.id, number), str(draft.body["text"])
