"""Which sentences stand in a turn's findings word for word: what is said so needs no reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.types import Findings
from knowledge_base.attributes import claim_of
from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Passage, Product
from retrieval.text import normalise

SHORTEST = 12
"""Characters up to which a text of the findings is too short to be a sentence said whole."""
_DAY_NAMES = {
    "mon": "Monday 周一",
    "tue": "Tuesday 周二",
    "wed": "Wednesday 周三",
    "thu": "Thursday 周四",
    "fri": "Friday 周五",
    "sat": "Saturday 周六",
    "sun": "Sunday 周日",
}
_ZONES = {
    "America/Los_Angeles": "Pacific 太平洋时间", "America/New_York": "Eastern 美国东部时间", "America/Chicago": "Central", "America/Denver": "Mountain",
    "Europe/London": "London UK GMT 英国时间", "Asia/Shanghai": "Beijing 北京时间", "Europe/Berlin": "Berlin CET", "Europe/Paris": "Paris CET",
    "Asia/Hong_Kong": "Hong Kong 香港时间", "Asia/Tokyo": "Tokyo 东京时间", "Asia/Singapore": "Singapore 新加坡时间",
}  # fmt: skip
"""What people call the commonest time zones."""


def verbatim(findings: Findings, shop: Shop, others: Sequence[Product] = ()) -> frozenset[str]:
    """The findings' sentences, bare. A product's own only where no other was found, since they don't name it."""
    texts = [text for text in _general(findings, shop) if len(text) > SHORTEST]
    if len(findings.products) != 1:
        return frozenset(map(bare, texts))
    products = (*findings.products, *others)
    texts += [text for product in products for text in _product(product) if len(text) > SHORTEST]
    stated = [f"{name}: {value}" for product in products for name, value in product.attributes.items()]
    return frozenset(map(bare, (*texts, *stated)))


def _product(product: Product) -> Iterator[str]:
    yield product.title
    yield from sentences(product.description)
    for _, text in product.details:
        yield from sentences(text)
    for name, value in product.attributes.items():
        yield f"{name} {value}" if claim_of(value) is None else value
    for variant in product.variants:
        yield " ".join(variant.attributes.values())


def _general(findings: Findings, shop: Shop) -> Iterator[str]:
    yield from sentences(findings.answer)
    yield from (value for name, value in findings.values.items() if name not in ("asked", "order", "size"))
    ids = {product.id for product in findings.products}
    for hit in findings.hits:
        if hit.passage.source != "product" or hit.passage.source_id not in ids:
            yield from sentences(head_and_body(hit.passage)[1])
    yield from shop_texts(shop)


def head_and_body(passage: Passage) -> tuple[str, str]:
    """What a passage stands under, and its own text."""
    if passage.source == "faq":
        return passage.title, passage.text.rpartition("\n")[2]
    head, _, body = passage.text.partition("\n")
    return (head, body) if body else ("", passage.text)


def shop_texts(shop: Shop) -> Iterator[str]:
    """What the shop's own settings state: contacts, hours, zone."""
    yield from shop.contacts.values()
    for day, hours in shop.opening_hours.items():
        name = _DAY_NAMES.get(day, day)
        yield f"{name} closed" if hours == "closed" else f"{name} open from {hours.replace('-', ' close at ')}"
    zone = str(shop.timezone)
    yield f"{zone.replace('_', ' ').replace('/', ' ')} {_ZONES.get(zone, '')}"


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A sentence without its marks, as it is compared with another."""
    return re.sub(r"\s*[:：]\s*", ":", normalise(text).strip(" .。!！-*•"))
