"""A question to the shop: the FAQ's words, the policy's sentences, a product's facts; or an honest `I don't know`."""

from __future__ import annotations

from bot.tools.about import about, best_sentences
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Message, Route
from knowledge_base.passages import body
from retrieval import text as words_of
from retrieval.answerable import THRESHOLD, answerable
from retrieval.types import Hit, Where


async def ask(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    """What a message speaks of ("it", "the second one") is asked first, then everything that the shop has written."""
    for product_id in route.slots.product_ids[:1]:
        product = shelf.product(product_id)
        if product is not None and (told := about(product, message.text)).say == "described":
            return told
    hits = await shelf.retriever.search(message.text, k=8, where=Where(locale=shelf.locale))
    return answer_from(message.text, hits, shelf)


def answer_from(question: str, hits: list[Hit], shelf: Shelf) -> Findings:
    """The best hit's words where they are likely to answer, else `unknown`."""
    if answerable(question, hits) < THRESHOLD:
        return Findings("unknown", looked_at=tuple(hits), suggestions=("person",))
    best = hits[0]
    if best.passage.source == "product":
        return of_product(question, best, hits, shelf)
    return Findings("answer", hits=(best,), answer=words_from(question, best, shelf), looked_at=tuple(hits))


def of_product(question: str, best: Hit, hits: list[Hit], shelf: Shelf) -> Findings:
    """A long text's sentences where the passage is one, else what the catalogue says."""
    product = shelf.product(best.passage.source_id)
    if product is None:
        return Findings("unknown", looked_at=tuple(hits), suggestions=("person",))
    if best.passage.title == product.title:
        found = about(product, question)
        return Findings(
            found.say,
            found.values,
            (best,),
            found.answer,
            found.products,
            suggestions=found.suggestions,
            looked_at=tuple(hits),
        )
    told = words_from(question, best, shelf)
    return Findings(
        "described", hits=(best,), answer=told, products=(product,), looked_at=tuple(hits), suggestions=("similar",)
    )


def words_from(question: str, hit: Hit, shelf: Shelf) -> str:
    """A FAQ's answer whole; of a longer text the sentences that share most with the question, in their order."""
    faq = shelf.answers.get((hit.passage.source_id, hit.passage.locale)) if hit.passage.source == "faq" else None
    if faq is not None:
        return faq.answer
    asked = words_of.content_words(question) or words_of.words(question)
    text = body(hit.passage)
    told, _ = best_sentences(asked, [text])
    return told or text
