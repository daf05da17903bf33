"""Texts of one catalogue kept apart: where two products that differ got much the same text, one is worded anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.describe.score.nearness import Texts
from bot.describe.stating import same_attributes
from bot.describe.types import Brief, Draft

ROUNDS = 6

Again = Callable[[Brief, int], Draft]
"""Another wording of the same facts, by number."""


def apart(written: Sequence[tuple[Brief, Draft]], again: Again) -> list[Draft]:
    """The drafts in their order, those that were too alike (Jaccard of 5-grams above .8) worded anew, up to six times."""
    drafts = [draft for _, draft in written]
    by_locale: dict[str, dict[str, int]] = {}
    for place, (brief, _) in enumerate(written):
        by_locale.setdefault(brief.locale, {})[brief.product.id] = place
    for places in by_locale.values():
        _part(written, drafts, places, again)
    return drafts


def _part(written: Sequence[tuple[Brief, Draft]], drafts: list[Draft], places: Mapping[str, int], again: Again) -> None:
    for version in range(1, ROUNDS + 1):
        texts = Texts({product_id: drafts[place].whole for product_id, place in places.items()})
        moved: set[str] = set()
        for one, other, _ in texts.alike():
            brief, second = written[places[one]][0], written[places[other]][0]
            if one not in moved and other not in moved and not same_attributes(brief.product, second.product):
                drafts[places[other]] = again(second, version)
                moved.add(other)
        if not moved:
            return
