"""Which products a query means: those that are called what it names, not those that it is mentioned with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.tools.shelf import Shelf
from knowledge_base.types import Product, Source
from retrieval import text as words_of
from retrieval.answerable import script_of
from retrieval.types import Hit, Where

PRODUCTS: frozenset[Source] = frozenset({"product"})
POOL = 30
"""Passages that are looked at for a search."""
RELEVANT = 0.35
"""Share of the best product's score below which another isn't shown."""
NEAR = {"latin": 0.46, "han": 0.8}
"""Cosine from which a product is what was wished though it shares no word with it; word vectors are nearer to each other."""

_PREPOSITION = re.compile(r"\b(?:for|with|in|of|that|which|to|from|on|under|without)\b")
_TITLE_END = re.compile(r"[,，（(·–—]|\bwith\b|\bfor\b|\d")


async def matching(query: str, where: Where, shelf: Shelf) -> tuple[list[str], list[Hit]]:
    """Product ids, best first (or in the order asked for among the relevant), and the passages they were found by."""
    if not words_of.content_words(query):
        return (_by_limits(where, shelf) if where != Where() else []), []
    kind = kind_of(query)
    hits = await shelf.search(query, k=POOL, where=replace(where, sources=PRODUCTS))
    hits = await _wanted(hits, query, kind, shelf)
    kept = _most_shared(query, [hit for hit in hits if hit.score >= RELEVANT * hits[0].score], shelf)
    ids = list(dict.fromkeys(hit.passage.source_id for hit in kept))
    if not ids and where.categories:
        return _by_limits(where, shelf), hits
    return (shelf.catalogue.ranked(ids, where.sort) if where.sort else _heads_first(ids, kind, shelf)), hits


async def called(query: str, shelf: Shelf) -> list[str]:
    """Ids of the products whose titles, in any language, have the thing that a query names; empty where none has."""
    kind = kind_of(query)
    if not kind:
        return []
    found = await shelf.retriever.search(query, k=POOL, where=Where(sources=PRODUCTS))
    ids = dict.fromkeys(hit.passage.source_id for hit in found if is_titled(hit, kind, shelf))
    return _heads_first(list(ids), kind, shelf)


def kind_of(query: str) -> str:
    """The word for the thing itself: the last before a preposition in English (`a kettle for induction`), the last in Chinese."""
    first = _PREPOSITION.split(words_of.normalise(query), maxsplit=1)[0]
    return _short(first) or (_things(first) or _things(query) or words_of.content_words(query) or [""])[-1]


def _short(text: str) -> str:
    """A Chinese thing that ends in one character, with the word before it: 手冲 + 壶."""
    words = words_of.han_words(text)
    is_short = len(words) > 1 and len(words[-1]) == 1 and text.rstrip(" ?？!！。").endswith(words[-2] + words[-1])
    return words[-2] + words[-1] if is_short and len(words[-2]) > 1 else ""


async def _wanted(hits: Sequence[Hit], query: str, kind: str, shelf: Shelf) -> list[Hit]:
    """Those that are of the kind that a query names; those near it in meaning, where nothing in the shop is called so.

    Being mentioned isn't enough: a bottle that fits a fridge door is no fridge, and a `kettle cleaner` no kettle.
    """
    named = {hit.passage.id for hit in hits if is_titled(hit, kind, shelf) or _is_tagged(hit, kind, shelf)}
    near = {hit.passage.id for hit in hits if hit.passage.id not in named and is_near(hit, kind)}
    if near:
        anywhere = await shelf.search(query, k=POOL, where=Where(sources=PRODUCTS))
        near = set() if any(is_titled(hit, kind, shelf) for hit in anywhere) else near
    return [hit for hit in hits if hit.passage.id in named | near]


def _is_tagged(hit: Hit, kind: str, shelf: Shelf) -> bool:
    keywords = ", ".join(product.keywords for product in shelf.catalogue.forms(hit.passage.source_id))
    return _is_keyword(kind, keywords)


def is_titled(hit: Hit, kind: str, shelf: Shelf) -> bool:
    """Whether the product is called by that kind in its title or category, in any language."""
    forms = shelf.catalogue.forms(hit.passage.source_id)
    return _has(kind, "\n".join(f"{product.title}\n{product.category}" for product in forms))


def is_near(hit: Hit, query: str) -> bool:
    """Whether it is near a query in meaning, though it may share no word with it."""
    return hit.found_by.get("cosine", 0.0) >= NEAR[script_of(query)]


def _is_keyword(kind: str, keywords: str) -> bool:
    """Whether one of a product's keywords is that thing: its last word, in Chinese its end."""
    phrases = re.split(r"[,，;；、\n]|(?<=[\u4e00-\u9fff])\s|\s(?=[\u4e00-\u9fff])", words_of.normalise(keywords))
    heads = {(words_of.topic_words(phrase) or [""])[-1] for phrase in phrases}
    return bool(kind) and (kind in heads or (not kind.isascii() and any(head.endswith(kind) for head in heads)))


def _things(text: str) -> list[str]:
    return [word for word in words_of.topic_words(text) if not any(character.isdigit() for character in word)]


def _has(kind: str, names: str) -> bool:
    """A word of the names, or the end of one in Chinese: 马克杯 is a 杯子."""
    if not kind:
        return False
    words = _words_in(names)
    root = kind.removesuffix("子")
    return kind in words or (root != kind and any(word.endswith(root) for word in words if len(word) > 1))


def _by_limits(where: Where, shelf: Shelf) -> list[str]:
    if where.sort is not None:
        return shelf.catalogue.ranked(shelf.catalogue.select(where), where.sort)
    return shelf.catalogue.listed(where)


def _most_shared(query: str, hits: Sequence[Hit], shelf: Shelf) -> Sequence[Hit]:
    """Of a query of several words (`linen dress`) those that share most of them in what they are called."""
    asked = set(words_of.topic_words(query))
    shared = {hit.passage.id: len(asked & _words_in(f"{hit.passage.title}\n{hit.passage.category}")) for hit in hits}
    most = max(shared.values(), default=0)
    return [hit for hit in hits if shared[hit.passage.id] == most] if most > 1 else hits


def _heads_first(ids: Sequence[str], kind: str, shelf: Shelf) -> list[str]:
    """First what is the thing (`Vacuum Flask` is a flask), then what only has its name (a lid for one); in each the sold out last."""

    def place(product_id: str) -> tuple[bool, bool]:
        product = shelf.product(product_id)
        return not (product and _is_headed(product, kind)), bool(product and product.in_stock is False)

    return sorted(ids, key=place)


def _is_headed(product: Product, kind: str) -> bool:
    """Whether the title's own noun is the kind: the last word before a comma, a bracket, a measure or `with`."""
    brand = product.brand.casefold()
    title = words_of.normalise(product.title).removeprefix(brand).strip()
    head = (_TITLE_END.split(title, maxsplit=1)[0] or title).strip()
    last = (words_of.topic_words(head) or [""])[-1]
    return last == kind or (not last.isascii() and last.endswith(kind.removesuffix("子")))


@lru_cache(maxsize=20_000)
def _words_in(names: str) -> frozenset[str]:
    return frozenset(words_of.words(names))
