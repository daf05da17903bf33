"""Find: what a search shows, in which order, and what is given up where nothing meets all limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue import limits as limits_of
from bot.intent.kinds import GENERAL
from bot.tools.about import asked_size
from bot.tools.ask import POOL, answer_from, ask
from bot.tools.matching import matching
from bot.tools.priced import Move
from bot.tools.relaxing import Search, limit_names, nearest, told
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from bot.writing.forms import listed
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.types import Hit, Where

MOST = 5
"""Products in one reply."""
READ = 200
"""Products whose titles are read to put them in order; the rest of a large kind stays as it was found."""
ENOUGH = 3
"""Products of a kind that a search has to find by its words, so that no others of the kind are added."""
CLEARLY = 1.15
"""How much better than the best product a FAQ or policy must be found before a search is taken for a question."""
_COMMON = ("colour", "size", "material", "brand")
"""Attributes that things of all kinds have."""


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

    async def anywhere(where: Where) -> tuple[list[str], list[Hit]]:
        if asked.kin and not words_of.content_words(asked.query):  # one Chinese character: 伞
            return shelf.catalogue.among(asked.kin, where), []
        ids, hits = await matching(asked.query, where, shelf)
        ids = _plainest_first(_of_the_kind(ids, asked, where, shelf), asked, where, shelf)
        return _named(asked, where, shelf) or ids or await _of_kind(asked, where, history, shelf), hits

    move = Move.of(asked, history, shelf)
    search: Search = anywhere if move is None else move.near(anywhere, shelf)
    ids, hits = await search(wanted)
    left = [i for i in ids if i not in asked.leave_out]
    if ids and not left:
        return Findings("no_more", suggestions=("cheaper", "browse"))
    values = {**foreign(asked), **size_said(asked.text)}
    if left:
        return _found(left, values, hits, shelf)

    async def others(where: Where) -> tuple[list[str], list[Hit]]:
        found, hits = await search(where)
        return [i for i in found if i not in asked.leave_out], hits

    keeps = ("price",) if {"cheaper", "dearer"} & set(asked.acts) else ()
    relaxed = await nearest(wanted, others if keeps else search, shelf, keeps)
    if move is not None and move.is_bare(wanted) and (relaxed is None or relaxed[0].loosened.limit == "price"):
        there, looked_at = await search(limits_of.drop(wanted, ["price"]))
        nearest_ids, told_of_it = move.nearest(there or [one.id for one in move.beside], shelf)
        found = _found(nearest_ids, values | told_of_it, looked_at, shelf)
        return replace(found, relaxed="price", suggestions=("details",))  # not what was just said not to be there
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
        products=products_of(ids[:MOST], shelf),
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
    if (
        asked.query.isascii()
        or not asked.kind
        or asked.query not in (asked.kind, *(f"{asked.kind}{end}" for end in GENERAL))
    ):
        return kept or list(ids)
    if len(kept) >= ENOUGH:
        return kept
    whole = [*kept, *(i for i in shelf.catalogue.among(asked.akin, where) if i not in kept)]
    if where.sort:
        return shelf.catalogue.ranked(whole, where.sort)
    return sorted(whole, key=lambda i: _is_sold_out(i, shelf)) or list(ids)


def _plainest_first(ids: Sequence[str], asked: Understood, where: Where, shelf: Shelf) -> list[str]:
    """First those that have most of what was said in their titles: of `merino sweater` also the word that became a limit."""
    said = set(words_of.topic_words(words_of.normalise(asked.message.text)))
    if where.sort or not said:
        return list(ids)
    first = ids[:READ]
    titles = {i: {word for form in shelf.catalogue.forms(i) for word in words_of.words(form.title)} for i in first}
    there = sorted(first, key=lambda i: (_is_sold_out(i, shelf), -len(said & titles[i])))
    return [*there, *ids[READ:]]


def _is_sold_out(product_id: str, shelf: Shelf) -> bool:
    catalogue = shelf.catalogue
    return product_id in catalogue and bool(catalogue.facets.sold_out[catalogue.place(product_id)])


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


def size_said(text: str) -> dict[str, str]:
    return {"size": size} if (size := asked_size(text)) else {}


def foreign(asked: Understood) -> dict[str, str]:
    return {"foreign": asked.currency} if asked.currency else {}


def products_of(ids: Sequence[str], shelf: Shelf) -> tuple[Product, ...]:
    return tuple(product for i in ids if (product := shelf.product(i)))
