"""Several short messages in a row are one turn: which of them, from when on, and the message that they make together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.mail import Incoming
from bot.stores.inbox import Waiting
from bot.types import Message

_LONGEST = 1000
"""Characters of a merged message; more wouldn't be short ones."""
_BY_THE_SECOND_S = 1.0
"""Some channels tell the time of a message in whole seconds."""


@dataclass(frozen=True, slots=True)
class Merging:
    """`window_s` after the last message a turn begins, `longest_s` after the first at the latest; a window of 0 is off."""

    window_s: float = 1.5
    longest_s: float = 6.0

    def first_turn(self, rows: Sequence[Waiting]) -> tuple[int, float]:
        """How many of the waiting rows make the next turn, and from when on (seconds since 1970): nothing waits that needn't."""
        first = rows[0]
        count = self._count(rows, self._in_a_row)
        if not (self._may(first) and count == len(rows)):  # whoever comes now comes too late to join them
            return count, first.at
        return count, min(rows[count - 1].at + self.window_s, first.at + max(self.longest_s, self.window_s))

    def taken_in(self, rows: Sequence[Waiting]) -> tuple[int, float]:
        """How many of the rows are one turn where the later ones came while the clerk was thinking."""
        return self._count(rows, self._early_enough), rows[0].at

    def looked_at(self, incoming: Incoming) -> float:
        """When a message that arrives now is to be looked at: at once, unless others may join it (seconds since 1970)."""
        return time.time() + (self.window_s if self.window_s > 0 and incoming.merges else 0.0)

    def may_grow(self, rows: Sequence[Waiting]) -> bool:
        """Whether others may still join them."""
        return self._may(rows[0])

    def _may(self, row: Waiting) -> bool:
        return self.window_s > 0 and row.incoming.merges

    def _count(self, rows: Sequence[Waiting], belongs: _Belongs) -> int:
        if not self._may(rows[0]):
            return 1
        length = len(rows[0].incoming.message.text)
        for place, row in enumerate(rows[1:], start=1):
            length += 1 + len(row.incoming.message.text)
            if length > _LONGEST or not self._may(row) or not _same(rows[0].incoming, row.incoming):
                return place
            if not belongs(rows[0], rows[place - 1], row):
                return place
        return len(rows)

    def _in_a_row(self, first: Waiting, before: Waiting, row: Waiting) -> bool:
        """By when they arrived and by when they were written: what waited while nobody served was not written at once."""
        written_s = (row.incoming.message.at - before.incoming.message.at).total_seconds()
        return (
            self._early_enough(first, before, row)
            and row.at - before.at <= self.window_s
            and written_s <= self.window_s + _BY_THE_SECOND_S
        )

    def _early_enough(self, first: Waiting, before: Waiting, row: Waiting) -> bool:
        return row.at - first.at <= self.longest_s


class _Belongs(Protocol):
    """Whether a row belongs to the first and the one before it."""

    def __call__(self, first: Waiting, before: Waiting, row: Waiting) -> bool: ...


def _same(one: Incoming, other: Incoming) -> bool:
    """Whether they come from the same person at the same place."""
    return (one.message.channel, one.address, one.message.customer_id) == (
        other.message.channel, other.address, other.message.customer_id
    )  # fmt: skip


def merged(rows: Sequence[Waiting]) -> Message:
    """One message of all their words, under the first one's id and time: made again with more of them it is the same message."""
    messages = [row.incoming.message for row in rows]
    if len(messages) == 1:
        return messages[0]
    locale = next((message.locale for message in reversed(messages) if message.locale), None)
    return replace(messages[0], text=_joined([message.text for message in messages]), locale=locale)


def _joined(texts: Sequence[str]) -> str:
    """In lines: `do you have` / `a kettle` is read as one sentence, `hi.` / `how much is delivery?` as two."""
    return "\n".join(text.strip() for text in texts if text.strip())
