"""How long a turn may take before the template speaks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.types import Deadline


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds. `keep_back_s` of a turn is left for what the template still has to say, and for keeping the turn."""

    turn_s: float = 6.0
    first_s: float = 1.5
    gap_s: float = 2.0
    keep_back_s: float = 0.2

    def from_(self, now: float) -> Deadline:
        return Deadline(now + self.first_s, now + self.turn_s - self.keep_back_s, self.gap_s)
