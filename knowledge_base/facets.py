"""What can be filtered by, as arrays: the canonical facets of every product, computed once, and the mask of those within a Where.

A form is one thing that can be bought: a variant, or a product that has none. What a customer limits must hold of one form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from knowledge_base.attributes import Attributes
from knowledge_base.families import plain
from knowledge_base.forms import Read, Reading
from knowledge_base.types import Interaction, InteractionKind, Product, Review
from knowledge_base.where import Choice, Measure, Where

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_WANTED = {
    InteractionKind.BOUGHT: 3.0, InteractionKind.CARTED: 2.0, InteractionKind.CLICKED: 0.5, InteractionKind.VIEWED: 0.5,
}  # fmt: skip
ANY = "*"
"""A value that fits every wish: `all skin types`."""


@dataclass(slots=True)
class _Alternatives:
    """One attribute over all forms: each alternative belongs to a form and has values."""

    form: list[int] = field(default_factory=list)
    having: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class _Ranges:
    form: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)


class Facets:
    """The facets of products in the order given; `products` are in the shop's first language where they have it."""

    def __init__(
        self,
        products: Sequence[Sequence[Product]],
        attributes: Attributes,
        reviews: Iterable[Review] = (),
        interactions: Iterable[Interaction] = (),
    ) -> None:
        firsts = [forms[0] for forms in products]
        places = {product.id: place for place, product in enumerate(firsts)}
        self._rating, self._reviews = _ratings(places, reviews)
        self.popularity = _popularity(places, interactions)
        self.price = np.array([float(p.price) for p in firsts])
        self.discount = np.array([_discount(p) for p in firsts])
        self.added = np.array([p.added.timestamp() if p.added else -np.inf for p in firsts])
        self._stock = np.array([-1 if p.in_stock is None else int(p.in_stock) for p in firsts], dtype=np.int8)
        self._read_forms(products, Reading(attributes))

    @property
    def rating(self) -> Floats:
        """Mean stars of every product, NaN where nobody has rated it."""
        return self._rating

    @property
    def reviews(self) -> Floats:
        """How many have rated every product."""
        return self._reviews

    def _read_forms(self, products: Sequence[Sequence[Product]], reading: Reading) -> None:
        starts: list[int] = []
        prices: list[float] = []
        counts: list[int] = []
        ages = np.full((len(products), 2), np.nan)
        choices: dict[str, _Alternatives] = defaultdict(_Alternatives)
        ranges: dict[str, _Ranges] = defaultdict(_Ranges)
        for place, product in enumerate(products):
            starts.append(len(prices))
            own = reading.product(product)
            if own.age is not None:
                ages[place] = own.age
            for form in reading.forms(product[0], own):
                _add_form(len(prices), form.read, choices, ranges)
                prices.append(float(form.price))
                counts.append(-1 if form.stock is None else form.stock)
        self._starts = np.array(starts, dtype=np.int64)
        self._prices, self._counts, self._ages = np.array(prices), np.array(counts, dtype=np.int64), ages
        self._owner = np.repeat(np.arange(len(products)), np.diff([*starts, len(prices)]))
        self._choices = {name: _packed(alternatives) for name, alternatives in choices.items()}
        self._ranges = {
            k: (np.array(r.form, dtype=np.int32), np.array(r.low), np.array(r.high)) for k, r in ranges.items()
        }

    def mask(self, where: Where) -> Mask:
        """Which products are within the limits of a Where that are about their facets (not category, ids or language)."""
        chosen = np.ones(len(self._starts), dtype=np.bool_)
        if where.in_stock is not None:
            chosen &= self._stock == int(where.in_stock)
        if where.age is not None:
            age = float(where.age)
            chosen &= (self._ages[:, 0] <= age) & (age <= self._ages[:, 1])
        if where.rating_from is not None:
            chosen &= self._rating >= float(where.rating_from)
        if where.discount_from is not None:
            chosen &= self.discount >= float(where.discount_from)
        forms = self._form_mask(where)
        return chosen if forms is None or not len(chosen) else chosen & np.logical_or.reduceat(forms, self._starts)

    def _form_mask(self, where: Where) -> Mask | None:
        """Which forms meet every limit that is about one form; None where there is no such limit."""
        masks: list[Mask] = []
        if where.price_from is not None:
            masks.append(self._prices >= float(where.price_from))
        if where.price_to is not None:
            masks.append(self._prices <= float(where.price_to))
        if where.in_stock:
            masks.append(self._counts != 0)
        if where.quantity is not None:
            masks.append((self._counts < 0) | (self._counts >= where.quantity))
        masks += [self._having(choice) for choice in where.having]
        masks += [~self._refused(choice) for choice in where.without]
        masks += [self._measuring(measure) for measure in where.measures]
        return np.logical_and.reduce(masks) if masks else None

    def _having(self, choice: Choice) -> Mask:
        form, values = self._choices.get(choice.name, _NONE)
        mask = np.zeros(len(self._prices), dtype=np.bool_)
        for value in {ANY, *map(plain, choice.values)}:
            if value in values:
                mask[form[values[value]]] = True
        return mask

    def _refused(self, choice: Choice) -> Mask:
        """Forms of which every alternative has one of the values; what doesn't state the attribute isn't refused."""
        form, values = self._choices.get(choice.name, _NONE)
        mask = np.zeros(len(self._prices), dtype=np.bool_)
        bad = np.zeros(len(form), dtype=np.bool_)
        for value in map(plain, choice.values):
            if value in values:
                bad[values[value]] = True
        mask[form[bad]] = True
        mask[form[~bad]] = False
        return mask

    def _measuring(self, measure: Measure) -> Mask:
        mask = np.zeros(len(self._prices), dtype=np.bool_)
        if measure.kind in self._ranges:
            form, low, high = self._ranges[measure.kind]
            fits = (high >= _float(measure.low, -np.inf)) & (low <= _float(measure.high, np.inf))
            mask[form[fits]] = True
        return mask

    def form_prices(self, where: Where) -> tuple[Floats, NDArray[np.int64]]:
        """The price of every form that meets the limits about forms, and the place of its product."""
        forms = self._form_mask(where)
        kept = np.ones(len(self._prices), dtype=np.bool_) if forms is None else forms
        return self._prices[kept], self._owner[kept]

    def form_measures(self, kind: str, where: Where) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Likewise each amount of one kind that such forms have: lows, highs, places of products."""
        if kind not in self._ranges:
            return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)
        form, low, high = self._ranges[kind]
        forms = self._form_mask(where)
        kept = np.ones(len(form), dtype=np.bool_) if forms is None else forms[form]
        return low[kept], high[kept], self._owner[form[kept]]


Packed = tuple[NDArray[np.int32], Mapping[str, NDArray[np.int32]]]
_NONE: Packed = (np.zeros(0, dtype=np.int32), {})


def _packed(alternatives: _Alternatives) -> Packed:
    values = {value: np.array(places, dtype=np.int32) for value, places in alternatives.having.items()}
    return np.array(alternatives.form, dtype=np.int32), values


def _add_form(place: int, read: Read, choices: dict[str, _Alternatives], ranges: dict[str, _Ranges]) -> None:
    for name, alternatives in read.choices.items():
        kept = choices[name]
        for values in alternatives:
            for value in values:
                kept.having[value].append(len(kept.form))
            kept.form.append(place)
    for amount in read.amounts:
        held = ranges[amount.kind]
        held.form.append(place)
        held.low.append(amount.low)
        held.high.append(amount.high)


def _ratings(places: Mapping[str, int], reviews: Iterable[Review]) -> tuple[Floats, Floats]:
    stars, counts = np.zeros(len(places)), np.zeros(len(places))
    for review in reviews:
        if (place := places.get(review.product_id)) is not None:
            stars[place] += review.rating
            counts[place] += 1
    with np.errstate(invalid="ignore"):
        return stars / counts, counts


def _popularity(places: Mapping[str, int], interactions: Iterable[Interaction]) -> Floats:
    wanted = np.zeros(len(places))
    for event in interactions:
        if (place := places.get(event.product_id)) is not None:
            wanted[place] += _WANTED.get(event.kind, 0.0)
    return wanted


def _discount(product: Product) -> float:
    """Per cent off the former price, 0 where there is none."""
    before = product.compare_at
    return float((before - product.price) * 100 / before) if before and before > product.price else 0.0


def _float(value: Decimal | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
