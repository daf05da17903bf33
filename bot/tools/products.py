"""Find, describe, compare, recommend: facts come from the catalogue, retrieval only says which product is meant."""

from __future__ import annotations

from dataclasses import replace

from bot.tools.ask import ask
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Message, Route
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.types import Hit, Recommendation, Where

MOST = 5
"""Products in one reply."""
RELEVANT = 0.35
"""Share of the best product's score below which another isn't shown."""


async def find(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    """Limits are kept; where nothing meets them all, exactly one is given up and `relaxed` names it."""
    slots = route.slots
    wanted = _inherited(slots.where, slots.query, history)
    for relaxed, where in _relaxations(wanted):
        ids, hits = await _matching(slots.query, where, slots.cheapest_first, shelf)
        products = tuple(product for i in ids[:MOST] if (product := shelf.product(i)))
        if products:
            return Findings(
                "found", products=products, relaxed=relaxed, looked_at=tuple(hits), suggestions=("cheaper", "details")
            )
    return Findings("found_nothing", suggestions=("person",))


def _inherited(where: Where, query: str, history: Conversation) -> Where:
    """A follow-up keeps the limits of the search before it."""
    if query != history.query or not history.query:
        return where
    return replace(
        history.where,
        price_to=where.price_to if where.price_to is not None else history.where.price_to,
        price_from=where.price_from if where.price_from is not None else history.where.price_from,
        in_stock=where.in_stock if where.in_stock is not None else history.where.in_stock,
        categories=where.categories or history.where.categories,
    )


def _relaxations(where: Where) -> list[tuple[str, Where]]:
    tries = [("", where)]
    if where.in_stock is not None:
        tries.append(("stock", replace(where, in_stock=None)))
    if where.price_from is not None or where.price_to is not None:
        tries.append(("price", replace(where, price_from=None, price_to=None)))
    if where.categories:
        tries.append(("category", replace(where, categories=frozenset())))
    return tries


async def _matching(query: str, where: Where, cheapest_first: bool, shelf: Shelf) -> tuple[list[str], list[Hit]]:
    """Product ids, best first (or cheapest first among the relevant), and the passages they were found by."""
    limited = replace(where, locale=shelf.locale, sources=frozenset({"product"}))
    hits = await shelf.retriever.search(query, k=30, where=limited) if words_of.content_words(query) else []
    hits = [hit for hit in hits if is_relevant(hit)]
    kept = [hit for hit in hits if hit.score >= RELEVANT * hits[0].score]
    ids = list(dict.fromkeys(hit.passage.source_id for hit in kept))
    if not ids and (where.categories or not words_of.content_words(query)) and where != Where():
        chosen = shelf.catalogue.select(
            categories=where.categories, price_from=where.price_from, price_to=where.price_to, in_stock=where.in_stock
        )
        return shelf.catalogue.cheapest_first(chosen), hits
    return (shelf.catalogue.cheapest_first(ids) if cheapest_first else ids), hits


def is_relevant(hit: Hit) -> bool:
    """A product must share words with the question, or be near in meaning."""
    return hit.found_by.get("coverage", 0.0) >= 0.34 or hit.found_by.get("cosine", 0.0) >= 0.45


async def describe(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    products = _named(route, shelf)
    if not products:
        found = await find(message, route, history, shelf)
        if not found.products:
            return await ask(message, route, history, shelf)
        products = found.products[:1]
        if len(found.products) > 1 and not route.slots.product_ids:
            return found
    product = products[0]
    return Findings(
        "described",
        products=(product,),
        values={"asked": asked_attribute(message.text, product)},
        suggestions=("similar", "compare"),
    )


def asked_attribute(text: str, product: Product) -> str:
    """The name of the attribute that the question is about, empty where it's about the whole."""
    said = set(words_of.words(text))
    names = {name: set(words_of.words(name)) for name in product.attributes}
    return max((name for name, parts in names.items() if parts and parts <= said), key=len, default="")


async def compare(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    products = _named(route, shelf)
    if len(products) < 2:
        shown = tuple(p for i in history.shown if (p := shelf.product(i)) and p not in products)
        products = (*products, *shown)[: max(2, len(products))]
    if len(products) < 2:
        found = await find(message, route, history, shelf)
        products = (*products, *(p for p in found.products if p not in products))[:2]
    if len(products) < 2:
        return Findings("compare_what")
    return Findings("compared", products=products[:4], suggestions=("details",))


async def recommend(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    """In stock, within the limits, for what was shown or asked; each with the reason that the data gives."""
    where = route.slots.where
    near = route.slots.product_ids or history.shown[:1]
    goes_with = bool(near) and bool({"with", "搭配", "配"} & set(words_of.words(message.text)))
    limited = replace(where, locale=shelf.locale, sources=frozenset({"product"}), in_stock=None)
    hits = [] if route.slots.product_ids else await shelf.retriever.search(route.slots.query, k=20, where=limited)
    ids = [hit.passage.source_id for hit in hits if is_relevant(hit)]
    picks: list[Recommendation] = []
    for relaxed, tried in (("", where), ("price", replace(where, price_from=None, price_to=None))):
        if ids:
            allowed = replace(tried, source_ids=frozenset(ids))
            picks = shelf.recommender.recommend(message.customer_id, k=3, where=allowed)
        if not picks:
            relation = "goes_with" if goes_with else "for_you"
            picks = shelf.recommender.recommend(message.customer_id, k=3, near=near, where=tried, relation=relation)
        if picks:
            break
    products = tuple(p for pick in picks if (p := shelf.product(pick.product_id)))
    if not products:
        return Findings("found_nothing", suggestions=("person",))
    return Findings(
        "recommended",
        products=products,
        recommendations=tuple(picks),
        relaxed=relaxed,
        looked_at=tuple(hits),
        suggestions=("details", "cheaper"),
    )


def _named(route: Route, shelf: Shelf) -> tuple[Product, ...]:
    return tuple(p for i in route.slots.product_ids if (p := shelf.product(i)))
