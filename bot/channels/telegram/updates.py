"""What an update says, read from Telegram's JSON as it came: one that is malformed, or of a kind we don't know, holds up nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Raw = Mapping[str, Any]

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram to send."""
SIGNS = (
    "voice", "video_note", "audio", "sticker", "animation", "photo", "video", "document", "location", "venue", "contact", "poll", "dice",
)  # fmt: skip
"""What may be sent instead of words or with them, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, edit or press of a person."""

    update_id: int
    chat_id: int
    is_private: bool
    thread: int | None
    user_id: int
    name: str
    language: str
    """Of the client, such as `zh-hans`; empty where it doesn't tell."""
    message_id: int
    """Of the message, or of the one under which a button was pressed."""
    at: datetime
    text: str = ""
    entities: Sequence[Raw] = ()
    sign: str = ""
    """What was sent instead of words or with them, one of SIGNS."""
    answers: int = 0
    """Whose message it is a reply to: a user's id; 0 where it is none."""
    is_edit: bool = False
    press: str = ""
    """The data of the button that was pressed; `press_id` has to be answered."""
    press_id: str = ""
    label: str = ""
    """What the button said; empty where the message is too old to tell."""
    moved_to: int = 0
    """The chat that this group has become."""
    is_nameless: bool = False
    """Written in the name of the group or of a channel: the service doesn't tell by whom."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str


def update_id_of(raw: Raw) -> int | None:
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else None


def heard(raw: Raw) -> Heard | None:
    """None where it is nothing that a person said or pressed. Raises KeyError, TypeError or ValueError where it is malformed."""
    if "callback_query" in raw:
        return _pressed(raw["update_id"], raw["callback_query"])
    for kind in ("message", "edited_message"):
        if kind in raw:
            return _said(raw["update_id"], raw[kind], is_edit=kind == "edited_message")
    return None


def _said(update_id: int, message: Raw, *, is_edit: bool) -> Heard | None:
    sender = message.get("from")
    instead = {} if message.get("is_automatic_forward") else message.get("sender_chat") or {}
    if not instead and (sender is None or sender.get("is_bot")):
        return None  # a channel's post, or another bot: two bots would talk for ever
    sender = sender or {}
    sign = next((sign for sign in SIGNS if sign in message), "")
    text = message.get("text") or message.get("caption") or ""
    moved_to = int(message.get("migrate_to_chat_id") or 0)
    if not text and not sign and not moved_to:
        return None  # somebody came or went, a topic was made: told by the service, said by nobody
    answered = message.get("reply_to_message") or {}
    return Heard(
        update_id, int(message["chat"]["id"]), message["chat"].get("type") == "private", _thread(message), int(instead.get("id") or sender["id"]),
        _name_instead(message, instead) if instead else _name(sender), sender.get("language_code") or "", int(message["message_id"]), _time(message.get("edit_date") or message["date"]), text,
        message.get("entities") or message.get("caption_entities") or (), sign,
        int((answered.get("from") or {}).get("id") or 0), is_edit, moved_to=moved_to,
        is_nameless=bool(instead),
    )  # fmt: skip


def _pressed(update_id: int, query: Raw) -> Heard | None:
    message, sender = query.get("message"), query["from"]
    if message is None or not query.get("data"):
        return None
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or ()
    label = next((button["text"] for row in rows for button in row if button.get("callback_data") == query["data"]), "")
    return Heard(
        update_id, int(message["chat"]["id"]), message["chat"].get("type") == "private", _thread(message), int(sender["id"]),
        _name(sender), sender.get("language_code") or "", int(message["message_id"]), datetime.now(UTC),
        press=str(query["data"]), press_id=str(query["id"]), label=label,
    )  # fmt: skip


def _thread(message: Raw) -> int | None:
    """Of a forum's topic alone: what else has a thread is a chain of replies."""
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _name(sender: Raw) -> str:
    return " ".join(filter(None, (sender.get("first_name"), sender.get("last_name")))) or f"{sender['id']}"


def _name_instead(message: Raw, chat: Raw) -> str:
    """The signature of whom a group lets write in its name, else the title of what they write as."""
    return str(message.get("author_signature") or chat.get("title") or chat["id"])


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def command_of(said: Heard, me: Me) -> tuple[str, str] | None:
    """(command without its slash, the words behind it), where the message begins with one that isn't another bot's."""
    if not said.text.startswith("/"):
        return None
    first, _, rest = said.text.partition(" ")
    name, _, whose = first[1:].partition("@")
    if not name or not name.isascii() or (whose and whose.casefold() != me.username.casefold()):
        return None
    return name.casefold(), rest.strip()


def for_us(said: Heard, me: Me) -> str | None:
    """What of the text is meant for us; None where it isn't: in a group only what names us, answers us, or is a command with our name."""
    if said.is_private or said.press:
        return said.text
    first = said.text.split(" ", 1)[0].casefold()
    if first.startswith("/"):
        return said.text if first.endswith(f"@{me.username.casefold()}") else None
    text = _without_name(said, me)
    return text if text != said.text or said.answers == me.id else None


def _without_name(said: Heard, me: Me) -> str:
    """The text without our name where it is called by it; places are UTF-16 units."""
    raw = said.text.encode("utf-16-le")
    for entity in sorted(said.entities, key=lambda entity: -int(entity["offset"])):
        start, end = 2 * int(entity["offset"]), 2 * (int(entity["offset"]) + int(entity["length"]))
        called = raw[start:end].decode("utf-16-le", "replace").casefold()
        is_us = called == f"@{me.username.casefold()}" or (entity.get("user") or {}).get("id") == me.id
        if entity.get("type") in ("mention", "text_mention") and is_us:
            raw = raw[:start] + raw[end:]
    text = raw.decode("utf-16-le", "replace")
    return text if text == said.text else text.strip(" ,:，：")
