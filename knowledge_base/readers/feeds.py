"""The feeds that shop systems export, brought to plain records with our field names: Google Merchant, Shopify, WooCommerce.

Fields that have no name of ours stay beside them under their own, so that shop.toml can name them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge_base.errors import UnreadableFile
from knowledge_base.headings import SYNONYMS, plain
from knowledge_base.readers.decode import decode, read_bytes
from knowledge_base.readers.markup import html_text
from knowledge_base.readers.record import Record

Adapter = Callable[[Sequence[Record]], Iterator[Record]]

_NONE: Mapping[str, object] = dict.fromkeys(SYNONYMS["products"])


def adapter_of(headings: Iterable[str]) -> Adapter | None:
    """The reader of the export that has these headings; None for a table of nobody's."""
    names = {plain(heading) for heading in headings}
    if {"handle", "variant price"} <= names or {"url handle", "option1 name", "price"} <= names:
        return shopify_csv
    return woocommerce_csv if {"sku", "regular price", "type"} <= names else None


def _adapted(record: Record, ours: Mapping[str, object]) -> Record:
    return Record(record.line, {**_NONE, **ours, **{k: v for k, v in record.fields.items() if k not in _NONE}})


# Google Merchant


def read_google_xml(file: Path) -> Iterator[Record]:
    """RSS 2.0 <item> or Atom <entry>; a `g:` tag wins over a plain one, of repeated tags the first. `line` counts the items."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    place = 0
    try:
        for _, element in iterparse(io.BytesIO(_utf8_xml(file)), events=("end",)):
            if _tag(element.tag) in ("item", "entry"):
                place += 1
                yield Record(place, _google_fields(element))
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableFile(str(file), f"it isn't a product feed in XML ({error})") from error
    if not place:
        raise UnreadableFile(str(file), "it has no <item> or <entry>")


def _utf8_xml(file: Path) -> bytes:
    """The feed as UTF-8 without its declaration: the parser itself knows few encodings, and no Chinese one."""
    raw = read_bytes(file)
    declared = re.match(rb"\s*<\?xml[^>]*?encoding=[\"']([\w.:-]+)[\"']", raw)
    try:
        text = raw.decode(declared[1].decode() if declared else "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decode(raw, str(file))
    return re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")


def _google_fields(element: Any) -> dict[str, object]:
    plainly: dict[str, object] = {}
    marked: dict[str, object] = {}
    attributes: dict[str, str] = {}
    for child in element:
        name = _tag(child.tag)
        if name == "product_detail":
            inner = {_tag(part.tag): (part.text or "").strip() for part in child}
            attributes[inner.get("attribute_name", "")] = inner.get("attribute_value", "")
        else:
            text = (child.text or "").strip() or child.get("href") or ""
            (marked if "google.com" in str(child.tag) else plainly).setdefault(name, text)
    named = {name: value for name, value in attributes.items() if name}
    return {**plainly, **marked, **({"attributes": named} if named else {})}


def _tag(name: object) -> str:
    return name.rpartition("}")[2] if isinstance(name, str) else ""  # comments have no name


# Shopify

_SHOPIFY_NEW = {
    "url handle": "handle", "description": "body (html)", "product category": "product category", "sku": "variant sku",
    "price": "variant price", "compare at price": "variant compare at price", "inventory quantity": "variant inventory qty",
    "inventory tracker": "variant inventory tracker", "continue selling when out of stock": "variant inventory policy",
    "product image url": "image src", "variant image url": "variant image", "published on online store": "published",
}  # fmt: skip
"""The headings of Shopify's newer product CSV -> those of the older one, both plain."""


def shopify_csv(records: Sequence[Record]) -> Iterator[Record]:
    """Rows with one Handle are one product; its titled row has the words, each row but the mere images is a variant."""
    rows = [(record, _shopify_names(record.fields)) for record in records]
    words = {row["handle"]: row for _, row in reversed(rows) if row.get("title")}
    for record, row in rows:
        if record.broken:
            yield record
            continue
        own = words.get(row.get("handle"), row)
        is_image = not any(row.get(name) for name in ("variant price", "variant sku", "option1 value", "title"))
        status, published = (str(own.get(name) or "").strip().casefold() for name in ("status", "published"))
        if is_image or status in ("draft", "archived") or published == "false":
            continue
        options = {
            str(name): row.get(f"option{n} value")
            for n in (1, 2, 3)
            if (name := own.get(f"option{n} name")) and row.get(f"option{n} value") not in (None, "", "Default Title")
        }
        yield _adapted(record, {
            "id": row.get("variant sku") or f"{row.get('handle')}-{'-'.join(map(str, options.values())) or 'only'}",
            "group": row.get("handle"),
            "title": own.get("title"),
            "description": html_text(str(own.get("body (html)") or "")),
            "category": own.get("type") or own.get("product category"),
            "price": row.get("variant price"),
            "compare_at": row.get("variant compare at price"),
            "stock": _shopify_stock(row),
            "image": own.get("image src") or row.get("variant image"),
            "brand": own.get("vendor"),
            "keywords": own.get("tags"),
            "options": options,
        })  # fmt: skip


