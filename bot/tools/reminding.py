"""Messages that a customer asks for: back in stock, cheaper, time for a refill. Prepared here, and kept only after their yes."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from bot.orders import desk
from bot.tools.finding import products_of
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Prepared, Remind, Understood
from bot.writing.forms import money
from knowledge_base.types import Product

_SPAN = re.compile(
    r"(?P<n>\d+|an?|one|two|three|four|six|[一两二三四五六七八九十半])\s*(?:个)?\s*(?P<unit>days?|weeks?|months?|天|日|周|星期|月)"
)
_UNITS = {"d": 1, "w": 7, "m": 30, "天": 1, "日": 1, "周": 7, "星": 7, "月": 30}
_NUMBERS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "six": 6.0, "半": 0.5, "两": 2.0,
    **{han: float(n) for n, han in enumerate("一二三四五六七八九十", 1)},
}  # fmt: skip
LONGEST_DAYS = 400.0
_LEAST = Decimal("0.01")


async def remind(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """What would be sent, and `shall I?`; where nothing can be sent or there is nothing to wait for, that."""
    reach = shelf.reaches.get(asked.message.channel, "page")
    products = products_of(asked.products[:1], shelf)
    if reach == "none":
        return Findings("remind_no_way", products=products, suggestions=("person",))
    if not products:
        return Findings("remind_which")
    (product,) = products
    if (nothing := _nothing_to_wait_for(asked, product, shelf)) is not None:
        return nothing
    deed = _deed(asked, product, shelf)
    if deed is None:
        return Findings("remind_how_long", values={"title": product.title}, products=products)
    told = [_told(deed, product, shelf)]
    if reach == "page":
        told.append(shelf.wordings.say(shelf.locale, "remind_page"))
    prepared = desk.prepare(deed, asked.message, "customer")
    answer = ("" if shelf.locale == "zh" else " ").join(told)
    return Findings("shall_remind", answer=answer, products=products, prepared=prepared, suggestions=("yes", "no"))


def _nothing_to_wait_for(asked: Understood, product: Product, shelf: Shelf) -> Findings | None:
    price = money(product.price, product.currency, shelf.locale)
    values = {"title": product.title, "price": price}
    below = asked.where.price_to
    if asked.remind == "back" and product.in_stock is not False:
        return Findings("remind_there" if product.in_stock else "remind_unknown", values=values, products=(product,))
    if asked.remind == "cheaper" and below is not None and product.price <= below:
        return Findings("remind_cheap", values=values, products=(product,))
    return None


def _deed(asked: Understood, product: Product, shelf: Shelf) -> Remind | None:
    """None where nobody knows when a refill is due."""
    days, since = 0.0, asked.message.at
    if asked.remind == "refill":
        said = days_in(asked.message.text)
        days = said or (shelf.reasons.days_of(product.id) if shelf.reasons else None) or 0.0
        if not 0 < days <= LONGEST_DAYS:
            return None
        bought = shelf.reasons.bought_at(asked.message.customer_id, product.id) if shelf.reasons and not said else None
        since = bought if bought is not None and bought + timedelta(days=days) > since else since
    wished = asked.where.price_to if asked.remind == "cheaper" else None
    below = product.price - _LEAST if wished is None else wished
    return Remind(
        asked.remind or "back", product.id, product.price, below, days, since + timedelta(days=days), asked.message.zone
    )


def _told(deed: Remind, product: Product, shelf: Shelf) -> str:
    price = money(product.price, product.currency, shelf.locale)
    below = money(deed.below, product.currency, shelf.locale)
    key = f"remind_{deed.event}" + ("_below" if deed.event == "cheaper" and deed.below < deed.price - _LEAST else "")
    given = {"title": product.title, "price": price, "below": below, "count": f"{deed.days:g}"}
    return shelf.wordings.say(shelf.locale, key, **given)


def days_in(text: str) -> float | None:
    """`in six weeks`, 两个月后: in days; None where no span is named."""
    found = _SPAN.search(text.lower())
    if found is None:
        return None
    number = found["n"]
    return (_NUMBERS.get(number) or float(number)) * _UNITS[found["unit"][0]]


async def keep(prepared: Prepared, asked: Understood, shelf: Shelf) -> Findings:
    """After the yes: the turn keeps it in its own transaction."""
    return Findings("done_remind", suggestions=("browse",))


async def end(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """`stop`: no more of them, the turn's transaction sees to it."""
    return Findings("notices_ended")
