"""That an event comes from Chatwoot: by its signature over time and body, or by a key in the path where an older one signs nothing."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from bot.errors import Unsigned

SIGNATURE, AT = "x-chatwoot-signature", "x-chatwoot-timestamp"
SKEW_S = 300
"""How far Chatwoot's clock may be from ours."""
SHORTEST = 24
_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Secret:
    value: str

    def matches_key(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(errors="replace"), self.value.encode())

    def check_time(self, seconds: str, now: float) -> None:
        """Before a body is read. Raises Unsigned."""
        if not _SECONDS.fullmatch(seconds):
            raise Unsigned(f"{AT} isn't a number of seconds")
        if abs(now - int(seconds)) > SKEW_S:
            raise Unsigned(f"{AT} is more than {SKEW_S} seconds from our clock")

    def check(self, signature: str, seconds: str, body: bytes) -> None:
        """Raises Unsigned."""
        if not hmac.compare_digest(signature.encode("latin-1", "replace"), self.sign(seconds, body).encode()):
            raise Unsigned(f"{SIGNATURE} isn't made with our secret")

    def sign(self, seconds: str, body: bytes) -> str:
        mark = hmac.new(self.value.encode(), seconds.encode() + b"." + body, sha256)
        return f"sha256={mark.hexdigest()}"
