"""How the world calls its columns: one table from a shop's headings to our field names, which a shop extends in shop.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "products": {
        "id": ("id", "sku", "product id", "item id", "product code", "article number", "asin", "商品id", "商品编号", "商品编码", "产品编号", "货号", "编号"),
        "group": ("item group id", "group", "parent id", "parent", "spu", "款号"),
        "title": ("title", "name", "product name", "product title", "商品名称", "商品标题", "产品名称", "名称", "标题", "品名"),
        "description": ("description", "body", "body html", "long description", "product description", "details", "商品描述", "描述", "详情", "简介"),
        "category": ("category", "product type", "type", "categories", "department", "google product category", "类目", "分类", "品类", "商品分类"),
        "price": ("price", "unit price", "regular price", "list price", "amount", "商品价格", "价格", "单价", "售价", "销售价", "零售价", "现价"),
        "sale_price": ("sale price", "special price", "促销价", "活动价"),
        "sale_dates": ("sale dates", "sale price effective date"),
        "compare_at": ("compare at", "compare at price", "old price", "was", "原价", "划线价"),
        "currency": ("currency", "currency code", "币种", "货币"),
        "stock": ("stock", "current stock", "inventory", "quantity", "qty", "stock quantity", "库存", "数量", "库存数量"),
        "availability": ("availability", "available", "status", "stock status", "in stock", "商品状态", "状态", "有无现货", "是否有货"),
        "url": ("url", "link", "product url", "permalink", "链接", "网址"),
        "image": ("image", "image link", "image url", "image src", "picture", "images", "图片", "主图"),
        "brand": ("brand", "vendor", "manufacturer", "brands", "品牌"),
        "keywords": ("keywords", "tags", "search terms", "关键词", "标签"),
        "goes_with": ("goes with", "related", "accessories", "搭配"),
        "attributes": ("attributes", "specs", "properties", "规格参数", "属性"),
        "variants": ("variants", "skus"),
        "options": ("options", "variant attributes"),
        "variant_options": ("variant options",),
        "locale": ("locale", "language", "lang", "语言"),
        "added": ("added", "date added", "added at", "created at", "date created", "published at", "available since", "上架时间", "上架日期", "创建时间"),
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
        "amount": ("amount", "paid", "revenue", "line total", "金额", "实付", "实付金额"),
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

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "products": ("id", "title", "price"),
    "faq": ("question", "answer"),
    "interactions": ("customer_id", "product_id", "kind", "at"),
    "reviews": ("product_id", "rating", "text"),
}

_ATTRIBUTE_PREFIX = re.compile(r"^(?:attr|attribute|属性)\s*[:：_]\s*(.+)$", re.IGNORECASE)


def plain(heading: str) -> str:
    """A heading without the accidents of case, `g:` prefixes, underscores and hyphens."""
    return re.sub(r"[\s_\-]+", " ", heading.removeprefix("g:")).strip().casefold()


def canonical(headings: Sequence[str], kind: str, own: Mapping[str, str]) -> dict[str, str]:
    """Our field -> the file's column. What the shop says in shop.toml goes first (an empty name switches a field off);
    of several synonyms the earlier one wins."""
    by_plain = {plain(heading): heading for heading in reversed(headings)}
    found = {field: column for field, column in own.items() if column}
    for field, names in SYNONYMS[kind].items():
        if field not in own:
            match = next((by_plain[name] for name in names if name in by_plain), None)
            if match is not None and match not in own.values():
                found[field] = match
    return found


def attribute_of(heading: str) -> str | None:
    """The attribute that a column holds by its heading alone: `attr:Colour`, `属性:颜色`, `size`; None for other columns."""
    prefixed = _ATTRIBUTE_PREFIX.match(heading.strip())
    if prefixed:
        return prefixed.group(1).strip()
    return heading.removeprefix("g:") if plain(heading) in PLAIN_ATTRIBUTES else None
