"""Signed messages to the shop's own server that answer none of its: a colleague's words, and what a customer asked to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from json import dumps

from bot.channels.signing import Keys
from bot.channels.webhook import CHANNEL
from bot.mail import Delivered, Draft, Later, Outcome, Outgoing, Refused
from bot.types import Turn

WITHIN_S = 15.0
_AGAIN = (408, 425, 429)
"""Refusals that are none."""


class WebhookDoor:
    """By Standard Webhooks. `webhook-id` is the same however often a message is sent: the receiver tells a doubled one by it."""

    channel = CHANNEL
    at_once = 4

    def __init__(self, url: str, keys: Keys) -> None:
        self._url, self._keys = url, keys

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        """None: a turn's reply leaves in the answer to its request."""
        return ()

    async def send(self, outgoing: Outgoing) -> Outcome:
        import httpx

        now = datetime.now(UTC)
        about = {
            "conversation_id": outgoing.conversation_id.removeprefix(f"{CHANNEL}:"), "text": outgoing.body["text"],
        }  # fmt: skip
        body = dumps(
            {"type": f"message.{outgoing.body.get('kind', 'person')}", "timestamp": now.isoformat(), "data": about},
            ensure_ascii=False,
        ).encode()
        message_id = sha256(outgoing.key.encode()).hexdigest()[:40]
        headers = {**self._keys.sign(message_id, now, body), "content-type": "application/json"}
        try:
            async with httpx.AsyncClient(timeout=WITHIN_S, follow_redirects=False) as client:
                answer = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return Later(f"{type(error).__name__}: {error}", whole_door=isinstance(error, httpx.ConnectError))
        return _outcome(answer.status_code, answer.headers.get("retry-after", ""), now)


def _outcome(status: int, retry_after: str, now: datetime) -> Outcome:
    if 200 <= status < 300:
        return Delivered()
    if status in _AGAIN or status >= 500:
        return Later(f"HTTP {status}", _seconds(retry_after, now))
    return Refused(f"HTTP {status}")


def _seconds(retry_after: str, now: datetime) -> float | None:
    """Seconds, or a date; None where it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:6])
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - now).total_seconds())
    except (ValueError, TypeError):
        return None
