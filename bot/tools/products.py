"""Describe and compare: facts come from the catalogue, retrieval only says which product is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.rewriting import without_words
from bot.intent.attributes import asked_attribute, asks_property
from bot.tools.about import about, asks_for_more
from bot.tools.ask import POOL, answer_from, ask, words_from
from bot.tools.clarifying import lost
from bot.tools.finding import MOST, find, products_of, size_said
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.answerable import THRESHOLD
from retrieval.types import Where

TELLING = 0.4
"""Share of a question's rarity that a product's long text must have to be quoted."""
SURELY = 0.7
"""Chance of an answer from which the shop's texts are told where a product was asked about and doesn't say."""


async def describe(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """One product's facts; where the message names none clearly, what retrieval finds for it."""
    products = products_of(asked.products, shelf)
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
        return replace(told, values={**told.values, **size_said(asked.text)})
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
    products = products_of(asked.products, shelf)
    if len(products) < 2:
        shown = products_of([i for i in history.shown if i not in asked.products], shelf)
        products = (*products, *shown)[:2]
    if len(products) < 2:
        found = await find(asked, history, shelf)
        products = (*products, *(p for p in found.products if p not in products))[:2]
    if len(products) < 2:
        return Findings("compare_what")
    return Findings("compared", products=products[:4], suggestions=("details",))


def _asked(products: Sequence[Product], asked: Understood) -> dict[str, str]:
    """The attribute that is asked of several products: a table tells it though it is alike."""
    names = [name for product in products if (name := asked_attribute(words_of.normalise(asked.text), product))]
    return {"asked": names[0]} if names else {}
