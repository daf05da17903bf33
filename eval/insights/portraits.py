"""What a model sees of one customer: when, how often and for how much they bought, what they like, and what they may need next. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median, quantiles
from typing import TypeVar

from knowledge_base.types import Interaction, InteractionKind, Product

ProductOf = Callable[[str], Product | None]
K = TypeVar("K", bound=Hashable)
DAY = timedelta(days=1)
FALLBACK_GAP = 90.0
"""Days between two purchases where too few come back to tell."""
LEAST_GAPS = 10
"""Gaps from which a typical one is told."""
LEAST_REPEATERS = 3
"""Customers who bought a thing again before it counts as one that runs out."""
OWN_GAPS = 2
"""Gaps of one's own that count more than those of others."""
LATE = 3
"""How many times its interval a need is overdue before it is taken for gone."""
SEGMENTS = ("new", "loyal", "regular", "once", "cooling", "lapsed", "looking")


@dataclass(frozen=True, slots=True)
class Need:
    """Something that runs out: bought `last`, and again every `days` by who has bought it repeatedly (`own`, or others)."""

    product_id: str
    last: datetime
    days: float
    is_own: bool

    @property
    def due(self) -> datetime:
        return self.last + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Portrait:
    """`days` are since the last purchase, `times` the days on which something was bought; None where nothing was."""

    person: str
    last_seen: datetime
    acts: Mapping[str, int]
    segment: str
    days: float | None = None
    times: int = 0
    spent: Decimal = Decimal(0)
    categories: tuple[tuple[str, float], ...] = ()
    """Of what was bought (looked at, where nothing was), with shares, the largest first."""
    prices: tuple[Decimal, Decimal, Decimal] | None = None
    """The lower quarter, the middle and the upper quarter of what was bought."""
    gap_days: float | None = None
    """The middle of the times between purchases."""
    needs: tuple[Need, ...] = ()
    """The soonest first."""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Habits:
    """What all customers together tell: how long it takes to come back, and which products are bought again after how long."""

    gap_days: float
    is_seen: bool
    """Whether the gap was seen; else it is the fallback."""
    again: Mapping[str, float]


def habits(interactions: Iterable[Interaction]) -> Habits:
    bought = [one for one in interactions if one.kind is InteractionKind.BOUGHT]
    gaps = [gap for days in _days(bought, lambda one: one.customer_id).values() for gap in _gaps(days)]
    again = defaultdict[str, list[Sequence[float]]](list)
    for (_, product_id), days in _days(bought, lambda one: (one.customer_id, one.product_id)).items():
        if len(days) > 1:
            again[product_id].append(_gaps(days))
    typical = {
        product_id: median(gap for of_one in found for gap in of_one)
        for product_id, found in again.items()
        if len(found) >= LEAST_REPEATERS
    }
    seen = len(gaps) >= LEAST_GAPS
    return Habits(median(gaps) if seen else FALLBACK_GAP, seen, typical)


def portraits(interactions: Sequence[Interaction], product_of: ProductOf, now: datetime) -> list[Portrait]:
    """Of everybody who did anything, by id."""
    known = habits(interactions)
    theirs = defaultdict[str, list[Interaction]](list)
    for one in interactions:
        theirs[one.customer_id].append(one)
    return [_portrait(person, theirs[person], known, product_of, now) for person in sorted(theirs)]


