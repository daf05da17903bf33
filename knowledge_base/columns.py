"""How the world calls its columns: one table from a shop's headings to our field names, which a shop extends in shop.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from knowledge_base.readers.record import Record
from knowledge_base.readers.records import at_path
from knowledge_base.shop import SourceSpec
from knowledge_base.types import Refusal

SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "products": {
        "id": ("id", "sku", "product id", "item id", "product code", "article number", "asin", "商品id", "商品编号", "货号", "编号"),
        "group": ("item group id", "group", "parent id", "parent", "spu", "款号"),
        "title": ("title", "name", "product name", "product title", "商品名称", "名称", "标题", "品名"),
        "description": ("description", "body", "body html", "long description", "product description", "details", "商品描述", "描述", "详情", "简介"),
        "category": ("category", "product type", "type", "categories", "department", "google product category", "类目", "分类", "品类", "商品分类"),
        "price": ("price", "unit price", "regular price", "list price", "amount", "商品价格", "价格", "单价", "售价"),
        "sale_price": ("sale price", "special price", "促销价", "活动价"),
        "compare_at": ("compare at", "compare at price", "old price", "was", "原价", "划线价"),
        "currency": ("currency", "currency code", "币种", "货币"),
        "stock": ("stock", "current stock", "inventory", "quantity", "qty", "stock quantity", "in stock", "库存", "数量", "库存数量"),
        "availability": ("availability", "available", "status", "stock status", "商品状态", "状态", "有无现货"),
        "url": ("url", "link", "product url", "permalink", "链接", "网址"),
        "image": ("image", "image link", "image url", "image src", "picture", "images", "图片", "主图"),
        "brand": ("brand", "vendor", "manufacturer", "brands", "品牌"),
        "keywords": ("keywords", "tags", "search terms", "关键词", "标签"),
        "goes_with": ("goes with", "related", "accessories", "搭配"),
        "attributes": ("attributes", "specs", "properties", "规格参数", "属性"),
        "variants": ("variants", "skus", "款式"),
        "options": ("options", "variant attributes"),
    },
    "faq": {
        "id": ("id", "编号"),
        "question": ("question", "q", "title", "问题", "问"),
        "answer": ("answer", "a", "reply", "text", "答案", "回答", "答"),
        "also": ("also", "variants", "alternative questions", "similar questions", "相似问法", "相似问题"),
        "tags": ("tags", "topic", "category", "标签", "分类"),
        "locale": ("locale", "language", "lang", "语言"),
    },
    "interactions": {
        "customer_id": ("customer id", "user id", "customer", "user", "visitor id", "用户id", "客户id", "用户"),
        "product_id": ("product id", "item id", "product", "item", "sku", "商品id", "商品"),
        "kind": ("kind", "event", "event type", "action", "type", "行为", "事件"),
        "at": ("at", "time", "timestamp", "date", "created at", "event time", "时间", "日期"),
    },
    "reviews": {
        "id": ("id", "review id", "编号"),
        "product_id": ("product id", "item id", "product", "sku", "asin", "商品id", "商品"),
        "rating": ("rating", "stars", "score", "overall", "评分", "星级"),
        "text": ("text", "review", "body", "comment", "review text", "content", "评论", "评价", "内容"),
        "locale": ("locale", "language", "lang", "语言"),
        "customer_id": ("customer id", "user id", "author", "用户id", "用户"),
        "at": ("at", "date", "time", "timestamp", "created at", "时间", "日期"),
    },
}  # fmt: skip

PLAIN_ATTRIBUTES = (
    "colour", "color", "size", "material", "pattern", "gender", "age group", "style", "capacity", "weight", "dimensions",
    "颜色", "尺码", "尺寸", "材质", "容量", "重量", "款式", "规格", "型号",
)  # fmt: skip
"""Columns that every catalogue means the same by: taken as attributes without being asked."""

_ATTRIBUTE_PREFIX = re.compile(r"^(?:attr|attribute|属性)\s*[:：_]\s*(.+)$", re.IGNORECASE)


def plain(heading: str) -> str:
    """A heading without the accidents of case, `g:` prefixes, underscores and brackets."""
    return (
        re.sub(r"[\s_\-]+", " ", heading.split("g:", 1)[-1] if heading.startswith("g:") else heading).strip().casefold()
    )


def canonical(headings: list[str], kind: str, own: Mapping[str, str]) -> dict[str, str]:
    """Our field -> the file's column. What the shop says in shop.toml goes first; an earlier synonym wins over a later one."""
    by_plain = {plain(heading): heading for heading in reversed(headings)}
    found = dict(own)
    for field, names in SYNONYMS[kind].items():
        if field not in found:
            match = next((by_plain[name] for name in names if name in by_plain), None)
            if match is not None and match not in own.values():
                found[field] = match
    return found


def attribute_of(heading: str) -> str | None:
    """The attribute that a column holds by its heading alone: `attr:Colour`, `属性:颜色`, `size`; None for other columns."""
    prefixed = _ATTRIBUTE_PREFIX.match(heading.strip())
    if prefixed:
        return prefixed.group(1).strip()
    return plain(heading) if plain(heading) in PLAIN_ATTRIBUTES else None


def mapped(
    records: Iterable[Record], spec: SourceSpec, file: str, refusals: list[Refusal]
) -> Iterator[tuple[int, dict[str, object]]]:
    """(line, our fields) of each record that could be parsed; the broken ones are refused."""
    columns: dict[str, str] = {}
    known: frozenset[str] = frozenset()
    for record in records:
        if record.broken:
            refusals.append(Refusal(file, record.line, "line", "", record.broken))
            continue
        if not known >= record.fields.keys():
            known |= record.fields.keys()
            headings = [*record.fields, *sorted(known - record.fields.keys())]
            columns = canonical(headings, spec.kind, spec.columns)
        raw: dict[str, object] = dict(spec.defaults)
        for field, column in columns.items():
            value = at_path(record.fields, column)
            if value not in (None, ""):
                raw[field] = value
        if spec.kind == "products":
            raw["attributes"] = _attributes(record.fields, raw.get("attributes"), columns, spec)
            raw["details"] = tuple(
                (name, long_text(record.fields.get(name))) for name in spec.detail_columns if record.fields.get(name)
            )
            raw["options"] = raw.get("options") or {}
        yield record.line, raw


def _attributes(fields: Mapping[str, object], given: object, columns: Mapping[str, str], spec: SourceSpec) -> object:
    """The attributes' own column, then every column that is one by its heading or by shop.toml."""
    if isinstance(given, str):
        return given
    taken = {*columns.values(), *spec.detail_columns} - set(spec.attribute_columns)
    more: dict[str, object] = {}
    for heading, value in fields.items():
        name = heading if heading in spec.attribute_columns else attribute_of(heading)
        if name and heading not in taken and value not in (None, "") and not isinstance(value, (dict, list)):
            more[name] = value
    if isinstance(given, list):
        given = {
            str(item["name"]): item.get("value", "") for item in given if isinstance(item, dict) and "name" in item
        }
    return {**more, **(given if isinstance(given, dict) else {})}


def long_text(value: object) -> str:
    """Text, a list of texts, or a list of small objects -> lines; an object's values are joined in their order."""
    if isinstance(value, list):
        return "\n".join(line for item in value if (line := long_text(item)))
    if isinstance(value, Mapping):
        return ": ".join(str(item) for item in value.values() if item not in (None, "", [], {}))
    return "" if value is None else str(value).strip()
