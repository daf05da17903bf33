"""Signed-in customers: a JWT that the shop made for us, by a shared secret (HS256) or by its public keys (EdDSA, ES256, RS256)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.channels.jwks import PublicKeys
from bot.errors import NotSignedIn, WeakSecret
from bot.logs import logger
from bot.zones import LONGEST, zone_of

if TYPE_CHECKING:
    from jwt.types import Options

SHORTEST = 32
"""Bytes of a secret for HS256 (RFC 7518, 3.2)."""
LEEWAY_S = 30
_LONGEST = 8192
_LONGEST_ID = 200
_ALGORITHMS: Mapping[tuple[object, object], str] = {
    ("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256", ("RSA", None): "RS256",
}  # fmt: skip
"""A key's kind -> the only algorithm that it may verify: what the token says of it never chooses."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a token says somebody is; `zone` is their time zone, empty where it doesn't tell."""

    customer_id: str
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Customers:
    """Who may sign customers in. `audience` is the name that the shop gives us."""

    audience: str
    secret: bytes = b""
    keys: PublicKeys | None = None
    issuer: str = ""

    def __post_init__(self) -> None:
        if self.secret and len(self.secret) < SHORTEST:
            raise WeakSecret(f"it has {len(self.secret)} bytes; HS256 needs {SHORTEST}")

    async def of(self, token: str) -> str:
        """The customer's id. Raises as `signed_in` does."""
        return (await self.signed_in(token)).customer_id

    async def signed_in(self, token: str) -> SignedIn:
        """Raises NotSignedIn whatever the token holds, KeysAway where the shop's keys can't be had."""
        import jwt

        if len(token) > _LONGEST:
            raise NotSignedIn("it is too long")
        try:
            key, algorithm = await self._key(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token, key, algorithms=[algorithm], audience=self.audience, issuer=self.issuer or None, leeway=LEEWAY_S, options=_NEEDS
            )  # fmt: skip
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("it has expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise NotSignedIn(type(error).__name__) from None
        return SignedIn(_id(claims), _zone(claims))

    async def _key(self, header: Mapping[str, Any]) -> tuple[Any, str]:
        """The key, and the algorithm that belongs to it."""
        import jwt

        if header.get("alg") == "HS256" and self.secret:
            return self.secret, "HS256"
        key_id = header.get("kid")
        row = await self.keys.key(key_id) if self.keys is not None else None
        if row is None:
            raise NotSignedIn("no key of ours has signed it")
        algorithm = _ALGORITHMS.get((row.get("kty"), row.get("crv")))
        if algorithm is None or row.get("alg", algorithm) != algorithm:
            raise NotSignedIn("its key is of a kind that isn't used")
        return jwt.PyJWK.from_dict(dict(row), algorithm=algorithm), algorithm


_NEEDS: Options = {"require": ["exp", "aud", "sub"], "verify_signature": True}


def _id(claims: Mapping[str, Any]) -> str:
    customer_id = claims["sub"]
    if not isinstance(customer_id, str) or not 0 < len(customer_id) <= _LONGEST_ID or not customer_id.isprintable():
        raise NotSignedIn("its `sub` is no id of a customer")
    return customer_id


def _zone(claims: Mapping[str, Any]) -> str:
    """By OpenID Connect's `zoneinfo`. What is no zone keeps nobody out: it is logged, and counts as not told."""
    told = claims.get("zoneinfo", "")
    if isinstance(told, str) and (not told or zone_of(told) is not None):
        return told
    logger().warning(
        "zone_unknown",
        claim="zoneinfo",
        zone=str(told)[:LONGEST],
        todo="put a name such as Asia/Shanghai into the token",
    )
    return ""
