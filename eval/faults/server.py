"""A local server that speaks OpenAI's chat completions, streaming and tool calls included, and breaks them on demand. Loopback only."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]
"""A request as the client sent it: model, messages, tools, ..."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says to one request, and how the server spoils it."""

    text: str = ""
    tool_calls: Sequence[tuple[str, str]] = ()
    """(name, arguments as they are sent, JSON or not)."""
    finish: str = "stop"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    first_after_s: float = 0.0
    """How long the server is silent before its first byte of the stream."""
    stall_after: int | None = None
    """Pieces after which nothing more comes, though the connection stays open."""
    cut_after: int | None = None
    """Bytes of the stream after which the connection is closed."""
    reset: bool = False
    """The connection is reset as soon as the request was read."""
    endless: bool = False
    """The text again and again, until the client hangs up."""
    raw: bytes | None = None
    """Sent as the stream, whatever it is."""
    no_choices: bool = False
    usage: bool = True
    piece: int = 4
    """Characters that are sent at a time."""


Model = Callable[[Body], Answer]
"""What stands in for the model: any function of the request."""

STALL_S = 30.0
"""How long a stall lasts, where the client doesn't hang up first."""


class Server:
    """`model` may be changed while it runs. Counts requests and open connections."""

    def __init__(self, model: Model) -> None:
        self.model, self.requests, self.open = model, 0, 0
        self.bodies: list[Body] = []
        self.keep_bodies = False
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
                while (body := await _request(reader)) is not None:
                    self.requests += 1
                    if self.keep_bodies:
                        self.bodies.append(body)
                    if not await _answer(writer, body, self.model(body)):
                        break
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def serving(model: Model, port: int = 0) -> AsyncIterator[Server]:
    """A server on a port of the loopback, a free one where none is given, for as long as the context is open."""
    server = Server(model)
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await server._serve(reader, writer)

    listening = await asyncio.start_server(connected, "127.0.0.1", port)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def free_port() -> int:
    """Where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def _request(reader: asyncio.StreamReader) -> Body | None:
    """The next request's JSON; None where the client has gone."""
    line = await reader.readline()
    if not line.strip():
        return None
    length = 0
    while (header := (await reader.readline()).strip()) != b"":
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body: Body = json.loads(await reader.readexactly(length) or b"{}")
    return body


async def _answer(writer: asyncio.StreamWriter, body: Body, answer: Answer) -> bool:
    """Whether the connection may be used again."""
    if answer.reset:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()
        return False
    if answer.status != 200:
        problem = json.dumps({"error": {"message": f"status {answer.status}", "type": "fault", "code": None}}).encode()
        writer.write(
            _head(
                answer.status,
                {**answer.headers, "content-type": "application/json", "content-length": str(len(problem))},
            )
        )
        writer.write(problem)
        await writer.drain()
        return True
    if not body.get("stream"):
        whole = json.dumps(_whole(body, answer)).encode()
        await asyncio.sleep(answer.first_after_s)
        writer.write(_head(200, {"content-type": "application/json", "content-length": str(len(whole))}) + whole)
        await writer.drain()
        return True
    writer.write(_head(200, {"content-type": "text/event-stream", "connection": "close"}))
    await writer.drain()
    await asyncio.sleep(answer.first_after_s)
    sent = 0
    for number, event in enumerate(_events(body, answer)):
        if answer.stall_after is not None and number >= answer.stall_after:
            await asyncio.sleep(STALL_S)
            return False
        left = len(event) if answer.cut_after is None else answer.cut_after - sent
        writer.write(event[:left])
        sent += len(event)
        if left < len(event):
            break
        await writer.drain()
        await asyncio.sleep(0)  # an endless stream lets others work between
    await writer.drain()
    return False


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def stream_of(body: Body, answer: Answer) -> bytes:
    """All that would be sent; nothing of an endless one."""
    return b"".join(_events(body, answer)) if not answer.endless else b""


def _events(body: Body, answer: Answer) -> Iterator[bytes]:
    if answer.raw is not None:
        yield answer.raw
        return
    if answer.no_choices:
        yield _event(body, [])
        yield b"data: [DONE]\n\n"
        return
    yield _event(body, [_choice({"role": "assistant", "content": ""})])
    while True:
        for start in range(0, len(answer.text), answer.piece):
            yield _event(body, [_choice({"content": answer.text[start : start + answer.piece]})])
        if not answer.endless:
            break
        yield _event(body, [_choice({"content": "\n"})])
    for number, (name, arguments) in enumerate(answer.tool_calls):
        call = {
            "index": number,
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        yield _event(body, [_choice({"tool_calls": [call]})])
    yield _event(body, [_choice({}, answer.finish)])
    if answer.usage and (body.get("stream_options") or {}).get("include_usage"):
        yield _event(body, [], _usage(body, answer))
    yield b"data: [DONE]\n\n"


def _event(body: Body, choices: list[dict[str, Any]], usage: Mapping[str, int] | None = None) -> bytes:
    chunk = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body.get("model", ""),
        "choices": choices,
    }
    if usage is not None:
        chunk["usage"] = usage
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _usage(body: Body, answer: Answer) -> dict[str, int]:
    asked = sum(len(str(message.get("content", ""))) for message in body.get("messages", ())) // 4
    said = max(1, len(answer.text) // 4)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _whole(body: Body, answer: Answer) -> dict[str, Any]:
    calls = [
        {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for number, (name, arguments) in enumerate(answer.tool_calls)
    ]
    message = {"role": "assistant", "content": answer.text or None, **({"tool_calls": calls} if calls else {})}
    choices = [] if answer.no_choices else [{"index": 0, "message": message, "finish_reason": answer.finish}]
    return {
        "id": "c", "object": "chat.completion", "created": 0, "model": body.get("model", ""), "choices": choices,
        "usage": _usage(body, answer),
    }  # fmt: skip
