"""Live conversations dealt between two ways of answering, by a hash of the conversation alone. What came of it `python -m eval ab` tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.trial import share_of

Way = Literal["A", "B"]
"""A is how the shop answers anyway, B what is tried beside it."""


@dataclass(frozen=True, slots=True)
class Split:
    """A new `name` deals anew; a larger `share` keeps the conversations that B has."""

    name: str
    share: float
    """Of conversations that B answers, between 0 and 1."""
    ways: str = ""
    """The digest of both ways' settings: what was measured with others isn't mixed with this."""

    @property
    def key(self) -> str:
        """All of it in one line, kept with every turn: what is told is the comparison as it was."""
        return f"{self.name}|{self.share:g}|{self.ways}"

    @classmethod
    def of(cls, key: str) -> Split:
        """Raises ValueError where it is no key."""
        name, share, ways = key.split("|")
        return cls(name, float(share), ways)

    def way(self, conversation_id: str) -> Way:
        """The same conversation always goes the same way; independent of every trial of recommendations."""
        return "B" if share_of(f"ab\n{self.name}\n{conversation_id}") < self.share else "A"
