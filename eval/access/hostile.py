"""Hostile signatures, tokens and bodies: every one has to be a 4xx. Each kind begins with what a live key has signed, and spoils it."""

from __future__ import annotations

import base64
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.channels.signing import AT, ID, SIGNATURE, Keys
from bot.stores.visitors import is_token
from eval.access.door import AUDIENCE, KEYS, SECRET, Door, Headers

STRANGER = Keys.of("whsec_" + "c29tZWJvZHkgZWxzZSdzIGtleSwgbm90IG91cnM=")
_CONTROL_EVERY = 2000
"""Requests after which one comes unspoilt, and has to be answered: the door isn't just shut."""


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    headers: Headers
    body: bytes


Kind = Callable[[random.Random], Request]


def _body(luck: random.Random) -> bytes:
    return json.dumps({"text": f"hello {luck.random()}", "conversation_id": f"h{luck.randrange(9)}"}).encode()


def _raw(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in headers.items()}


def _signed(
    luck: random.Random, body: bytes | None = None, keys: Keys = KEYS, apart: float = 0.0
) -> tuple[dict[bytes, bytes], bytes]:
    told = _body(luck) if body is None else body
    at = datetime.now(UTC) + timedelta(seconds=apart)
    return _raw(keys.sign(uuid4().hex, at, told)), told


def _hook(headers: Mapping[bytes, bytes] | Headers, body: bytes) -> Request:
    return Request("/v1/webhook", list(headers.items()) if isinstance(headers, Mapping) else headers, body)


def _noise(luck: random.Random) -> bytes:
    """What header values are made of, and what breaks parsers."""
    known = [
        b"",
        b"v1,",
        b"v1",
        b",",
        b"\xb2\xb3",
        b"1e99",
        b"-1",
        b"NaN",
        b"9" * 300,
        b"0x10",
        b"\xff\xfe",
        b"v1," + b"=" * 9,
        b"null",
        b"%00",
        b"1 1",
    ]
    made = bytes(luck.randrange(1, 256) for _ in range(luck.randrange(60)))
    return luck.choice([*known, made, base64.b64encode(made), b"v1," + base64.b64encode(made)])


