"""Arithmetic on the limits of a search: what is added, replaced, dropped, and what `cheaper` means. Pure functions on Where."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from retrieval.types import Choice, Measure, Where

CENT = Decimal("0.01")

_FIELDS: dict[str, tuple[str, ...]] = {
    "price": ("price_from", "price_to"), "in_stock": ("in_stock",), "category": ("categories", "not_categories"), "age": ("age",),
    "rating": ("rating_from",), "discount": ("discount_from",), "measures": ("measures",), "sort": ("sort",),
}  # fmt: skip
"""What a dropped limit is called -> the fields of Where that hold it; any other name is an attribute's."""


def add(before: Where, said: Where) -> Where:
    """The limits before and those said now; of one kind the new replaces the old, and takes away what contradicts it."""
    made = before
    if said.price_from is not None or said.price_to is not None:
        made = replace(made, price_from=said.price_from, price_to=said.price_to)
    if said.categories:
        made = replace(made, categories=said.categories)
    if said.not_categories:
        made = replace(
            made,
            not_categories=made.not_categories | said.not_categories,
            categories=made.categories - said.not_categories,
        )
    for name in ("in_stock", "age", "rating_from", "discount_from", "sort", "quantity"):
        if (value := getattr(said, name)) is not None:
            made = replace(made, **{name: value})
    having = _replaced(_less(made.having, said.without), said.having)
    without = _joined(_less(made.without, said.having), said.without)
    return replace(made, having=having, without=without, measures=_measured(made.measures, said.measures))


def drop(where: Where, names: Collection[str]) -> Where:
    """Without the limits of these names: `price`, `in_stock`, ..., an attribute's name, or `everything`."""
    if "everything" in names:
        return Where(locale=where.locale, sources=where.sources, source_ids=where.source_ids)
    empty = Where()
    for name in names:
        for field in _FIELDS.get(name, ()):
            where = replace(where, **{field: getattr(empty, field)})
    if "price" in names and where.sort in ("price_asc", "price_desc"):
        where = replace(where, sort=None)
    return replace(
        where,
        having=tuple(choice for choice in where.having if choice.name not in names),
        without=tuple(choice for choice in where.without if choice.name not in names),
    )


def stated_in(where: Where) -> frozenset[str]:
    """The names of the limits that are stated, as `drop` takes them."""
    empty = Where()
    told = {name for name, fields in _FIELDS.items() if any(getattr(where, f) != getattr(empty, f) for f in fields)}
    return frozenset(told | {choice.name for choice in (*where.having, *where.without)})


def below(where: Where, price: Decimal) -> Where:
    """Limits that only what costs less passes."""
    lower = price - CENT if where.price_to is None else min(price - CENT, where.price_to)
    return replace(where, price_to=lower, price_from=None if (where.price_from or 0) > lower else where.price_from)


def above(where: Where, price: Decimal) -> Where:
    """Limits that only what costs more passes."""
    higher = price + CENT if where.price_from is None else max(price + CENT, where.price_from)
    limit = where.price_to
    return replace(where, price_from=higher, price_to=None if limit is not None and limit < higher else limit)


def either(before: Where, said: Where) -> Where:
    """The limits before, with the values said now as alternatives (`or blue`); what was refused is only allowed again (`wool is fine, too`)."""
    old = {choice.name: choice.values for choice in before.having}
    refused = {choice.name: choice.values for choice in before.without}
    lifted = [choice for choice in said.having if choice.values <= refused.get(choice.name, frozenset())]
    joined = [Choice(c.name, c.values | old.get(c.name, frozenset())) for c in said.having if c not in lifted]
    before = replace(before, without=_less(before.without, lifted))
    return add(before, replace(said, having=tuple(joined)))


def _replaced(old: Iterable[Choice], new: Iterable[Choice]) -> tuple[Choice, ...]:
    return _sorted({**{choice.name: choice for choice in old}, **{choice.name: choice for choice in new}}.values())


def _joined(old: Iterable[Choice], new: Iterable[Choice]) -> tuple[Choice, ...]:
    made = {choice.name: choice.values for choice in old}
    for choice in new:
        made[choice.name] = made.get(choice.name, frozenset()) | choice.values
    return _sorted(Choice(name, values) for name, values in made.items())


def _less(choices: Iterable[Choice], taken: Iterable[Choice]) -> tuple[Choice, ...]:
    """The choices without the values that are taken away; one that has none left is gone."""
    gone = {choice.name: choice.values for choice in taken}
    left = [Choice(choice.name, choice.values - gone.get(choice.name, frozenset())) for choice in choices]
    return tuple(choice for choice in left if choice.values)


def _measured(old: Iterable[Measure], new: Iterable[Measure]) -> tuple[Measure, ...]:
    made = {measure.kind: measure for measure in old} | {measure.kind: measure for measure in new}
    return tuple(made[kind] for kind in sorted(made))


def _sorted(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: choice.name))
