"""Product rows -> Products: variants fold into the product they belong to, prices and stock are checked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from knowledge_base.rows import ProductRow, RowError, VariantRow, is_gone, price_of, validated
from knowledge_base.shop import Shop
from knowledge_base.types import Product, Refusal, Variant

Raw = dict[str, object]


def fold_products(
    rows: Iterable[tuple[int, Raw]], shop: Shop, locale: str, file: str, refusals: list[Refusal]
) -> list[Product]:
    """Products in the order of their first row; rows of one group become one product with variants."""
    singles: list[tuple[str, Product]] = []
    groups: dict[str, list[tuple[int, Raw]]] = {}
    aliases: dict[str, str] = {}
    for line, raw in rows:
        group = str(raw.get("group") or "")
        if group:
            if raw.get("price") == "parent":
                aliases[str(raw.get("group_alias"))] = group
            group = aliases.get(group, group)
            if group not in groups:
                singles.append((group, _EMPTY))
            groups.setdefault(group, []).append((line, raw))
            continue
        made = _kept(lambda line=line, raw=raw: _product(raw, shop, locale), line, file, refusals)
        if made is not None:
            singles.append(("", made))
    folded = {group: _fold(group, members, shop, locale, file, refusals) for group, members in groups.items()}
    return [product for group, single in singles if (product := folded[group] if group else single) is not None]


_EMPTY = Product("", "", "", "", Decimal(0), "")


def _kept(make, line: int, file: str, refusals: list[Refusal]):  # type: ignore[no-untyped-def]
    try:
        return make()
    except RowError as error:
        refusals.append(Refusal(file, line, error.field, str(error.value), error.reason))
        return None


def _product(raw: Raw, shop: Shop, locale: str) -> Product:
    row = validated(ProductRow, raw)
    price, compare_at, currency = _prices(row, shop)
    variants = _nested_variants(raw, price, shop)
    known = [v.stock for v in variants if v.stock is not None]
    return Product(
        id=row.id,
        title=row.title,
        description=row.description,
        category=shop.categories.get(row.category, {}).get(locale, row.category),
        price=min([v.price for v in variants], default=price),
        currency=currency,
        stock=0 if is_gone(row.availability) else sum(known) if known else row.stock,
        attributes=row.attributes,
        variants=variants,
        url=row.url.replace("{id}", row.id),
        image=row.image.replace("{id}", row.id),
        locale=locale,
        brand=row.brand,
        compare_at=compare_at,
        keywords=row.keywords,
        goes_with=row.goes_with,
        details=tuple(raw.get("details") or ()),  # type: ignore[call-overload]
    )


def _prices(row: ProductRow, shop: Shop) -> tuple[Decimal, Decimal | None, str]:
    """What is asked now, what was asked before, and the currency as the price, the row or the shop says."""
    price, marked = price_of("price", row.price)
    before = price_of("compare_at", row.compare_at)[0] if row.compare_at else None
    if row.sale_price:
        before, (price, sale_marked) = price, price_of("sale_price", row.sale_price)
        marked = sale_marked or marked
    stated = row.currency.strip().upper()
    return price, before if before is not None and before > price else None, marked or stated or shop.currency


def _nested_variants(raw: Raw, price: Decimal, shop: Shop) -> tuple[Variant, ...]:
    nested = raw.get("variants")
    options_name = str(raw.get("variant_options") or "options")
    if not isinstance(nested, list):
        return ()
    variants = []
    for item in nested:
        if not isinstance(item, dict):
            raise RowError("variants", item, "is not an object with id, options, price and stock")
        row = validated(VariantRow, {**item, "options": item.get(options_name) or item.get("attributes") or {}})
        own = price_of("variants.price", row.price)[0] if row.price else price
        variants.append(Variant(row.id, row.options, own, row.stock))
    return tuple(variants)


def _fold(
    group: str, members: list[tuple[int, Raw]], shop: Shop, locale: str, file: str, refusals: list[Refusal]
) -> Product | None:
    """The first row that has a title gives the words; each row that could be bought is a variant."""
    parents = [raw for _, raw in members if raw.get("price") == "parent"]
    sold = [(line, raw) for line, raw in members if raw.get("price") != "parent"]
    words = next((raw for raw in [*parents, *(raw for _, raw in sold)] if raw.get("title")), {})
    made: list[Product] = []
    for line, raw in sold:
        whole = {
            **{k: v for k, v in words.items() if k not in ("stock", "options", "attributes", "price", "compare_at")},
            **_filled(raw),
        }
        if (product := _kept(lambda whole=whole: _product(whole, shop, locale), line, file, refusals)) is not None:
            made.append(product)
    if not made:
        return None
    first = made[0]
    if len(made) == 1 and not sold[0][1].get("options"):
        return first
    variants = tuple(
        Variant(p.id, validated(ProductRow, raw).options or _differing(p, made), p.price, p.stock)
        for p, (_, raw) in zip(made, [s for s in sold if str(s[1].get("id")) in {m.id for m in made}], strict=False)
    )
    known = [p.stock for p in made if p.stock is not None]
    shared = {k: v for k, v in first.attributes.items() if all(p.attributes.get(k) == v for p in made)}
    return Product(
        id=group, title=str(words.get("title") or first.title).strip(), description=first.description, category=first.category,
        price=min(p.price for p in made), currency=first.currency, stock=sum(known) if known else None, attributes=shared,
        variants=variants, url=first.url, image=first.image, locale=locale, brand=first.brand, compare_at=first.compare_at,
        keywords=first.keywords, goes_with=first.goes_with, details=first.details,
    )  # fmt: skip


def _filled(raw: Raw) -> Raw:
    return {key: value for key, value in raw.items() if value not in (None, "", {}, [], ())}


def _differing(product: Product, siblings: list[Product]) -> dict[str, str]:
    """The attributes in which a variant differs from its siblings: its options where the file names none."""
    return {k: v for k, v in product.attributes.items() if any(s.attributes.get(k) != v for s in siblings)}
