"""Lines that a shop has in both languages: what the Chinese word vectors are fitted on, and tested on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from knowledge_base.passages import sentences
from knowledge_base.types import Document, Faq, Knowledge, Locale, Product

T = TypeVar("T", Product, Faq, Document)


@dataclass(frozen=True, slots=True)
class Parallel:
    """A Chinese line and what it is in English, of one entry (`faq:returns-window`); of several wordings the mean is meant."""

    entry: str
    chinese: str
    english: tuple[str, ...]


def parallels(knowledge: Knowledge) -> list[Parallel]:
    """Titles, descriptions, attributes, questions with their other wordings, answers and sections that stand in both languages."""
    pairs = [
        *(pair for zh, en in _both(knowledge.faqs) for pair in _of_faq(zh, en)),
        *(pair for zh, en in _both(knowledge.products) for pair in _of_product(zh, en)),
        *(pair for zh, en in _both(knowledge.documents) for pair in _of_document(zh, en)),
    ]
    return [pair for pair in pairs if pair.chinese and all(pair.english)]


def _both(things: tuple[T, ...]) -> Iterator[tuple[T, T]]:
    by: Mapping[tuple[str, Locale], T] = {(thing.id, thing.locale): thing for thing in things}
    return ((zh, by[i, "en"]) for (i, locale), zh in by.items() if locale == "zh" and (i, "en") in by)


def _of_faq(zh: Faq, en: Faq) -> Iterator[Parallel]:
    """Another wording has no partner of its own: it means what all English ones mean together."""
    entry = f"faq:{zh.id}"
    yield Parallel(entry, zh.question, (en.question,))
    yield Parallel(entry, zh.answer, (en.answer,))
    yield Parallel(entry, f"{zh.question}\n{zh.answer}", (f"{en.question}\n{en.answer}",))
    for wording in zh.also:
        yield Parallel(entry, wording, (en.question, *en.also))


def _of_product(zh: Product, en: Product) -> Iterator[Parallel]:
    entry = f"product:{zh.id}"
    for field in ("title", "description", "category", "keywords"):
        yield Parallel(entry, getattr(zh, field), (getattr(en, field),))
    if len(zh.attributes) == len(en.attributes):
        for one, other in zip(zh.attributes.items(), en.attributes.items(), strict=True):
            yield Parallel(entry, ": ".join(one), (": ".join(other),))
    yield from _by_sentence(entry, zh.description, en.description)


def _of_document(zh: Document, en: Document) -> Iterator[Parallel]:
    entry = f"document:{zh.id}"
    if len(zh.sections) != len(en.sections):
        return
    for one, other in zip(zh.sections, en.sections, strict=True):
        zh_text, en_text = (" > ".join(section.headings) + "\n" + section.text for section in (one, other))
        yield Parallel(entry, zh_text, (en_text,))
        yield from _by_sentence(entry, one.text, other.text)


def _by_sentence(entry: str, zh: str, en: str) -> Iterator[Parallel]:
    """Sentence by sentence where there are equally many."""
    one, other = sentences(zh), sentences(en)
    if len(one) == len(other) > 1:
        yield from (Parallel(entry, a, (b,)) for a, b in zip(one, other, strict=True))
