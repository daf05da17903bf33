"""The tuned DescriptionWriter: the shop's own way of writing, and the fallback's words wherever a check fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.describe.composer import Composer
from bot.describe.pairs import slots_of
from bot.describe.seams import DescriptionWriter
from bot.describe.types import Brief, Draft

MOST = 3
"""Texts of its own that it hands on, at most."""


def _always(brief: Brief, draft: Draft) -> bool:
    return True


class TunedWriter:
    """`passes` is the score sheet's word on a draft. Title and selling points are the fallback's, the text is learned."""

    def __init__(
        self, composer: Composer, fallback: DescriptionWriter, *, passes: Callable[[Brief, Draft], bool] = _always
    ) -> None:
        self._composer, self._fallback, self._passes = composer, fallback, passes

    @classmethod
    def load(
        cls,
        folder: Path,
        fallback: DescriptionWriter,
        *,
        passes: Callable[[Brief, Draft], bool] = _always,
        device: str = "cpu",
    ) -> TunedWriter:
        """Raises NoDescriber."""
        from bot.describe.training import load

        return cls(load(folder, device=device), fallback, passes=passes)

    def write(self, brief: Brief) -> Sequence[Draft]:
        """What passes the slot check and the score sheet, best first; then the fallback's drafts."""
        drafts = self._fallback.write(brief)
        found = self._composer.candidates(slots_of(brief.product), locale=brief.locale, style=brief.style)
        own = (replace(drafts[0], text=one.text) for one in found if not one.faults)
        passed = [draft for _, draft in zip(range(4 * MOST), own, strict=False) if self._passes(brief, draft)]
        return [*passed[:MOST], *drafts]