def _one_spoilt(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    name = luck.choice((ID, AT, SIGNATURE)).encode()
    return _hook({**headers, name: _noise(luck)}, body)


def _one_missing(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    del headers[luck.choice((ID, AT, SIGNATURE)).encode()]
    return _hook(headers, body)


def _one_twice(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    name = luck.choice((ID, AT, SIGNATURE)).encode()
    return _hook([*headers.items(), (name.upper(), headers[name])], body)


def _bit_of_signature(luck: random.Random) -> Request:
    """A signature that is right but for one bit, wherever it is."""
    headers, body = _signed(luck)
    mark = bytearray(base64.b64decode(headers[SIGNATURE.encode()][3:]))
    mark[luck.randrange(len(mark))] ^= 1 << luck.randrange(8)
    return _hook({**headers, SIGNATURE.encode(): b"v1," + base64.b64encode(bytes(mark))}, body)


def _prefix_of_signature(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    return _hook({**headers, SIGNATURE.encode(): headers[SIGNATURE.encode()][: luck.randrange(3, 46)]}, body)


def _body_changed(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    place = luck.randrange(len(body))
    return _hook(headers, body[:place] + bytes([body[place] ^ (1 << luck.randrange(8))]) + body[place + 1 :])


def _out_of_time(luck: random.Random) -> Request:
    return _hook(*_signed(luck, apart=luck.choice((-1, 1)) * luck.uniform(302, 1e9 if luck.random() < 0.5 else 900)))


def _strangers_key(luck: random.Random) -> Request:
    return _hook(*_signed(luck, keys=STRANGER))


def _parts_moved(luck: random.Random) -> Request:
    """Id, time and body cut elsewhere, with the same bytes between them."""
    headers, body = _signed(luck)
    now = headers[AT.encode()]
    return _hook(
        {**headers, ID.encode(): headers[ID.encode()] + b"." + now, AT.encode(): now}, body[luck.randrange(1, 9) :]
    )


def _many_signatures(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    wrong = b"v1," + base64.b64encode(luck.randbytes(32))
    return _hook({**headers, SIGNATURE.encode(): b" ".join([wrong] * luck.randrange(1, 300))}, body)


def _other_version(luck: random.Random) -> Request:
    headers, body = _signed(luck)
    version = luck.choice((b"v2,", b"v1a,", b"V1,", b"", b"v1;", b"v1 ,"))
    return _hook({**headers, SIGNATURE.encode(): version + headers[SIGNATURE.encode()][3:]}, body)


def _signed_nonsense(luck: random.Random) -> Request:
    """Our own key over a body that is none: 422."""
    bodies = [b"", b"{", b"[" * luck.randrange(1, 3000), b"null", b'{"text": "\\ud800", "conversation_id": "a"}', luck.randbytes(40),
              b'{"text": 1e999, "conversation_id": "a"}', b'{"text": "a", "conversation_id": "telegram:1"}', b'{"text": "a", "conversation_id": "a", "x": 1}',
              json.dumps({"text": "x" * 20_001, "conversation_id": "a"}).encode()]  # fmt: skip
    return _hook(*_signed(luck, luck.choice(bodies)))


def _too_large(luck: random.Random) -> Request:
    return _hook(*_signed(luck, b" " * (64 * 1024 + luck.randrange(1, 999))))


def _nonsense_token(luck: random.Random) -> Request:
    name = luck.choice((b"authorization", b"x-conversation-token"))
    value = (b"Bearer x" if name == b"authorization" else b"sct_") + _noise(luck)
    if is_token(value.decode("latin-1")):  # of the right shape it is a client's own, which begins a conversation
        value += b"!"
    return _chat([(name, value)])


def _forged_customer(luck: random.Random) -> Request:
    """Customers' tokens: no algorithm, another's key, another audience, out of time, parts spoilt."""
    claims: dict[str, Any] = {"sub": "C002", "aud": AUDIENCE, "exp": datetime.now(UTC).timestamp() + 60}
    head: dict[str, Any] = {"alg": "HS256", "typ": "JWT"}
    match luck.randrange(6):
        case 0:
            head["alg"] = luck.choice(("none", "None", "", "HS512", "RS256", "EdDSA", None, 5, ["HS256"], {}))
        case 1:
            return _chat([(b"authorization", b"Bearer " + _jwt(head, claims, luck.randbytes(32)))])
        case 2:
            claims["exp"] = luck.choice((0, -1, 1e300, "soon", None, True, [], datetime.now(UTC).timestamp() - 31))
        case 3:
            claims["aud"] = luck.choice(("else", None, [], 5, {}, ["else"]))
        case 4:
            claims["sub"] = luck.choice(("", None, 5, [], "x" * 300, "a\n"))
        case _:
            head |= {
                luck.choice(("kid", "crit", "jku", "jwk", "x5u")): luck.choice(
                    (["x"], "../../etc/passwd", {"a": 1}, 5, "'")
                )
            } | {"alg": "EdDSA"}
    if claims["exp"] == 1e300 or claims["exp"] is True:
        claims["aud"] = "else"
    return _chat([(b"authorization", b"Bearer " + _jwt(head, claims, SECRET))])


def _chat(headers: Headers) -> Request:
    return Request("/v1/chat", [(b"content-type", b"application/json"), *headers], b'{"text": "where is my order?"}')


def _jwt(head: Mapping[str, Any], claims: Mapping[str, Any], secret: bytes) -> bytes:
    import hmac

    parts = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, claims))
    mark = base64.urlsafe_b64encode(hmac.new(secret, parts, "sha256").digest()).rstrip(b"=")
    return parts + b"." + mark


KINDS: Mapping[str, Kind] = {
    "one header spoilt": _one_spoilt, "one header missing": _one_missing, "one header twice": _one_twice,
    "one bit of the signature": _bit_of_signature, "a part of the signature": _prefix_of_signature, "one bit of the body": _body_changed,
    "out of time": _out_of_time, "a stranger's key": _strangers_key, "parts moved": _parts_moved, "many signatures": _many_signatures,
    "another version": _other_version, "signed nonsense": _signed_nonsense, "too large": _too_large, "nonsense as token": _nonsense_token,
    "forged customer": _forged_customer,
}  # fmt: skip


async def run(
    door: Door, requests: int, seed: int = 7, say: Callable[[int, int], None] = lambda done, of: None
) -> dict[str, Any]:
    """Counts by kind and status. `accepted` and `five_xx` have to be 0, `replays_accepted` and `controls_refused`, too."""
    luck, statuses = random.Random(seed), defaultdict[str, Counter[int]](Counter)
    controls: Counter[int] = Counter()
    replays: Counter[int] = Counter()
    for number in range(requests):
        name = [*KINDS][number % len(KINDS)]
        request = KINDS[name](luck)
        answer = await door.ask("POST", request.path, request.headers, request.body)
        statuses[name][answer.status] += 1
        if number % _CONTROL_EVERY == 0:
            good = _hook(*_signed(luck))
            controls[(await door.ask("POST", good.path, good.headers, good.body)).status] += 1
            replays[(await door.ask("POST", good.path, good.headers, good.body)).status] += 1
        if number % 1000 == 0:
            say(number, requests)
    all_of = sum(statuses.values(), Counter[int]())
    return {
        "requests": requests, "five_xx": sum(n for status, n in all_of.items() if status >= 500),
        "accepted": sum(n for status, n in all_of.items() if status < 400), "by_status": dict(sorted(all_of.items())),
        "by_kind": {name: dict(sorted(counts.items())) for name, counts in statuses.items()},
        "controls": sum(controls.values()), "controls_refused": sum(n for status, n in controls.items() if status != 200),
        "replays": sum(replays.values()), "replays_accepted": sum(n for status, n in replays.items() if status != 409),
    }  # fmt: skip
