"""Variants that stand inside their product, as JSON has them -> Variants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from knowledge_base.headings import canonical
from knowledge_base.rows import RowError, VariantRow, is_blank, is_gone, price_of, validated
from knowledge_base.types import Variant


def emptied(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    return tuple(replace(variant, stock=0) for variant in variants)


def nested_price(raw: Mapping[str, object]) -> object:
    """The price of the first nested variant that has one, for a product that has none of its own."""
    nested = raw.get("variants")
    items = nested.values() if isinstance(nested, Mapping) else nested if isinstance(nested, list) else ()
    priced = [item for item in items if isinstance(item, Mapping) and not is_blank(item.get("price"))]
    return priced[0]["price"] if priced else ""


def nested_variants(raw: Mapping[str, object], price: Decimal, currency: str) -> tuple[Variant, ...]:
    """Variants that stand inside their product: a list of objects, or a mapping of ids to objects."""
    nested = raw.get("variants")
    if is_blank(nested):
        return ()
    if isinstance(nested, Mapping):
        nested = [{"id": key, **item} if isinstance(item, Mapping) else item for key, item in nested.items()]
    if not isinstance(nested, list):
        raise RowError("variants", nested, "is not a list of objects with id, options, price and stock")
    variants = [_nested_variant(item, str(raw.get("variant_options") or ""), price, currency) for item in nested]
    return tuple({variant.id: variant for variant in variants}.values())


def _nested_variant(item: object, options_name: str, price: Decimal, currency: str) -> Variant:
    if not isinstance(item, Mapping):
        raise RowError("variants", item, "is not an object with id, options, price and stock")
    names = canonical([str(key) for key in item], "products", {})
    raw = {ours: item.get(theirs) for ours, theirs in names.items() if ours in VariantRow.model_fields}
    raw["options"] = item.get(options_name) or item.get("options") or item.get("attributes")
    try:
        row = validated(VariantRow, raw)
    except RowError as error:
        raise RowError(f"variants.{error.field}", error.value, error.reason) from error
    own, marked = (price, None) if is_blank(row.price) else price_of("variants.price", row.price, currency)
    if marked and marked != currency:
        raise RowError("variants.price", row.price, f"is in {marked}, but the shop sells in {currency}")
    return Variant(row.id, row.options, own, 0 if is_gone(row.availability) else row.stock)
