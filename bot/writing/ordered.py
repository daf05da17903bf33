"""An order in words: its number and day, what is in it, where it is now, and each parcel. Never whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo

from bot.order import Order, Parcel
from bot.writing.forms import day, listed, money
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale

_SENT = frozenset(("shipped", "in_transit", "out_for_delivery", "delivered", "partly_shipped"))
"""States in which parcels are told of."""


def told(
    order: Order, wordings: Wordings, locale: Locale, timezone: tzinfo, title_of: Callable[[str], str | None]
) -> str:
    """A line for the order, one for its state, one a parcel. `title_of` gives a product's name in the customer's language."""

    def on(at: datetime) -> str:
        return day(at.astimezone(timezone).date(), locale)

    things = [
        (title_of(line.product_id) or line.title) + (f" ×{line.quantity}" if line.quantity > 1 else "")
        for line in order.lines
    ]
    total = money(order.total, order.currency, locale)
    head = wordings.say(locale, "order_head", order=order.id, day=on(order.placed_at))
    of = wordings.say(locale, "order_things", things=listed(things, locale), total=total) if things else ""
    state = wordings.say(locale, f"order_state_{order.state}", day=on(order.since))
    return "\n".join(filter(None, [head, of, state, *_parcels(order, wordings, locale, on)]))


def _parcels(order: Order, wordings: Wordings, locale: Locale, on: Callable[[datetime], str]) -> Iterator[str]:
    if order.state not in _SENT:
        return
    for parcel in order.parcels:
        if parcel.carrier and parcel.tracking:
            yield wordings.say(locale, _key(parcel), carrier=parcel.carrier, tracking=parcel.tracking,
                               day=on(parcel.delivered_at or parcel.shipped_at or order.since))  # fmt: skip


def _key(parcel: Parcel) -> str:
    return "order_parcel_there" if parcel.delivered_at else "order_parcel_sent" if parcel.shipped_at else "order_parcel"
