"""The numbers of messages in private chats, which Telegram counts for all of them together, whoever writes: what we know of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, islice
from typing import Any

from bot.channels.telegram.updates import Raw

_KEPT = 5_000


class Numbers:
    """`highest` is 0 before any is known. A number above it is of a message that came, or was sent, later than all we know of."""

    def __init__(self) -> None:
        self.highest = 0
        self._taken: OrderedDict[int, None] = OrderedDict()

    def reach(self, number: int) -> None:
        """There is a message of this number, whosever it is."""
        self.highest = max(self.highest, number)

    def take(self, chat: int, number: int) -> None:
        """We know whose message it is; in groups numbers are others."""
        if chat <= 0:
            return
        self.reach(number)
        self._taken[number] = None
        while len(self._taken) > _KEPT:
            self._taken.popitem(last=False)

    def hear(self, raws: Iterable[Raw]) -> None:
        """Updates as they came. A pressed button's message is one of ours: that it is there is all it tells."""
        for raw in raws:
            for kind, number in _numbers_of(raw):
                if kind == "callback_query":
                    self.reach(number)
                else:
                    self.take(1, number)

    def unknown(self, above: int, most: int) -> list[int]:
        """The first numbers that nobody is known to have."""
        return list(islice((number for number in count(above + 1) if number not in self._taken), most))


def _numbers_of(raw: Raw) -> Iterator[tuple[str, int]]:
    for kind in ("message", "edited_message", "callback_query"):
        told: Any = raw.get(kind) if isinstance(raw, Mapping) else None
        if kind == "callback_query" and isinstance(told, Mapping):
            told = told.get("message")
        chat = told.get("chat") if isinstance(told, Mapping) else None
        if isinstance(chat, Mapping) and chat.get("type") == "private" and isinstance(told.get("message_id"), int):
            yield kind, told["message_id"]
