"""A question to the shop: the FAQ's words, the policy's sentences, a product's facts; or an honest `I don't know`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.tools.about import about, asks_price, best_sentences, without_price
from bot.tools.matching import called
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from knowledge_base.passages import body
from retrieval import text as words_of
from retrieval.answerable import THRESHOLD
from retrieval.places import countries_in
from retrieval.types import Hit, Where

MOST = 5
"""Products in one reply."""
POOL = 30
"""Passages that are looked at for an answer."""
CERTAIN = 0.9
"""Confidence that a message asks about the shop, from which its texts are likelier to answer."""
LENIENT = 0.8
"""Share of the threshold that then is enough."""
WIDE = 120
"""Where a country is named: what speaks of it may share little else with the question."""
_LIST = 3
"""Countries from which a text counts as telling which ones there are."""


async def ask(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """What a message speaks of ("it", "the second one") is asked first, then everything that the shop has written.

    Where the message is about the shop (returns, delivery), it is the other way round: "can I return the teapot?"
    """
    hits = await shelf.search(asked.text, k=_pool(asked.text))
    if asked.route.intent == "ask" and (found := await _of_the_shop(asked, hits, shelf)).say == "answer":
        return found
    for product_id in asked.products[:1]:
        product = shelf.product(product_id)
        if product is not None and (told := about(product, asked.text, shelf.embedder)).say == "described":
            return told
    if asks_price(asked.text) and (priced := await _priced(asked.text, history, shelf)) is not None:
        return priced
    return answer_from(asked.text, hits, shelf)


def _pool(question: str) -> int:
    return WIDE if countries_in(question) else POOL


async def _of_the_shop(asked: Understood, hits: list[Hit], shelf: Shelf) -> Findings:
    """What the FAQ and the policies say; a product's title in the question would find the product's own texts."""
    question = asked.text
    if asked.products:
        hits = [hit for hit in hits if hit.passage.source != "product"]
    for product_id in asked.products:
        for form in shelf.catalogue.forms(product_id):
            question = question.replace(form.title, "这个" if shelf.locale == "zh" else "this")
    if question != asked.text:
        hits = await shelf.search(question, k=_pool(question), where=Where(sources=frozenset({"faq", "document"})))
    sure = asked.route.intent == "ask" and asked.route.confidence >= CERTAIN
    return answer_from(question, hits, shelf, threshold=THRESHOLD * (LENIENT if sure else 1.0))


async def _priced(question: str, history: Conversation, shelf: Shelf) -> Findings | None:
    """What a price is asked of: a product by what it is called, or what was shown last; None where it is something else."""
    thing = without_price(question)
    ids = await called(thing, shelf)
    if not words_of.topic_words(thing):
        ids = [history.about] if history.about else list(history.shown)
        if not ids:
            return Findings("price_of_what")
    products = tuple(product for i in ids[:MOST] if (product := shelf.product(i)))
    return Findings("found", products=products, suggestions=("details",)) if products else None


def _of_places(asked: frozenset[str], hits: Sequence[Hit]) -> list[Hit]:
    """Only what speaks of every country that was asked about, answers before policies, else the answer that tells of most countries."""
    named = {hit.passage.id: countries_in(hit.passage.text) for hit in hits}
    speaking = [hit for hit in hits if asked <= named[hit.passage.id]]
    lists = [hit for hit in hits if hit.passage.source == "faq" and len(named[hit.passage.id]) >= _LIST]
    speaking.sort(key=lambda hit: hit.passage.source != "faq")
    return speaking or sorted(lists, key=lambda hit: -len(named[hit.passage.id]))


def answer_from(question: str, hits: list[Hit], shelf: Shelf, *, threshold: float = THRESHOLD) -> Findings:
    """The best hit's words where they are likely to answer, else `unknown`."""
    is_answered = shelf.answerable(question, hits) >= threshold
    if asked := countries_in(question):
        hits = _of_places(asked, hits)
    if not is_answered or not hits:
        return Findings("unknown", looked_at=tuple(hits), suggestions=("person",))
    best = hits[0]
    product = shelf.product(best.passage.source_id) if best.passage.source == "product" else None
    if product is None:
        found = Findings("answer", answer=words_from(question, best, shelf))
    elif best.passage.title == product.title:
        found = about(product, question, shelf.embedder)
        if found.say == "not_stated":  # retrieval holds that its text answers, so all of it is told
            found = replace(found, say="described")
    else:
        answer = words_from(question, best, shelf)
        found = Findings("described", answer=answer, products=(product,), suggestions=("similar",))
    return replace(found, hits=(best,), looked_at=tuple(hits))


def words_from(question: str, hit: Hit, shelf: Shelf) -> str:
    """A FAQ's answer whole; of a longer text the sentences that share most with the question, in their order."""
    faq = shelf.answers.get((hit.passage.source_id, hit.passage.locale)) if hit.passage.source == "faq" else None
    if faq is not None:
        return faq.answer
    asked = words_of.content_words(question) or words_of.words(question)
    text = body(hit.passage)
    told, _ = best_sentences(asked, [text])
    return told or text
