"""What a customer is told of a turn while it is being made."""

from __future__ import annotations

from collections.abc import Callable

Heard = Callable[[str], object]
"""Who hears a piece as soon as it may be said."""


class Hearing:
    """What a customer has been told of this turn so far; joined it is the text of the reply. Space at the end is told with what follows."""

    def __init__(self, hear: Heard) -> None:
        self._hear, self.text, self._gap = hear, "", ""

    def say(self, piece: str) -> None:
        body = piece.rstrip() if self.text else piece.strip()
        if body:
            told = (self._gap.rstrip(" ") if body.startswith("\n") else self._gap if self.text else "") + body
            self.text += told
            self._gap = ""
            self._hear(told)
        self._gap += piece[len(piece.rstrip()) :] if self.text else ""

    def end_line(self) -> None:
        self._gap = "\n" if self.text else ""
