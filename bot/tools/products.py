"""Find, describe, compare, recommend: facts come from the catalogue, retrieval only says which product is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue.rewriting import without_words
from bot.intent.attributes import asked_attribute, asks_property
from bot.tools.about import about, asked_size, asks_for_more
from bot.tools.ask import POOL, answer_from, ask, words_from
from bot.tools.clarifying import lost
from bot.tools.matching import PRODUCTS, fits, matching
from bot.tools.relaxing import limit_names, nearest, told
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from bot.writing.forms import listed
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.answerable import THRESHOLD
from retrieval.seams import Relation
from retrieval.types import Hit, Recommendation, Where

MOST = 5
"""Products in one reply."""
PICKS = 3
"""Recommendations in one reply."""
TELLING = 0.4
"""Share of a question's rarity that a product's long text must have to be quoted."""
SURELY = 0.7
"""Chance of an answer from which the shop's texts are told where a product was asked about and doesn't say."""
_UNSURE = 0.3
"""Confidence below which advice is given only where no text answers."""
_COMMON = ("colour", "size", "material", "brand")
"""Attributes that things of all kinds have."""
CLEARLY = 1.15
"""How much better than the best product a FAQ or policy must be found before a search is taken for a question."""


async def find(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """Limits are kept; where nothing meets them all, exactly one is given up and `relaxed` names it."""
    wanted = asked.where
    if wanted == Where() and not asked.query:
        return Findings(
            "sells",
            values={"categories": listed(shelf.catalogue.categories(shelf.locale), shelf.locale)},
        )
    is_kind = bool(asked.kin) and len(words_of.topic_words(asked.query)) <= 1
    if (
        wanted == Where()
        and not asked.acts
        and not is_kind
        and not _is_title(asked, shelf)
        and (answer := await _answered_elsewhere(asked, shelf)) is not None
    ):
        return answer

    async def search(where: Where) -> tuple[list[str], list[Hit]]:
        if asked.kin and not words_of.content_words(asked.query):  # one Chinese character: 伞
            return shelf.catalogue.among(asked.kin, where), []
        ids, hits = await matching(asked.query, where, shelf)
        ids = _plainest_first(_of_the_kind(ids, asked, where, shelf), asked, where, shelf)
        return _named(asked, where, shelf) or ids or await _of_kind(asked, where, history, shelf), hits

    ids, hits = await search(wanted)
    left = [i for i in ids if i not in asked.leave_out]
    if ids and not left:
        return Findings("no_more", suggestions=("cheaper", "browse"))
    values = {**_foreign(asked), **_size(asked.text)}
    if left:
        return _found(left, values, hits, shelf)

    async def others(where: Where) -> tuple[list[str], list[Hit]]:
        found, hits = await search(where)
        return [i for i in found if i not in asked.leave_out], hits

    keeps = ("price",) if {"cheaper", "dearer"} & set(asked.acts) else ()
    relaxed = await nearest(wanted, others if keeps else search, shelf, keeps)
    if relaxed is not None:
        best, looked_at = relaxed
        values |= told(best, wanted, shelf)
        return replace(_found(best.ids, values, looked_at, shelf), relaxed=best.loosened.limit)
    if limits := await _clashing(asked, wanted, shelf):
        return Findings("nothing_fits", values={"limits": " ".join(limits)}, suggestions=("browse", "person"))
    answer = await ask(asked, history, shelf)
    if answer.say in ("answer", "described"):
        return answer
    return Findings("found_nothing", looked_at=tuple(hits), suggestions=("person",))


def _is_title(asked: Understood, shelf: Shelf) -> bool:
    """Whether what is looked for is a product's title word for word: `spare lids` are no question about spare parts."""
    wanted = set(words_of.topic_words(asked.query))
    titles = [set(words_of.words(form.title)) for i in asked.products for form in shelf.catalogue.forms(i)]
    return len(wanted) > 1 and any(wanted <= title for title in titles)


