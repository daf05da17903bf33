"""Orders of a shop's own service: `GET /orders/{id}` and `GET /customers/{id}/orders`, both read-only (docs/access.md)."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

from bot.errors import OrdersAway
from bot.order import Order
from bot.orders.rows import order_from

_WAIT_S = 3.0
_EVEN_S = 0.25
"""A look-up by number takes at least this long, found or not: what is slow in the service tells nothing."""
_MOST_BYTES = 512 * 1024


class HttpOrders:
    """The OrderBackend seam over HTTP. `url` is without a slash at its end."""

    def __init__(self, url: str, key: str = "", *, currency: str = "USD", even_s: float = _EVEN_S) -> None:
        self._url, self._key, self._currency, self._even_s = url.rstrip("/"), key, currency, even_s
        self._client: Any = None

    async def find(self, order_id: str) -> Order | None:
        told, _ = await asyncio.gather(self._get(f"/orders/{quote(order_id, safe='')}"), asyncio.sleep(self._even_s))
        order = None if told is None else self._order(told)
        return order if order is not None and order.id.casefold() == order_id.casefold() else None

    async def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        told = await self._get(f"/customers/{quote(customer_id, safe='')}/orders")
        rows = told.get("orders") if isinstance(told, dict) else None
        if told is not None and not isinstance(rows, list):
            raise OrdersAway("there is no list `orders` in its answer")
        orders = [self._order(row) for row in rows or ()]
        mine = [order for order in orders if order.customer_id == customer_id]
        return tuple(sorted(mine, key=lambda order: order.placed_at, reverse=True))

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _order(self, row: Any) -> Order:
        try:
            return order_from(row, self._currency)
        except ValueError as error:
            raise OrdersAway(f"an order isn't as it should be, {type(error).__name__}") from None

    async def _get(self, path: str) -> Any:
        """The JSON of an answer; None where it is 404. Raises OrdersAway for everything else."""
        import httpx

        if self._client is None:
            headers = {"accept": "application/json"} | ({"authorization": f"Bearer {self._key}"} if self._key else {})
            self._client = httpx.AsyncClient(headers=headers, trust_env=False)
        try:
            async with asyncio.timeout(_WAIT_S), self._client.stream("GET", self._url + path) as answer:
                if answer.status_code == 404:
                    return None
                answer.raise_for_status()
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _MOST_BYTES:
                        raise OrdersAway("its answer is too long")
            return json.loads(body)
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise OrdersAway(type(error).__name__) from None
