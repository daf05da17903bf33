"""The contract of OrderBackend, for every implementation: a SQLite file, and a shop's own service over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest

from bot.errors import OrdersAway
from bot.orders.http import HttpOrders
from bot.seams import OrderBackend
from bot.stores.orders import SqlOrders


def row(order_id: str, customer: str, day: int, **more: Any) -> dict[str, Any]:
    at = f"2026-11-{day:02}T10:00:00Z"
    return {
        "id": order_id, "customer_id": customer, "email": f"{customer}@shop.example", "phone": None, "placed_at": at,
        "state": "shipped", "total": "12.50", "lines": [{"title": "Pan", "quantity": 2, "product_id": None}],
        "parcels": [{"carrier": "UPS", "tracking": "1Z", "shipped_at": at, "delivered_at": None}],
        "history": [{"state": "placed", "at": at}, {"state": "shipped", "at": f"2026-11-{day + 1:02}T10:00:00Z"}], **more,
    }  # fmt: skip


ROWS = [row("A-1001", "ann", 1), row("A-1002", "bob", 2), row("A-1003", "ann", 3), row("B/ 1", "eve", 4)]


class Shop(BaseHTTPRequestHandler):
    """A shop's service; `/broken` in a path is broken."""

    def do_GET(self) -> None:
        assert self.headers["authorization"] == "Bearer key"
        parts = [unquote(part) for part in self.path.split("/")[1:]]
        told: Any = None
        if parts[0] == "orders":
            told = next((one for one in ROWS if one["id"].lower() == parts[1].lower()), None)
        elif parts[-1] == "orders":
            told = {"orders": [one for one in ROWS if one["customer_id"] == parts[1]] + [ROWS[3]]}
        broken = {"A-500": b"{", "A-501": b"[]", "A-502": b"x" * 600_000, "A-503": None}.get(parts[1], b"")
        self.send_response(500 if broken is None else 404 if told is None and not broken else 200)
        self.end_headers()
        self.wfile.write(broken or json.dumps(told).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["sqlite", "http"])
async def orders(request: pytest.FixtureRequest, tmp_path: Path, address: str) -> AsyncIterator[OrderBackend]:
    (tmp_path / "orders.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    made: OrderBackend = (
        SqlOrders(tmp_path / "orders.sqlite", [tmp_path / "orders.jsonl"], "USD")
        if request.param == "sqlite"
        else HttpOrders(address, "key", even_s=0)
    )
    yield made
    await made.close()


async def test_an_order_is_found_by_its_number_in_any_case(orders: OrderBackend) -> None:
    order = await orders.find("a-1001")
    assert order is not None
    assert (order.id, order.customer_id, order.total, order.currency) == ("A-1001", "ann", Decimal("12.50"), "USD")
    assert (order.state, order.since) == ("shipped", datetime(2026, 11, 2, 10, tzinfo=UTC))
    assert order.parcels[0].shipped_at == order.placed_at


@pytest.mark.parametrize(
    "order_id", ["A-9", "", "A-100", "%", "../customers/ann/orders", "a-1001' OR 1=1 --", "A-1001\0", "?", "#"]
)
async def test_any_other_number_finds_nothing(orders: OrderBackend, order_id: str) -> None:
    assert await orders.find(order_id) is None


async def test_a_customers_own_come_newest_first_and_nobody_elses(orders: OrderBackend) -> None:
    assert [order.id for order in await orders.of_customer("ann")] == ["A-1003", "A-1001"]
    assert await orders.of_customer("nobody") == ()
    assert [order.id for order in await orders.of_customer("eve")][:1] == ["B/ 1"]


async def test_an_order_never_shows_its_contact(orders: OrderBackend) -> None:
    assert "shop.example" not in repr(await orders.find("A-1001"))


@pytest.mark.parametrize("order_id", ["A-500", "A-501", "A-502", "A-503"])
async def test_a_service_that_breaks_is_away(address: str, order_id: str) -> None:
    orders = HttpOrders(address, "key", even_s=0)
    with pytest.raises(OrdersAway):
        await orders.find(order_id)
    await orders.close()
    nowhere = HttpOrders("http://127.0.0.1:9", "key", even_s=0)
    with pytest.raises(OrdersAway):
        await nowhere.of_customer("ann")
    await nowhere.close()


async def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    for state in ("shipped", "delivered"):
        file.write_text(json.dumps(row("A-1", "ann", 1, state=state)), encoding="utf-8")
        orders = SqlOrders(tmp_path / "orders.sqlite", [file], "USD")
        found = await orders.find("A-1")
        assert found is not None
        assert found.state == state
        await orders.close()


async def test_a_line_that_is_no_order_is_skipped_and_told_without_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.jsonl"
    bad = [
        '{"id": "A-2", "email": "mia@shop.example"',
        '{"id": "A-3", "placed_at": "yesterday by mia@shop.example"}',
        "7",
    ]
    file.write_text("\n".join([*bad, json.dumps(ROWS[0])]), encoding="utf-8")
    orders = SqlOrders(tmp_path / "orders.sqlite", [file], "USD")
    assert await orders.find("A-1001")
    assert await orders.find("A-2") is None
    await orders.close()
    told = capsys.readouterr().err
    assert [f"line={number}" in told for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "orders.jsonl" in told
    assert "mia" not in told


async def test_a_file_that_changes_is_read_anew_while_it_is_open_and_one_that_goes_is_remembered(
    tmp_path: Path,
) -> None:
    file = tmp_path / "orders.jsonl"
    orders = SqlOrders(tmp_path / "orders.sqlite", [file], "USD")
    for state in ("shipped", "delivered"):
        file.write_text(json.dumps(row("A-1", "ann", 1, state=state)), encoding="utf-8")
        found = await orders.find("A-1")
        assert found is not None
        assert found.state == state
    file.unlink()
    assert await orders.find("A-1") == found
    await orders.close()
