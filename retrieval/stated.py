"""A Where as docs/cases.md writes it in JSON, and back. What isn't limited is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from retrieval.types import Choice, Measure, Where

_AMOUNTS = ("price_from", "price_to", "age", "rating_from", "discount_from")
_NAMES = ("categories", "not_categories")
_CHOICES = ("having", "without")
_PLAIN = ("in_stock", "sort", "quantity")


def stated(where: Where) -> dict[str, Any]:
    """The limits of a Where as a case states them; locale, sources and ids are no wish of a customer and stay out."""
    made: dict[str, Any] = {name: _number(value) for name in _AMOUNTS if (value := getattr(where, name)) is not None}
    made |= {name: sorted(value) for name in _NAMES if (value := getattr(where, name))}
    made |= {
        name: {choice.name: sorted(choice.values) for choice in value}
        for name in _CHOICES
        if (value := getattr(where, name))
    }
    made |= {name: value for name in _PLAIN if (value := getattr(where, name)) is not None}
    if where.measures:
        made["measures"] = {m.kind: [_number(m.low), _number(m.high)] for m in where.measures}
    return made


def where_of(said: Mapping[str, Any]) -> Where:
    """The Where that a case states. Raises ValueError with the key that isn't known or doesn't hold what it should."""
    if unknown := said.keys() - _READ.keys():
        raise ValueError(f"there is no limit {', '.join(sorted(unknown))}; there are {', '.join(sorted(_READ))}")
    made = {}
    for name, value in said.items():
        try:
            made[name] = _READ[name](value)
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise ValueError(f"{name} can't be {value!r}") from error
    return Where(**made)


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _amount(value: object) -> Decimal:
    return Decimal(str(value))


def _choices(value: Mapping[str, list[str]]) -> tuple[Choice, ...]:
    return tuple(Choice(name, frozenset(value[name])) for name in sorted(value))


def _measures(value: Mapping[str, list[Any]]) -> tuple[Measure, ...]:
    made = []
    for kind in sorted(value):
        low, high = value[kind]
        made.append(Measure(kind, *(None if end is None else _amount(end) for end in (low, high))))  # type: ignore[arg-type]
    return tuple(made)


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_AMOUNTS, _amount), **dict.fromkeys(_NAMES, frozenset), **dict.fromkeys(_CHOICES, _choices),
    **dict.fromkeys(_PLAIN, lambda value: value), "measures": _measures,
}  # fmt: skip
