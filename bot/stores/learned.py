"""What kept turns teach: a question, and the FAQ or policy that the reply cited for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.types import Cite, Turn
from knowledge_base.passages import of_document
from knowledge_base.types import Knowledge, Locale
from retrieval.lessons import Pair


def pairs_of_turns(turns: Iterable[Turn], knowledge: Knowledge) -> Iterator[Pair]:
    """One pair for each FAQ or policy passage that a reply cited, unless a person took over or the shop has it no more."""
    texts = _texts(knowledge)
    for turn in turns:
        if turn.reply.handed_off:
            continue
        for cite in turn.reply.cites:
            for text in texts.get(_key(cite, turn.reply.locale), ()):
                yield Pair(turn.message.text, text)


def _texts(knowledge: Knowledge) -> dict[tuple[str, str, Locale, str], list[str]]:
    """What is cited, as it is learned: a FAQ by its question and answer, as in `retrieval/lessons.py`."""
    texts = {("faq", faq.id, faq.locale, faq.question): [f"{faq.question}\n{faq.answer}"] for faq in knowledge.faqs}
    for document in knowledge.documents:
        for passage in of_document(document):
            texts.setdefault(("document", document.id, document.locale, passage.title), []).append(passage.text)
    return texts


def _key(cite: Cite, locale: Locale) -> tuple[str, str, Locale, str]:
    return cite.source, cite.source_id, locale, cite.title
