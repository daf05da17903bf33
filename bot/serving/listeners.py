"""Doors that wait for a reply: they hear its pieces as they are said, and then the whole of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from bot.stores.inbox import Waiting
from bot.types import Reply

Hear = Callable[[str], object]
Name = tuple[str, str]
"""Channel and key of a message."""


class Listener:
    """One door that waits for one message's reply."""

    def __init__(self, hear: Hear) -> None:
        self.hear = hear
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()


class Listeners:
    def __init__(self) -> None:
        self._of: dict[Name, list[Listener]] = {}
        self._said: dict[Name, list[str]] = {}

    @contextmanager
    def one(self, name: Name, hear: Hear) -> Iterator[Listener]:
        """Somebody listens; who comes late hears at once what was said before."""
        listener = Listener(hear)
        for piece in self._said.get(name, ()):
            hear(piece)
        self._of.setdefault(name, []).append(listener)
        try:
            yield listener
        finally:
            left = [one for one in self._of.get(name, ()) if one is not listener]
            self._of[name] = left
            if not left:
                del self._of[name]
            listener.reply.cancel()

    def has(self, rows: Sequence[Waiting]) -> bool:
        return any(name in self._of for name in map(_name, rows))

    def hear(self, rows: Sequence[Waiting]) -> Hear:
        """What a turn says goes to whoever listens for one of its messages; a turn that is made again is heard in its reply alone."""
        names = [name for name in map(_name, rows) if name not in self._said]
        for name in names:
            self._said[name] = []

        def heard(piece: str) -> None:
            for name in names:
                self._said[name].append(piece)
                for listener in self._of.get(name, ()):
                    listener.hear(piece)

        return heard

    def tell(self, rows: Sequence[Waiting], outcome: Reply | Exception) -> None:
        """What came of the messages."""
        for name in map(_name, rows):
            self._said.pop(name, None)
            for listener in self._of.get(name, ()):
                _tell(listener, outcome)

    def tell_all(self, outcome: Exception) -> None:
        """Everybody who still waits."""
        for listener in chain.from_iterable(self._of.values()):
            _tell(listener, outcome)


def _tell(listener: Listener, outcome: Reply | Exception) -> None:
    if listener.reply.done():
        return
    if isinstance(outcome, Exception):
        listener.reply.set_exception(outcome)
    else:
        listener.reply.set_result(outcome)


def _name(row: Waiting) -> Name:
    return row.incoming.message.channel, row.incoming.key
