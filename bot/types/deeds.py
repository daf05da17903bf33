"""What may be done for a customer, and how it stands at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class HandOver:
    """Passing the customer to a person. `summary` is the customer's own words, never a model's."""

    why: str
    summary: str = ""
    kind: Literal["hand_over"] = "hand_over"


@dataclass(frozen=True, slots=True)
class Remind:
    """Writing to the customer once: when a product is back, costs `below` or less, or is used up (`due_at`, after `days`)."""

    event: Literal["back", "cheaper", "refill"]
    product_id: str
    price: Decimal
    """What it costs when it is asked for."""
    below: Decimal
    days: float
    due_at: datetime
    zone: str = ""
    """The customer's time zone, where it is known."""
    kind: Literal["remind"] = "remind"


Deed = HandOver | Remind
"""What may be done for a customer: one type a deed, told apart by `kind`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A deed at the desk. `key` is the same for the same deed, however often it is asked for: it is done once."""

    key: str
    deed: Deed
    asked_by: Literal["customer", "clerk", "model"]
    asked_at: datetime
    state: Literal["waiting", "declined", "done"] = "waiting"
