"""The way out to the shop's own server: messages that customers asked for, posted and signed (Standard Webhooks), for the shop to pass on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from bot.channels.signing import Keys
from bot.channels.webhook import CHANNEL
from bot.mail import Delivered, Draft, Later, Outcome, Outgoing, Refused
from bot.types import Turn

_WAIT_S = 10.0
_GONE = frozenset((400, 401, 403, 404, 410, 422))
"""What doesn't change by asking again."""


class PostingDoor:
    channel = CHANNEL
    at_once = 4

    def __init__(self, url: str, keys: Keys, client: httpx.AsyncClient | None = None) -> None:
        self._url, self._keys, self._client = url, keys, client or httpx.AsyncClient(timeout=_WAIT_S)

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        """Nothing: a reply leaves in the response to its request."""
        return ()

    async def send(self, outgoing: Outgoing) -> Outcome:
        """The key is the `webhook-id`: a receiver tells a doubled one by it."""
        told = {"conversation_id": outgoing.address, "text": outgoing.body["text"], "kind": "notice"}
        body = json.dumps(told, ensure_ascii=False).encode()
        signed = self._keys.sign(outgoing.key.replace(".", "-"), datetime.now(UTC), body)
        try:
            answer = await self._client.post(
                self._url, content=body, headers={"content-type": "application/json", **signed}
            )
        except httpx.HTTPError as error:
            return Later(type(error).__name__, whole_door=True)
        if answer.is_success:
            return Delivered()
        if answer.status_code in _GONE:
            return Refused(f"{answer.status_code} of the shop's server")
        after = answer.headers.get("retry-after", "")
        return Later(f"{answer.status_code} of the shop's server", float(after) if after.isdigit() else None)
