"""Products -> the arrays behind `facets.Facets`: what each product and each of its forms is, one after the other."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.attributes import Attributes
from knowledge_base.forms import Read, Reading
from knowledge_base.types import Interaction, InteractionKind, Product, Review

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]
Spans = dict[str, dict[str, Any]]
ARRAYS = (
    "price", "discount", "added", "stock", "rating", "reviews", "popularity", "starts", "prices", "counts", "ages", "owner",
    "choice_forms", "choice_places", "range_forms", "range_lows", "range_highs",
)  # fmt: skip
_WANTED = {
    InteractionKind.BOUGHT: 3.0, InteractionKind.CARTED: 2.0, InteractionKind.CLICKED: 0.5, InteractionKind.VIEWED: 0.5,
}  # fmt: skip


@dataclass(slots=True)
class _Alternatives:
    """One attribute over all forms: each alternative belongs to a form and has values."""

    form: array[int] = field(default_factory=lambda: array("i"))
    having: dict[str, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("i")))


@dataclass(slots=True)
class _Ranges:
    """One kind of amount over all forms."""

    form: array[int] = field(default_factory=lambda: array("i"))
    low: array[float] = field(default_factory=lambda: array("d"))
    high: array[float] = field(default_factory=lambda: array("d"))


class _Draft:
    """Products are read once and not kept."""

    def __init__(self, products: Iterable[Sequence[Product]], reading: Reading) -> None:
        self.places: dict[str, int] = {}
        self.whole: dict[str, array[float]] = {name: array("d") for name in ("price", "discount", "added", "stock")}
        self.starts, self.prices, self.counts, self.ages = array("i"), array("d"), array("q"), array("d")
        self.choices: dict[str, _Alternatives] = defaultdict(_Alternatives)
        self.ranges: dict[str, _Ranges] = defaultdict(_Ranges)
        for product in products:
            self._add(product, reading)

    def _add(self, product: Sequence[Product], reading: Reading) -> None:
        first = product[0]
        self.places[first.id] = len(self.places)
        for name, value in _of_the_whole(first).items():
            self.whole[name].append(value)
        own = reading.product(product)
        self.ages.extend((float("nan"), float("nan")) if own.age is None else own.age)
        self.starts.append(len(self.prices))
        for form in reading.forms(first, own):
            _add_form(len(self.prices), form.read, self.choices, self.ranges)
            self.prices.append(float(form.price))
            self.counts.append(-1 if form.stock is None else form.stock)


def arrays_of(
    products: Iterable[Sequence[Product]],
    attributes: Attributes,
    reviews: Iterable[Review],
    interactions: Iterable[Interaction],
) -> tuple[Arrays, Spans]:
    """The arrays by name, and by attribute and kind of amount which part of them is about it."""
    draft = _Draft(products, Reading(attributes))
    sizes = np.diff([*draft.starts, len(draft.prices)])
    arrays: Arrays = {
        **{name: np.array(draft.whole[name]) for name in ("price", "discount", "added")},
        "stock": np.array(draft.whole["stock"], dtype=np.int8),
        "popularity": _popularity(draft.places, interactions),
        "starts": np.array(draft.starts, dtype=np.int32),
        "prices": np.array(draft.prices),
        "counts": np.array(draft.counts, dtype=np.int64),
        "ages": np.array(draft.ages).reshape(-1, 2),
        "owner": np.repeat(np.arange(len(draft.places), dtype=np.int32), sizes),
    }
    arrays["rating"], arrays["reviews"] = _ratings(draft.places, reviews)
    spans: Spans = {"choices": _packed_choices(draft.choices, arrays), "ranges": _packed_ranges(draft.ranges, arrays)}
    return arrays, spans


def _packed_choices(choices: Mapping[str, _Alternatives], arrays: Arrays) -> dict[str, Any]:
    """Attribute -> (where its alternatives stand, value -> where its places stand)."""
    forms, places = array("i"), array("i")
    spans: dict[str, Any] = {}
    for name, alternatives in choices.items():
        values: dict[str, tuple[int, int]] = {}
        for value, having in alternatives.having.items():
            values[value] = len(places), len(places) + len(having)
            places.extend(having)
        spans[name] = (len(forms), len(forms) + len(alternatives.form)), values
        forms.extend(alternatives.form)
    arrays["choice_forms"], arrays["choice_places"] = np.array(forms, np.int32), np.array(places, np.int32)
    return spans


def _packed_ranges(ranges: Mapping[str, _Ranges], arrays: Arrays) -> dict[str, Any]:
    """Kind -> where its amounts stand."""
    forms, lows, highs = array("i"), array("d"), array("d")
    spans: dict[str, Any] = {}
    for kind, one in ranges.items():
        spans[kind] = len(forms), len(forms) + len(one.form)
        forms.extend(one.form)
        lows.extend(one.low)
        highs.extend(one.high)
    arrays["range_forms"], arrays["range_lows"], arrays["range_highs"] = (
        np.array(forms, np.int32), np.array(lows), np.array(highs),
    )  # fmt: skip
    return spans


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


def _of_the_whole(product: Product) -> dict[str, float]:
    """What is said of a product, not of its forms; `stock` is 1, 0 or, where it isn't known, -1."""
    return {
        "price": float(product.price),
        "discount": _discount(product),
        "added": product.added.timestamp() if product.added else float("-inf"),
        "stock": -1 if product.in_stock is None else int(product.in_stock),
    }


def _discount(product: Product) -> float:
    """Per cent off the former price, 0 where there is none."""
    before = product.compare_at
    return float((before - product.price) * 100 / before) if before and before > product.price else 0.0
