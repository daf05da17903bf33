"""Signed-in customers: a token of the shop's for us that holds; no other, however it calls itself."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.channels.customers import Customers
from bot.channels.jwks import PublicKeys
from bot.errors import KeysAway, NotSignedIn, WeakSecret

SECRET = b"a shop's secret of 32 bytes, yes."
ED, RSA, EC = (
    Ed25519PrivateKey.generate(),
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP256R1()),
)


def jwk(key: Any, kid: str) -> dict[str, Any]:
    of = {Ed25519PrivateKey: jwt.algorithms.OKPAlgorithm, rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm}
    algorithm = next((of[kind] for kind in of if isinstance(key, kind)), jwt.algorithms.ECAlgorithm)
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid}


KEYS = {"keys": [jwk(ED, "ed"), jwk(RSA, "rsa"), jwk(EC, "ec"), {"kty": "oct", "kid": "oct", "k": "c2VjcmV0" * 8}]}


def claims(**more: Any) -> dict[str, Any]:
    told = {"sub": "C002", "aud": "shopclerk", "exp": int(time.time()) + 60, **more}
    return {name: value for name, value in told.items() if value is not None}


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Customers:
    file = tmp_path_factory.mktemp("keys") / "jwks.json"
    file.write_text(json.dumps(KEYS))
    return Customers("shopclerk", SECRET, PublicKeys(str(file)))


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(SECRET, "HS256", None), (ED, "EdDSA", "ed"), (RSA, "RS256", "rsa"), (EC, "ES256", "ec")],
)
async def test_a_token_of_the_shops_tells_who_it_is(
    customers: Customers, key: Any, algorithm: str, kid: str | None
) -> None:
    token = jwt.encode(claims(), key, algorithm, headers={"kid": kid} if kid else {})
    assert await customers.of(token) == "C002"


@pytest.mark.parametrize(
    "told",
    [{"exp": int(time.time()) - 60}, {"exp": None}, {"aud": None}, {"aud": "somebody else"}, {"sub": None}, {"sub": ""}, {"sub": 5},
     {"sub": "x" * 201}, {"sub": "a\nb"}, {"nbf": int(time.time()) + 600}, {"exp": "soon"}],
)  # fmt: skip
async def test_a_token_has_to_be_for_us_and_still_hold(customers: Customers, told: dict[str, Any]) -> None:
    payload = base64.urlsafe_b64encode(json.dumps(claims(**told)).encode()).rstrip(b"=").decode()
    with pytest.raises(NotSignedIn):
        await customers.of(signed_by_hand({"alg": "HS256"}, payload, SECRET))


def signed_by_hand(header: Any, payload: str, secret: bytes) -> str:
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    mark = (
        base64.urlsafe_b64encode(hmac.new(secret, f"{head}.{payload}".encode(), sha256).digest()).rstrip(b"=").decode()
    )
    return f"{head}.{payload}.{mark}"


async def test_the_token_doesnt_choose_how_it_is_checked(customers: Customers) -> None:
    """`none`, and a public key used as if it were the secret."""
    payload = jwt.encode(claims(), SECRET, "HS256").split(".")[1]
    public = [
        ED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
        RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        b"secret" * 8,
    ]
    forged = [
        signed_by_hand({"alg": "HS256", "kid": kid}, payload, secret)
        for kid in ("ed", "rsa", "oct")
        for secret in public
    ]
    forged += [
        signed_by_hand({"alg": none, "kid": kid}, payload, b"")[:-43]
        for none in ("none", "None", "nOnE", "")
        for kid in ("ed", None)
    ]
    forged += [jwt.encode(claims(), RSA, "RS256", headers={"kid": "ed"}), jwt.encode(claims(), SECRET, "HS384")]
    forged += [jwt.encode(claims(), Ed25519PrivateKey.generate(), "EdDSA", headers={"kid": "ed"})]
    for token in forged:
        with pytest.raises(NotSignedIn):
            await customers.of(token)
    only_public = Customers("shopclerk", keys=customers.keys)
    for token in [*forged, jwt.encode(claims(), b"\0" * 32, "HS256")]:
        with pytest.raises(NotSignedIn):
            await only_public.of(token)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "x" * 9000, "é.é.é", base64.urlsafe_b64encode(b"[" * 5000).decode() + ".e30.x",
     signed_by_hand({"alg": {"a": 1}}, "e30", SECRET), signed_by_hand({"alg": "HS256", "kid": ["x"]}, "e30", SECRET),
     signed_by_hand({"alg": "HS256", "crit": ["b64"]}, "e30", SECRET), signed_by_hand([], "e30", SECRET),
     signed_by_hand({"alg": "HS256"}, base64.urlsafe_b64encode(b'{"exp": 1e999, "sub": "a", "aud": "shopclerk"}').decode().rstrip("="), SECRET),
     signed_by_hand({"alg": "HS256"}, base64.urlsafe_b64encode(b'{"exp": ' + b"9" * 5000 + b"}").decode().rstrip("="), SECRET)],
)  # fmt: skip
async def test_nonsense_is_refused_and_breaks_nothing(customers: Customers, token: str) -> None:
    with pytest.raises(NotSignedIn):
        await customers.of(token)


def test_a_short_secret_is_none() -> None:
    with pytest.raises(WeakSecret, match="31 bytes"):
        Customers("shopclerk", b"x" * 31)


async def test_keys_come_from_an_address_are_kept_and_replaced(tmp_path: Path) -> None:
    told: dict[str, Any] = {"body": json.dumps({"keys": [jwk(ED, "ed")]}).encode(), "asked": 0}

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told["asked"] += 1
            self.send_response(200 if told["body"] else 500)
            self.end_headers()
            self.wfile.write(told["body"])

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    Thread(target=server.serve_forever, daemon=True).start()
    now = [0.0]
    customers = Customers(
        "shopclerk", keys=PublicKeys(f"http://127.0.0.1:{server.server_port}/jwks", clock=lambda: now[0])
    )
    old, new = (
        jwt.encode(claims(), key, algorithm, headers={"kid": kid})
        for key, algorithm, kid in ((ED, "EdDSA", "ed"), (EC, "ES256", "ec"))
    )
    assert [await customers.of(old), await customers.of(old), told["asked"]] == ["C002", "C002", 1]
    told["body"] = json.dumps({"keys": [jwk(EC, "ec")]}).encode()
    with pytest.raises(NotSignedIn):
        await customers.of(new)
    now[0] = 31.0
    assert await customers.of(new) == "C002", "an unknown key is asked for, once in 30 seconds"
    now[0], told["body"] = 400.0, b""
    assert await customers.of(new) == "C002", "an address that fails leaves the keys that are known"
    server.shutdown()
    server.server_close()
    with pytest.raises(KeysAway):
        await Customers("shopclerk", keys=PublicKeys(str(tmp_path / "none.json"))).of(new)


@pytest.mark.slow
async def test_while_keys_are_away_nobody_waits_behind_another() -> None:
    """One fetch at a time: a known key counts at once, an unknown one is told no together with the others."""
    asked: list[asyncio.StreamWriter] = []
    answers = [True]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(writer)
        if answers[0]:
            body = json.dumps({"keys": [jwk(ED, "ed")]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s" % (len(body), body))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    now = [0.0]
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    keys = PublicKeys(url, clock=lambda: now[0])
    assert await keys.key("ed") is not None
    now[0], answers[0] = 400.0, False  # from now on it takes the call and says nothing
    async with asyncio.timeout(1):
        assert all(await asyncio.gather(*(keys.key("ed") for _ in range(20))))
    started = time.monotonic()
    assert await asyncio.gather(*(keys.key("other") for _ in range(20))) == [None] * 20
    assert time.monotonic() - started < 5, "20 waits of 3 seconds, one behind the other, are a minute"
    assert len(asked) == 2
    never = PublicKeys(url, clock=lambda: now[0])
    told = await asyncio.gather(*(never.key("ed") for _ in range(20)), return_exceptions=True)
    assert {type(one) for one in told} == {KeysAway}
    with pytest.raises(KeysAway):
        async with asyncio.timeout(0.5):
            await never.key("ed")
    assert len(asked) == 3
    server.close()
    for writer in asked:
        writer.close()
