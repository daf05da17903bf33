"""How much may come in: token buckets per customer, per address and for all, counted here or in Redis."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from bot.logs import logger

_MINUTE = 60.0
_REDIS, _WAIT_S = 16, 0.5
"""Connections to Redis, and how long a customer waits for it."""
_MANY = 50_000
"""Buckets after which the full ones are let go: a full bucket is one that nobody has used."""


_AWAY_S = 5.0
"""How long Redis isn't asked after it couldn't be reached: one customer in so many seconds waits for it, not everyone."""


class Buckets(Protocol):
    """Where tokens are counted."""

    trouble: str
    """What is wrong with it, for /readyz; empty where nothing is."""

    async def take(self, key: str, per_minute: int) -> float:
        """One token; seconds until there is one where there is none, else zero. A full bucket holds a minute's tokens."""

    async def close(self) -> None:
        """Let go of what was opened."""


class MemoryBuckets:
    """Of this process alone."""

    trouble = ""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float, int]] = {}

    async def take(self, key: str, per_minute: int) -> float:
        now = self._clock()
        if len(self._left) >= _MANY:
            self._let_go(now)
        left, since, _ = self._left.get(key, (float(per_minute), now, per_minute))
        left = min(float(per_minute), left + (now - since) * per_minute / _MINUTE)
        self._left[key] = (max(left - 1, 0.0) if left >= 1 else left, now, per_minute)
        return 0.0 if left >= 1 else (1 - left) * _MINUTE / per_minute

    async def close(self) -> None:
        self._left.clear()

    def _let_go(self, now: float) -> None:
        """Full ones, and where that isn't enough the longest unused."""
        full = [key for key, (left, since, rate) in self._left.items() if left + (now - since) * rate / _MINUTE >= rate]
        for key in full or sorted(self._left, key=lambda key: self._left[key][1])[: _MANY // 10]:
            del self._left[key]


_TAKE = """
local rate, now = tonumber(ARGV[1]), redis.call('TIME')
local at = now[1] + now[2] / 1e6
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(rate, (tonumber(kept[1]) or rate) + (at - (tonumber(kept[2]) or at)) * rate / 60)
local wait = 0
if left >= 1 then left = left - 1 else wait = (1 - left) * 60 / rate end
redis.call('HSET', KEYS[1], 'left', left, 'at', tostring(at))
redis.call('PEXPIRE', KEYS[1], 61000)
return tostring(wait)
"""


class RedisBuckets:
    """Of all processes that share a Redis. Where it can't be reached each counts by itself, a shop stays open, and it is asked again
    every few seconds."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock, self._alone = url, clock, MemoryBuckets(clock)
        self._client: Any = None
        self._again_at = float("-inf")
        self.trouble = ""

    async def take(self, key: str, per_minute: int) -> float:
        from redis.exceptions import RedisError

        if self.trouble and self._clock() < self._again_at:
            return await self._alone.take(key, per_minute)
        if self.trouble:
            self._again_at = self._clock() + _AWAY_S  # the others go on meanwhile
        try:
            wait_s = float(await self._redis().eval(_TAKE, 1, f"shopclerk:{key}", per_minute))
        except (RedisError, OSError) as error:
            self._again_at = self._clock() + _AWAY_S
            if not self.trouble:
                logger().warning("limits_counted_alone", reason=type(error).__name__)
            self.trouble = f"limits are counted by each process alone: Redis can't be reached ({type(error).__name__})"
            return await self._alone.take(key, per_minute)
        if self.trouble:
            logger().warning("limits_counted_together")
            self.trouble = ""
        return wait_s

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _redis(self) -> Any:
        if self._client is None:
            from redis.asyncio import BlockingConnectionPool, Redis

            pool = BlockingConnectionPool.from_url(
                self._url,
                max_connections=_REDIS,
                timeout=_WAIT_S,
                socket_timeout=_WAIT_S,
                socket_connect_timeout=_WAIT_S,
            )
            self._client = Redis.from_pool(pool)
        return self._client


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages a minute of one customer, requests a minute of one address and of all."""

    buckets: Buckets
    customer: int = 20
    address: int = 120
    all: int = 6000

    async def wait_s(self, *, customer: str = "", address: str = "") -> float:
        """Zero, or the seconds until it may come in. An address that is over its own limit takes nothing from all."""
        if customer:
            return await self.buckets.take(f"customer {customer}", self.customer)
        return await self.buckets.take(f"address {group_of(address)}", self.address) or await self.buckets.take(
            "all", self.all
        )


@lru_cache(1000)
def group_of(address: str) -> str:
    """An IPv6 customer has a whole /64, so that is what counts as an address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return address
