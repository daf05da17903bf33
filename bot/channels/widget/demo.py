"""The demo shop's page at `/`: a shop window over the catalogue, with the widget on it. Every word of the shop's is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain, islice, zip_longest
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from bot.writing.forms import money
from knowledge_base.catalogue import Catalogue
from knowledge_base.shop import Shop
from knowledge_base.types import Locale, Product

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing inline, and no text that becomes a page: a script that tried would be stopped by the browser."""
_SHOWN = 12
_TONGUES = {"en": "English", "zh": "中文"}
_WORDS: Mapping[Locale, Mapping[str, str]] = {
    "en": {
        "headline": "Ask before you buy. The clerk always answers.",
        "lead": "Our clerk knows every shelf: prices, stock, sizes, delivery. In English or Chinese, by day and by night.",
        "goods_title": "From our shelves", "goods_label": "Products", "departments": "Departments", "language": "Language",
        "skip": "To the products", "ask": "Ask about it", "question": "Tell me about the {title}", "close": "Close",
        "in_stock": "in stock", "sold_out": "sold out", "from": "from {price}",
        "small": "A page to try the clerk on: it sells nothing, and what the clerk says is true.",
    },
    "zh": {
        "headline": "先问清楚，再下单。",
        "lead": "每一件商品的价格、库存、尺寸、配送，客服都了如指掌。中文英文都可以，全天在线。",
        "goods_title": "精选好物", "goods_label": "商品", "departments": "分类", "language": "语言",
        "skip": "跳到商品", "ask": "问问客服", "question": "介绍一下{title}", "close": "关闭",
        "in_stock": "有现货", "sold_out": "已售完", "from": "{price} 起",
        "small": "这是试用客服的页面，不在此出售商品；客服说的是真的。",
    },
}  # fmt: skip
_ASKED: Mapping[Locale, tuple[str, ...]] = {
    "en": ("Do you have a kettle under $60?", "How much is delivery to Canada?", "I need a gift for my mother"),
    "zh": ("有没有60块以内的水壶？", "可以退货吗？", "想给妈妈挑个礼物"),
}


def page(shop: Shop, catalogue: Catalogue, asked_locale: str, asked_category: str) -> str:
    """In a language of the shop's, of one category or a little of each."""
    locale = asked_locale if asked_locale in _WORDS else next((one for one in shop.locales if one in _WORDS), "en")
    words = _WORDS[locale]
    names = catalogue.categories(locale)
    goods = list(_goods(catalogue, locale, asked_category if asked_category in names else ""))
    plain = {**words, "shop": shop.name_in(locale), "lang": "zh-CN" if locale == "zh" else locale, "locale": locale}
    made = {
        "categories": "".join(_link(name, asked_category, {"lang": locale, "category": name}) for name in names),
        "tongues": "".join(_link(name, _TONGUES[locale], {"lang": one}) for one, name in _TONGUES.items()),
        "asks": "".join(f'<button type="button" data-ask="{escape(one)}">{escape(one)}</button>' for one in _ASKED[locale]),
        "window": "".join(_picture(product) for product in goods[:4]),
        "goods": "".join(_tile(product, words) for product in goods),
        "contacts": "".join(f"<span>{escape(shop.contacts[name])}</span>" for name in ("address", "phone", "email") if name in shop.contacts),
    }  # fmt: skip
    file = Path(__file__).parent / "demo.html"
    return Template(file.read_text(encoding="utf-8")).substitute({k: escape(v) for k, v in plain.items()} | made)


def _goods(catalogue: Catalogue, locale: Locale, category: str) -> Iterable[Product]:
    """The first of each category, then the second of each."""
    shelves: dict[str, list[Product]] = {}
    for product in islice((one for one in catalogue if one.locale == locale and one.image), 1000):
        if category in ("", product.category):
            shelves.setdefault(product.category, []).append(product)
    return islice((one for one in chain.from_iterable(zip_longest(*shelves.values())) if one), _SHOWN)


def _link(name: str, current: str, query: Mapping[str, str]) -> str:
    here = ' aria-current="true"' if name == current else ""
    return f'<li><a href="?{escape(urlencode(query))}"{here}>{escape(name)}</a></li>'


def _picture(product: Product) -> str:
    image = product.image.removeprefix("/") if product.image.startswith("/") else product.image
    return f'<img src="{escape(image)}" alt="" width="400" height="400">'


def _tile(product: Product, words: Mapping[str, str]) -> str:
    prices = [variant.price for variant in product.variants] or [product.price]
    price = money(min(prices), product.currency, product.locale)
    told = words["from"].format(price=price) if len(set(prices)) > 1 else price
    stock = "" if product.in_stock is None else words["in_stock" if product.in_stock else "sold_out"]
    ask = words["question"].format(title=product.title)
    return (
        f"<li>{_picture(product)}<h3>{escape(product.title)}</h3><p><b>{escape(told)}</b> {escape(stock)}</p>"
        f'<button type="button" data-ask="{escape(ask)}" aria-label="{escape(words["ask"])}: {escape(product.title)}">{escape(words["ask"])}</button></li>'
    )
