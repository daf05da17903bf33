"""What a shop answers to its own intents, `shop:<name>`: an FAQ entry, a text of its own, or a person."""

from __future__ import annotations

from bot.tools.people import to_person
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Message, Route
from knowledge_base.own_intents import OwnIntent
from knowledge_base.passages import of_faq
from knowledge_base.types import Faq
from retrieval.types import Hit


async def own(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    """As shop.toml says under [intents.<name>]; `unknown` where an entry has gone since it was indexed."""
    intent = next((one for one in shelf.shop.intents if f"shop:{one.name}" == route.intent), None)
    if intent is None:
        return Findings("unknown", suggestions=("person",))
    if intent.handoff:
        return to_person(intent.name, {}, message.at, shelf.shop)
    if intent.say:
        return Findings("answer", answer=_in_locale(intent, shelf))
    faq = _entry(intent.faq, shelf)
    if faq is None:
        return Findings("unknown", suggestions=("person",))
    return Findings("answer", answer=faq.answer, hits=(Hit(of_faq(faq), 1.0, {}),))


def _in_locale(intent: OwnIntent, shelf: Shelf) -> str:
    """In the customer's language, else the shop's first that it is written in."""
    spoken = (shelf.locale, *shelf.shop.locales)
    return next((intent.say[locale] for locale in spoken if locale in intent.say), "")


def _entry(faq_id: str, shelf: Shelf) -> Faq | None:
    spoken = (shelf.locale, *shelf.shop.locales)
    return next((shelf.answers[faq_id, locale] for locale in spoken if (faq_id, locale) in shelf.answers), None)