def _found(ids: Sequence[str], values: Mapping[str, str], hits: Sequence[Hit], shelf: Shelf) -> Findings:
    return Findings(
        "found",
        values=values,
        products=_products(ids[:MOST], shelf),
        looked_at=tuple(hits),
        suggestions=("cheaper", "details"),
    )


async def _clashing(asked: Understood, wanted: Where, shelf: Shelf) -> Sequence[str]:
    """The limits of which several would have to go, where there is something called so; empty where there isn't."""
    limits = limit_names(wanted)
    if len(limits) < 2:
        return ()
    ids, _ = await matching(asked.query, Where(), shelf)
    return limits if ids else ()


def _of_the_kind(ids: Sequence[str], asked: Understood, where: Where, shelf: Shelf) -> list[str]:
    """Without what only goes with the kind (the lids of 保温杯); the whole kind where a query is that and nothing else."""
    kept = [i for i in ids if i in asked.akin]
    if asked.query.isascii() or len(words_of.topic_words(asked.query)) > 1:
        return kept or list(ids)
    whole = [*kept, *(i for i in shelf.catalogue.among(asked.akin, where) if i not in kept)]
    if where.sort:
        return shelf.catalogue.ranked(whole, where.sort)
    return sorted(whole, key=lambda i: _is_sold_out(i, shelf)) or list(ids)


def _plainest_first(ids: Sequence[str], asked: Understood, where: Where, shelf: Shelf) -> list[str]:
    """First those that have most of what was said in their titles: of `merino sweater` also the word that became a limit."""
    said = set(words_of.topic_words(words_of.normalise(asked.message.text)))
    if where.sort or not said:
        return list(ids)
    titles = {i: {word for form in shelf.catalogue.forms(i) for word in words_of.words(form.title)} for i in ids}
    return sorted(ids, key=lambda i: (_is_sold_out(i, shelf), -len(said & titles[i])))


def _is_sold_out(product_id: str, shelf: Shelf) -> bool:
    product = shelf.product(product_id)
    return product is not None and product.in_stock is False


async def _of_kind(asked: Understood, where: Where, history: Conversation, shelf: Shelf) -> list[str]:
    """What is called by the kind that was asked for, where the search finds no word of it; else what has an attribute that
    only such things have (a roast) and is in the category of what was shown."""
    if asked.kin and not (await matching(asked.query, Where(), shelf))[0]:
        return shelf.catalogue.among(asked.kin, where)
    own = [choice for choice in where.having if choice.name not in _COMMON]
    shown = shelf.catalogue.get(history.shown[0]) if own and asked.acts and history.shown else None
    if shown is None:
        return []
    kindred = replace(where, categories=frozenset({shown.category}))
    return sorted(shelf.catalogue.among(shelf.catalogue.select(kindred), where))


def _named(asked: Understood, where: Where, shelf: Shelf) -> list[str]:
    """The products that a wish names, where they are within its limits: nothing else is looked for then."""
    return shelf.catalogue.among(asked.products, where) if asked.products else []


async def _answered_elsewhere(asked: Understood, shelf: Shelf) -> Findings | None:
    """`Do you have gift cards?` sounds like a search and is a question: the FAQ or a policy is found clearly before any product."""
    hits = await shelf.search(asked.text, k=POOL)
    best_product = max((hit.score for hit in hits if hit.passage.source == "product"), default=0.0)
    if not hits or hits[0].passage.source == "product" or hits[0].score < CLEARLY * best_product:
        return None
    answer = answer_from(asked.text, hits, shelf)
    return answer if answer.say == "answer" else None


