"""A Chatwoot of our own: tells the bot what happens in its conversations, refuses what Chatwoot refuses, and breaks when told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web

from bot.channels.chatwoot.signing import AT, SIGNATURE, Secret
from eval.doors.loopback import served

TOKEN, SECRET = "agent-bots-own-token", Secret("secret-of-the-agent-bot-1")
ACCOUNT = 3
_ITEM = {"input_select": {"title", "value"}, "cards": {"title", "description", "media_url", "actions"}}
_ACTION = {"text", "type", "payload", "uri"}


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it came: `what` is `messages` or `toggle_status`."""

    conversation: int
    what: str
    body: dict[str, Any]


@dataclass
class Chatwoot:
    """`posts` are all that were taken; `breaks` answers in Chatwoot's place, None where it works."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    breaks: Callable[[Post], web.Response | None] = lambda post: None
    status: dict[int, str] = field(default_factory=lambda: defaultdict(lambda: "pending"))
    assignee: dict[int, dict[str, Any]] = field(default_factory=dict)
    slow_s: float = 0.0
    numbers: int = 5000
    bot: httpx.AsyncClient | None = None
    """To whom events are told."""
    hook: str = "/v1/chatwoot"
    answers: list[int] = field(default_factory=list)
    """What the bot answered to events of its own messages."""

    def said(self, conversation: int) -> list[str]:
        """What the customer of a conversation reads, product cards left out."""
        public = self.public(conversation)
        return [str(one.body["content"]) for one in public if one.body.get("content_type") != "cards"]

    def public(self, conversation: int) -> list[Post]:
        return [one for one in self.of(conversation, "messages") if not one.body["private"]]

    def notes(self, conversation: int) -> list[str]:
        return [str(one.body["content"]) for one in self.of(conversation, "messages") if one.body["private"]]

    def of(self, conversation: int, what: str) -> list[Post]:
        return [one for one in self.posts if (one.conversation, one.what) == (conversation, what)]

    async def write(self, conversation: int, text: str | None, *, number: int = 0, **more: Any) -> int:
        """A customer writes; the status of the bot's answer."""
        return await self.tell(self.message(conversation, text, number=number, **more))

    def message(self, conversation: int, text: str | None, *, number: int = 0, kind: str = "incoming", sender: str = "contact", **more: Any) -> dict[str, Any]:  # fmt: skip
        self.numbers += 1
        return {
            "event": "message_created", "id": number or self.numbers, "content": text, "message_type": kind, "private": False,
            "content_type": "text", "content_attributes": {}, "sender": {"id": 9, "type": sender}, "account": {"id": ACCOUNT, "name": "Shop"},
            "conversation": self.conversation(conversation), **more,
        }  # fmt: skip

    def conversation(self, number: int) -> dict[str, Any]:
        meta = {"assignee": self.assignee.get(number), "sender": {"id": 9, "type": "contact"}}
        return {"id": number, "status": self.status[number], "meta": meta, "additional_attributes": {}, "messages": [{"account_id": ACCOUNT}]}  # fmt: skip

    async def turn(self, conversation: int, status: str) -> int:
        """A colleague sets the conversation's state."""
        self.status[conversation] = status
        name = {"open": "conversation_opened", "resolved": "conversation_resolved"}.get(
            status, "conversation_status_changed"
        )
        return await self.tell({"event": name, **self.conversation(conversation)})

    async def tell(self, event: dict[str, Any], seconds: int = 0, secret: Secret = SECRET) -> int:
        assert self.bot is not None, "nobody is told"
        body, at = json.dumps(event, ensure_ascii=False).encode(), str(seconds or int(time.time()))
        headers = {SIGNATURE: secret.sign(at, body), AT: at, "content-type": "application/json"}
        return (await self.bot.post(self.hook, content=body, headers=headers)).status_code

    async def answer(self, request: web.Request) -> web.Response:
        if request.headers.get("api_access_token") != TOKEN:
            return web.json_response({"error": "Invalid Access Token"}, status=401)
        if int(request.match_info["account"]) != ACCOUNT:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        post = Post(int(request.match_info["conversation"]), request.match_info["what"], await request.json())
        await asyncio.sleep(self.slow_s)
        if (broken := self.breaks(post)) is not None:
            return broken
        if told := wrong(post):
            return web.json_response({"message": told}, status=422)
        self.posts.append(post)
        if post.what == "toggle_status":
            self.status[post.conversation] = post.body["status"]
            return web.json_response({"payload": {"success": True, "current_status": post.body["status"]}})
        own = self.message(post.conversation, post.body["content"], kind="outgoing", sender="agent_bot", private=post.body["private"])  # fmt: skip
        if self.bot is not None:
            self.answers.append(await self.tell(own))
        return web.json_response({"id": own["id"], "content": post.body["content"]})


def wrong(post: Post) -> str:
    """What Chatwoot refuses of a message."""
    if post.what == "toggle_status":
        return "" if post.body.get("status") in ("open", "pending", "resolved", "snoozed") else "unknown status"
    content, kind = post.body.get("content"), post.body.get("content_type", "text")
    if not isinstance(content, str) or not content.strip() or len(content) > 150_000:
        return "Content is blank or too long"
    items = (post.body.get("content_attributes") or {}).get("items") or []
    if kind in _ITEM and not items:
        return "At least one item is required."
    if any(set(item) - _ITEM.get(kind, set()) for item in items):
        return "contains invalid keys for items"
    if kind == "cards" and any(not item.get("actions") for item in items):
        return "contains items missing actions"
    if any(set(action) - _ACTION for item in items for action in item.get("actions", ())):
        return "contains invalid keys for actions"
    return ""


@asynccontextmanager
async def chatwoot() -> AsyncIterator[Chatwoot]:
    """Served on a free port of loopback until the context is left."""
    made = Chatwoot()
    async with served("/api/v1/accounts/{account}/conversations/{conversation}/{what}", made.answer) as made.url:
        yield made
