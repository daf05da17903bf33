"""The feeds that shop systems export, brought to plain records with our field names: Google Merchant, Shopify, WooCommerce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.pages import html_text
from knowledge_base.readers.record import Record


def read_google_xml(file: Path) -> Iterator[Record]:
    """RSS 2.0 <item> or Atom <entry>; `g:` marks are dropped. Repeated tags keep the first value. `line` counts the items."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    place = 0
    try:
        for _, element in iterparse(str(file), events=("end",)):
            if _tag(element.tag) not in ("item", "entry"):
                continue
            place += 1
            fields: dict[str, object] = {}
            for child in element:
                fields.setdefault(_tag(child.tag), (child.text or child.get("href") or "").strip())
            yield Record(place, fields)
            element.clear()
    except (ParseError, DefusedXmlException, OSError) as error:
        raise UnreadableFile(str(file), f"it isn't a product feed in XML ({error})") from error
    if not place:
        raise UnreadableFile(str(file), "it has no <item> or <entry>")


def _tag(name: str) -> str:
    return name.rpartition("}")[2]


def is_shopify_csv(headings: Iterable[str]) -> bool:
    return {"Handle", "Variant Price"} <= set(headings)


def is_woocommerce_csv(headings: Iterable[str]) -> bool:
    return {"SKU", "Regular price"} <= set(headings) and "Type" in set(headings)


def shopify_csv(records: Iterable[Record]) -> Iterator[Record]:
    """Rows with one Handle are one product; the first row has the words, each row with a price is a variant."""
    first: Mapping[str, object] = {}
    for record in records:
        row = record.fields
        if row.get("Title"):
            first = row
        if not row.get("Variant Price"):
            continue
        if str(first.get("Status") or "active").strip().casefold() in ("draft", "archived"):
            continue
        options = {
            str(first.get(f"Option{n} Name")): row.get(f"Option{n} Value")
            for n in (1, 2, 3)
            if first.get(f"Option{n} Name") and str(first.get(f"Option{n} Name")) != "Title"
        }
        own = first if row.get("Handle") == first.get("Handle") else row
        yield Record(record.line, {
            "id": row.get("Variant SKU") or f"{row.get('Handle')}-{record.line}",
            "group": row.get("Handle"),
            "title": own.get("Title"),
            "description": html_text(str(own.get("Body (HTML)") or "")),
            "category": own.get("Type") or own.get("Product Category"),
            "price": row.get("Variant Price"),
            "compare_at": row.get("Variant Compare At Price"),
            "stock": row.get("Variant Inventory Qty"),
            "image": own.get("Image Src"),
            "brand": own.get("Vendor"),
            "keywords": own.get("Tags"),
            "options": options,
        })  # fmt: skip


def shopify_json(records: Iterable[Record]) -> Iterator[Record]:
    """`products.json` of a Shopify shop: one product an object, variants inside."""
    for record in records:
        row = record.fields
        names = [str(option.get("name")) for option in _dicts(row.get("options"))]
        variants = [
            {
                "id": variant.get("sku") or variant.get("id"),
                "price": variant.get("price"),
                "stock": variant.get("inventory_quantity", 0 if variant.get("available") is False else None),
                "options": {n: variant.get(f"option{i}") for i, n in enumerate(names, 1) if n != "Title"},
            }
            for variant in _dicts(row.get("variants"))
        ]
        images = _dicts(row.get("images"))
        yield Record(record.line, {
            "id": row.get("id"), "title": row.get("title"), "description": html_text(str(row.get("body_html") or "")),
            "category": row.get("product_type"), "brand": row.get("vendor"), "keywords": row.get("tags"),
            "price": variants[0]["price"] if variants else None, "image": images[0].get("src") if images else "",
            "stock": variants[0]["stock"] if len(variants) == 1 else None,
            "variants": variants if len(variants) > 1 else [],
        }, record.broken)  # fmt: skip


def woocommerce_csv(records: Iterable[Record]) -> Iterator[Record]:
    """Type simple or variable is a product; a variation belongs to the product its Parent names (`id:12` or a SKU)."""
    for record in records:
        row = record.fields
        kind = str(row.get("Type") or "").casefold()
        parent = str(row.get("Parent") or "").removeprefix("id:")
        options = {
            str(row[f"Attribute {n} name"]): row.get(f"Attribute {n} value(s)")
            for n in range(1, 10)
            if row.get(f"Attribute {n} name")
        }
        gone = str(row.get("In stock?") or "").strip() in ("0", "no", "outofstock")
        own_id = row.get("SKU") or row.get("ID")
        yield Record(record.line, {
            "id": own_id,
            "group": parent if "variation" in kind else own_id if "variable" in kind else "",
            "group_alias": row.get("ID"),
            "title": row.get("Name"),
            "description": html_text(str(row.get("Description") or row.get("Short description") or "")),
            "category": str(row.get("Categories") or "").split(",")[0].split(">")[-1].strip(),
            "price": row.get("Sale price") or row.get("Regular price") or ("parent" if "variable" in kind else ""),
            "compare_at": row.get("Regular price") if row.get("Sale price") else "",
            "stock": 0 if gone else row.get("Stock"),
            "image": str(row.get("Images") or "").split(",")[0].strip(),
            "brand": row.get("Brands"),
            "keywords": row.get("Tags"),
            "options" if "variation" in kind else "attributes": options,
        })  # fmt: skip


def _dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
