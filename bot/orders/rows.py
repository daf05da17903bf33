"""One raw order, of a file or of a shop's own service, to an Order; what we don't know of it is let by."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from bot.order import Order, OrderLine, OrderState, Parcel


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, row: Any) -> Any:
        """What is null isn't there."""
        return {name: value for name, value in row.items() if value is not None} if isinstance(row, Mapping) else row


class _Line(_Row):
    product_id: str = ""
    title: str = Field(min_length=1, max_length=300)
    quantity: int = Field(default=1, ge=1)


class _Parcel(_Row):
    carrier: str = Field(default="", max_length=100)
    tracking: str = Field(default="", max_length=100)
    shipped_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None


class _Step(_Row):
    state: OrderState
    at: AwareDatetime


class _Order(_Row):
    id: str = Field(min_length=1, max_length=60)
    customer_id: str = ""
    email: str = ""
    phone: str = ""
    placed_at: AwareDatetime
    state: OrderState
    lines: list[_Line] = []
    total: Decimal = Field(ge=0)
    currency: str | None = None
    parcels: list[_Parcel] = []
    history: list[_Step] = []


def order_from(row: Mapping[str, Any], currency: str) -> Order:
    """`currency` where the row names none. Raises pydantic's ValidationError (a ValueError)."""
    told = _Order.model_validate(row)
    since = [step.at for step in told.history if step.state == told.state]
    return Order(
        id=told.id, customer_id=told.customer_id, placed_at=told.placed_at, state=told.state,
        since=since[-1] if since else told.placed_at,
        lines=tuple(OrderLine(line.product_id, line.title, line.quantity) for line in told.lines),
        total=told.total, currency=told.currency or currency,
        parcels=tuple(Parcel(p.carrier, p.tracking, p.shipped_at, p.delivered_at) for p in told.parcels),
        email=told.email, phone=told.phone,
    )  # fmt: skip
