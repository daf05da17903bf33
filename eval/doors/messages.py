"""Messages as Telegram numbers and keeps them, and what it says to who would change one.

One counter for all private chats and small groups of an account, whoever writes, and one for each supergroup (pyrogram's "message identifiers").
Words of refusals: tdlib/telegram-bot-api Client.cpp (`check_message`, `fail_query_with_error`), tdlib/td MessagesManager (`edit_message_text`,
`edit_message_live_location`): their order is the one below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SUPERGROUPS = -1_000_000_000_000
"""Ids of supergroups are lower."""
_EDITED = {"editMessageText": "text", "editMessageCaption": "caption", "stopMessageLiveLocation": "live location"}
_SAME = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
_CONTENT = ("text", "entities", "reply_markup")

Fields = Mapping[str, Any]


@dataclass
class Messages:
    """`kept` is by chat and number: what the bot sent, None where it is somebody else's."""

    newest: int = 1000
    """Of the counter that private chats share."""
    kept: dict[tuple[int, int], Fields | None] = field(default_factory=dict)
    _of_groups: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def number(self, chat: int) -> int:
        """The next one."""
        if chat < _SUPERGROUPS:
            self._of_groups[chat] += 1
            return self._of_groups[chat]
        self.newest += 1
        return self.newest

    def come(self, chat: int) -> int:
        """Somebody's message."""
        number = self.number(chat)
        self.kept[chat, number] = None
        return number

    def send(self, fields: Fields) -> int:
        """The bot's."""
        chat = int(fields["chat_id"])
        number = self.number(chat)
        self.kept[chat, number] = dict(fields)
        return number

    def change(self, fields: Fields) -> int:
        """The bot's, in another form; it isn't refused."""
        place = int(fields["chat_id"]), int(fields["message_id"])
        self.kept[place] = {**(self.kept[place] or {}), **{name: fields.get(name) for name in _CONTENT}}
        return place[1]

    def delete(self, chat: int, number: int) -> None:
        """Everybody's copy."""
        self.kept.pop((chat, number), None)

    def refusal(self, method: str, fields: Fields) -> str:
        """Why a message can't be changed so; empty where it can, and for other methods."""
        what = _EDITED.get(method)
        if what is None:
            return ""
        place = int(fields["chat_id"]), int(fields["message_id"])
        if place not in self.kept:
            return "Bad Request: message to edit not found"
        if (sent := self.kept[place]) is None:
            return "Bad Request: message can't be edited"
        if what not in sent:
            return f"Bad Request: there is no {what} in the message to edit"
        if all(sent.get(name) == fields.get(name) for name in _CONTENT):
            return f"Bad Request: {_SAME}"
        return ""
