"""Product rows -> Products: variants fold into the product they belong to, prices and stock are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import TypeVar

from knowledge_base.columns import Row, long_text
from knowledge_base.money import currency_code
from knowledge_base.readers.markup import html_text
from knowledge_base.rows import (
    ProductRow,
    RowError,
    is_blank,
    is_gone,
    is_there,
    moment,
    price_of,
    text_of,
    validated,
)
from knowledge_base.shop import Shop
from knowledge_base.types import Locale, Product, Refusal, Variant
from knowledge_base.variants import emptied, nested_price, nested_variants

T = TypeVar("T")

_OWN = (
    "id",
    "stock",
    "availability",
    "options",
    "attributes",
    "price",
    "sale_price",
    "sale_dates",
    "compare_at",
    "variants",
)
"""Fields that a variant never takes from its siblings."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the rows of one file are made into products with; `refusals` grows as rows are refused."""

    shop: Shop
    locale: Locale
    file: str
    now: datetime
    refusals: list[Refusal]
    dated: list[str] = field(default_factory=list)
    """From when to when prices are reduced: grows where such dates are met."""
    raised: dict[str, Decimal] = field(default_factory=dict)
    """Prices before by product id that are below the price, and are left out for that."""

    def kept(self, make: Callable[[], T], line: int) -> T | None:
        """What `make` gives, or None where it raised RowError, which is then told."""
        try:
            return make()
        except RowError as error:
            self.refusals.append(error.refusal(self.file, line))
            return None


@dataclass(slots=True)
class _Group:
    """Rows of one product: `parent` has the words, `sold` can be bought."""

    name: str
    parent: Row | None = None
    sold: list[Row] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.parent[0] if self.parent else self.sold[0][0]


def fold_products(rows: Iterable[Row], bench: Bench) -> list[tuple[int, Product]]:
    """(line, product) in the order of their first row; rows of one group become one product with variants."""
    folded: list[tuple[int, Product]] = []
    for entry in _grouped(list(rows)):
        if isinstance(entry, _Group):
            line, product = entry.line, _folded(entry, bench)
        else:
            line, raw = entry
            product = bench.kept(lambda raw=raw: _product(raw, bench), line)  # type: ignore[misc]
        if product is not None:
            folded.append((line, product))
    return folded


def _grouped(rows: Sequence[Row]) -> list[Row | _Group]:
    """Single rows and groups. A row is its group's parent where its id is the group's name and it can't be bought itself:
    it names no group, or no price."""
    groups = {name: _Group(name) for _, raw in rows if (name := _text(raw, "group"))}
    entries: list[Row | _Group] = []
    met: set[str] = set()
    for line, raw in rows:
        own, named = _text(raw, "id"), _text(raw, "group")
        group = groups.get(named or own)
        if group is None:
            entries.append((line, raw))
            continue
        if own == group.name and (not named or is_blank(raw.get("price"))):
            group.parent = (line, raw)
        else:
            group.sold.append((line, raw))
        if group.name not in met:
            met.add(group.name)
            entries.append(group)
    return entries


def _text(raw: Mapping[str, object], name: str) -> str:
    try:
        return str(text_of(raw.get(name)))
    except ValueError:  # validated once more, and then told
        return ""


def _folded(group: _Group, bench: Bench) -> Product | None:
    words = _words(group)
    if not group.sold:
        reason = "neither this product nor a variant of it has a price"
        bench.refusals.append(Refusal(bench.file, group.line, "price", "", reason))
        return None
    made: dict[str, tuple[int, Product, dict[str, str]]] = {}
    for line, raw in group.sold:
        pair = bench.kept(lambda raw=raw: _variant_row({**words, **_filled(raw)}, bench), line)  # type: ignore[misc]
        if pair is None:
            continue
        product, options = pair
        if product.id in made:
            bench.refusals.append(duplicate(bench.file, line, product.id, bench.file, made[product.id][0]))
        made[product.id] = (line, product, options)
    if not made:
        return None
    sold = [(product, options) for _, product, options in made.values()]
    if len(sold) == 1 and not sold[0][1] and group.parent is None:
        return sold[0][0]
    return bench.kept(lambda: _with_variants(group, sold, bench), group.line)


def _words(group: _Group) -> dict[str, object]:
    """What all rows of a group share: the parent's values (its price too), else those of the first row with a title."""
    if group.parent:
        raw = group.parent[1]
        return _filled({k: v for k, v in raw.items() if k not in _OWN or k in ("price", "compare_at")})
    titled = next((raw for _, raw in group.sold if not is_blank(raw.get("title"))), {})
    return _filled({k: v for k, v in titled.items() if k not in _OWN})


def _variant_row(raw: Mapping[str, object], bench: Bench) -> tuple[Product, dict[str, str]]:
    return _product(raw, bench), validated(ProductRow, raw).options