def _shopify_names(fields: Mapping[str, object]) -> dict[str, object]:
    is_new = any(plain(heading) == "url handle" for heading in fields)
    names = {heading: plain(heading) for heading in fields}
    return {_SHOPIFY_NEW.get(name, name) if is_new else name: fields[heading] for heading, name in names.items()}


def _shopify_stock(row: Mapping[str, object]) -> object:
    """Unknown where nobody counts it (no tracker), or where it is sold on when it is out."""
    policy = str(row.get("variant inventory policy") or "").strip().casefold()
    quantity = str(row.get("variant inventory qty") or "").strip()
    sold_on = policy in ("continue", "true") and (quantity.startswith("-") or quantity in ("", "0"))
    untracked = "variant inventory tracker" in row and not row["variant inventory tracker"]
    return None if sold_on or untracked else row.get("variant inventory qty")


def is_shopify_json(products: Sequence[object]) -> bool:
    return bool(products) and all({"handle", "variants"} <= item.keys() for item in _dicts(list(products[:5])))


def shopify_json(records: Iterable[Record]) -> Iterator[Record]:
    """`products.json` of a Shopify shop, as its storefront or its Admin API gives it: one product an object, variants inside."""
    for record in records:
        row = record.fields
        if record.broken or row.get("status") in ("draft", "archived"):
            if record.broken:
                yield record
            continue
        names = [str(option.get("name")) for option in _dicts(row.get("options"))]
        variants = [_shopify_variant(variant, names) for variant in _dicts(row.get("variants"))]
        images = _dicts(row.get("images"))
        yield Record(record.line, {**row, **_NONE,
            "id": row.get("id"),
            "title": row.get("title"),
            "description": html_text(str(row.get("body_html") or "")),
            "category": row.get("product_type"),
            "brand": row.get("vendor"),
            "keywords": row.get("tags"),
            "price": variants[0]["price"] if variants else None,
            "compare_at": variants[0]["compare_at"] if len(variants) == 1 else None,
            "image": images[0].get("src") if images else "",
            "stock": variants[0]["stock"] if len(variants) == 1 else None,
            "variants": variants if len(variants) > 1 else None
        })  # fmt: skip


def _shopify_variant(variant: Mapping[str, object], names: Sequence[str]) -> dict[str, object]:
    untracked = "inventory_management" in variant and not variant["inventory_management"]
    counted = None if untracked else variant.get("inventory_quantity")
    return {
        "id": variant.get("sku") or variant.get("id"),
        "price": variant.get("price"),
        "compare_at": variant.get("compare_at_price"),
        "stock": 0 if variant.get("available") is False else counted,
        "options": {n: variant.get(f"option{i}") for i, n in enumerate(names, 1) if n != "Title"},
    }


# WooCommerce


def woocommerce_csv(records: Sequence[Record]) -> Iterator[Record]:
    """Type simple or variable is a product; a variation belongs to the product its Parent names (`id:12` or a SKU)."""
    rows = [(record, {plain(heading): value for heading, value in record.fields.items()}) for record in records]
    ids = {str(row.get("id") or ""): _woo_id(row) for _, row in rows}
    for record, row in rows:
        if record.broken:
            yield record
            continue
        if str(row.get("published", "1")).strip() in ("0", "-1"):
            continue
        kind = str(row.get("type") or "").casefold()
        parent = str(row.get("parent") or "").strip()
        group = ids.get(parent.removeprefix("id:"), parent) if parent.startswith("id:") else parent
        starts, ends = (str(row.get(f"date sale price {word}") or "").strip() for word in ("starts", "ends"))
        yield _adapted(record, {
            "id": _woo_id(row),
            "group": group if "variation" in kind else _woo_id(row) if "variable" in kind else "",
            "title": row.get("name"),
            "description": html_text(str(row.get("description") or row.get("short description") or "")),
            "category": str(row.get("categories") or "").split(",")[0].split(">")[-1].strip(),
            "price": row.get("regular price"),
            "sale_price": row.get("sale price"),
            "sale_dates": f"{starts}/{ends}" if starts or ends else "",
            "stock": row.get("stock"),
            "availability": row.get("in stock?"),
            "image": str(row.get("images") or "").split(",")[0].strip(),
            "brand": row.get("brands"),
            "keywords": row.get("tags"),
            "options" if "variation" in kind else "attributes": _woo_attributes(row),
        })  # fmt: skip


def _woo_id(row: Mapping[str, object]) -> str:
    return str(row.get("sku") or row.get("id") or "").strip()


def _woo_attributes(row: Mapping[str, object]) -> dict[str, object]:
    names = ((name, re.fullmatch(r"attribute (\d+) name", name)) for name in row)
    return {str(row[name]): row.get(f"attribute {m[1]} value(s)") for name, m in names if m and row[name]}


def _dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
