"""Standard Webhooks, in and out: `whsec_` keys, one or two of them live, and a signature over id, time and body."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.errors import Unsigned, WeakSecret

SKEW = timedelta(seconds=300)
"""How far a sender's clock may be from ours, before or behind."""
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification has them."""
ID, AT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_MOST_KEYS, _MOST_SIGNATURES = 2, 10
_ID = re.compile(r"[!-\-/-~]{1,150}")
"""Printable, without a full stop: that is what parts id, time and body where they are signed."""
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Signed:
    """A message of a sender who has a live key. The same `id` at another `at` is the same message sent again."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Keys:
    """The live keys, the one to sign with first; a second is there while it is being replaced."""

    secrets: tuple[bytes, ...]

    @classmethod
    def of(cls, text: str) -> Keys:
        """From `whsec_<base64>`, or two of them with a space between. Raises WeakSecret."""
        names = text.replace(",", " ").split()
        if not 1 <= len(names) <= _MOST_KEYS:
            raise WeakSecret(f"there are {len(names)} secrets; give one, or two while one is being replaced")
        return cls(tuple(_secret(name) for name in names))

    def sign(self, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
        """The headers that go with a body; one signature a live key, so that the receiver may know either."""
        if not _ID.fullmatch(message_id):
            raise ValueError(
                f"{message_id!r} can't be signed: an id is 1 to 150 printable letters without a full stop."
            )
        seconds = str(int(at.timestamp()))
        marks = [f"v1,{_mark(secret, message_id, seconds, body).decode()}" for secret in self.secrets]
        return {ID: message_id, AT: seconds, SIGNATURE: " ".join(marks)}

    def verify(self, headers: Sequence[tuple[bytes, bytes]], body: bytes, now: datetime) -> Signed:
        """Who sent it, by raw header lines. Raises Unsigned, whatever the headers hold."""
        found = [line for line in headers if line[0][:8].lower() == b"webhook-"]
        message_id, seconds, given = (_only(found, name) for name in (ID, AT, SIGNATURE))
        if not _ID.fullmatch(message_id):
            raise Unsigned(f"{ID} isn't 1 to 150 printable letters without a full stop")
        if not _SECONDS.fullmatch(seconds):
            raise Unsigned(f"{AT} isn't a number of seconds")
        if abs(now.timestamp() - int(seconds)) > SKEW.total_seconds():
            raise Unsigned(f"{AT} is more than {SKEW.seconds} seconds from our clock")
        if not self._matches(given, message_id, seconds, body):
            raise Unsigned("no signature is of a live key")
        return Signed(message_id, datetime.fromtimestamp(int(seconds), UTC))

    def _matches(self, given: str, message_id: str, seconds: str, body: bytes) -> bool:
        """Every signature is compared with every key, all bytes of each, whichever fits first."""
        marks = [mark[3:].encode() for mark in given.split(" ")[:_MOST_SIGNATURES] if mark.startswith("v1,")]
        ours = [_mark(secret, message_id, seconds, body) for secret in self.secrets]
        fits = [hmac.compare_digest(mark, own) for mark in marks for own in ours]
        return any(fits)


def _secret(name: str) -> bytes:
    try:
        secret = base64.b64decode(name.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise WeakSecret("a secret isn't whsec_ and base64") from None
    if not SHORTEST <= len(secret) <= LONGEST:
        raise WeakSecret(f"a secret has {len(secret)} bytes; it should have {SHORTEST} to {LONGEST}")
    return secret


def _mark(secret: bytes, message_id: str, seconds: str, body: bytes) -> bytes:
    mark = _keyed(secret).copy()
    mark.update(f"{message_id}.{seconds}.".encode() + body)
    return base64.b64encode(mark.digest())


@lru_cache(_MOST_KEYS)
def _keyed(secret: bytes) -> hmac.HMAC:
    """Begun once for all that is signed by it: half of what a mark costs."""
    return hmac.new(secret, digestmod="sha256")


def _only(headers: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """A header that is there once."""
    found = [value for key, value in headers if key.lower() == name.encode()]
    if len(found) != 1:
        raise Unsigned(f"{name} is missing" if not found else f"{name} is there {len(found)} times")
    return found[0].decode("latin-1")
