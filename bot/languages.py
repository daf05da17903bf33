"""Which language a customer writes, and in which they are answered."""

from __future__ import annotations

import re

from bot.dialogue.reading import is_bare
from bot.orders.contacts import without_contacts
from bot.types import Conversation, Message
from knowledge_base.shop import Shop
from knowledge_base.types import Locale
from retrieval.text import guess_locale

_CODE = re.compile(r"(?<!\w)[A-Za-z]{0,4}-?\d[\w-]*", re.ASCII)
"""`JL-20418` is of no language."""


def languages(message: Message, history: Conversation, shop: Shop) -> tuple[Locale, Locale]:
    """(what the customer writes, what we answer in)."""
    fallback = history.locale or spoken_here(message.hint, shop) or shop.default_locale
    said = "" if history.question and is_bare(message.text) else without_contacts(message.text, " ", " ")
    spoken = spoken_here(message.locale, shop) or guess_locale(_CODE.sub(" ", said), fallback)
    return spoken, spoken if spoken in shop.locales else shop.default_locale


def spoken_here(told: str | None, shop: Shop) -> Locale | None:
    """The shop's own locale for `zh_CN` or `en-GB`; None where the shop doesn't speak it."""
    locale = (told or "").replace("_", "-").split("-")[0].casefold()
    return locale if locale in shop.locales else None
