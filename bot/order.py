"""An order as the shop has it. Whose it is stands in it, and is never told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

OrderState = Literal[
    "placed", "paid", "on_hold", "packed", "partly_shipped", "shipped", "in_transit", "out_for_delivery", "ready_for_pickup",
    "delivered", "picked_up", "return_requested", "returned", "exchanged", "refunded", "cancelled", "lost",
]  # fmt: skip
OVER = frozenset(("delivered", "picked_up", "returned", "exchanged", "refunded", "cancelled", "lost"))
"""States after which nothing more is waited for."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    product_id: str
    title: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    carrier: str
    tracking: str
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """`since` is when it came into its state; `email` and `phone` prove it, and are left out wherever it is shown."""

    id: str
    customer_id: str
    placed_at: datetime
    state: OrderState
    since: datetime
    lines: tuple[OrderLine, ...]
    total: Decimal
    currency: str
    parcels: tuple[Parcel, ...] = ()
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """That whoever writes in a conversation knew an order's number and the e-mail or phone on it."""

    order_id: str
    at: datetime
