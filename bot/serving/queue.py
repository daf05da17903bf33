"""Who is served next: conversations that somebody has just written in, and those with a backlog, which must not make the others wait."""

from __future__ import annotations

from collections import deque

_MANY = 50
"""Conversations that wait for their first turn; from there on not only the one that has waited longest is served, but the newest in turn with it:
whoever writes during a flood has an answer while they are still there."""


class Queue:
    """Each conversation is in it once at most; who puts it in sees to that."""

    def __init__(self) -> None:
        self._fresh: deque[str] = deque()
        self._left: deque[str] = deque()
        self._takes = 0

    def __len__(self) -> int:
        return len(self._fresh) + len(self._left)

    def put(self, conversation_id: str, *, is_left: bool) -> None:
        """`is_left` where it has had a turn and more waits in it, or was found waiting: those are served in turn with the fresh ones."""
        (self._left if is_left else self._fresh).append(conversation_id)

    def take(self) -> str:
        self._takes += 1
        if self._left and not (self._fresh and self._takes % 2):
            return self._left.popleft()
        if len(self._fresh) > _MANY and self._takes % 4 == 3:
            return self._fresh.pop()
        return self._fresh.popleft()
