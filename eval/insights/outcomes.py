"""What became of each person of a trial: the arm that was kept with their first advice, and what they did within the window after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.behaviour import ADVISED, Act
from knowledge_base.types import Interaction, InteractionKind

PriceOf = Callable[[str], Decimal | None]
"""A product's price today; None where the catalogue has no such product."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One person. `clicked` and `carted` are of products that were recommended to them; `bought` and `spent` of anything at all."""

    person: str
    arm: str
    since: datetime
    is_whole: bool
    """Whether the window is over."""
    crossed: bool
    """Whether they were in another arm later, as who signs in on another device may be; they stay where they began."""
    shown: int = 0
    clicked: bool = False
    carted: bool = False
    bought_shown: bool = False
    bought: bool = False
    spent: Decimal = Decimal(0)
    unpriced: int = 0
    """Purchases that tell no amount, of products that the catalogue doesn't have: they count as bought, and as nothing spent."""


def outcomes(
    acts: Iterable[Act],
    interactions: Iterable[Interaction],
    trial: str,
    price_of: PriceOf,
    window: timedelta,
    now: datetime,
) -> list[Outcome]:
    """`acts` tell who was advised and shown what, of this trial (`Trial.key`); `interactions` what everybody did. In order of time."""
    advised = defaultdict[str, list[Act]](list)
    shown = defaultdict[str, list[Act]](list)
    for act in acts:
        if act.trial == trial:
            (advised if act.kind == ADVISED else shown)[act.person].append(act)
    theirs = defaultdict[str, list[Interaction]](list)
    for one in interactions:
        if one.customer_id in advised:
            theirs[one.customer_id].append(one)
    return [
        _outcome(person, sorted(told, key=_at), shown[person], theirs[person], price_of, window, now)
        for person, told in advised.items()
    ]


def _at(act: Act) -> datetime:
    return act.at


def _outcome(
    person: str, advised: Sequence[Act], shown: Sequence[Act], theirs: Sequence[Interaction], price_of: PriceOf, window: timedelta,
    now: datetime,
) -> Outcome:  # fmt: skip
    arm, since = advised[0].arm, advised[0].at
    until = since + window
    first_shown: dict[str, datetime] = {}
    for act in sorted(shown, key=_at):
        if since <= act.at < until:
            first_shown.setdefault(act.product_id, act.at)
    within = [one for one in theirs if since <= one.at < until]
    after = {
        (one.kind, one.product_id)
        for one in within
        if one.product_id in first_shown and one.at >= first_shown[one.product_id]
    }
    kinds = {kind for kind, _ in after}
    spent, unpriced = _spent(within, price_of)
    return Outcome(
        person, arm, since, until <= now, any(act.arm != arm for act in advised), len(first_shown),
        InteractionKind.CLICKED in kinds, InteractionKind.CARTED in kinds, InteractionKind.BOUGHT in kinds,
        any(one.kind is InteractionKind.BOUGHT for one in within), spent, unpriced,
    )  # fmt: skip


def _spent(within: Sequence[Interaction], price_of: PriceOf) -> tuple[Decimal, int]:
    """What was paid, as the purchase tells or else at today's price, less what came back; and how many purchases have no price."""
    paid = defaultdict[str, list[Decimal]](list)
    unpriced = 0
    for one in sorted(within, key=lambda one: one.at):
        if one.kind is InteractionKind.BOUGHT:
            amount = one.amount if one.amount is not None else price_of(one.product_id)
            unpriced += amount is None
            paid[one.product_id].append(amount or Decimal(0))
        elif one.kind is InteractionKind.RETURNED and paid[one.product_id]:
            paid[one.product_id].pop()
    return sum((amount for amounts in paid.values() for amount in amounts), Decimal(0)), unpriced
