"""Recommend: in stock, within the limits, each with the reason that the data gives; or one of what is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.tools.ask import ask
from bot.tools.finding import find, foreign, products_of
from bot.tools.matching import PRODUCTS, fits
from bot.tools.relaxing import nearest, told
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.seams import Relation
from retrieval.types import Hit, Recommendation, Where

PICKS = 3
"""Recommendations in one reply."""
_UNSURE = 0.3
"""Confidence below which advice is given only where no text answers."""


async def recommend(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """In stock, within the limits, for what was shown or asked; each with the reason that the data gives."""
    if "choose" in asked.acts:
        return _chosen(asked, shelf)
    if asked.route.confidence < _UNSURE and (answer := await ask(asked, history, shelf)).say in ("answer", "described"):
        return answer
    picks, looked_at = await _picks(asked, history, shelf, asked.where)
    if picks:
        return _recommended(asked, picks, looked_at, shelf)
    if asked.kin:
        return await find(asked, history, shelf)
    chosen: dict[str, Recommendation] = {}

    async def search(where: Where) -> tuple[list[str], list[Hit]]:
        found, hits = await _picks(asked, history, shelf, where)
        chosen.update({pick.product_id: pick for pick in found})
        return [pick.product_id for pick in found], hits

    relaxed = await nearest(asked.where, search, shelf)
    if relaxed is None:
        return Findings("found_nothing", suggestions=("person",))
    best, looked_at = relaxed
    findings = _recommended(asked, [chosen[i] for i in best.ids], looked_at, shelf)
    values = {**findings.values, **told(best, asked.where, shelf)}
    return replace(findings, relaxed=best.loosened.limit, values=values)


def _chosen(asked: Understood, shelf: Shelf) -> Findings:
    """The one of the products at hand that has most of what is said of its use, in stock before sold out, then the better rated."""
    said = [word for word in words_of.topic_words(asked.query) if not word.isdigit()]
    products = products_of(asked.products, shelf)
    rated = {i: place for place, i in enumerate(shelf.catalogue.ranked(asked.products, "rating"))}

    def fitness(product: Product) -> tuple[float, bool, int]:
        named = set(words_of.words(f"{product.title} {product.keywords} {' '.join(product.attributes.values())}"))
        told = set(words_of.words(product.description))
        fits = sum(2.0 if word in named else 1.0 if word in told else 0.0 for word in said)
        return fits, product.in_stock is not False, -rated.get(product.id, len(rated))

    best = max(products, key=fitness)
    pick = Recommendation(best.id, fitness(best)[0], ("in_range",))
    return _recommended(asked, [pick], [], shelf)


def _recommended(
    asked: Understood, picks: Sequence[Recommendation], looked_at: Sequence[Hit], shelf: Shelf
) -> Findings:
    return Findings(
        "recommended",
        values={**_titles(picks, shelf), **foreign(asked)},
        products=products_of([pick.product_id for pick in picks], shelf),
        recommendations=tuple(picks),
        looked_at=tuple(looked_at),
        suggestions=("details", "cheaper"),
    )


async def _picks(
    asked: Understood, history: Conversation, shelf: Shelf, where: Where
) -> tuple[list[Recommendation], list[Hit]]:
    """What goes with or is like the products at hand; else among those that the words describe; else for this customer."""
    has_words = bool(words_of.content_words(asked.query))
    near = asked.products or (() if has_words or asked.acts else history.shown[:1])
    if near:
        relation: Relation = "goes_with" if {"with", "搭配", "配"} & set(words_of.words(asked.text)) else "similar"
        picks = shelf.recommender.recommend(
            asked.message.customer_id, k=PICKS, near=near, where=where, relation=relation
        )
        if picks:
            return picks, []
    wide = PICKS + len(asked.leave_out)
    if asked.kin and not near:  # a kind is named: nothing else is advised
        of_kind = replace(where, source_ids=frozenset(asked.kin))
        picks = shelf.recommender.recommend(asked.message.customer_id, k=wide, where=of_kind)
        if kept := [pick for pick in picks if pick.product_id not in asked.leave_out][:PICKS]:
            return kept, []
    limited = replace(where, sources=PRODUCTS)
    hits = await shelf.search(asked.query, k=20, where=limited)
    ids = frozenset(hit.passage.source_id for hit in hits if fits(hit, asked.query, shelf))
    picks = (
        shelf.recommender.recommend(asked.message.customer_id, k=wide, where=replace(where, source_ids=ids))
        if ids
        else []
    )
    if len(picks) < wide:
        more = shelf.recommender.recommend(asked.message.customer_id, k=wide, where=where)
        picks += [pick for pick in more if pick.product_id not in {known.product_id for known in picks}]
    return [pick for pick in picks if pick.product_id not in asked.leave_out][:PICKS], hits


def _titles(picks: Sequence[Recommendation], shelf: Shelf) -> dict[str, str]:
    """The titles of the products that reasons speak of."""
    others = {pick.because[1] for pick in picks if len(pick.because) > 1}
    return {f"title:{i}": product.title for i in others if (product := shelf.product(i))}
