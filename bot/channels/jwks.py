"""The public keys by which a shop signs its customers in: a JWKS file, or an address that has one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.errors import KeysAway
from bot.logs import logger

_FRESH_S, _AGAIN_S = 300.0, 30.0
"""How long fetched keys count, and how soon an unknown key or a failure may be asked for anew."""
_OLD_S = 600.0
"""Keys of this age are used only once it is known that there are no newer ones: a key may have been taken out."""
_NONE_AGAIN_S = 5.0
"""How soon a failure is tried again where there are no keys at all."""
_MOST_BYTES, _WAIT_S = 256 * 1024, 3.0


class PublicKeys:
    """`source` is a file or a URL. A key is told by its id (`kid`); the only key needs none.

    One fetch is under way at a time. Nobody waits for it who names a key that is known and isn't old; the others wait together.
    """

    def __init__(self, source: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source, self._clock = source, clock
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._read_at = self._tried_at = float("-inf")
        self._away = ""
        self._reading: asyncio.Task[None] | None = None

    async def key(self, key_id: str | None) -> Mapping[str, Any] | None:
        """The key as a JWK; None where there is none of that id. Raises KeysAway where none could ever be read."""
        known = self._named(key_id)
        if self._is_due(known is not None) and self._reading is None:
            self._reading = asyncio.create_task(self._read())
        is_old = self._clock() - self._read_at > _OLD_S and not self._away
        if (known is None or is_old) and self._reading is not None:
            await asyncio.shield(self._reading)
            known = self._named(key_id)
        if known is None and not self._keys and self._away:
            raise KeysAway(self._away)
        return known

    def _is_due(self, is_known: bool) -> bool:
        now = self._clock()
        if now - self._tried_at <= (_AGAIN_S if self._keys else _NONE_AGAIN_S):
            return False
        return not is_known or now - self._read_at > _FRESH_S

    def _named(self, key_id: str | None) -> Mapping[str, Any] | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    async def _read(self) -> None:
        """What was read before stays where nothing new comes."""
        try:
            text = await (_fetched(self._source) if "://" in self._source else asyncio.to_thread(_text, self._source))
            self._keys, self._away, self._read_at = _keys_in(text), "", self._clock()
        except (OSError, ValueError) as error:
            self._away = type(error).__name__
            logger().warning("keys_away", reason=self._away, known=len(self._keys))
        finally:
            self._tried_at, self._reading = self._clock(), None


def _text(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


async def _fetched(url: str) -> str:
    import httpx

    try:
        async with (
            asyncio.timeout(_WAIT_S),
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("GET", url) as answer,
        ):
            answer.raise_for_status()
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ValueError("more bytes than keys have")
    except (httpx.HTTPError, TimeoutError) as error:
        raise OSError(type(error).__name__) from error
    return body.decode()


def _keys_in(text: str) -> Mapping[str, Mapping[str, Any]]:
    """By id. A secret key has no place where anyone may read: `oct` is left out."""
    told = json.loads(text)
    rows = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise ValueError("there is no list `keys`")
    keys = [row for row in rows if isinstance(row, dict) and row.get("kty") != "oct" and row.get("use", "sig") == "sig"]
    return {str(row.get("kid", place)): row for place, row in enumerate(keys)}
