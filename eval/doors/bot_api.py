"""A Bot API of our own: keeps updates until they are acknowledged, refuses what Telegram refuses, and breaks when told to."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from eval.doors.loopback import served
from eval.doors.messages import Messages

TOKEN = "42:for-tests"
ME = {"id": 42, "is_bot": True, "first_name": "Clerk", "username": "junipers_bot"}
LIMIT, CAPTION, DATA = 4096, 1024, 64


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came, numbers and JSON parsed."""

    method: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """How a call fails; `after` makes it fail once the deed is done, so that the caller can't know."""

    status: int
    told: str = "broken"
    retry_after: int = 0
    after: bool = False


@dataclass
class BotApi:
    """`calls` are all that were done; `breaks` says of a call how it fails, None where it doesn't."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    breaks: Callable[[Call], Broken | None] = lambda call: None
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    confirmed: int = 0
    """Updates below are acknowledged."""
    messages: Messages = field(default_factory=Messages)
    topics: int = 0
    newest: int = 100
    group: dict[str, Any] = field(default_factory=lambda: {"is_forum": True})
    """What a group is, and what the bot is and may do in it."""
    member: dict[str, Any] = field(default_factory=lambda: {"status": "administrator", "can_manage_topics": True, "can_delete_messages": True})  # fmt: skip
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    texts: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What each chat was told, in order."""

    def push(self, **update: Any) -> int:
        """An update as Telegram would make it; its id."""
        self.newest += 1
        self.waiting.append({"update_id": self.newest, **update})
        self._arrived.set()
        return self.newest

    def write(self, text: str = "", chat: int = 7, *, kind: str = "private", user: int | None = None, language: str = "en", **more: Any) -> int:  # fmt: skip
        """Somebody writes in a chat; the message's id."""
        number = self.messages.come(chat)
        self.push(message=_message(number, chat, kind, user or chat, language, text, more))
        return number

    def edit(self, message_id: int, text: str, chat: int = 7) -> None:
        self.push(edited_message=_message(message_id, chat, "private", chat, "en", text, {}))

    def press(self, label: str, chat: int = 7) -> dict[str, Any]:
        """Somebody presses the newest button of that label in the chat; what it carried."""
        for call in reversed(self.calls):
            if call.fields.get("chat_id") != chat:
                continue
            found = next((button for row in _rows(call) for button in row if label in button["text"]), None)
            if found is not None:
                self.press_button(found, chat, call.fields["_message_id"], call.fields["reply_markup"])
                return dict(found)
        raise LookupError(f"no button {label!r} in chat {chat}")

    def press_button(self, button: dict[str, Any], chat: int, message_id: int = 1, markup: dict[str, Any] | None = None) -> None:  # fmt: skip
        """Without its markup the message is one that is too old for Telegram to tell."""
        message = {"message_id": message_id, "date": 1, "chat": {"id": chat, "type": "private"}}
        sender = {"id": chat, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        shown = {**message, **({"reply_markup": markup} if markup else {})}
        self.push(callback_query={"id": f"q{self.newest}", "from": sender, "data": button["callback_data"], "message": shown})  # fmt: skip

    def told(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _refused(Broken(401, "Unauthorized"))
        call = Call(request.match_info["method"], await _fields(request))
        if call.method == "getUpdates":
            return await self._updates(call)
        broken = self.breaks(call) or wrong(call) or self._refused(call)
        if broken and not broken.after:
            return _refused(broken)
        done = self._do(call)
        return _refused(broken) if broken else web.json_response({"ok": True, "result": done})

    async def _updates(self, call: Call) -> web.Response:
        if broken := self.breaks(call):
            return _refused(broken)
        self.confirmed = max(self.confirmed, int(call.fields.get("offset") or 0))
        while self.waiting and self.waiting[0]["update_id"] < self.confirmed:
            self.waiting.popleft()
        if not self.waiting:
            self._arrived.clear()
            try:
                async with asyncio.timeout(min(float(call.fields.get("timeout") or 0), 2.0)):
                    await self._arrived.wait()
            except TimeoutError:
                pass
        return web.json_response({"ok": True, "result": list(self.waiting)[:100]})

    def _refused(self, call: Call) -> Broken | None:
        told = self.messages.refusal(call.method, call.fields)
        return Broken(400, told) if told else None

    def _do(self, call: Call) -> Any:
        self.calls.append(call)
        fields = call.fields
        if call.method in _WORDS:
            is_edit = call.method == "editMessageText"
            fields["_message_id"] = self.messages.change(fields) if is_edit else self.messages.send(fields)
            self.texts[fields["chat_id"]].append(fields.get("text") or fields.get("caption") or "")
            sent: dict[str, Any] = {"message_id": fields["_message_id"], "date": 1, "chat": {"id": fields["chat_id"], "type": "private"}}  # fmt: skip
            return (
                {**sent, "photo": [{"file_id": f"file-{fields['_message_id']}"}]}
                if call.method == "sendPhoto"
                else sent
            )
        if call.method == "createForumTopic":
            self.topics += 1
            fields["_thread"] = self.topics
            return {"message_thread_id": self.topics, "name": fields["name"], "icon_color": 0}
        if call.method == "getChat":
            if fields["chat_id"] < 0:
                return {"id": fields["chat_id"], "type": "supergroup", "title": "Desk", **self.group}
            return {"id": fields["chat_id"], "type": "private", "first_name": f"Ann{fields['chat_id']}"}
        if call.method == "getChatMember":
            return {"user": ME, **self.member}
        if call.method == "copyMessage":
            return {"message_id": self.messages.send(fields)}
        return ME if call.method == "getMe" else True


def _message(number: int, chat: int, kind: str, user: int, language: str, text: str, more: dict[str, Any]) -> dict[str, Any]:  # fmt: skip
    sender = {"id": user, "is_bot": False, "first_name": "Ann", "language_code": language}
    words = {"text": text} if text else {}
    return {"message_id": number, "date": 1_790_000_000, "chat": {"id": chat, "type": kind}, "from": sender, **words, **more}  # fmt: skip


_FILES = ("sendPhoto", "sendDocument")
_WORDS = ("sendMessage", "editMessageText", *_FILES)
"""Calls that say something."""


async def _fields(request: web.Request) -> dict[str, Any]:
    """A file comes beside the field that names it."""
    raw = await request.post()
    files = {name: value.filename for name, value in raw.items() if isinstance(value, web.FileField)}
    given = {name: _value(value) for name, value in raw.items() if isinstance(value, str)}
    return {name: _named(value, files) for name, value in given.items()}


def _named(value: Any, files: dict[str, str]) -> Any:
    return f"<file {files[value[9:]]}>" if isinstance(value, str) and value.startswith("attach://") else value


def _value(value: str) -> Any:
    if value[:1] in "[{" or value.lstrip("-").isdigit():
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _rows(call: Call) -> list[list[dict[str, Any]]]:
    markup = call.fields.get("reply_markup") or {}
    return list(markup.get("inline_keyboard") or ())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def wrong(call: Call) -> Broken | None:
    """What Telegram refuses of a message."""
    fields = call.fields
    if call.method not in _WORDS:
        return None
    text = str(fields.get("text") or fields.get("caption") or "")
    if call.method not in _FILES and not text.strip():
        return Broken(400, "Bad Request: message text is empty")
    if _units(text) > (CAPTION if call.method in _FILES else LIMIT):
        return Broken(400, "Bad Request: message is too long")
    for entity in fields.get("entities") or fields.get("caption_entities") or ():
        inside = entity["offset"] >= 0 and entity["length"] > 0 and entity["offset"] + entity["length"] <= _units(text)
        if not inside:
            return Broken(400, "Bad Request: can't parse entities")
    if any(len(button["callback_data"].encode()) > DATA for row in _rows(call) for button in row):
        return Broken(400, "Bad Request: BUTTON_DATA_INVALID")
    return None


def _refused(broken: Broken) -> web.Response:
    more = {"parameters": {"retry_after": broken.retry_after}} if broken.retry_after else {}
    body = {"ok": False, "error_code": broken.status, "description": broken.told, **more}
    return web.json_response(body, status=broken.status)


@asynccontextmanager
async def bot_api(api: BotApi | None = None) -> AsyncIterator[BotApi]:
    """Served on a free port of loopback until the context is left."""
    api = api or BotApi()
    async with served("/bot{token}/{method}", api.answer) as api.url:
        yield api