async def describe(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """One product's facts; where the message names none clearly, what retrieval finds for it."""
    products = _products(asked.products, shelf)
    if not products and asked.lost_place and history.shown:
        return lost(history, shelf)
    if not products:
        found = await ask(asked, history, shelf)
        return found if found.say != "unknown" else await find(asked, history, shelf)
    if len(products) > 1 and not all(asks_for_more(product, asked.text) for product in products):
        return Findings("found", products=products[:MOST], suggestions=("details", "compare"))
    if len(products) > 1:
        return Findings("compared", products=products[:4], values=_asked(products, asked), suggestions=("details",))
    told = about(products[0], asked.text, shelf.embedder)
    if told.say == "described":
        return replace(told, values={**told.values, **_size(asked.text)})
    if (detail := await _detail(products[0], asked.text, shelf)) is not None:
        return detail
    return await _told_elsewhere(asked, history, products[0], shelf) or told


async def _told_elsewhere(asked: Understood, history: Conversation, product: Product, shelf: Shelf) -> Findings | None:
    """What the shop's texts answer where the product's own don't, its name left out: a FAQ that only shares that answers
    something else. Where a property is asked, only what was found with the name, too."""
    names = words_of.normalise(" ".join(f"{form.title} {form.keywords}" for form in shelf.catalogue.forms(product.id)))
    question = without_words(asked.text, set(words_of.words(names))) or asked.text
    answer, written = await ask(asked, history, shelf), Where(sources=frozenset({"faq", "document"}))
    if answer.say != "answer" and asks_property(words_of.normalise(question)):
        return None
    surely = THRESHOLD if answer.say == "answer" else SURELY
    told = answer_from(question, await shelf.search(question, k=POOL, where=written), shelf, threshold=surely)
    if told.say != "answer":
        return None
    return answer if answer.say == "answer" else told


async def _detail(product: Product, question: str, shelf: Shelf) -> Findings | None:
    """The sentences of a product's long texts (installation, troubleshooting) that answer; None where they don't."""
    if not product.details:
        return None
    hits = await shelf.search(question, k=3, where=Where(source_ids=frozenset({product.id})))
    best = next((hit for hit in hits if hit.passage.title != product.title), None)
    if best is None or best.found_by.get("coverage", 0.0) < TELLING:
        return None
    answer = words_from(question, best, shelf)
    return Findings(
        "described", hits=(best,), answer=answer, products=(product,), looked_at=tuple(hits), suggestions=("person",)
    )


async def compare(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """Two to four products side by side: those named, filled up from what was shown, else from what is found."""
    products = _products(asked.products, shelf)
    if len(products) < 2:
        shown = _products([i for i in history.shown if i not in asked.products], shelf)
        products = (*products, *shown)[:2]
    if len(products) < 2:
        found = await find(asked, history, shelf)
        products = (*products, *(p for p in found.products if p not in products))[:2]
    if len(products) < 2:
        return Findings("compare_what")
    return Findings("compared", products=products[:4], suggestions=("details",))


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
    products = _products(asked.products, shelf)
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
        values={**_titles(picks, shelf), **_foreign(asked)},
        products=_products([pick.product_id for pick in picks], shelf),
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


def _asked(products: Sequence[Product], asked: Understood) -> dict[str, str]:
    """The attribute that is asked of several products: a table tells it though it is alike."""
    names = [name for product in products if (name := asked_attribute(words_of.normalise(asked.text), product))]
    return {"asked": names[0]} if names else {}


def _size(text: str) -> dict[str, str]:
    return {"size": size} if (size := asked_size(text)) else {}


def _foreign(asked: Understood) -> dict[str, str]:
    return {"foreign": asked.currency} if asked.currency else {}


def _titles(picks: Sequence[Recommendation], shelf: Shelf) -> dict[str, str]:
    """The titles of the products that reasons speak of."""
    others = {pick.because[1] for pick in picks if len(pick.because) > 1}
    return {f"title:{i}": product.title for i in others if (product := shelf.product(i))}


def _products(ids: Sequence[str], shelf: Shelf) -> tuple[Product, ...]:
    return tuple(product for i in ids if (product := shelf.product(i)))
