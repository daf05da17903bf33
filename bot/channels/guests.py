"""Which programs may ask the shop for assistants over HTTP: by a key, and by no name of the host but its own. Decided before a body is read."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.refusals import problem
from bot.errors import BadSetting, WeakSecret
from bot.settings import Settings

SHORTEST = 24
"""Characters of a key."""
OPEN = "none"
"""In the place of keys: everybody may ask."""
_KEY = re.compile(r"[!-~]+")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_HERE = "localhost"


@dataclass(frozen=True, slots=True)
class Guests:
    """`keys` are digests; without any everybody may ask. `hosts` are names, in small letters, under which we are reached from elsewhere."""

    keys: tuple[bytes, ...] = ()
    hosts: frozenset[str] = frozenset()

    def may_ask(self, authorization: Sequence[str]) -> bool:
        """By the lines of that header. The key is compared with every one of ours, all bytes of each."""
        if not self.keys:
            return True
        kind, _, key = (authorization[0] if len(authorization) == 1 else "").partition(" ")
        fits = [hmac.compare_digest(_digest(key.strip()), own) for own in self.keys]
        return kind.lower() == "bearer" and any(fits)

    def is_ours(self, host: Sequence[str]) -> bool:
        """An address is what somebody dialled; a name may be a stranger's that was made to point here (DNS rebinding)."""
        name = _name(_HOST, host)
        return bool(name) and (name in self.hosts or name == _HERE or _is_address(name))

    def may_call(self, origin: Sequence[str], host: Sequence[str]) -> bool:
        """A browser tells whose page it is: none but one of this machine's has a say here, and that only on this machine."""
        return not origin or (_is_here(_name(_ORIGIN, origin)) and _is_here(_name(_HOST, host)))


class GuestGate:
    """421, 403, 405 and 401 before anything is read."""

    def __init__(self, app: ASGIApp, guests: Guests) -> None:
        self._app, self._guests = app, guests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refusal = self._refusal(scope)
        return await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        host, origin = headers.getlist("host"), headers.getlist("origin")
        if not self._guests.is_ours(host):
            return problem(path, 421, "Misdirected", "That is no name of ours; SHOPCLERK_MCP_HOSTS names them.")
        if not self._guests.may_call(origin, host):
            return problem(path, 403, "Refused", "Pages of other sites may not ask here.")
        if scope["method"] != "POST":
            answer = problem(path, 405, "Refused", "Everything is asked by POST here.")
            answer.headers["allow"] = "POST"
            return answer
        if not self._guests.may_ask(headers.getlist("authorization")):
            answer = problem(path, 401, "Refused", "Send a key of the shop's as `Authorization: Bearer <key>`.")
            answer.headers["www-authenticate"] = "Bearer"
            return answer
        return None


def guests_of(settings: Settings) -> Guests:
    """Raises BadSetting for a weak key, and where others can reach it and nothing says who may ask."""
    text = settings.mcp_keys.get_secret_value().strip() if settings.mcp_keys else ""
    hosts = frozenset(_listed(name.strip()) for name in settings.mcp_hosts.split(",") if name.strip())
    if not text and (hosts or not _is_here(settings.host.strip("[]"))):
        where = settings.mcp_hosts if hosts else settings.host
        raise BadSetting("SHOPCLERK_MCP_KEYS", "", f"others can reach {where}: give it a key, or {OPEN!r} to let everybody ask.")  # fmt: skip
    try:
        keys = tuple(_checked(key) for key in text.split()) if text != OPEN else ()
    except WeakSecret as error:
        raise BadSetting("SHOPCLERK_MCP_KEYS", "***", str(error)) from None
    return Guests(keys, hosts)


def _checked(key: str) -> bytes:
    if len(key) < SHORTEST:
        raise WeakSecret(f"a key has {len(key)} characters; it should have {SHORTEST} or more")
    if not _KEY.fullmatch(key):
        raise WeakSecret("a key has other characters than ASCII's printable ones")
    return _digest(key)


def _listed(name: str) -> str:
    found = _HOST.fullmatch(name)
    if found is None or found[1] != name:
        raise BadSetting("SHOPCLERK_MCP_HOSTS", name, "each should be a name alone, such as assistants.shop.example.")
    return name.lower()


def _digest(key: str) -> bytes:
    return sha256(key.encode("latin-1", "replace")).digest()


def _name(shape: re.Pattern[str], lines: Sequence[str]) -> str:
    """Of a header that is there once; empty where it isn't one."""
    found = shape.fullmatch(lines[0]) if len(lines) == 1 else None
    return found[1].lower().strip("[]") if found else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_here(name: str) -> bool:
    return name == _HERE or (_is_address(name) and ipaddress.ip_address(name).is_loopback)
