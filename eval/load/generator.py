"""`python -m eval.load.generator`: a process that asks. A plan as a line of JSON on standard input, what came of it as JSON on standard output."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.channels.signing import Keys
from eval.load.asking import Answers, Make, arrivals, closed, open_loop
from eval.load.connection import request
from eval.load.following import follow

QUESTIONS = (
    "How much is delivery to Canada?", "寄到加拿大运费多少？", "Do you have a kettle under $60?", "有没有保温杯", "How long can I return things?",
    "可以退货吗？", "recommend something for tea", "red mugs in stock", "hello", "什么时候发货",
)  # fmt: skip
"""What customers ask, in turn: answers, searches, advice and greetings, half of them Chinese."""

Plan = Mapping[str, Any]


def token_of(name: str) -> str:
    """A token that the client brings itself; the same name has the same."""
    return f"sct_{sha256(name.encode()).hexdigest()}"


def chats(run: str) -> Make:
    """Each customer one conversation."""

    def make(customer: int, number: int) -> bytes:
        name = f"{run}-{customer}"
        told = {
            "text": QUESTIONS[(customer + number) % len(QUESTIONS)],
            "conversation_id": name,
            "message_id": f"m{number}",
        }
        return request("POST", "/v1/chat", {"x-conversation-token": token_of(name)}, json.dumps(told).encode())

    return make


def signed(run: str, secret: str) -> Make:
    """Signed messages that ask to be acknowledged, not answered. Every 20th is one that came before, signed anew: it has to be known."""
    keys = Keys.of(secret)

    def make(customer: int, number: int) -> bytes:
        of = number - 1 if number > 0 and number % 20 == 0 else number
        name = f"{run}-{customer}"
        body = json.dumps({"text": QUESTIONS[of % len(QUESTIONS)], "conversation_id": name}).encode()
        at = datetime.fromtimestamp(
            time.time() + (of != number), UTC
        )  # at another second, or it is the very same request
        headers = {**keys.sign(f"{name}-{of}", at, body), "prefer": "respond-async"}
        return request("POST", "/v1/webhook", headers, body)

    return make


async def _closed(plan: Plan) -> dict[str, Any]:
    return _told(await closed(plan["port"], _make(plan), plan["connections"], plan["seconds"]))


async def _open(plan: Plan) -> dict[str, Any]:
    return _told(await open_loop(plan["port"], _make(plan), arrivals(plan["rates"], plan["seconds"], plan["seed"])))


def _make(plan: Plan) -> Make:
    return signed(plan["run"], plan["secret"]) if plan["what"] == "webhook" else chats(plan["run"])


def _told(answers: Answers) -> dict[str, Any]:
    return {
        "seconds": answers.seconds, "statuses": dict(answers.statuses), "waited": answers.waited, "late_s": answers.late,
    }  # fmt: skip


KINDS: Mapping[str, Callable[[Plan], Awaitable[dict[str, Any]]]] = {"closed": _closed, "open": _open, "follow": follow}


async def _made(plan: Plan) -> dict[str, Any]:
    return await KINDS[plan["kind"]](plan)


def main() -> None:
    plan = json.loads(sys.stdin.readline())
    if cores := plan.get("cores"):
        os.sched_setaffinity(0, cores)
    begun, used = time.monotonic(), time.process_time()
    told = asyncio.run(_made(plan))
    told["generator"] = round((time.process_time() - used) / (time.monotonic() - begun), 3)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
