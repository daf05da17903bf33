"""Which one limit to give up where nothing meets all of them: the one whose loss costs least.

A price or a measure costs how far the nearest product lies outside, as a share of the limit (54 for `under 50` is 0.08), a
rating the missing share of stars. What can't be near costs a fixed price: a sold-out product may come again, another size or
colour is the same thing, another category is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.where import Choice, Measure, Where

COSTS = {
    "stock": 0.15, "quantity": 0.15, "size": 0.2, "colour": 0.25, "discount": 0.3, "refused": 0.35, "value": 0.35, "material": 0.4,
    "age": 0.4, "brand": 0.45, "category": 0.5,
}  # fmt: skip
UNKNOWN = 0.6
"""What a limit costs of which the catalogue states nothing for what is left: nobody knows how far it is."""


@dataclass(frozen=True, slots=True)
class Loosened:
    """A Where without one of its limits: which (a key of COSTS, `price`, `measure` or `rating`), and what it was."""

    limit: str
    where: Where
    choice: Choice | None = None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a loosened limit costs with the products that it lets in: those nearest first; for an amount the nearest one
    and how far it lies above (or, negative, below) the limit."""

    loosened: Loosened
    cost: float
    ids: tuple[str, ...]
    nearest: Decimal | None = None
    apart: Decimal | None = None


def loosenings(where: Where) -> Iterator[Loosened]:
    """Every Where that has one limit less."""
    if where.in_stock is not None:
        yield Loosened("stock", replace(where, in_stock=None))
    if where.quantity is not None:
        yield Loosened("quantity", replace(where, quantity=None))
    if where.price_from is not None or where.price_to is not None:
        yield Loosened("price", replace(where, price_from=None, price_to=None))
    if where.discount_from is not None:
        yield Loosened("discount", replace(where, discount_from=None))
    if where.rating_from is not None:
        yield Loosened("rating", replace(where, rating_from=None))
    if where.age is not None:
        yield Loosened("age", replace(where, age=None))
    for choice in where.having:
        limit = choice.name if choice.name in COSTS else "value"
        yield Loosened(limit, replace(where, having=_less(where.having, choice)), choice)
    for choice in where.without:
        yield Loosened("refused", replace(where, without=_less(where.without, choice)), choice)
    for measure in where.measures:
        left = tuple(one for one in where.measures if one != measure)
        yield Loosened("measure", replace(where, measures=left), measure=measure)
    if where.categories or where.not_categories:
        yield Loosened("category", replace(where, categories=frozenset(), not_categories=frozenset()))


def given(loosened: Loosened, wanted: Where, ids: Sequence[str], catalogue: Catalogue) -> Given:
    """What it costs to give up a limit, where these products, best first, are all that meet the others."""
    if loosened.limit == "price":
        return _nearest(loosened, ids, catalogue, _outside_price(wanted, loosened.where, ids, catalogue))
    if loosened.limit == "measure" and loosened.measure is not None:
        return _nearest(loosened, ids, catalogue, _outside_measure(loosened, ids, catalogue))
    if loosened.limit == "rating":
        return _rated(loosened, wanted, ids, catalogue)
    return Given(loosened, COSTS[loosened.limit], tuple(ids))


def cheapest(all_given: Iterable[Given]) -> Given | None:
    """The one that costs least; of equal ones the first."""
    return min((one for one in all_given if one.ids), key=lambda one: one.cost, default=None)


Outside = dict[str, tuple[float, float, float]]
"""Product id -> (share outside, the product's amount, signed distance)."""


def _nearest(loosened: Loosened, ids: Sequence[str], catalogue: Catalogue, outside: Outside) -> Given:
    known = sorted((i for i in ids if i in outside), key=lambda i: outside[i][0])
    if not known:
        return Given(loosened, UNKNOWN, tuple(ids))
    share, amount, apart = outside[known[0]]
    return Given(loosened, share, tuple(known), _decimal(amount), _decimal(apart))


def _outside_price(wanted: Where, where: Where, ids: Sequence[str], catalogue: Catalogue) -> Outside:
    prices, owners = catalogue.facets.form_prices(where)
    return _outside(prices, prices, owners, wanted.price_from, wanted.price_to, ids, catalogue)


def _outside_measure(loosened: Loosened, ids: Sequence[str], catalogue: Catalogue) -> Outside:
    measure = loosened.measure
    if measure is None:
        return {}
    low, high, owners = catalogue.facets.form_measures(measure.kind, loosened.where)
    return _outside(low, high, owners, measure.low, measure.high, ids, catalogue)


def _outside(
    low: NDArray[np.float64], high: NDArray[np.float64], owners: NDArray[np.int32],
    least: Decimal | None, most: Decimal | None, ids: Sequence[str], catalogue: Catalogue,
) -> Outside:  # fmt: skip
    """Of every product its form that is least outside: by what share of the limit, how much it has, and how far that is."""
    places = {catalogue.place(i): i for i in ids}
    found: Outside = {}
    for at in np.flatnonzero(np.isin(owners, list(places))).tolist():
        over = float(low[at]) - float(most) if most is not None else float("-inf")
        under = float(least) - float(high[at]) if least is not None else float("-inf")
        apart, amount, limit = (over, low[at], most) if over >= under else (-under, high[at], least)
        share = abs(apart) / float(limit) if limit else abs(apart)
        product_id = places[int(owners[at])]
        if product_id not in found or share < found[product_id][0]:
            found[product_id] = (share, float(amount), apart)
    return found


def _rated(loosened: Loosened, wanted: Where, ids: Sequence[str], catalogue: Catalogue) -> Given:
    ratings = {i: float(catalogue.facets.rating[catalogue.place(i)]) for i in ids}
    known = sorted((i for i in ids if ratings[i] == ratings[i]), key=lambda i: -ratings[i])
    if not known or wanted.rating_from is None:
        return Given(loosened, UNKNOWN, tuple(ids))
    best = ratings[known[0]]
    cost = (float(wanted.rating_from) - best) / 5
    return Given(loosened, cost, tuple(known), _decimal(best), _decimal(best - float(wanted.rating_from)))


def _less(choices: tuple[Choice, ...], choice: Choice) -> tuple[Choice, ...]:
    return tuple(one for one in choices if one != choice)


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))
