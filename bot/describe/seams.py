"""The seam of product descriptions; its contract is in tests/bot/describe/test_writers.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.describe.types import Brief, Draft


class DescriptionWriter(Protocol):
    """A product's facts to a description."""

    def write(self, brief: Brief) -> Sequence[Draft]:
        """Candidates, best first by the score sheet; never empty."""