def _portrait(
    person: str, done: Sequence[Interaction], known: Habits, product_of: ProductOf, now: datetime
) -> Portrait:
    bought = [one for one in done if one.kind is InteractionKind.BOUGHT]
    acts = Counter(str(one.kind) for one in done)
    refused = tuple(dict.fromkeys(one.product_id for one in done if one.kind is InteractionKind.REFUSED))
    last_seen = max(one.at for one in done)
    liked = bought or [one for one in done if one.kind in (InteractionKind.CARTED, InteractionKind.CLICKED, InteractionKind.VIEWED, InteractionKind.ASKED)]  # fmt: skip
    categories = _shares(liked, product_of)
    if not bought:
        return Portrait(person, last_seen, acts, "looking", categories=categories, refused=refused)
    days = sorted({_day(one) for one in bought})
    last = max(one.at for one in bought)
    paid = [amount for one in bought if (amount := paid_for(one, product_of)) is not None]
    gaps = _gaps(days)
    since = max(0.0, (now - last) / DAY)
    return Portrait(
        person, last_seen, acts, segment_of(since, len(days), (now - min(one.at for one in bought)) / DAY, known.gap_days), since,
        len(days), _spent(done, product_of), categories, _quarters(paid), median(gaps) if gaps else None,
        _needs(bought, known, now), refused,
    )  # fmt: skip


def segment_of(days: float, times: int, first_days: float, gap_days: float) -> str:
    """By `days` since the last purchase, in how many `times`, measured by how long customers of this shop take to come back."""
    if days > 4 * gap_days:
        return "lapsed"
    if times == 1:
        return "new" if first_days <= gap_days else "once"
    if days > 2 * gap_days:
        return "cooling"
    return "loyal" if times >= 4 else "regular"


def scores(values: Mapping[str, float]) -> dict[str, int]:
    """1 (the lowest fifth) to 5; equal values have equal scores, by the middle of their ranks."""
    order = sorted(values.values())
    first = {value: place for place, value in reversed(list(enumerate(order)))}
    last = {value: place for place, value in enumerate(order)}
    return {one: 1 + int(5 * (first[v] + last[v] + 1) / 2 / len(order)) for one, v in values.items()}


def paid_for(one: Interaction, product_of: ProductOf) -> Decimal | None:
    """As the purchase tells, else today's price; None where nothing tells it."""
    if one.amount is not None:
        return one.amount
    product = product_of(one.product_id)
    return product.price if product else None


def _spent(done: Sequence[Interaction], product_of: ProductOf) -> Decimal:
    """All purchases less what came back."""
    paid = defaultdict[str, list[Decimal]](list)
    for one in done:
        if one.kind is InteractionKind.BOUGHT:
            paid[one.product_id].append(paid_for(one, product_of) or Decimal(0))
        elif one.kind is InteractionKind.RETURNED and paid[one.product_id]:
            paid[one.product_id].pop()
    return sum((amount for amounts in paid.values() for amount in amounts), Decimal(0))


def _needs(bought: Sequence[Interaction], known: Habits, now: datetime) -> tuple[Need, ...]:
    found: list[Need] = []
    for product_id, days in _days(bought, lambda one: one.product_id).items():
        gaps = _gaps(days)
        is_own = len(gaps) >= OWN_GAPS
        typical = median(gaps) if is_own else known.again.get(product_id)
        if typical is None or product_id not in known.again:
            continue
        last = max(one.at for one in bought if one.product_id == product_id)
        if (now - last) / DAY <= LATE * typical:
            found.append(Need(product_id, last, typical, is_own))
    return tuple(sorted(found, key=lambda need: (need.due, need.product_id)))


def _shares(done: Sequence[Interaction], product_of: ProductOf) -> tuple[tuple[str, float], ...]:
    met = Counter(product.category for one in done if (product := product_of(one.product_id)) and product.category)
    return tuple((name, count / met.total()) for name, count in met.most_common())


def _quarters(paid: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    if len(paid) < 2:
        return (paid[0], paid[0], paid[0]) if paid else None
    low, middle, high = quantiles(sorted(paid), n=4, method="inclusive")
    return low, middle, high


def _days(done: Iterable[Interaction], key: Callable[[Interaction], K]) -> dict[K, list[int]]:
    """By key, the days on which something was done, in order."""
    found = defaultdict[K, set[int]](set)
    for one in done:
        found[key(one)].add(_day(one))
    return {name: sorted(days) for name, days in found.items()}


def _day(one: Interaction) -> int:
    return one.at.toordinal()


def _gaps(days: Sequence[int]) -> list[float]:
    return [float(after - before) for before, after in pairwise(days)]
