"""Messages that customers asked for, posted to the shop's own server."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import httpx
import pytest
from bot.channels.posting import PostingDoor

from bot.channels.signing import Keys
from bot.mail import Delivered, Later, Outgoing, Refused

KEYS = Keys.of("whsec_" + base64.b64encode(b"k" * 32).decode())
SENT = Outgoing("reminder/0a1b", "webhook", "webhook:c1", "c1", {"text": "The kettle is back.", "ends": "en"})


def door(status: int, got: list[httpx.Request], **headers: str) -> PostingDoor:
    def answer(request: httpx.Request) -> httpx.Response:
        got.append(request)
        return httpx.Response(status, headers=headers)

    return PostingDoor("https://shop.example/in", KEYS, httpx.AsyncClient(transport=httpx.MockTransport(answer)))


async def test_it_is_signed_and_has_the_key_of_the_message() -> None:
    got: list[httpx.Request] = []
    assert await door(204, got).send(SENT) == Delivered()
    (request,) = got
    signed = KEYS.verify(request.headers.raw, request.content, datetime.now(UTC))
    assert signed.id == "reminder/0a1b"
    assert json.loads(request.content) == {"conversation_id": "c1", "text": "The kettle is back.", "kind": "notice"}


@pytest.mark.parametrize(("status", "outcome"), [(503, Later), (429, Later), (404, Refused), (401, Refused)])
async def test_what_the_shop_answers_decides_whether_it_is_tried_again(status: int, outcome: type) -> None:
    sent = await door(status, [], **{"retry-after": "7"}).send(SENT)
    assert isinstance(sent, outcome)
    if isinstance(sent, Later):
        assert sent.after_s == 7
