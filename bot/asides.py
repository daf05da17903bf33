"""What is answered without being understood: a command, and what has no words. Pure; the engine keeps it as a turn like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.types import Conversation, Message, Reply
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Locale

_NO_WORDS = {
    "voice": "voice", "video_note": "voice", "audio": "voice", "sticker": "sticker", "animation": "sticker", "dice": "sticker",
    "photo": "picture", "video": "picture", "document": "picture",
}  # fmt: skip
"""What was sent instead of words -> the wording that answers it."""


def brings_more(message: Message) -> bool:
    """Whether more than words was sent: a picture, with a caption or without."""
    return message.sign in _NO_WORDS


@dataclass(frozen=True, slots=True)
class Aside:
    """A reply, and the conversation as it stands after it; empty words where the clerk says nothing."""

    reply: Reply
    conversation: Conversation


def said(key: str, text: str, locale: Locale, history: Conversation) -> Aside:
    return Aside(Reply(text, locale, key, 1.0), history)


def command(message: Message, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside | None:
    """The answer to a command; None for one that isn't ours, whose words are read as words."""
    name, _, argument = message.sign.partition(" ")
    return _COMMANDS[name](argument, history, locale, shop, wordings) if name in _COMMANDS else None


def without_words(
    message: Message, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings
) -> Aside | None:
    """A polite word to a voice message, a sticker, a picture."""
    if message.text.strip() or not message.sign or ":" in message.sign:
        return None
    key = f"sign_{_NO_WORDS.get(message.sign, 'other')}"
    return said(key, wordings.say(locale, key), locale, history)


def _help(argument: str, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside:
    return said("help", wordings.say(locale, "help", shop=shop.name_in(locale)), locale, history)


def _new(argument: str, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside:
    """What was spoken of is put away; who the customer is, their language and what was done for them stays."""
    fresh = Conversation(
        history.id, history.customer_id, history.locale, history.turns, done=history.done, tracked=history.tracked
    )
    return said("started_over", wordings.say(locale, "started_over"), locale, fresh)


def _language(argument: str, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside:
    wanted = _LANGUAGES.get(argument.casefold(), argument.casefold())
    if wanted not in shop.locales:
        return said("language_which", wordings.say(locale, "language_which"), locale, history)
    return said("language_set", wordings.say(wanted, "language_set"), wanted, replace(history, locale=wanted))


def _privacy(argument: str, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside:
    tracked = {"off": False, "on": True}.get(argument.casefold(), history.tracked)
    key = "privacy_tracked" if tracked else "privacy_untracked"
    return said(key, wordings.say(locale, key), locale, replace(history, tracked=tracked))


def _forget(argument: str, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside:
    """Asked for first; the deleting itself leaves no turn, so the door does it."""
    key = "kept_it" if argument.casefold() == "no" else "forget_ask"
    return said(key, wordings.say(locale, key), locale, history)


def _notices(argument: str, history: Conversation, locale: Locale, shop: Shop, wordings: Wordings) -> Aside:
    """`off`: none of the messages that were asked for is sent any more; the turn's transaction sees to it."""
    return said("notices_ended", wordings.say(locale, "notices_ended"), locale, history)


_LANGUAGES = {"english": "en", "英文": "en", "英语": "en", "chinese": "zh", "中文": "zh", "汉语": "zh"}
_COMMANDS: Mapping[str, Callable[[str, Conversation, Locale, Shop, Wordings], Aside]] = {
    "/notices": _notices, "/help": _help, "/new": _new, "/language": _language, "/privacy": _privacy, "/forget": _forget,
}  # fmt: skip