def _with_variants(group: _Group, sold: Sequence[tuple[Product, dict[str, str]]], bench: Bench) -> Product:
    made = [product for product, _ in sold]
    first, cheapest = made[0], min(made, key=lambda product: product.price)
    variants = tuple(Variant(p.id, options or _differing(p, made), p.price, p.stock) for p, options in sold)
    shared = {k: v for k, v in first.attributes.items() if all(p.attributes.get(k) == v for p in made)}
    about: dict[str, object] = dict(group.parent[1]) if group.parent else {}
    parent = validated(
        ProductRow, {**about, "id": group.name, "title": about.get("title") or first.title, "price": "0"}
    )
    gone = is_gone(parent.availability)
    known = [p.stock for p in made if p.stock is not None]
    return replace(
        first,
        id=group.name,
        title=unescape(parent.title) if group.parent else first.title,
        price=cheapest.price,
        compare_at=cheapest.compare_at,
        stock=0 if gone else sum(known) if known else parent.stock,
        attributes={**parent.attributes, **shared},
        variants=emptied(variants) if gone else variants,
    )


def _product(raw: Mapping[str, object], bench: Bench) -> Product:
    row = validated(ProductRow, raw)
    shop, locale = bench.shop, shop_locale(row.locale, bench.shop, bench.locale)
    gone = is_gone(row.availability)
    priced = nested_price(raw) if is_blank(row.price) else row.price
    price, compare_at, currency = _prices(row.model_copy(update={"price": priced}), bench)
    variants = nested_variants(raw, price, bench.shop.currency)
    known = [v.stock for v in variants if v.stock is not None]
    return Product(
        id=row.id,
        title=unescape(row.title),
        description=long_text(html_text(row.description)),
        category=shop.categories.get(row.category, {}).get(locale, unescape(row.category)),
        price=min([v.price for v in variants], default=price),
        currency=currency,
        stock=0 if gone else sum(known) if known else row.stock,
        attributes=row.attributes,
        variants=emptied(variants) if gone else variants,
        url=row.url.replace("{id}", row.id),
        image=row.image.replace("{id}", row.id),
        locale=locale,
        brand=row.brand,
        compare_at=compare_at,
        keywords=row.keywords,
        goes_with=row.goes_with,
        details=tuple((name, html_text(text)) for name, text in row.details),
        added=_added(row.added, shop),
        available=True
        if not gone and any(is_there(str(said)) for said in (row.availability, raw.get("stock", "")))
        else None,
    )


def _added(text: str, shop: Shop) -> datetime | None:
    """When it was taken up; a date that can't be read is no reason to refuse what is sold."""
    try:
        return moment("added", text, shop.timezone) if text else None
    except RowError:
        return None


def shop_locale(stated: str, shop: Shop, otherwise: Locale) -> Locale:
    """The shop's locale that a row's own `locale` column means: `zh`, `zh-CN` and `zh_CN` are `zh` to a shop that says so."""
    if not stated:
        return otherwise
    tag = stated.replace("_", "-")
    for locale in shop.locales:
        if locale.casefold() == tag.casefold() or locale.casefold() == tag.split("-")[0].casefold():
            return locale
    raise RowError("locale", stated, f"is none of the shop's languages, {', '.join(shop.locales)}")


def _prices(row: ProductRow, bench: Bench) -> tuple[Decimal, Decimal | None, str]:
    """What is asked now, what was asked before, and the currency as the price, the row or the shop says."""
    home = bench.shop.currency
    if is_blank(row.price):
        raise RowError("price", "", "is required")
    price, marked = price_of("price", row.price, home)
    before = None if is_blank(row.compare_at) else price_of("compare_at", row.compare_at, home)[0]
    if not is_blank(row.sale_price):
        reduced, sale_marked = price_of("sale_price", row.sale_price, home)
        if reduced < price and _lasts(row.sale_dates, bench):
            before, price, marked = price, reduced, sale_marked or marked
    stated = _stated_currency(row.currency, home)
    if marked and stated and marked != stated:
        raise RowError("currency", row.currency, f"contradicts the price, which is in {marked}")
    if before is not None and 0 < before < price:
        bench.raised[row.id] = before
    return price, before if before is not None and before > price else None, marked or stated or home


def _stated_currency(text: str, home: str) -> str:
    try:
        return currency_code(text, home) if text else ""
    except ValueError as error:
        raise RowError("currency", text, str(error)) from error


def _lasts(dates: str, bench: Bench) -> bool:
    """Whether now lies between the two times of `start/end`; either may be empty. A date alone lasts to its midnight."""
    start, _, end = (part.strip() for part in dates.partition("/"))
    bench.dated.extend([dates] if start or end else [])
    zone = bench.shop.timezone
    if start and bench.now < moment("sale_dates", start, zone):
        return False
    if not end:
        return True
    last = f"{end}T23:59:59" if len(end) == 10 else end
    return bench.now <= moment("sale_dates", last, zone)


def duplicate(file: str, line: int, thing_id: str, other_file: str, other_line: int) -> Refusal:
    where = f"line {other_line}" if other_file == file else f"{other_file}:{other_line}"
    return Refusal(file, line, "id", thing_id, f"duplicate id, the one of {where} is replaced: the last one wins")


def _filled(raw: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in raw.items() if not is_blank(value) and value not in ({}, [], ())}


def _differing(product: Product, siblings: Sequence[Product]) -> dict[str, str]:
    """The attributes in which a variant differs from its siblings: its options where the file names none."""
    return {k: v for k, v in product.attributes.items() if any(s.attributes.get(k) != v for s in siblings)}
