"""An order's status, read-only: shown to whom it belongs, asked for in a form where something is missing, and passed to a person
where something is to be done with it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import NotTaken, OrdersAway
from bot.order import OVER, Order
from bot.orders.contacts import contact_in, without_contacts
from bot.tools.ask import ask
from bot.tools.lookup import Locked, Lookup, proof_of
from bot.tools.people import to_person
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from bot.writing.ordered import told

_SURE = 0.6
"""Confidence below which a message may only mention an order."""
_SHOWN = 3
"""Orders that are told of at once."""
_LONGEST = 200
"""Characters of a wish that are kept until its order is known."""
_DEED = re.compile(
    r"\b(?:cancel|change|edit|amend|modify|correct|redirect|swap|exchange|send (?:it )?back|return|add|remove|hold)\b(?! ?(?:status|policy))"
    r"|取消|不想要|不要了|退[货款了掉换单]|换[成货个]|修改|更改|改[成一地到下]|加[上一]|退吗|能退",
    re.IGNORECASE,
)
"""What is done with an order: a person does it."""
_ASKS = re.compile(
    r"\b(?:has|have|had|did|was|were|is|are|when|where|why|still)\b.{0,40}\b(?:refund|cancel|return|exchang|chang)\w*|(?:退款|退货|取消|换货|修改)[^，。]{0,6}(?:了吗|了没|到账|进度|成功)",
    re.IGNORECASE,
)
"""Whether it was done already: that is status."""


async def order(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """The order that a message asks for, if it may be seen; what a shop without orders has to say otherwise."""
    if shelf.orders is None:
        return await without_orders(asked, history, shelf)
    try:
        return await _looked_up(asked, history, shelf, shelf.orders)
    except (OrdersAway, NotTaken):
        return Findings("order_away", suggestions=("person",))


async def _looked_up(asked: Understood, history: Conversation, shelf: Shelf, lookup: Lookup) -> Findings:
    order_id, contact = asked.order_id, contact_in(asked.text, asked.order_id)
    if seen := await lookup.seen(history, order_id, asked.message.at):
        return await _general(asked, history, shelf) or _shown([seen], asked, shelf)
    if (customer_id := asked.message.customer_id) and not (order_id and contact):
        return await _own(customer_id, asked, history, shelf, lookup)
    if not (order_id and contact):
        return await _asked_for(asked, contact, history, shelf)
    found = await lookup.proved(order_id, contact, asked.message)
    if isinstance(found, Locked):
        minutes = str(math.ceil(found.left.total_seconds() / 60))
        return Findings("order_locked", {"minutes": minutes}, form=_form(asked, contact), suggestions=("person",))
    if found is None:
        return Findings("order_no_match", form=_form(asked, contact), suggestions=("person",))
    return replace(_shown([found], asked, shelf), proved=proof_of(found, asked.message.at))


async def _own(customer_id: str, asked: Understood, history: Conversation, shelf: Shelf, lookup: Lookup) -> Findings:
    """A signed-in customer's: the one of that number, else those that are still on their way, else the last."""
    orders = await lookup.own(customer_id)
    if number := asked.order_id:
        mine = [one for one in orders if one.id.casefold() == number.casefold()]
        none = Findings("order_not_yours", form=_form(asked, ""), suggestions=("person",))
        return _shown(mine, asked, shelf) if mine else none
    if answer := await _general(asked, history, shelf):
        return answer
    if not orders:
        return Findings("order_none", suggestions=("person",))
    return _shown(([one for one in orders if one.state not in OVER] or orders[:1])[:_SHOWN], asked, shelf)


async def _general(asked: Understood, history: Conversation, shelf: Shelf) -> Findings | None:
    """What the shop says in general, where an order may only be mentioned."""
    if asked.order_id or asked.route.confidence >= _SURE:
        return None
    answer = await ask(asked, history, shelf)
    return answer if answer.say in ("answer", "described") else None


async def _asked_for(asked: Understood, contact: str, history: Conversation, shelf: Shelf) -> Findings:
    """What is missing is asked for, after what the shop says of such a case in general ("my parcel seems lost"); that is all where
    an order may only be mentioned ("can I change the address of my order?")."""
    form = _form(asked, contact)
    if asked.order_id or contact:
        return Findings("order_contact" if asked.order_id else "order_number", form=form, suggestions=("person",))
    which = Findings("order_which", form=form, suggestions=("person",))
    answer = await ask(asked, history, shelf)
    if asked.route.confidence < _SURE and answer.say in ("answer", "described"):
        return answer
    if answer.say != "answer":
        return replace(which, looked_at=answer.looked_at)
    return replace(which, answer=answer.answer, hits=answer.hits, looked_at=answer.looked_at)


async def without_orders(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """Where orders can't be looked up, one with number and contact goes to a person."""
    if asked.order_id and contact_in(asked.text, asked.order_id):
        return to_person("order", {"order": asked.order_id}, asked.message.at, shelf.shop)
    return await _asked_for(asked, "", history, shelf)


def _form(asked: Understood, contact: str) -> str:
    """What is wanted and what was given of it so far, as a text that the answer is added to."""
    wish = without_contacts(asked.text, "", "")
    wish = re.sub(re.escape(asked.order_id), " ", wish, flags=re.IGNORECASE) if asked.order_id else wish
    wish = " ".join(wish.split())[:_LONGEST].removesuffix(" order")
    return " ".join(filter(None, [wish, f"order {asked.order_id or ''}".strip(), contact]))


def _shown(orders: Sequence[Order], asked: Understood, shelf: Shelf) -> Findings:
    """The orders in words; what a customer wants done with one is a person's."""

    def title_of(product_id: str) -> str | None:
        product = shelf.product(product_id)
        return None if product is None else product.title

    answer = "\n".join(told(one, shelf.wordings, shelf.locale, shelf.shop.timezone, title_of) for one in orders)
    if _DEED.search(asked.text) and not _ASKS.search(asked.text):
        by = to_person("order", {"order": orders[0].id}, asked.message.at, shelf.shop)
        return replace(by, answer=answer, orders=tuple(orders))
    return Findings("order_told", answer=answer, orders=tuple(orders), suggestions=("person",))
