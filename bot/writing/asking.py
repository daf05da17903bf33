"""What a model may ask of the clerk's tools: typed arguments, and what they come to. No argument says who the customer is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from bot.errors import WrongCall
from bot.seams import Hands
from bot.types import Found, HandOver, Route, Understood

Words = Annotated[str, Field(min_length=1, max_length=300)]
ProductId = Annotated[str, Field(min_length=1, max_length=80, description="an id from an earlier result")]
Amount = Annotated[Decimal, Field(ge=0, le=10_000_000, allow_inf_nan=False), WithJsonSchema({"type": "number"})]


class Args(BaseModel):
    """What isn't named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Find(Args):
    """Search the catalogue. Limits may stand in the words, too: `red dress under 50`."""

    words: Words
    price_from: Amount | None = None
    price_to: Amount | None = None
    in_stock: bool | None = None
    cheapest_first: bool = False


class Describe(Args):
    """Facts of one product: price, stock, attributes, text; `question` is what the customer wants to know of it."""

    product_id: ProductId
    question: Words


class Compare(Args):
    """Two to four products side by side."""

    product_ids: Annotated[list[ProductId], Field(min_length=2, max_length=4)]


class Recommend(Args):
    """Products for this customer, for what `words` say; with `like`, such as are similar to that product or go with it."""

    words: Words
    like: ProductId | None = None


class Ask(Args):
    """What the shop has written: delivery, returns, payment, opening hours, care."""

    question: Words


class Order(Args):
    """The customer's order, by what the customer has written of it. Nothing of it is told here."""


class HandOverTo(Args):
    """Offer the customer a person. Nothing is done: the customer is asked, and a yes of the customer does it."""

    why: Literal["asked", "unknown", "complaint", "order", "other"]


Turned = Callable[[Args, Understood, Hands], Awaitable[Understood]]
"""A call's arguments, the customer's own wish, and the clerk's ears, to what the tool is asked."""


async def _find(args: Find, asked: Understood, hands: Hands) -> Understood:
    wish = await hands.read(args.words)
    read = wish.where
    where = replace(
        read,
        price_from=read.price_from if args.price_from is None else args.price_from,
        price_to=read.price_to if args.price_to is None else args.price_to,
        in_stock=args.in_stock or read.in_stock,
        sort="price_asc" if args.cheapest_first else read.sort,
    )
    return replace(_as(wish, "find"), where=where)


async def _describe(args: Describe, asked: Understood, hands: Hands) -> Understood:
    return replace(_as(await hands.read(args.question), "describe"), products=(args.product_id,))


async def _compare(args: Compare, asked: Understood, hands: Hands) -> Understood:
    return replace(_as(asked, "compare"), products=tuple(dict.fromkeys(args.product_ids)))


async def _recommend(args: Recommend, asked: Understood, hands: Hands) -> Understood:
    wish = _as(await hands.read(args.words), "recommend")
    return replace(wish, products=(args.like,)) if args.like else wish


async def _ask(args: Ask, asked: Understood, hands: Hands) -> Understood:
    return _as(await hands.read(args.question), "ask")


async def _order(args: Order, asked: Understood, hands: Hands) -> Understood:
    return _as(asked, "order")


async def _hand_over(args: HandOverTo, asked: Understood, hands: Hands) -> Understood:
    return _as(asked, "handoff")


_SURE = 0.85
"""A model's choice of a tool: surer than a guess, less than the clerk's own certainty."""
TURNS: Mapping[str, tuple[type[Args], Callable[..., Awaitable[Understood]]]] = {
    "find": (Find, _find),
    "describe": (Describe, _describe),
    "compare": (Compare, _compare),
    "recommend": (Recommend, _recommend),
    "ask": (Ask, _ask),
    "order": (Order, _order),
    "hand_over": (HandOverTo, _hand_over),
}
"""The tools as a model sees them: name, arguments, what they come to."""


async def call(name: str, args: Args, asked: Understood, hands: Hands, seen: Set[str]) -> Found:
    """What the tool found. Raises WrongCall for a product that wasn't shown before: an id isn't guessed."""
    for product_id in _ids(args):
        if product_id not in seen:
            raise WrongCall(f"no result of this conversation has a product {product_id!r}; use `find` first")
    wish = replace(await TURNS[name][1](args, asked, hands), message=asked.message, acts=(), options=())
    findings = await hands.find(wish)
    if isinstance(args, HandOverTo) and findings.prepared:
        deed = findings.prepared.deed
        deed = replace(deed, why=args.why) if isinstance(deed, HandOver) else deed
        findings = replace(findings, prepared=replace(findings.prepared, deed=deed))
    return Found(wish, findings)


def _ids(args: Args) -> list[str]:
    match args:
        case Describe(product_id=one):
            return [one]
        case Compare(product_ids=several):
            return several
        case Recommend(like=str(one)):
            return [one]
        case _:
            return []


def _as(wish: Understood, intent: str) -> Understood:
    return replace(wish, route=Route(intent, _SURE), lost_place=False)
