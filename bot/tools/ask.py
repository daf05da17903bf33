"""A question to the shop: the FAQ's words, the policy's sentences, a product's long texts; or an honest `I don't know`."""

from __future__ import annotations

from dataclasses import replace

from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Message, Route
from knowledge_base.passages import body, join, sentences
from retrieval import text as words_of
from retrieval.answerable import THRESHOLD, answerable
from retrieval.types import Hit, Where


async def ask(message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
    where = Where(locale=shelf.locale, sources=frozenset({"faq", "document"}))
    about = route.slots.product_ids
    hits = await shelf.retriever.search(message.text, k=8, where=where)
    if about:
        hits += await shelf.retriever.search(
            message.text, k=3, where=Where(locale=shelf.locale, source_ids=frozenset(about))
        )
        hits = sorted(hits, key=lambda hit: -hit.score)
    if not hits or answerable(message.text, hits) < THRESHOLD:
        return Findings("unknown", looked_at=tuple(hits), suggestions=("person",))
    best = hits[0]
    return Findings("answer", hits=(best,), answer=_words_of(message.text, best, shelf), looked_at=tuple(hits))


def _words_of(question: str, hit: Hit, shelf: Shelf) -> str:
    """A FAQ's answer whole; of a longer text the sentences that share most with the question, in their order."""
    if hit.passage.source == "faq":
        return hit.passage.text.rsplit("\n", 1)[-1] if "\n" in hit.passage.text else hit.passage.text
    parts = sentences(body(hit.passage))
    asked = words_of.content_words(question) or words_of.words(question)
    ranked = sorted(range(len(parts)), key=lambda i: -words_of.overlap(asked, words_of.words(parts[i])))
    return join(parts[i] for i in sorted(ranked[:2]))


def with_locale(where: Where, shelf: Shelf) -> Where:
    return replace(where, locale=shelf.locale)
