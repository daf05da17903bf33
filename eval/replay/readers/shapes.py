"""One function a format: a row of the file to raw lines of a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from eval.replay.readers.making import Raw
from eval.replay.readers.source import Row

Conversation = tuple[str, list[Raw]]


def whole(place: int, row: Row) -> Conversation:
    """{"id", "turns": [{"who", "text", "at"}]}"""
    return str(row["id"]), [(place, str(turn["who"]), turn["text"], turn.get("at")) for turn in row["turns"]]


def openai(place: int, row: Row) -> Conversation:
    """{"messages": [{"role", "content"}]}; what isn't said aloud (system, tool, calls) is left out."""
    said = [
        message for message in row["messages"] if message["role"] not in ("system", "developer", "tool", "function")
    ]
    lines: list[Raw] = [(place, str(one["role"]), _content(one.get("content")), one.get("created_at")) for one in said]
    return str(row.get("id") or row.get("conversation_id") or f"line-{place}"), lines


def _content(content: Any) -> Any:
    """Parts of a message that are text; a call alone says nothing. What is neither is left for the error to show."""
    if isinstance(content, list):
        return "\n".join(
            part if isinstance(part, str) else str(part.get("text", ""))
            for part in content
            if isinstance(part, str) or part.get("type") in ("text", "input_text", "output_text")
        )
    return "" if content is None else content


_KINDS = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}


def chatwoot(place: int, row: Row) -> Conversation:
    """A conversation of Chatwoot's API or export: `messages` or `payload`. Private notes, activities and templates are left out."""
    messages: list[Row] = row["messages"] if isinstance(row.get("messages"), list) else row["payload"]
    lines: list[Raw] = []
    for message in messages:
        kind = _KINDS.get(message["message_type"], message["message_type"])
        if kind not in ("incoming", "outgoing") or message.get("private"):
            continue
        lines.append((place, "customer" if kind == "incoming" else _sender(message), message.get("content") or "", message.get("created_at")))  # fmt: skip
    named = row.get("display_id") or row.get("id") or next((one.get("conversation_id") for one in messages), None)
    return f"chatwoot-{named or place}", lines


def _sender(message: Row) -> str:
    told = message.get("sender_type") or (message.get("sender") or {}).get("type") or "user"
    return "bot" if "bot" in str(told).casefold() else "agent"


_STEP = re.compile(r"^\d+\. (?:User|Assistant|Tool)\b", re.MULTILINE)


def tau2(place: int, row: Row) -> Conversation:
    """A simulation of tau2: `transcript` with numbered steps. Calls and their results are no words; the judge's verdicts aren't read."""
    lines: list[Raw] = []
    for who, text in steps(str(row["transcript"])):
        if who in ("user", "assistant"):
            lines.append((place, who, text.replace("###STOP###", "").replace("###TRANSFER###", "").strip(), None))
    return f"tau2-{row['task_id']}", lines


def steps(transcript: str) -> Iterator[tuple[str, str]]:
    """(user, assistant, call or result; what stands there) in order; what follows the conversation is instructions to a judge."""
    talk = transcript.split("\n\nJudging instructions:")[0]
    starts = [match.start() for match in _STEP.finditer(talk)]
    for start, end in zip(starts, [*starts[1:], len(talk)], strict=True):
        step = talk[start:end].split(". ", 1)[1].strip()
        if step.startswith("Assistant TOOL CALL -> "):
            yield "call", step.removeprefix("Assistant TOOL CALL -> ")
        elif step.startswith("Tool "):
            yield "result", step.split(": ", 1)[1] if ": " in step else ""
        else:
            who, _, text = step.partition(":")
            yield who.casefold(), text.strip()
