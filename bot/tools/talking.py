"""What is said of the conversation itself: `why?` in plain words, `never mind`."""

from __future__ import annotations

from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from bot.writing.forms import listed


async def why(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """What the last answer was based on: the shop's texts by title, or what was looked for in the catalogue."""
    last = history.turns[-1].reply if history.turns else None
    sources = [cite.title for cite in last.cites if cite.source != "product"] if last else []
    if sources:
        return Findings("why_texts", values={"sources": _joined(sources, shelf.locale)})
    if last and last.cards:
        titles = _joined([card.title for card in last.cards], shelf.locale)
        return Findings("why_products", values={"asked": history.asked, "titles": titles})
    return Findings("why_nothing")


async def cancel(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    return Findings("cancelled", suggestions=("browse",))


async def nothing_said(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """There is nothing to repeat."""
    return Findings(
        "nothing_said", values={"shop": shelf.shop.name_in(shelf.locale)}, suggestions=("browse", "delivery")
    )


def _joined(titles: list[str], locale: str) -> str:
    return listed(list(dict.fromkeys(titles)), locale)
